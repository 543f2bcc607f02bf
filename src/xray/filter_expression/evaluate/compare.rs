//! What the operators mean.
//!
//! Texts are compared as they are, case and all: the guide does not say otherwise.

use super::super::ast::{AnnotationTest, NumberTest, TextTest};
use super::super::keyword::{Equality, NumberOperator, TextOperator};
use crate::trace::AnnotationValue;

impl Equality {
    /// Whether the operator wants what was found: two things that are equal, or are not.
    pub(super) fn wants(self, equal: bool) -> bool {
        equal == (self == Self::Equal)
    }
}

impl NumberTest {
    /// Whether a value satisfies it.
    pub(super) fn holds(self, value: f64) -> bool {
        let Some(order) = value.partial_cmp(&self.value) else {
            return false;
        };
        match self.operator {
            NumberOperator::Equal => order.is_eq(),
            NumberOperator::NotEqual => order.is_ne(),
            NumberOperator::Less => order.is_lt(),
            NumberOperator::LessOrEqual => order.is_le(),
            NumberOperator::Greater => order.is_gt(),
            NumberOperator::GreaterOrEqual => order.is_ge(),
        }
    }
}

impl TextTest {
    /// Whether a value satisfies it.
    pub(super) fn holds(&self, value: &str) -> bool {
        let wanted = self.value.value.as_str();
        match self.operator {
            TextOperator::Equal => value == wanted,
            TextOperator::NotEqual => value != wanted,
            TextOperator::Contains => value.contains(wanted),
            TextOperator::BeginsWith => value.starts_with(wanted),
            TextOperator::EndsWith => value.ends_with(wanted),
        }
    }
}

impl AnnotationTest {
    /// Whether a value satisfies it; one of another type satisfies nothing, not even `!=`.
    pub(super) fn holds(&self, value: &AnnotationValue) -> bool {
        match (self, value) {
            (
                Self::Boolean {
                    operator,
                    value: wanted,
                },
                AnnotationValue::Boolean(value),
            ) => operator.wants(value == wanted),
            (Self::Number(test), AnnotationValue::Number(value)) => test.holds(*value),
            (Self::Text(test), AnnotationValue::String(value)) => test.holds(value),
            _ => false,
        }
    }
}
