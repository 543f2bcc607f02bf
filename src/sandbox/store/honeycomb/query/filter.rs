//! Which events a query is about.
//!
//! Numbers are compared as numbers, also where one side is a number written as text; everything
//! else as text. An event without the field is not equal to anything: it passes every negation,
//! which is how Honeycomb's `error != true` finds what did not fail.
//! <https://docs.honeycomb.io/reference/honeycombs-query-language/>

use std::borrow::Cow;
use std::cmp::Ordering;

use super::super::event::{FieldValue, HoneycombEvent};
use super::aliases;

/// How a field is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Comparison {
    Equal,
    NotEqual,
    Greater,
    AtLeast,
    Less,
    AtMost,
    StartsWith,
    DoesNotStartWith,
    EndsWith,
    DoesNotEndWith,
    Contains,
    DoesNotContain,
    Exists,
    DoesNotExist,
    In,
    NotIn,
}

/// As they are written.
const COMPARISONS: [(&str, Comparison); 16] = [
    ("=", Comparison::Equal),
    ("!=", Comparison::NotEqual),
    (">", Comparison::Greater),
    (">=", Comparison::AtLeast),
    ("<", Comparison::Less),
    ("<=", Comparison::AtMost),
    ("starts-with", Comparison::StartsWith),
    ("does-not-start-with", Comparison::DoesNotStartWith),
    ("ends-with", Comparison::EndsWith),
    ("does-not-end-with", Comparison::DoesNotEndWith),
    ("contains", Comparison::Contains),
    ("does-not-contain", Comparison::DoesNotContain),
    ("exists", Comparison::Exists),
    ("does-not-exist", Comparison::DoesNotExist),
    ("in", Comparison::In),
    ("not-in", Comparison::NotIn),
];

/// One condition.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Filter {
    pub(super) column: String,
    pub(super) comparison: Comparison,
    /// What is compared with: nothing, one value, or the list of `in`.
    pub(super) values: Vec<FieldValue<'static>>,
}

impl Comparison {
    /// Reads it.
    pub(super) fn named(name: &str) -> Option<Self> {
        COMPARISONS
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, comparison)| *comparison)
    }

    /// All spellings, for an error.
    pub(super) fn spellings() -> String {
        COMPARISONS.map(|(name, _)| name).join(", ")
    }

    /// It is about the field alone.
    pub(super) fn takes_no_value(self) -> bool {
        matches!(self, Self::Exists | Self::DoesNotExist)
    }

    /// It is about a list.
    pub(super) fn takes_a_list(self) -> bool {
        matches!(self, Self::In | Self::NotIn)
    }

    /// Whether the order of two values is what was asked for; for the six that compare.
    pub(super) fn holds(self, order: Ordering) -> bool {
        match self {
            Self::Equal => order.is_eq(),
            Self::NotEqual => order.is_ne(),
            Self::Greater => order.is_gt(),
            Self::AtLeast => order.is_ge(),
            Self::Less => order.is_lt(),
            Self::AtMost => order.is_le(),
            _ => false,
        }
    }

    /// It may stand in a having.
    pub(super) fn is_of_order(self) -> bool {
        matches!(
            self,
            Self::Equal
                | Self::NotEqual
                | Self::Greater
                | Self::AtLeast
                | Self::Less
                | Self::AtMost
        )
    }
}

impl Filter {
    /// Whether the event passes.
    pub(super) fn passes(&self, event: &HoneycombEvent<'_>) -> bool {
        let field = aliases::find(event, &self.column);
        let Some(field) = field else {
            return matches!(
                self.comparison,
                Comparison::NotEqual
                    | Comparison::DoesNotStartWith
                    | Comparison::DoesNotEndWith
                    | Comparison::DoesNotContain
                    | Comparison::DoesNotExist
                    | Comparison::NotIn
            );
        };
        let first = self.values.first();
        let text = |test: fn(&str, &str) -> bool| {
            first.is_some_and(|value| test(&field.shown(), &value.shown()))
        };
        match self.comparison {
            Comparison::Exists => true,
            Comparison::DoesNotExist => false,
            Comparison::In => self.has(&field),
            Comparison::NotIn => !self.has(&field),
            Comparison::StartsWith => text(|field, value| field.starts_with(value)),
            Comparison::DoesNotStartWith => !text(|field, value| field.starts_with(value)),
            Comparison::EndsWith => text(|field, value| field.ends_with(value)),
            Comparison::DoesNotEndWith => !text(|field, value| field.ends_with(value)),
            Comparison::Contains => text(|field, value| field.contains(value)),
            Comparison::DoesNotContain => !text(|field, value| field.contains(value)),
            order => first.is_some_and(|value| order.holds(compare(&field, value))),
        }
    }

    fn has(&self, field: &FieldValue<'_>) -> bool {
        self.values
            .iter()
            .any(|value| compare(field, value).is_eq())
    }
}

/// The order of two values.
pub(super) fn compare(one: &FieldValue<'_>, other: &FieldValue<'_>) -> Ordering {
    use FieldValue::{Integer, Text};
    if let (Integer(one), Integer(other)) = (one, other) {
        return one.cmp(other);
    }
    let number = |value: &FieldValue<'_>, beside: &FieldValue<'_>| match value {
        Text(text) if beside.number().is_some() => {
            text.trim().parse().ok().filter(|it: &f64| it.is_finite())
        }
        value => value.number(),
    };
    match (number(one, other), number(other, one)) {
        (Some(one), Some(other)) => one.partial_cmp(&other).unwrap_or(Ordering::Equal),
        _ => spelled(one, other).cmp(&spelled(other, one)),
    }
}

/// Beside a boolean, a text may be written in capitals.
fn spelled<'v>(value: &'v FieldValue<'_>, beside: &FieldValue<'_>) -> Cow<'v, str> {
    match (value, beside) {
        (FieldValue::Text(text), FieldValue::Boolean(_)) => Cow::Owned(text.to_ascii_lowercase()),
        (value, _) => value.shown(),
    }
}
