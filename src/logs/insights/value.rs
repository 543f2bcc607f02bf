//! What a field or an expression has as its value.

use std::borrow::Cow;
use std::cmp::Ordering;

use jiff::Timestamp;

use crate::logs::decimal::Decimal;

/// Whole numbers up to here, 2 to the power of 53, are exact in a float.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// A value. Numbers of a message are texts that look like numbers.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value<'a> {
    Missing,
    Text(Cow<'a, str>),
    /// A finite number.
    Number(f64),
    /// Milliseconds since the epoch.
    Timestamp(i64),
    Boolean(bool),
}

impl<'a> Value<'a> {
    /// A number; what is none, or infinite, is missing.
    pub(super) fn number(number: f64) -> Self {
        if number.is_finite() {
            Self::Number(number)
        } else {
            Self::Missing
        }
    }

    pub(super) fn text(text: impl Into<Cow<'a, str>>) -> Self {
        Self::Text(text.into())
    }

    pub(super) fn is_missing(&self) -> bool {
        *self == Self::Missing
    }

    pub(super) fn into_owned(self) -> Value<'static> {
        match self {
            Self::Missing => Value::Missing,
            Self::Text(text) => Value::Text(Cow::Owned(text.into_owned())),
            Self::Number(number) => Value::Number(number),
            Self::Timestamp(time) => Value::Timestamp(time),
            Self::Boolean(flag) => Value::Boolean(flag),
        }
    }

    /// The value as a number, if it looks like one.
    pub(super) fn as_number(&self) -> Option<f64> {
        match self {
            Self::Missing => None,
            Self::Text(text) => text
                .parse()
                .ok()
                .filter(|number: &f64| number.is_finite() && looks_like_number(text)),
            Self::Number(number) => Some(*number),
            #[expect(
                clippy::cast_precision_loss,
                reason = "milliseconds of this millennium are exact"
            )]
            Self::Timestamp(time) => Some(*time as f64),
            Self::Boolean(flag) => Some(f64::from(u8::from(*flag))),
        }
    }

    /// The value as it is shown; nothing where it is missing.
    pub(super) fn shown(&self) -> Option<Cow<'_, str>> {
        match self {
            Self::Missing => None,
            Self::Text(text) => Some(Cow::Borrowed(text)),
            Self::Number(number) => Some(Cow::Owned(show_number(*number))),
            Self::Timestamp(time) => Some(Cow::Owned(show_time(*time))),
            Self::Boolean(true) => Some(Cow::Borrowed("1")),
            Self::Boolean(false) => Some(Cow::Borrowed("0")),
        }
    }

    /// The value as a text to search in: empty where it is missing.
    pub(super) fn searched(&self) -> Cow<'_, str> {
        self.shown().unwrap_or(Cow::Borrowed(""))
    }

    /// Whether it stands for "yes": true, a number but 0.
    pub(super) fn is_true(&self) -> bool {
        match self {
            Self::Boolean(flag) => *flag,
            Self::Text(text) if text.eq_ignore_ascii_case("true") => true,
            other => other.as_number().is_some_and(|number| number != 0.0),
        }
    }

    /// How two values are ordered; nothing where one of them is missing.
    pub(super) fn compare(&self, other: &Value<'_>) -> Option<Ordering> {
        if self.is_missing() || other.is_missing() {
            return None;
        }
        if let (Self::Boolean(flag), Value::Text(text)) = (self, other)
            && let Some(word) = truth(text)
        {
            return Some(flag.cmp(&word));
        }
        if let (Self::Text(text), Value::Boolean(flag)) = (self, other)
            && let Some(word) = truth(text)
        {
            return Some(word.cmp(flag));
        }
        if let (Some(left), Some(right)) = (self.as_number(), other.as_number()) {
            if left.abs() < EXACT && right.abs() < EXACT {
                return left.partial_cmp(&right);
            }
            // Ids of 19 digits differ in the last one.
            let decimal = |value: &Value<'_>| Decimal::parse(&value.searched());
            return match (decimal(self), decimal(other)) {
                (Some(left), Some(right)) => Some(left.cmp(&right)),
                _ => left.partial_cmp(&right),
            };
        }
        Some(self.searched().as_ref().cmp(other.searched().as_ref()))
    }
}

fn truth(text: &str) -> Option<bool> {
    match text {
        "true" => Some(true),
        "false" => Some(false),
        _ => None,
    }
}

/// Rust reads "infinity" and "nan" as numbers; people write them as words.
fn looks_like_number(text: &str) -> bool {
    !text
        .bytes()
        .any(|byte| byte.is_ascii_alphabetic() && !matches!(byte, b'e' | b'E'))
}

/// Four digits behind the point at most.
fn show_number(number: f64) -> String {
    let shown = format!("{number:.4}");
    let short = shown.trim_end_matches('0').trim_end_matches('.');
    if short == "-0" {
        "0".to_owned()
    } else {
        short.to_owned()
    }
}

/// UTC with milliseconds; a number where there is no such day.
fn show_time(milliseconds: i64) -> String {
    match Timestamp::from_millisecond(milliseconds) {
        Ok(time) => time.strftime("%Y-%m-%d %H:%M:%S.%3f").to_string(),
        Err(_) => milliseconds.to_string(),
    }
}
