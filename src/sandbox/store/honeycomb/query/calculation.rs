//! What a query calculates, and the sums that it keeps while events go by.
//!
//! An event that was sampled stands for its sample rate: counts, sums, averages and percentiles
//! weigh it so. <https://docs.honeycomb.io/reference/honeycombs-query-language/>

use std::collections::HashSet;

use super::super::event::{FieldValue, HoneycombEvent};
use super::{aliases, encoding};

/// A calculation's kind.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Op {
    Count,
    Concurrency,
    CountDistinct,
    Sum,
    Average,
    Minimum,
    Maximum,
    Heatmap,
    /// The share of values that are not above it.
    Percentile(f64),
    RateAverage,
    RateSum,
    RateMaximum,
}

/// As they are written.
const OPS: [(&str, Op); 24] = [
    ("COUNT", Op::Count),
    ("CONCURRENCY", Op::Concurrency),
    ("COUNT_DISTINCT", Op::CountDistinct),
    ("SUM", Op::Sum),
    ("AVG", Op::Average),
    ("MIN", Op::Minimum),
    ("MAX", Op::Maximum),
    ("HEATMAP", Op::Heatmap),
    ("P001", Op::Percentile(0.001)),
    ("P01", Op::Percentile(0.01)),
    ("P05", Op::Percentile(0.05)),
    ("P10", Op::Percentile(0.1)),
    ("P20", Op::Percentile(0.2)),
    ("P25", Op::Percentile(0.25)),
    ("P50", Op::Percentile(0.5)),
    ("P75", Op::Percentile(0.75)),
    ("P80", Op::Percentile(0.8)),
    ("P90", Op::Percentile(0.9)),
    ("P95", Op::Percentile(0.95)),
    ("P99", Op::Percentile(0.99)),
    ("P999", Op::Percentile(0.999)),
    ("RATE_AVG", Op::RateAverage),
    ("RATE_SUM", Op::RateSum),
    ("RATE_MAX", Op::RateMaximum),
];

/// A calculation.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Calculation {
    pub(super) op: Op,
    pub(super) column: Option<String>,
}

impl Op {
    /// Reads it.
    pub(super) fn named(name: &str) -> Option<Self> {
        OPS.iter()
            .find(|(known, _)| *known == name)
            .map(|(_, op)| *op)
    }

    fn name(self) -> &'static str {
        OPS.iter()
            .find(|(_, op)| *op == self)
            .map_or("", |(name, _)| *name)
    }

    /// All spellings, for an error.
    pub(super) fn spellings() -> String {
        OPS.map(|(name, _)| name).join(", ")
    }

    /// It is about events and not about one of their fields.
    pub(super) fn takes_no_column(self) -> bool {
        matches!(self, Self::Count | Self::Concurrency)
    }

    /// It is about what changes from one step of time to the next.
    pub(super) fn is_rate(self) -> bool {
        matches!(self, Self::RateAverage | Self::RateSum | Self::RateMaximum)
    }
}

impl Calculation {
    /// What its result is called, such as `P90(duration_ms)`.
    pub(super) fn name(&self) -> String {
        match &self.column {
            None => self.op.name().to_owned(),
            Some(column) => format!("{}({column})", self.op.name()),
        }
    }
}

/// A calculation that is under way.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Sums {
    Count(u64),
    Distinct(HashSet<Vec<u8>>),
    /// The weighed sum, and the weight.
    Sum(f64, u64),
    Average(f64, u64),
    Minimum(Option<f64>),
    Maximum(Option<f64>),
    /// Values and their weights, for percentiles and heatmaps.
    Values(Vec<(f64, u32)>),
    /// Beginnings, ends and weights.
    Spans(Vec<(i64, i64, u32)>),
}

impl Sums {
    pub(super) fn new(op: Op) -> Self {
        match op {
            Op::Count => Self::Count(0),
            Op::CountDistinct => Self::Distinct(HashSet::new()),
            Op::Sum | Op::RateSum => Self::Sum(0.0, 0),
            Op::Average | Op::RateAverage => Self::Average(0.0, 0),
            Op::Minimum => Self::Minimum(None),
            Op::Maximum | Op::RateMaximum => Self::Maximum(None),
            Op::Heatmap | Op::Percentile(_) => Self::Values(Vec::new()),
            Op::Concurrency => Self::Spans(Vec::new()),
        }
    }

    /// Adds an event.
    pub(super) fn take(&mut self, calculation: &Calculation, event: &HoneycombEvent<'_>) {
        let weight = event.sample_rate;
        match self {
            Self::Count(count) => *count = count.saturating_add(u64::from(weight)),
            Self::Spans(spans) => {
                let duration = event.get("duration_ms").and_then(FieldValue::number);
                if let Some(duration) = duration {
                    let end = event.time.saturating_add(nanoseconds(duration.max(0.0)));
                    spans.push((event.time, end, weight));
                }
            }
            others => {
                let column = calculation.column.as_deref().unwrap_or_default();
                if let Some(value) = aliases::find(event, column) {
                    others.take_value(&value, weight);
                }
            }
        }
    }

    fn take_value(&mut self, value: &FieldValue<'_>, weight: u32) {
        if let Self::Distinct(seen) = self {
            let mut key = Vec::new();
            encoding::write(Some(value), &mut key);
            if !seen.contains(&key) {
                seen.insert(key);
            }
            return;
        }
        let Some(number) = value.number() else {
            return;
        };
        match self {
            Self::Sum(sum, weights) | Self::Average(sum, weights) => {
                *sum += number * f64::from(weight);
                *weights = weights.saturating_add(u64::from(weight));
            }
            Self::Minimum(least) => *least = Some(least.map_or(number, |least| least.min(number))),
            Self::Maximum(most) => *most = Some(most.map_or(number, |most| most.max(number))),
            Self::Values(values) => values.push((number, weight)),
            Self::Count(_) | Self::Distinct(_) | Self::Spans(_) => {}
        }
    }

    /// Adds what another group came to.
    pub(super) fn merge(&mut self, other: Self) {
        match (self, other) {
            (Self::Count(count), Self::Count(more)) => *count = count.saturating_add(more),
            (Self::Distinct(seen), Self::Distinct(more)) => seen.extend(more),
            (Self::Sum(sum, weights), Self::Sum(more, weight))
            | (Self::Average(sum, weights), Self::Average(more, weight)) => {
                *sum += more;
                *weights = weights.saturating_add(weight);
            }
            (Self::Minimum(least), Self::Minimum(Some(more))) => {
                *least = Some(least.map_or(more, |least| least.min(more)));
            }
            (Self::Maximum(most), Self::Maximum(Some(more))) => {
                *most = Some(most.map_or(more, |most| most.max(more)));
            }
            (Self::Values(values), Self::Values(more)) => values.extend(more),
            (Self::Spans(spans), Self::Spans(more)) => spans.extend(more),
            _ => {}
        }
    }

    /// What it came to, where that is a number.
    #[expect(
        clippy::cast_precision_loss,
        reason = "results are JSON numbers, which are floating point to most clients"
    )]
    pub(super) fn number(&self, op: Op) -> Option<f64> {
        match self {
            Self::Count(count) => Some(*count as f64),
            Self::Distinct(seen) => Some(seen.len() as f64),
            Self::Sum(sum, weights) => (*weights > 0).then_some(*sum),
            Self::Average(sum, weights) => (*weights > 0).then(|| sum / *weights as f64),
            Self::Minimum(value) | Self::Maximum(value) => *value,
            Self::Values(values) => match op {
                Op::Percentile(share) => percentile(values.clone(), share),
                _ => None,
            },
            Self::Spans(spans) => Some(most_at_once(spans)),
        }
    }
}

/// The smallest value that at least this share of all values do not exceed. Exact, where Honeycomb
/// estimates.
#[expect(
    clippy::cast_precision_loss,
    reason = "a share of 2^53 events is near enough"
)]
fn percentile(mut values: Vec<(f64, u32)>, share: f64) -> Option<f64> {
    values.sort_unstable_by(|(one, _), (other, _)| one.total_cmp(other));
    let total: u64 = values.iter().map(|(_, weight)| u64::from(*weight)).sum();
    let wanted = share * total as f64;
    let mut below = 0_u64;
    for (value, weight) in &values {
        below += u64::from(*weight);
        if below as f64 >= wanted {
            return Some(*value);
        }
    }
    values.last().map(|(value, _)| *value)
}

/// How many spans there were at once, at most.
pub(super) fn most_at_once(spans: &[(i64, i64, u32)]) -> f64 {
    let mut changes: Vec<(i64, i64)> = spans
        .iter()
        .flat_map(|(start, end, weight)| {
            // A span without a length is there for a moment.
            let end = (*end).max(start.saturating_add(1));
            [(*start, i64::from(*weight)), (end, -i64::from(*weight))]
        })
        .collect();
    // Of those that end and those that begin at one moment, the ones that end go first.
    changes.sort_unstable();
    let mut now = 0_i64;
    let mut most = 0_i64;
    for (_, change) in changes {
        now = now.saturating_add(change);
        most = most.max(now);
    }
    #[expect(clippy::cast_precision_loss, reason = "nobody has 2^53 spans at once")]
    let most = most as f64;
    most
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "the cast saturates, which is what is meant"
)]
pub(super) fn nanoseconds(milliseconds: f64) -> i64 {
    (milliseconds * 1e6) as i64
}

#[cfg(test)]
#[expect(
    clippy::float_cmp,
    clippy::cast_precision_loss,
    reason = "the numbers of these tests are small and whole"
)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn spans_that_touch_are_not_there_at_once() {
        assert_eq!(most_at_once(&[(0, 10, 1), (10, 20, 1)]), 1.0);
        assert_eq!(most_at_once(&[(0, 11, 1), (10, 20, 2)]), 3.0);
        assert_eq!(most_at_once(&[(5, 5, 1)]), 1.0);
        assert_eq!(most_at_once(&[]), 0.0);
    }

    proptest! {
        /// Written out event by event, the percentile is the value at its place.
        #[test]
        fn percentiles_are_those_of_all_events(
            values in proptest::collection::vec((-1000_i32..1000, 1_u32..6), 1..60),
            at in 8_usize..21,
        ) {
            let Op::Percentile(share) = OPS[at].1 else { unreachable!() };
            let weighed: Vec<(f64, u32)> =
                values.iter().map(|(value, weight)| (f64::from(*value), *weight)).collect();
            let mut all: Vec<i32> = values
                .iter()
                .flat_map(|(value, weight)| std::iter::repeat_n(*value, *weight as usize))
                .collect();
            all.sort_unstable();
            let not_above = |value: i32| all.iter().filter(|other| **other <= value).count();
            let found = percentile(weighed, share).unwrap();
            let expected = *all
                .iter()
                .find(|value| not_above(**value) as f64 >= share * all.len() as f64)
                .unwrap();
            prop_assert_eq!(found, f64::from(expected));
        }

        #[test]
        fn concurrency_is_that_of_the_fullest_moment(
            spans in proptest::collection::vec((0_i64..50, 1_i64..20), 0..30),
        ) {
            let spans: Vec<(i64, i64, u32)> =
                spans.iter().map(|(start, length)| (*start, start + length, 1)).collect();
            let fullest = (0..80)
                .map(|moment| spans.iter().filter(|(start, end, _)| *start <= moment && moment < *end).count())
                .max()
                .unwrap();
            prop_assert_eq!(most_at_once(&spans), fullest as f64);
        }
    }
}
