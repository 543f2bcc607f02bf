//! What samplers report, and what they are told to do.
//!
//! The rules are in the database; reports, quotas and boosts are in memory and end with the
//! process, as they are worth nothing half a minute later. The arithmetic is `xray::sampling`'s.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};

use super::paging::{InvalidToken, Listing};
use super::sampling_rules::{self, SamplingRule};
use super::{Fault, Page, PageRequest, Store, Tenant};
use crate::xray::sampling::boost::{Anomalies, Boost, Boosts, Limits};
use crate::xray::sampling::quota::Quotas;
use crate::xray::sampling::report::{Report, Target};
use crate::xray::sampling::statistics::{Statistics, Summary};

/// Seconds between two reports, as AWS asks for them.
const INTERVAL: u32 = 10;

/// The oldest report that is taken.
///
/// AWS refuses a document that is "too old"
/// (<https://docs.aws.amazon.com/xray/latest/devguide/xray-api-sampling.html>) and does not say
/// how old; an hour forgives a sampler that was suspended and most wrong clocks. None is too new:
/// OpenTelemetry's sampler for Java sends milliseconds in the place of seconds.
const OLDEST_REPORT: SignedDuration = SignedDuration::from_hours(1);

/// Refusals begin with 4: SDKs take that for a reason to fetch the rules again.
const GONE: &str = "404";
const TOO_OLD: &str = "400";

const PAGE: usize = 1000;

/// What samplers reported, by tenant.
#[derive(Debug, Default)]
pub(super) struct Sampling {
    tenants: HashMap<Tenant, Reported>,
}

#[derive(Debug, Default)]
struct Reported {
    quotas: Quotas,
    statistics: Statistics,
    boosts: Boosts,
}

/// The anomalies that clients of one service saw under one rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BoostReport {
    /// The rule.
    pub rule_name: String,
    /// When.
    pub at: Timestamp,
    /// How many there were since the last report.
    pub anomalies: Anomalies,
}

/// What a client shall do under a rule.
#[derive(Debug, Clone, PartialEq)]
pub struct SamplingTarget {
    /// What it shall do.
    pub target: Target,
    /// A higher rate for a while.
    pub boost: Option<Boost>,
}

/// A report that was not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unprocessed {
    /// The rule that it names.
    pub rule_name: String,
    /// An HTTP status that says why.
    pub code: &'static str,
    /// Why, in words.
    pub message: String,
}

/// The answer to reports.
#[derive(Debug, Clone, PartialEq)]
pub struct SamplingTargets {
    /// One for every report that was taken, in order.
    pub targets: Vec<SamplingTarget>,
    /// When a rule was last created, changed or deleted, in milliseconds since 1970; 0 for never.
    pub last_modified_at: i64,
    /// The reports that were not taken.
    pub unprocessed: Vec<Unprocessed>,
    /// The reports of anomalies that were not taken.
    pub unprocessed_boosts: Vec<Unprocessed>,
}

impl Sampling {
    /// Forgets what was reported under a rule.
    pub(super) fn forget(&mut self, tenant: &Tenant, rule_name: &str) {
        if let Some(reported) = self.tenants.get_mut(tenant) {
            reported.quotas.forget(rule_name);
            reported.statistics.forget(rule_name);
            reported.boosts.forget(rule_name);
        }
    }
}

impl Store {
    /// Takes reports of a sampler, and tells it what to do.
    pub fn sampling_targets(
        &self,
        tenant: &Tenant,
        reports: &[Report],
        boost_reports: &[BoostReport],
    ) -> Result<SamplingTargets, Fault> {
        let now = self.now();
        let mut sampling = self.sampling();
        let (rules, last_modified_at) = self.read(|transaction| {
            let records = sampling_rules::all(transaction, tenant)?;
            let last = sampling_rules::last_modified_at(transaction, tenant, &records)?;
            let rules = records.into_iter().map(|record| record.rule);
            let rules: HashMap<String, SamplingRule> =
                rules.map(|rule| (rule.name.clone(), rule)).collect();
            Ok((rules, last))
        })?;
        let find = |rule_name: &str, at| taken(&rules, rule_name, at, now);
        let reported = sampling.tenants.entry(tenant.clone()).or_default();
        let mut unprocessed_boosts = Vec::new();
        for report in boost_reports {
            match find(&report.rule_name, report.at) {
                // A rule without a boost has nothing to do with the report.
                Ok(rule) => {
                    if let Some(limits) = limits(rule) {
                        let boosts = &mut reported.boosts;
                        boosts.report(&rule.name, report.anomalies, limits, now);
                    }
                }
                Err(refusal) => unprocessed_boosts.push(refusal),
            }
        }
        let (mut targets, mut unprocessed) = (Vec::new(), Vec::new());
        for report in reports {
            match find(&report.rule_name, report.at) {
                Ok(rule) => targets.push(reported.target(rule, report, now)),
                Err(refusal) => unprocessed.push(refusal),
            }
        }
        Ok(SamplingTargets {
            targets,
            last_modified_at,
            unprocessed,
            unprocessed_boosts,
        })
    }

    /// What was reported in the last half hour, by rule and then by time.
    pub fn sampling_statistic_summaries(
        &self,
        tenant: &Tenant,
        page: &PageRequest,
    ) -> Result<Page<Summary>, Fault> {
        let now = self.now();
        let sampling = self.sampling();
        let rules = self.read(|transaction| sampling_rules::all(transaction, tenant))?;
        // Another process on the same store may have deleted rules.
        let exists = |name: &str| rules.iter().any(|record| record.rule.name == name);
        let mut items = sampling
            .tenants
            .get(tenant)
            .map(|reported| reported.statistics.summaries(now))
            .unwrap_or_default();
        drop(sampling);
        items.retain(|summary| exists(&summary.rule_name));
        Listing {
            query: tenant.arn("xray", "sampling-statistic-summaries"),
            items,
            // Names have no control characters, so that the keys are in the order of the items.
            key: |summary: &Summary| {
                format!("{}\0{:020}", summary.rule_name, summary.at.as_second())
            },
            descending: false,
        }
        .page(page.token.as_deref(), PAGE.min(self.page_limit))
        .map_err(|InvalidToken| Fault::invalid_request("Invalid NextToken"))
    }

    fn now(&self) -> Timestamp {
        Timestamp::from_millisecond(self.clock.now()).unwrap_or_default()
    }
}

impl Reported {
    fn target(&mut self, rule: &SamplingRule, report: &Report, now: Timestamp) -> SamplingTarget {
        self.statistics.add(&rule.name, report.counts, now);
        let reservoir = u32::try_from(rule.reservoir_size).unwrap_or_default();
        let requests = report.counts.requests;
        let share = self
            .quotas
            .share(&rule.name, &report.client_id, requests, reservoir, now);
        SamplingTarget {
            target: Target {
                rule_name: rule.name.clone(),
                fixed_rate: rule.fixed_rate,
                quota: Some(share.per_second),
                quota_expires_at: Some(share.expires_at),
                interval: Some(INTERVAL),
            },
            boost: limits(rule).and_then(|limits| self.boosts.current(&rule.name, limits, now)),
        }
    }
}

/// The rule of a report, unless the report cannot be taken.
fn taken<'rules>(
    rules: &'rules HashMap<String, SamplingRule>,
    rule_name: &str,
    at: Timestamp,
    now: Timestamp,
) -> Result<&'rules SamplingRule, Unprocessed> {
    let refuse = |code, message| Unprocessed {
        rule_name: rule_name.to_owned(),
        code,
        message,
    };
    let Some(rule) = rules.get(rule_name) else {
        let message = format!("Sampling rule {rule_name} does not exist; fetch the rules again");
        return Err(refuse(GONE, message));
    };
    let age = now.duration_since(at);
    if age > OLDEST_REPORT {
        let message = format!(
            "The document is {} seconds old, and more than {} are too old; is the sampler's clock right?",
            age.as_secs(),
            OLDEST_REPORT.as_secs()
        );
        return Err(refuse(TOO_OLD, message));
    }
    Ok(rule)
}

/// What a rule says about boosts, if it has any.
fn limits(rule: &SamplingRule) -> Option<Limits> {
    rule.boost.map(|boost| Limits {
        fixed_rate: rule.fixed_rate,
        max_rate: boost.max_rate,
        // The API takes 32 bits of minutes.
        cooldown: SignedDuration::from_secs(boost.cooldown_window_minutes.saturating_mul(60)),
    })
}
