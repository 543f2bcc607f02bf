//! The client's end: decides request by request, as the SDKs do.
//!
//! Follows the SDK for Python (`aws_xray_sdk/core/sampling` of `aws/aws-xray-sdk-python`),
//! down to what its counters count. Who polls, and when, stays out.

use jiff::{SignedDuration, Timestamp};

use super::local::LocalSampler;
use super::matcher::{self, Request, Side};
use super::report::{ClientId, Counts, Report, Target};
use super::reservoir::{Draw, Reservoir};
use crate::xray::sampling_rule::SamplingRule;

/// How long rules are used after they were last fetched.
const RULES_LAST: SignedDuration = SignedDuration::from_hours(1);

/// Seconds between two polls for targets, which intervals are counted in.
pub const POLL_SECONDS: u32 = 10;

/// What is done with one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decision<'a> {
    /// The request is recorded.
    pub is_sampled: bool,
    /// The rule that decided; none where the local rules did.
    pub rule_name: Option<&'a str>,
}

/// A rule, and what was done under it.
#[derive(Debug, Clone)]
struct Entry {
    rule: SamplingRule,
    /// The rule's own, until a target says otherwise.
    rate: f64,
    reservoir: Reservoir,
    counts: Counts,
    /// Seconds between two reports.
    interval: u32,
    /// Polls since the last report at which there was something to report.
    polls: u32,
}

impl Entry {
    fn new(rule: SamplingRule) -> Self {
        Self {
            rate: rule.fixed_rate,
            rule,
            reservoir: Reservoir::default(),
            counts: Counts::default(),
            interval: POLL_SECONDS,
            polls: 0,
        }
    }

    fn decide(&mut self, now: Timestamp, chance: f64) -> bool {
        self.counts.requests += 1;
        match self.reservoir.draw(now, self.rule.reservoir_size > 0) {
            Draw::Borrowed => self.counts.borrowed += 1,
            Draw::Taken => self.counts.sampled += 1,
            Draw::Nothing if chance < self.rate => self.counts.sampled += 1,
            Draw::Nothing => return false,
        }
        true
    }

    /// Tells at a poll whether to report.
    ///
    /// Polls are counted and not seconds, so that a poll that comes a moment early does not
    /// put the report off to the next.
    fn is_due(&mut self) -> bool {
        if self.counts.requests == 0 {
            return false;
        }
        self.polls += 1;
        let is_due = self.polls.saturating_mul(POLL_SECONDS) >= self.interval;
        if is_due {
            self.polls = 0;
        }
        is_due
    }
}

/// Decides which requests are recorded, and counts.
#[derive(Debug, Clone)]
pub struct Sampler {
    client_id: ClientId,
    local: LocalSampler,
    entries: Vec<Entry>,
    refreshed_at: Option<Timestamp>,
}

impl Sampler {
    /// Starts without rules: the local ones decide until others are loaded.
    pub fn new(client_id: ClientId, local: LocalSampler) -> Self {
        Self {
            client_id,
            local,
            entries: Vec::new(),
            refreshed_at: None,
        }
    }

    /// Decides over one request; `chance` is a random number from 0 up to 1.
    pub fn decide(&mut self, request: &Request<'_>, now: Timestamp, chance: f64) -> Decision<'_> {
        let is_fresh = self
            .refreshed_at
            .is_some_and(|at| now.duration_since(at) <= RULES_LAST);
        let entry = self
            .entries
            .iter_mut()
            .filter(|_| is_fresh)
            .find(|entry| matcher::is_match(&entry.rule, request, Side::Client));
        match entry {
            Some(entry) => Decision {
                is_sampled: entry.decide(now, chance),
                rule_name: Some(&entry.rule.name),
            },
            None => Decision {
                is_sampled: self.local.decide(request, now, chance),
                rule_name: None,
            },
        }
    }

    /// Takes over the rules that X-Ray has now.
    ///
    /// A rule that was there before keeps its quota and its counts. That there is no rule at all
    /// is no answer to go by: there is always the built-in one.
    pub fn load_rules(&mut self, rules: Vec<SamplingRule>, now: Timestamp) {
        if rules.is_empty() {
            return;
        }
        let mut rules: Vec<SamplingRule> = rules
            .into_iter()
            .filter(matcher::is_heeded_by_clients)
            .collect();
        matcher::sort(&mut rules);
        let mut before = std::mem::take(&mut self.entries);
        self.entries = rules
            .into_iter()
            .map(|rule| {
                let known = before.iter().position(|entry| entry.rule.name == rule.name);
                match known.map(|index| before.swap_remove(index)) {
                    Some(entry) => Entry {
                        rate: rule.fixed_rate,
                        rule,
                        ..entry
                    },
                    None => Entry::new(rule),
                }
            })
            .collect();
        self.refreshed_at = Some(now);
    }

    /// Takes over what X-Ray answered to a report; targets of rules that are gone are left.
    pub fn load_targets(&mut self, targets: &[Target]) {
        for target in targets {
            let Some(entry) = self
                .entries
                .iter_mut()
                .find(|entry| entry.rule.name == target.rule_name)
            else {
                continue;
            };
            entry.rate = target.fixed_rate;
            entry
                .reservoir
                .set_quota(target.quota, target.quota_expires_at);
            entry.interval = target.interval.unwrap_or(entry.interval);
        }
    }

    /// Tells whether rules have changed since they were fetched.
    ///
    /// X-Ray may tell whole seconds only, so a change in the second of the last fetch counts.
    pub fn needs_rules(&self, last_modification: Timestamp) -> bool {
        self.refreshed_at
            .is_none_or(|at| last_modification.as_second() >= at.as_second())
    }

    /// Takes the counts to report at a poll: of the rules that matched something since their
    /// last report and whose interval is over.
    ///
    /// One call takes [`MOST_IN_ONE_CALL`](super::report::MOST_IN_ONE_CALL) of them.
    pub fn report(&mut self, now: Timestamp) -> Vec<Report> {
        let client_id = &self.client_id;
        self.entries
            .iter_mut()
            .filter_map(|entry| {
                entry.is_due().then(|| Report {
                    rule_name: entry.rule.name.clone(),
                    client_id: client_id.clone(),
                    at: now,
                    counts: std::mem::take(&mut entry.counts),
                })
            })
            .collect()
    }

    /// Adds counts that could not be reported to those of the next report.
    pub fn put_back(&mut self, reports: &[Report]) {
        for report in reports {
            if let Some(entry) = self
                .entries
                .iter_mut()
                .find(|entry| entry.rule.name == report.rule_name)
            {
                entry.counts += report.counts;
            }
        }
    }
}

#[cfg(test)]
mod tests;
