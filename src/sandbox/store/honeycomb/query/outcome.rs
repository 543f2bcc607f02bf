//! From groups to the answer: havings, orders, the limit, and the JSON of results and series.

use std::cmp::Ordering;

use serde_json::{Map, Value, json};

use super::calculation::{Calculation, Op, Sums};
use super::encoding::whole;
use super::filter::{self, Comparison};
use super::group::Group;
use super::heatmap::{Bands, number};
use super::specification::Query;
use super::window::Span;

/// What goes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Order {
    pub(super) key: OrderKey,
    pub(super) descending: bool,
}

/// By what groups are put in order: the place of a breakdown or of a calculation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum OrderKey {
    Breakdown(usize),
    Calculation(usize),
}

/// Which groups are shown.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Having {
    pub(super) calculation: usize,
    pub(super) comparison: Comparison,
    pub(super) value: f64,
}

/// What is wanted of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asked {
    /// A series over time.
    pub series: bool,
    /// The sum of all groups.
    pub total: bool,
    /// The sum of the groups that are not shown.
    pub other: bool,
    /// At most so many groups, instead of what the query says.
    pub limit: Option<usize>,
}

/// What came of a run.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// The member `data` of the answer.
    Data(Value),
    /// Why there is none.
    Failed(String),
}

/// Writes the answer.
pub(super) fn write(
    query: &Query,
    asked: Asked,
    span: Span,
    groups: Vec<Group>,
    total: Option<&Group>,
) -> Outcome {
    let calculations = &query.calculations;
    let mut numbered: Vec<(Vec<Option<f64>>, Group)> = groups
        .into_iter()
        .map(|group| (numbers(&group, calculations), group))
        .filter(|(numbers, _)| query.havings.iter().all(|having| having.holds(numbers)))
        .collect();
    numbered.sort_by(|one, other| in_order(query, one, other));
    let limit = asked.limit.unwrap_or(query.limit).min(numbered.len());
    let cut = numbered.split_off(limit);
    let writer = Writer {
        query,
        span,
        bands: bands(calculations, &numbered.iter().map(|(_, group)| group)),
    };
    let mut data = Map::new();
    let results: Vec<Value> = numbered
        .iter()
        .map(|(numbers, group)| json!({ "data": writer.result(numbers, group) }))
        .collect();
    data.insert("results".to_owned(), Value::Array(results));
    if asked.series {
        let series = writer.series(numbered.iter().map(|(_, group)| group));
        data.insert("series".to_owned(), series);
    }
    if let Some(total) = total {
        writer.write_aggregate("total_by_aggregate", asked, total, &mut data);
    }
    if asked.other {
        let mut other = Group::new(Vec::new(), calculations);
        for (_, group) in cut {
            other.merge(group);
        }
        writer.write_aggregate("other_by_aggregate", asked, &other, &mut data);
    }
    Outcome::Data(Value::Object(data))
}

fn numbers(group: &Group, calculations: &[Calculation]) -> Vec<Option<f64>> {
    calculations
        .iter()
        .enumerate()
        .map(|(at, calculation)| group.number(at, calculation))
        .collect()
}

impl Having {
    fn holds(&self, numbers: &[Option<f64>]) -> bool {
        let Some(Some(value)) = numbers.get(self.calculation) else {
            return false;
        };
        value
            .partial_cmp(&self.value)
            .is_some_and(|order| self.comparison.holds(order))
    }
}

type Numbered = (Vec<Option<f64>>, Group);

/// As the query says, else by the first calculation with the most first; then by the breakdowns, so
/// that an answer is the same every time.
fn in_order(query: &Query, one: &Numbered, other: &Numbered) -> Ordering {
    let usual = [Order {
        key: OrderKey::Calculation(0),
        descending: true,
    }];
    let orders = if query.orders.is_empty() {
        &usual[..]
    } else {
        &query.orders
    };
    let asked = orders.iter().map(|order| {
        let ordering = match order.key {
            OrderKey::Calculation(at) => {
                let (one, other) = (one.0.get(at).copied(), other.0.get(at).copied());
                by_number(one.flatten(), other.flatten())
            }
            OrderKey::Breakdown(at) => by_breakdown(&one.1, &other.1, at),
        };
        if order.descending {
            ordering.reverse()
        } else {
            ordering
        }
    });
    let places = 0..query.breakdowns.len();
    asked
        .chain(places.map(|at| by_breakdown(&one.1, &other.1, at)))
        .find(|ordering| ordering.is_ne())
        .unwrap_or(Ordering::Equal)
}

/// Nothing is less than anything.
fn by_number(one: Option<f64>, other: Option<f64>) -> Ordering {
    match (one, other) {
        (Some(one), Some(other)) => one.total_cmp(&other),
        (one, other) => one.is_some().cmp(&other.is_some()),
    }
}

/// Numbers go before texts, so that the order is one; nothing goes first.
fn by_breakdown(one: &Group, other: &Group, at: usize) -> Ordering {
    let value = |group: &Group| group.values.get(at).cloned().flatten();
    match (value(one), value(other)) {
        (Some(one), Some(other)) => match (one.number(), other.number()) {
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            _ => filter::compare(&one, &other),
        },
        (one, other) => one.is_some().cmp(&other.is_some()),
    }
}

/// The bands of each calculation that is a heatmap.
fn bands<'g>(
    calculations: &[Calculation],
    groups: &(impl Iterator<Item = &'g Group> + Clone),
) -> Vec<Option<Bands>> {
    calculations
        .iter()
        .enumerate()
        .map(|(at, calculation)| {
            if calculation.op != Op::Heatmap {
                return None;
            }
            let (least, most) = groups
                .clone()
                .filter_map(|group| match group.sums.get(at) {
                    Some(Sums::Values(values)) => Some(values),
                    _ => None,
                })
                .flatten()
                .map(|(value, _)| *value)
                .fold(None, |seen: Option<(f64, f64)>, value| {
                    let (least, most) = seen.unwrap_or((value, value));
                    Some((least.min(value), most.max(value)))
                })?;
            Some(Bands::between(least, most))
        })
        .collect()
}

struct Writer<'q> {
    query: &'q Query,
    span: Span,
    bands: Vec<Option<Bands>>,
}

impl Writer<'_> {
    /// A row: the values of breakdowns and calculations under their names.
    fn row(
        &self,
        group: &Group,
        sums: Option<&Vec<Sums>>,
        number_at: impl Fn(usize) -> Option<f64>,
    ) -> Value {
        let mut row = Map::new();
        for (name, value) in self.query.breakdowns.iter().zip(&group.values) {
            let value = value.as_ref().map_or(Value::Null, |value| match value {
                super::super::event::FieldValue::Float(float) => {
                    whole(*float).map_or_else(|| value.json(), Value::from)
                }
                value => value.json(),
            });
            row.insert(name.clone(), value);
        }
        for (at, calculation) in self.query.calculations.iter().enumerate() {
            let heatmap = self.bands.get(at).copied().flatten().map(|bands| {
                match sums.and_then(|sums| sums.get(at)) {
                    Some(Sums::Values(values)) => bands.count(values),
                    _ => json!([]),
                }
            });
            let value = heatmap.unwrap_or_else(|| number_at(at).map_or(Value::Null, number));
            row.insert(calculation.name(), value);
        }
        Value::Object(row)
    }

    fn result(&self, numbers: &[Option<f64>], group: &Group) -> Value {
        self.row(group, Some(&group.sums), |at| {
            numbers.get(at).copied().flatten()
        })
    }

    /// One entry for each step and group in which something happened, in the order of time.
    fn series<'g>(&self, groups: impl Iterator<Item = &'g Group>) -> Value {
        let mut entries: Vec<(i64, usize, Value)> = Vec::new();
        for (place, group) in groups.enumerate() {
            for (step, sums) in &group.steps {
                let end = step
                    .div_euclid(self.span.step)
                    .saturating_add(1)
                    .saturating_mul(self.span.step);
                let data = self.row(group, Some(sums), |at| {
                    let calculation = self.query.calculations.get(at)?;
                    group.number_in(at, calculation, *step, end)
                });
                entries.push((*step, place, data));
            }
        }
        entries.sort_by_key(|(step, place, _)| (*step, *place));
        entries
            .into_iter()
            .map(|(step, _, data)| json!({ "time": rfc3339(step), "data": data }))
            .collect()
    }

    /// The sum of many groups, and its series.
    fn write_aggregate(
        &self,
        name: &str,
        asked: Asked,
        group: &Group,
        data: &mut Map<String, Value>,
    ) {
        let writer = Writer {
            query: self.query,
            span: self.span,
            bands: bands(&self.query.calculations, &std::iter::once(group)),
        };
        let numbers = numbers(group, &self.query.calculations);
        data.insert(name.to_owned(), writer.result(&numbers, group));
        if asked.series {
            let series = writer.series(std::iter::once(group));
            data.insert(format!("{name}_series"), series);
        }
    }
}

fn rfc3339(nanoseconds: i64) -> String {
    jiff::Timestamp::from_nanosecond(i128::from(nanoseconds))
        .map(|time| time.to_string())
        .unwrap_or_default()
}
