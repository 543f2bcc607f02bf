//! What samplers did of late, rule by rule.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use super::plain::plain;
use super::quantity::{percent, rate};
use crate::output::{Column, MISSING, Page, View, fitted};
use crate::xray::sampling::report::Counts;
use crate::xray::sampling::statistics::Summary;
use crate::xray::sampling_rule::SamplingRule;

/// How far is looked back.
pub const LOOK_BACK: SignedDuration = SignedDuration::from_mins(30);

/// What samplers reported.
#[derive(Debug, Serialize)]
pub struct SamplingView {
    /// The first moment that was looked at.
    start: Timestamp,
    /// The present moment.
    end: Timestamp,
    /// The minutes from the first report to now, at least one; what `matched_per_minute` counts by.
    minutes: f64,
    /// In the order in which they are tried; those that are gone come last.
    rules: Vec<RuleSampling>,
}

/// What samplers did under one rule.
#[derive(Debug, Serialize)]
pub struct RuleSampling {
    name: String,
    /// `None` where the rule is gone.
    priority: Option<i32>,
    matched: u64,
    /// Recorded from the reservoir or by the rate.
    sampled: u64,
    /// Recorded before X-Ray had given a share of the reservoir.
    borrowed: u64,
    /// Both of them.
    recorded: u64,
    /// What share of the matched requests that is; `None` without any.
    recorded_percent: Option<f64>,
    matched_per_minute: f64,
    buckets: Vec<Bucket>,
}

#[derive(Debug, Serialize)]
struct Bucket {
    at: Timestamp,
    matched: u64,
    sampled: u64,
    borrowed: u64,
}

impl SamplingView {
    /// Joins what was reported with the rules that there are.
    pub fn new(rules: &[SamplingRule], summaries: &[Summary], now: Timestamp) -> Self {
        let start = now - LOOK_BACK;
        let mut by_rule: BTreeMap<&str, Vec<&Summary>> = BTreeMap::new();
        // A bucket is named by its beginning, and the first one may have begun before.
        let recent = |summary: &&Summary| summary.at >= start - SignedDuration::from_mins(1);
        for summary in summaries.iter().filter(recent) {
            by_rule.entry(&summary.rule_name).or_default().push(summary);
        }
        let oldest = by_rule.values().flatten().map(|summary| summary.at).min();
        let minutes = oldest.map_or(0.0, |oldest| {
            (now.duration_since(oldest).as_secs_f64() / 60.0).clamp(1.0, 30.0)
        });
        let mut joined: Vec<RuleSampling> = rules
            .iter()
            .map(|rule| {
                let buckets = by_rule.remove(rule.name.as_str()).unwrap_or_default();
                RuleSampling::new(&rule.name, Some(rule.priority), &buckets, minutes)
            })
            .collect();
        joined.extend(
            by_rule
                .iter()
                .map(|(name, buckets)| RuleSampling::new(name, None, buckets, minutes)),
        );
        Self {
            start,
            end: now,
            minutes,
            rules: joined,
        }
    }

    /// How many requests matched any rule.
    pub fn matched(&self) -> u64 {
        self.rules.iter().map(|rule| rule.matched).sum()
    }

    /// How many of them were recorded.
    pub fn recorded(&self) -> u64 {
        self.rules.iter().map(|rule| rule.recorded).sum()
    }

    /// The rules that matched requests and recorded none, with their counts.
    pub fn silent(&self) -> impl Iterator<Item = (&str, u64)> {
        self.rules
            .iter()
            .filter(|rule| rule.matched > 0 && rule.recorded == 0)
            .map(|rule| (rule.name.as_str(), rule.matched))
    }
}

impl RuleSampling {
    fn new(name: &str, priority: Option<i32>, buckets: &[&Summary], minutes: f64) -> Self {
        let mut counts = Counts::default();
        for bucket in buckets {
            counts += bucket.counts;
        }
        let recorded = counts.sampled.saturating_add(counts.borrowed);
        #[expect(
            clippy::cast_precision_loss,
            reason = "a rate of so many is no less true for it"
        )]
        let share = |part: u64, whole: f64| part as f64 / whole;
        Self {
            name: name.to_owned(),
            priority,
            matched: counts.requests,
            sampled: counts.sampled,
            borrowed: counts.borrowed,
            recorded,
            recorded_percent: (counts.requests > 0)
                .then(|| 100.0 * share(recorded, share(counts.requests, 1.0))),
            matched_per_minute: share(counts.requests, minutes.max(1.0)),
            buckets: buckets
                .iter()
                .map(|bucket| Bucket {
                    at: bucket.at,
                    matched: bucket.counts.requests,
                    sampled: bucket.counts.sampled,
                    borrowed: bucket.counts.borrowed,
                })
                .collect(),
        }
    }
}

impl View for SamplingView {
    fn text(&self, page: &Page) -> String {
        if self.rules.is_empty() {
            return String::new();
        }
        let style = page.style;
        let cells = |cell: &dyn Fn(&RuleSampling) -> String| self.rules.iter().map(cell).collect();
        fitted(
            page,
            vec![
                Column::numbers(
                    "priority",
                    cells(&|rule| {
                        rule.priority
                            .map_or_else(|| "deleted".to_owned(), |priority| priority.to_string())
                    }),
                )
                .dispensable(1),
                Column::words("name", cells(&|rule| style.strong(&plain(&rule.name)))),
                Column::numbers("matched", cells(&|rule| rule.matched.to_string())),
                Column::numbers("a minute", cells(&|rule| rate(rule.matched_per_minute))),
                Column::numbers("sampled", cells(&|rule| rule.sampled.to_string())),
                Column::numbers("borrowed", cells(&|rule| rule.borrowed.to_string())),
                Column::numbers(
                    "recorded",
                    cells(&|rule| {
                        if rule.matched == 0 {
                            return MISSING.to_owned();
                        }
                        let share = percent(rule.recorded.min(rule.matched), rule.matched);
                        if rule.recorded == 0 {
                            style.caution(&share)
                        } else {
                            share
                        }
                    }),
                ),
            ],
        )
    }
}
