//! Figures of many rows: counts, sums, percentiles, what comes first and last.

use std::cmp::Ordering;

use super::distinct::Distinct;
use super::expression::Expression;
use super::percentiles::Percentiles;
use super::record::Row;
use super::value::Value;

/// What is worked out, and of what.
#[derive(Debug, Clone)]
pub(super) struct Aggregate {
    pub(super) aggregation: Aggregation,
    /// Nothing for `count(*)`.
    pub(super) argument: Option<Expression>,
    /// The percentile, for [`Aggregation::Percentile`].
    pub(super) percent: f64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Aggregation {
    Count,
    CountDistinct,
    Sum,
    Average,
    Minimum,
    Maximum,
    Deviation,
    Percentile,
    Median,
    Earliest,
    Latest,
    SortsFirst,
    SortsLast,
}

const AGGREGATIONS: [(&str, Aggregation); 13] = [
    ("count", Aggregation::Count),
    ("count_distinct", Aggregation::CountDistinct),
    ("sum", Aggregation::Sum),
    ("avg", Aggregation::Average),
    ("min", Aggregation::Minimum),
    ("max", Aggregation::Maximum),
    ("stddev", Aggregation::Deviation),
    ("pct", Aggregation::Percentile),
    ("median", Aggregation::Median),
    ("earliest", Aggregation::Earliest),
    ("latest", Aggregation::Latest),
    ("sortsFirst", Aggregation::SortsFirst),
    ("sortsLast", Aggregation::SortsLast),
];

impl Aggregation {
    /// Finds an aggregation, in whatever case.
    pub(super) fn find(name: &str) -> Option<Self> {
        AGGREGATIONS
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, aggregation)| *aggregation)
    }

    /// The names of all aggregations.
    pub(super) fn names() -> impl Iterator<Item = &'static str> {
        AGGREGATIONS.iter().map(|(name, _)| *name)
    }
}

impl Aggregate {
    /// Begins with no row at all.
    pub(super) fn begin(&self) -> Accumulator {
        match self.aggregation {
            Aggregation::Count => Accumulator::Count(0),
            Aggregation::CountDistinct => Accumulator::Distinct(Distinct::default()),
            Aggregation::Sum | Aggregation::Average | Aggregation::Deviation => {
                Accumulator::Moments(Moments::default())
            }
            Aggregation::Percentile | Aggregation::Median => {
                Accumulator::Percentiles(Percentiles::default())
            }
            _ => Accumulator::Chosen(None),
        }
    }

    /// Takes a row into account.
    pub(super) fn add(&self, accumulator: &mut Accumulator, row: &Row<'_>) {
        let value = match &self.argument {
            Some(argument) => argument.value(row),
            None => Value::Boolean(true),
        };
        if value.is_missing() {
            return;
        }
        match accumulator {
            Accumulator::Count(count) => *count += 1,
            Accumulator::Distinct(distinct) => distinct.add(&value.searched()),
            Accumulator::Moments(moments) => {
                if let Some(number) = value.as_number() {
                    moments.add(number);
                }
            }
            Accumulator::Percentiles(percentiles) => {
                if let Some(number) = value.as_number() {
                    percentiles.add(number);
                }
            }
            Accumulator::Chosen(chosen) => {
                let time = row.event.as_ref().map_or(0, |event| event.timestamp_ms);
                let is_better = chosen.as_ref().is_none_or(|(known, at)| {
                    let as_texts = || value.searched().as_ref().cmp(known.searched().as_ref());
                    let order = || value.compare(known).unwrap_or(Ordering::Equal);
                    match self.aggregation {
                        Aggregation::Minimum => order().is_lt(),
                        Aggregation::Maximum => order().is_gt(),
                        Aggregation::SortsFirst => as_texts().is_lt(),
                        Aggregation::SortsLast => as_texts().is_gt(),
                        Aggregation::Earliest => time < *at,
                        _ => time >= *at,
                    }
                });
                if is_better {
                    *chosen = Some((value.into_owned(), time));
                }
            }
        }
    }

    /// What all rows come to.
    pub(super) fn end(&self, accumulator: Accumulator) -> Value<'static> {
        #[expect(
            clippy::cast_precision_loss,
            reason = "exact up to nine quadrillion rows"
        )]
        let number = match accumulator {
            Accumulator::Count(count) => Some(count as f64),
            Accumulator::Distinct(distinct) => Some(distinct.count()),
            Accumulator::Moments(moments) => match self.aggregation {
                Aggregation::Sum => moments.sum(),
                Aggregation::Average => moments.average(),
                _ => moments.deviation(),
            },
            Accumulator::Percentiles(mut percentiles) => {
                if self.aggregation == Aggregation::Median {
                    percentiles.median()
                } else {
                    percentiles.at(self.percent)
                }
            }
            Accumulator::Chosen(chosen) => {
                return chosen.map_or(Value::Missing, |(value, _)| value);
            }
        };
        number.map_or(Value::Missing, Value::number)
    }
}

/// What is known of the rows so far.
#[derive(Debug, Clone)]
pub(super) enum Accumulator {
    Count(u64),
    Distinct(Distinct),
    Moments(Moments),
    Percentiles(Percentiles),
    /// The value that goes first or last by itself or by its event's time.
    Chosen(Option<(Value<'static>, i64)>),
}

/// Sum, mean and deviation in one pass (Welford).
#[derive(Debug, Clone, Default)]
pub(super) struct Moments {
    count: f64,
    sum: f64,
    mean: f64,
    squares: f64,
}

impl Moments {
    fn add(&mut self, number: f64) {
        self.count += 1.0;
        self.sum += number;
        let before = number - self.mean;
        self.mean += before / self.count;
        self.squares += before * (number - self.mean);
    }

    fn sum(&self) -> Option<f64> {
        (self.count > 0.0).then_some(self.sum)
    }

    fn average(&self) -> Option<f64> {
        // The mean of huge numbers has no sum; that of others is exact by their sum.
        let mean = self.sum / self.count;
        (self.count > 0.0).then_some(if mean.is_finite() { mean } else { self.mean })
    }

    /// That of all rows, not of a sample.
    fn deviation(&self) -> Option<f64> {
        (self.count > 0.0).then(|| (self.squares / self.count).sqrt())
    }
}
