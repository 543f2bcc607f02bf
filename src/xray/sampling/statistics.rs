//! What clients reported of late, in buckets, for `GetSamplingStatisticSummaries`.
//!
//! <https://docs.aws.amazon.com/xray/latest/api/API_GetSamplingStatisticSummaries.html> tells
//! neither the width of a bucket nor how far it looks back; these are ours.

use std::collections::{BTreeMap, VecDeque};

use jiff::Timestamp;

use super::report::Counts;

/// Seconds that one bucket spans.
const BUCKET: i64 = 10;

/// Seconds that are looked back.
const LOOK_BACK: i64 = 30 * 60;

/// What clients did under one rule in one bucket of time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// The rule.
    pub rule_name: String,
    /// When the bucket begins.
    pub at: Timestamp,
    /// What all clients together did.
    pub counts: Counts,
}

/// The counts of all rules in the last half hour.
#[derive(Debug, Clone, Default)]
pub struct Statistics {
    /// By the number of the bucket since 1970, oldest first, without those that are empty.
    rules: BTreeMap<String, VecDeque<(i64, Counts)>>,
}

impl Statistics {
    /// Starts empty.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds what a client reported, under the time at which it was received.
    ///
    /// The clocks of clients are their own, so their times are not gone by.
    pub fn add(&mut self, rule_name: &str, counts: Counts, now: Timestamp) {
        let number = now.as_second().div_euclid(BUCKET);
        let buckets = self.rules.entry(rule_name.to_owned()).or_default();
        while buckets
            .front()
            .is_some_and(|(oldest, _)| *oldest < first(now))
        {
            buckets.pop_front();
        }
        // Nearly always the last one or behind it; a clock that was set back may go before.
        let behind = buckets.partition_point(|(other, _)| *other < number);
        match buckets.get_mut(behind) {
            Some((other, sum)) if *other == number => *sum += counts,
            _ => buckets.insert(behind, (number, counts)),
        }
    }

    /// What was reported in the last half hour, by rule and then by time.
    pub fn summaries(&self, now: Timestamp) -> Vec<Summary> {
        let first = first(now);
        self.rules
            .iter()
            .flat_map(|(rule_name, buckets)| {
                buckets
                    .iter()
                    .filter(move |(number, _)| *number >= first)
                    .filter_map(|(number, counts)| {
                        Some(Summary {
                            rule_name: rule_name.clone(),
                            at: Timestamp::from_second(number * BUCKET).ok()?,
                            counts: *counts,
                        })
                    })
            })
            .collect()
    }

    /// Forgets a rule that was deleted.
    pub fn forget(&mut self, rule_name: &str) {
        self.rules.remove(rule_name);
    }
}

/// The number of the oldest bucket that is kept.
fn first(now: Timestamp) -> i64 {
    (now.as_second() - LOOK_BACK).div_euclid(BUCKET) + 1
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn second(second: i64) -> Timestamp {
        Timestamp::from_second(second).expect("the time is in range")
    }

    fn counts(requests: u64) -> Counts {
        Counts {
            requests,
            sampled: 1,
            borrowed: 2,
        }
    }

    fn rows(statistics: &Statistics, now: i64) -> Vec<(String, i64, u64)> {
        statistics
            .summaries(second(now))
            .into_iter()
            .map(|summary| {
                let at = summary.at.as_second();
                (summary.rule_name, at, summary.counts.requests)
            })
            .collect()
    }

    #[test]
    fn one_row_for_each_rule_and_ten_seconds() {
        let mut statistics = Statistics::new();
        for (rule, at, requests) in [
            ("b", 1_009, 1),
            ("b", 1_000, 2),
            ("b", 1_010, 4),
            ("a", 1_015, 8),
            ("b", 985, 16),
        ] {
            statistics.add(rule, counts(requests), second(at));
        }
        let row = |rule: &str, at, requests| (rule.to_owned(), at, requests);
        assert_eq!(
            rows(&statistics, 1_015),
            [
                row("a", 1_010, 8),
                row("b", 980, 16),
                row("b", 1_000, 3),
                row("b", 1_010, 4),
            ]
        );
        let whole = statistics.summaries(second(1_015));
        let expected = Counts {
            requests: 3,
            sampled: 2,
            borrowed: 4,
        };
        assert_eq!(whole[2].counts, expected);
        statistics.forget("b");
        assert_eq!(rows(&statistics, 1_015), [row("a", 1_010, 8)]);
    }

    #[test]
    fn half_an_hour_is_kept() {
        let mut statistics = Statistics::new();
        for at in (0..7_200).step_by(10) {
            statistics.add("a", counts(1), second(at));
        }
        let rows = rows(&statistics, 7_190);
        assert_eq!(rows.len(), 180);
        assert_eq!(rows[0].1, 5_400);
        assert_eq!(statistics.rules["a"].len(), 180);
        assert_eq!(statistics.summaries(second(9_000)), []);
    }

    proptest! {
        #[test]
        fn nothing_is_lost_within_the_half_hour(
            reports in prop::collection::vec((0_i64..1_700, 0_u64..9), 0..50),
        ) {
            let mut statistics = Statistics::new();
            for (at, requests) in &reports {
                statistics.add("a", counts(*requests), second(100_000 + at));
            }
            let rows = rows(&statistics, 101_700);
            let sum: u64 = rows.iter().map(|(_, _, requests)| requests).sum();
            prop_assert_eq!(sum, reports.iter().map(|(_, requests)| requests).sum::<u64>());
            prop_assert!(rows.is_sorted_by(|left, right| left.1 < right.1));
        }
    }
}
