//! Expressions and what they come to for a row.

use std::cmp::Ordering;

use regex::Regex;

use super::function::{Function, whole};
use super::period::Period;
use super::record::{Name, Row};
use super::value::Value;

/// What stands in `fields`, `filter`, `stats` and others.
///
/// Chains are lists, so that a long query is not a deep one.
#[derive(Debug, Clone)]
pub(super) enum Expression {
    Literal(Value<'static>),
    Field(Name),
    Call(Function, Vec<Expression>),
    /// `bin(5m)`, `datefloor(@timestamp, 5m)`.
    Floor(Box<Expression>, Period),
    Ceiling(Box<Expression>, Period),
    Negative(Box<Expression>),
    Arithmetic(Box<Expression>, Vec<(Operator, Expression)>),
    Compare(Box<Expression>, Comparison, Box<Expression>),
    In(Box<Expression>, Vec<Expression>),
    Contains(Box<Expression>, Box<Expression>),
    Matches(Box<Expression>, Regex),
    Not(Box<Expression>),
    And(Vec<Expression>),
    Or(Vec<Expression>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operator {
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
    Power,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Comparison {
    Equal,
    NotEqual,
    Less,
    AtMost,
    Greater,
    AtLeast,
}

impl Expression {
    /// What it comes to for a row.
    pub(super) fn value<'v>(&'v self, row: &'v Row<'_>) -> Value<'v> {
        match self {
            Self::Literal(value) => value.clone(),
            Self::Field(name) => row.get(name),
            Self::Call(function, arguments) => {
                let arguments: Vec<Value<'v>> =
                    arguments.iter().map(|each| each.value(row)).collect();
                function.apply(&arguments)
            }
            Self::Floor(time, period) => rounded(&time.value(row), |time| period.floor(time)),
            Self::Ceiling(time, period) => rounded(&time.value(row), |time| period.ceiling(time)),
            Self::Negative(inner) => inner
                .value(row)
                .as_number()
                .map_or(Value::Missing, |number| Value::number(-number)),
            Self::Arithmetic(first, others) => {
                let Some(mut result) = first.value(row).as_number() else {
                    return Value::Missing;
                };
                for (operator, other) in others {
                    let Some(other) = other.value(row).as_number() else {
                        return Value::Missing;
                    };
                    result = operator.apply(result, other);
                }
                Value::number(result)
            }
            _ => Value::Boolean(self.is_true(row)),
        }
    }

    /// Whether it holds for a row.
    pub(super) fn is_true(&self, row: &Row<'_>) -> bool {
        match self {
            Self::Compare(left, comparison, right) => {
                let order = left.value(row).compare(&right.value(row));
                comparison.holds(order)
            }
            Self::In(value, list) => {
                let value = value.value(row);
                list.iter()
                    .any(|each| value.compare(&each.value(row)).is_some_and(Ordering::is_eq))
            }
            Self::Contains(value, part) => {
                match (value.value(row).shown(), part.value(row).shown()) {
                    (Some(value), Some(part)) => value.contains(part.as_ref()),
                    _ => false,
                }
            }
            Self::Matches(value, expression) => value
                .value(row)
                .shown()
                .is_some_and(|text| expression.is_match(&text)),
            Self::Not(inner) => !inner.is_true(row),
            Self::And(parts) => parts.iter().all(|part| part.is_true(row)),
            Self::Or(parts) => parts.iter().any(|part| part.is_true(row)),
            other => other.value(row).is_true(),
        }
    }
}

fn rounded<'v>(time: &Value<'_>, round: impl Fn(i64) -> Option<i64>) -> Value<'v> {
    let milliseconds = match time {
        Value::Timestamp(milliseconds) => Some(*milliseconds),
        other => other.as_number().map(whole),
    };
    milliseconds
        .and_then(round)
        .map_or(Value::Missing, Value::Timestamp)
}

impl Operator {
    fn apply(self, left: f64, right: f64) -> f64 {
        match self {
            Self::Add => left + right,
            Self::Subtract => left - right,
            Self::Multiply => left * right,
            Self::Divide => left / right,
            Self::Remainder => left % right,
            Self::Power => left.powf(right),
        }
    }
}

impl Comparison {
    /// What is missing has no order: nothing but `!=` holds for it.
    fn holds(self, order: Option<Ordering>) -> bool {
        match self {
            Self::Equal => order.is_some_and(Ordering::is_eq),
            Self::NotEqual => !order.is_some_and(Ordering::is_eq),
            Self::Less => order.is_some_and(Ordering::is_lt),
            Self::AtMost => order.is_some_and(Ordering::is_le),
            Self::Greater => order.is_some_and(Ordering::is_gt),
            Self::AtLeast => order.is_some_and(Ordering::is_ge),
        }
    }
}
