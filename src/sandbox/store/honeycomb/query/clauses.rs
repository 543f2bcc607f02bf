//! The lists of a query: calculations, filters, breakdowns, orders, havings.

use serde_json::{Map, Value};

use super::super::event::FieldValue;
use super::calculation::{Calculation, Op};
use super::filter::{Comparison, Filter};
use super::invalid::Findings;
use super::outcome::{Having, Order, OrderKey};

/// The most entries of a list.
const MOST: usize = 100;

/// A member that is there and not null.
pub(super) fn given<'m>(members: &'m Map<String, Value>, name: &str) -> Option<&'m Value> {
    members.get(name).filter(|value| !value.is_null())
}

/// The entries of a list, each with what it is called in a finding.
fn list<'m>(
    members: &'m Map<String, Value>,
    name: &str,
    findings: &mut Findings,
) -> Vec<(String, &'m Value)> {
    match given(members, name) {
        None => Vec::new(),
        Some(Value::Array(entries)) if entries.len() <= MOST => entries
            .iter()
            .enumerate()
            .map(|(at, entry)| (format!("{name}[{at}]"), entry))
            .collect(),
        Some(Value::Array(_)) => {
            findings.invalid(name, format!("{name} must have at most {MOST} entries"));
            Vec::new()
        }
        Some(_) => {
            findings.of_type(name, "a list");
            Vec::new()
        }
    }
}

/// An entry that must be an object with these members and no others.
fn object<'m>(
    (at, entry): &(String, &'m Value),
    known: &[&str],
    findings: &mut Findings,
) -> Option<&'m Map<String, Value>> {
    let Some(members) = entry.as_object() else {
        findings.of_type(at, "an object");
        return None;
    };
    for (name, value) in members {
        if !known.contains(&name.as_str()) && !value.is_null() {
            let field = format!("{at}.{name}");
            findings.invalid(
                &field,
                format!("{field} is not a member that the sandbox emulates"),
            );
        }
    }
    Some(members)
}

/// A text that may be absent.
fn text(
    at: &str,
    members: &Map<String, Value>,
    name: &str,
    findings: &mut Findings,
) -> Option<String> {
    if let Value::String(text) = given(members, name)? {
        Some(text.clone()).filter(|text| !text.is_empty())
    } else {
        findings.of_type(&format!("{at}.{name}"), "a text");
        None
    }
}

/// A text that must be there and mean something.
fn word<T>(
    at: &str,
    members: &Map<String, Value>,
    name: &str,
    read: impl FnOnce(&str) -> Option<T>,
    allowed: impl FnOnce() -> String,
    findings: &mut Findings,
) -> Option<T> {
    let before = findings.0.len();
    let Some(word) = text(at, members, name, findings) else {
        if findings.0.len() == before {
            findings.missing(&format!("{at}.{name}"));
        }
        return None;
    };
    let meant = read(&word);
    if meant.is_none() {
        findings.invalid(
            &format!("{at}.{name}"),
            format!("{word} is not one of {}", allowed()),
        );
    }
    meant
}

/// A calculation that a member pair names.
fn calculation(
    at: &str,
    members: &Map<String, Value>,
    op: &str,
    findings: &mut Findings,
) -> Option<Calculation> {
    let op = word(at, members, op, Op::named, Op::spellings, findings);
    let column = text(at, members, "column", findings);
    let op = op?;
    match (op.takes_no_column(), &column) {
        (true, Some(_)) => {
            findings.invalid(
                &format!("{at}.column"),
                "COUNT and CONCURRENCY take no column",
            );
            None
        }
        (false, None) => {
            findings.missing(&format!("{at}.column"));
            None
        }
        _ => Some(Calculation { op, column }),
    }
}

pub(super) fn calculations(
    members: &Map<String, Value>,
    findings: &mut Findings,
) -> Vec<Calculation> {
    list(members, "calculations", findings)
        .iter()
        .filter_map(|entry| {
            let members = object(entry, &["op", "column"], findings)?;
            calculation(&entry.0, members, "op", findings)
        })
        .collect()
}

pub(super) fn breakdowns(members: &Map<String, Value>, findings: &mut Findings) -> Vec<String> {
    list(members, "breakdowns", findings)
        .iter()
        .filter_map(|(at, entry)| match entry {
            Value::String(column) if !column.is_empty() => Some(column.clone()),
            _ => {
                findings.of_type(at, "the name of a column");
                None
            }
        })
        .collect()
}

pub(super) fn filters(members: &Map<String, Value>, findings: &mut Findings) -> Vec<Filter> {
    list(members, "filters", findings)
        .iter()
        .filter_map(|entry| {
            let at = &entry.0;
            let members = object(entry, &["column", "op", "value"], findings)?;
            let column = word(
                at,
                members,
                "column",
                |column| Some(column.to_owned()),
                String::new,
                findings,
            );
            let comparison = word(
                at,
                members,
                "op",
                Comparison::named,
                Comparison::spellings,
                findings,
            )?;
            let values = values(at, comparison, given(members, "value"), findings)?;
            Some(Filter {
                column: column?,
                comparison,
                values,
            })
        })
        .collect()
}

fn values(
    at: &str,
    comparison: Comparison,
    value: Option<&Value>,
    findings: &mut Findings,
) -> Option<Vec<FieldValue<'static>>> {
    let field = format!("{at}.value");
    match (comparison, value) {
        (comparison, None) if comparison.takes_no_value() => Some(Vec::new()),
        (comparison, Some(_)) if comparison.takes_no_value() => {
            findings.invalid(&field, "exists and does-not-exist take no value");
            None
        }
        (_, None) => {
            findings.missing(&field);
            None
        }
        (comparison, Some(Value::Array(values))) if comparison.takes_a_list() => {
            let read: Option<Vec<_>> = values.iter().map(scalar).collect();
            if read.is_none() {
                findings.of_type(&field, "a list of texts, numbers and booleans");
            }
            read
        }
        (comparison, Some(_)) if comparison.takes_a_list() => {
            findings.of_type(&field, "a list");
            None
        }
        (_, Some(value)) => {
            let read = scalar(value).map(|value| vec![value]);
            if read.is_none() {
                findings.of_type(&field, "a text, a number or a boolean");
            }
            read
        }
    }
}

fn scalar(value: &Value) -> Option<FieldValue<'static>> {
    if value.is_array() || value.is_object() {
        return None;
    }
    FieldValue::of(value.clone())
}

pub(super) fn orders(
    members: &Map<String, Value>,
    calculations: &[Calculation],
    breakdowns: &[String],
    findings: &mut Findings,
) -> Vec<Order> {
    list(members, "orders", findings)
        .iter()
        .filter_map(|entry| {
            let at = &entry.0;
            let members = object(entry, &["op", "column", "order"], findings)?;
            let descending = match text(at, members, "order", findings).as_deref() {
                None | Some("ascending") => false,
                Some("descending") => true,
                Some(_) => {
                    findings.invalid(
                        &format!("{at}.order"),
                        "order must be ascending or descending",
                    );
                    return None;
                }
            };
            if given(members, "op").is_some() {
                let wanted = calculation(at, members, "op", findings)?;
                let place = calculations.iter().position(|known| *known == wanted);
                if place.is_none() {
                    findings.invalid(
                        at,
                        format!("{} is not among the calculations", wanted.name()),
                    );
                }
                return Some(Order {
                    key: OrderKey::Calculation(place?),
                    descending,
                });
            }
            let column = word(
                at,
                members,
                "column",
                |column| breakdowns.iter().position(|known| known == column),
                || format!("the breakdowns: {}", breakdowns.join(", ")),
                findings,
            )?;
            Some(Order {
                key: OrderKey::Breakdown(column),
                descending,
            })
        })
        .collect()
}

pub(super) fn havings(
    members: &Map<String, Value>,
    calculations: &[Calculation],
    findings: &mut Findings,
) -> Vec<Having> {
    list(members, "havings", findings)
        .iter()
        .filter_map(|entry| {
            let at = &entry.0;
            let members = object(entry, &["calculate_op", "column", "op", "value"], findings)?;
            let wanted = calculation(at, members, "calculate_op", findings);
            let comparison = word(
                at,
                members,
                "op",
                |op| Comparison::named(op).filter(|op| op.is_of_order()),
                || "=, !=, >, >=, <, <=".to_owned(),
                findings,
            );
            let value = match given(members, "value").map(Value::as_f64) {
                Some(Some(value)) => Some(value),
                Some(None) => {
                    findings.of_type(&format!("{at}.value"), "a number");
                    None
                }
                None => {
                    findings.missing(&format!("{at}.value"));
                    None
                }
            };
            let wanted = wanted?;
            if wanted.op == Op::Heatmap {
                findings.invalid(
                    &format!("{at}.calculate_op"),
                    "HEATMAP may not appear in havings",
                );
                return None;
            }
            let place = calculations.iter().position(|known| *known == wanted);
            if place.is_none() {
                findings.invalid(
                    at,
                    format!("{} is not among the calculations", wanted.name()),
                );
            }
            Some(Having {
                calculation: place?,
                comparison: comparison?,
                value: value?,
            })
        })
        .collect()
}
