//! `stats` and `dedup`: rows by what they have in common.

use std::collections::HashMap;

use super::MAX_GROUPS;
use super::aggregate::{Accumulator, Aggregate};
use super::command::{Stats, hidden, is_hidden};
use super::expression::Expression;
use super::record::Row;
use super::sorting::Rank;
use super::value::Value;

/// What tells groups apart: the values as they are shown.
type Key = Vec<Option<String>>;

fn key(values: &[Value<'_>]) -> Key {
    let shown = |value: &Value<'_>| value.shown().map(std::borrow::Cow::into_owned);
    values.iter().map(shown).collect()
}

/// The groups of a `stats`.
#[derive(Debug, Default)]
pub(super) struct Groups {
    groups: HashMap<Key, Group>,
    /// How many rows found no group and no room for a new one.
    pub(super) left_out: u64,
}

#[derive(Debug)]
struct Group {
    keys: Vec<Value<'static>>,
    accumulators: Vec<Accumulator>,
    sequence: u64,
}

impl Groups {
    pub(super) fn add(&mut self, stats: &Stats, row: &Row<'_>) {
        let values: Vec<Value<'_>> = stats
            .keys
            .iter()
            .map(|column| match &column.expression {
                Some(expression) => expression.value(row),
                None => row.get(&column.name),
            })
            .collect();
        let key = key(&values);
        let count = self.groups.len();
        if count >= MAX_GROUPS && !self.groups.contains_key(&key) {
            self.left_out += 1;
            return;
        }
        let group = self.groups.entry(key).or_insert_with(|| Group {
            keys: values.into_iter().map(Value::into_owned).collect(),
            accumulators: stats.aggregates.iter().map(Aggregate::begin).collect(),
            sequence: count as u64,
        });
        for (aggregate, accumulator) in stats.aggregates.iter().zip(&mut group.accumulators) {
            aggregate.add(accumulator, row);
        }
    }

    /// A row for each group, in the order of the keys.
    pub(super) fn into_rows(self, stats: &Stats) -> Vec<Row<'static>> {
        let mut rows: Vec<(Rank, Row<'static>)> = self
            .groups
            .into_values()
            .map(|group| {
                let rank = Rank::of_values(group.keys.iter(), group.sequence);
                (rank, row_of(stats, group))
            })
            .collect();
        rows.sort_by(|(left, _), (right, _)| left.cmp(right));
        rows.into_iter().map(|(_, row)| row).collect()
    }
}

fn row_of(stats: &Stats, group: Group) -> Row<'static> {
    let mut row = Row {
        event: None,
        computed: Vec::new(),
    };
    for (column, value) in stats.keys.iter().zip(group.keys) {
        row.set(&column.name, value);
    }
    let results = stats.aggregates.iter().zip(group.accumulators);
    for (index, (aggregate, accumulator)) in results.enumerate() {
        row.set(&hidden(index), aggregate.end(accumulator));
    }
    for column in &stats.outputs {
        if let Some(expression) = &column.expression {
            let value = expression.value(&row).into_owned();
            row.set(&column.name, value);
        }
    }
    row.computed.retain(|(name, _)| !is_hidden(name));
    row
}

/// The first row of each group.
#[derive(Debug, Default)]
pub(super) struct Firsts {
    groups: HashMap<Key, (Rank, Row<'static>)>,
    /// How many rows found no group and no room for a new one.
    pub(super) left_out: u64,
}

impl Firsts {
    pub(super) fn offer(&mut self, by: &[Expression], rank: Rank, row: Row<'_>) {
        let values: Vec<Value<'_>> = by.iter().map(|each| each.value(&row)).collect();
        let key = key(&values);
        drop(values);
        match self.groups.get(&key) {
            Some((known, _)) if *known <= rank => return,
            None if self.groups.len() >= MAX_GROUPS => {
                self.left_out += 1;
                return;
            }
            _ => {}
        }
        self.groups.insert(key, (rank, row.into_owned()));
    }

    pub(super) fn into_rows(self) -> Vec<Row<'static>> {
        let mut rows: Vec<(Rank, Row<'static>)> = self.groups.into_values().collect();
        rows.sort_by(|(left, _), (right, _)| left.cmp(right));
        rows.into_iter().map(|(_, row)| row).collect()
    }
}
