//! The order of rows, and keeping the first of many.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use super::command::SortKey;
use super::record::Row;
use super::value::Value;

/// What a row is sorted by.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Rank {
    keys: Vec<(Key, bool)>,
    /// The order in which rows came, which settles what is equal.
    sequence: u64,
}

/// Numbers go before texts.
#[derive(Debug, Clone, PartialEq)]
enum Key {
    Number(f64),
    Text(String),
    Missing,
}

impl Rank {
    /// By the keys of a `sort`; events that are equal in them by their time, the latest first.
    pub(super) fn new(keys: &[SortKey], row: &Row<'_>, sequence: u64) -> Self {
        let mut ranked: Vec<(Key, bool)> = keys
            .iter()
            .map(|key| (Key::new(&key.expression.value(row)), key.descending))
            .collect();
        if let Some(event) = &row.event {
            let time = Value::Timestamp(event.timestamp_ms);
            ranked.push((Key::new(&time), true));
        }
        Self {
            keys: ranked,
            sequence,
        }
    }

    /// By the values themselves, rising.
    pub(super) fn of_values<'v>(
        values: impl Iterator<Item = &'v Value<'v>>,
        sequence: u64,
    ) -> Self {
        Self {
            keys: values.map(|value| (Key::new(value), false)).collect(),
            sequence,
        }
    }
}

impl Key {
    fn new(value: &Value<'_>) -> Self {
        match (value.as_number(), value.shown()) {
            (Some(number), _) => Self::Number(number),
            (None, Some(text)) => Self::Text(text.into_owned()),
            (None, None) => Self::Missing,
        }
    }

    /// What is missing goes last, whichever the direction.
    fn compare(&self, other: &Self, descending: bool) -> Ordering {
        let order = match (self, other) {
            (Self::Missing, Self::Missing) => return Ordering::Equal,
            (Self::Missing, _) => return Ordering::Greater,
            (_, Self::Missing) => return Ordering::Less,
            (Self::Number(left), Self::Number(right)) => left.total_cmp(right),
            (Self::Text(left), Self::Text(right)) => left.cmp(right),
            (Self::Number(_), Self::Text(_)) => Ordering::Less,
            (Self::Text(_), Self::Number(_)) => Ordering::Greater,
        };
        if descending { order.reverse() } else { order }
    }
}

impl Eq for Rank {}

impl Ord for Rank {
    fn cmp(&self, other: &Self) -> Ordering {
        self.keys
            .iter()
            .zip(&other.keys)
            .map(|((left, descending), (right, _))| left.compare(right, *descending))
            .find(|order| order.is_ne())
            .unwrap_or_else(|| self.sequence.cmp(&other.sequence))
    }
}

impl PartialOrd for Rank {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// The first rows of all that are offered.
#[derive(Debug)]
pub(super) struct First {
    capacity: usize,
    /// The last of them on top.
    heap: BinaryHeap<Ranked>,
}

#[derive(Debug)]
struct Ranked {
    rank: Rank,
    row: Row<'static>,
}

impl First {
    pub(super) fn new(capacity: usize) -> Self {
        Self {
            capacity,
            heap: BinaryHeap::new(),
        }
    }

    pub(super) fn offer(&mut self, rank: Rank, row: Row<'_>) {
        if self.heap.len() >= self.capacity {
            let is_better = self.heap.peek().is_some_and(|last| rank < last.rank);
            if !is_better {
                return;
            }
            self.heap.pop();
        }
        let row = row.into_owned();
        self.heap.push(Ranked { rank, row });
    }

    pub(super) fn into_rows(self) -> Vec<Row<'static>> {
        let sorted = self.heap.into_sorted_vec();
        sorted.into_iter().map(|ranked| ranked.row).collect()
    }
}

impl PartialEq for Ranked {
    fn eq(&self, other: &Self) -> bool {
        self.rank == other.rank
    }
}

impl Eq for Ranked {}

impl Ord for Ranked {
    fn cmp(&self, other: &Self) -> Ordering {
        self.rank.cmp(&other.rank)
    }
}

impl PartialOrd for Ranked {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
