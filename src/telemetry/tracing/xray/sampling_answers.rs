//! What samplers and X-Ray say to each other, as JSON.
//!
//! <https://docs.aws.amazon.com/xray/latest/api/API_GetSamplingTargets.html>

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::xray::sampling::report::{Report, Target};
use crate::xray::sampling_rule::SamplingRule;

/// One page of rules.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct RulesPage {
    sampling_rule_records: Vec<Record>,
    /// Where the next page begins.
    pub(super) next_token: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Record {
    sampling_rule: Rule,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Rule {
    #[serde(rename = "RuleName")]
    name: String,
    #[serde(rename = "RuleARN")]
    arn: Option<String>,
    #[serde(rename = "ResourceARN")]
    resource_arn: Option<String>,
    priority: i32,
    fixed_rate: f64,
    reservoir_size: i32,
    service_name: Option<String>,
    service_type: Option<String>,
    host: Option<String>,
    #[serde(rename = "HTTPMethod")]
    http_method: Option<String>,
    #[serde(rename = "URLPath")]
    url_path: Option<String>,
    version: i32,
    attributes: Option<BTreeMap<String, String>>,
}

/// What a report is answered with.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct TargetsAnswer {
    sampling_target_documents: Vec<TargetDocument>,
    last_rule_modification: Option<f64>,
    unprocessed_statistics: Option<Vec<Unprocessed>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct TargetDocument {
    rule_name: String,
    fixed_rate: f64,
    reservoir_quota: Option<u32>,
    #[serde(rename = "ReservoirQuotaTTL")]
    reservoir_quota_ttl: Option<f64>,
    interval: Option<u32>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Unprocessed {
    error_code: Option<String>,
}

/// What is reported.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct ReportsRequest<'a> {
    sampling_statistics_documents: Vec<Statistics<'a>>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Statistics<'a> {
    rule_name: &'a str,
    #[serde(rename = "ClientID")]
    client_id: &'a str,
    request_count: u64,
    borrow_count: u64,
    sampled_count: u64,
    timestamp: i64,
}

/// The request for a page of rules.
pub(super) fn rules_request(token: Option<&str>) -> Vec<u8> {
    match token {
        None => b"{}".to_vec(),
        Some(token) => serde_json::json!({"NextToken": token})
            .to_string()
            .into_bytes(),
    }
}

/// The request that reports.
pub(super) fn reports_request(reports: &[Report]) -> Vec<u8> {
    let documents = reports.iter().map(|report| Statistics {
        rule_name: &report.rule_name,
        client_id: report.client_id.as_str(),
        request_count: report.counts.requests,
        borrow_count: report.counts.borrowed,
        sampled_count: report.counts.sampled,
        timestamp: report.at.as_second(),
    });
    let request = ReportsRequest {
        sampling_statistics_documents: documents.collect(),
    };
    serde_json::to_vec(&request).unwrap_or_default()
}

impl RulesPage {
    /// The rules of the page.
    pub(super) fn rules(self) -> impl Iterator<Item = SamplingRule> {
        let all = || "*".to_owned();
        self.sampling_rule_records.into_iter().map(move |record| {
            let rule = record.sampling_rule;
            SamplingRule {
                name: rule.name,
                arn: rule.arn.unwrap_or_default(),
                resource_arn: rule.resource_arn.unwrap_or_else(all),
                priority: rule.priority,
                fixed_rate: rule.fixed_rate,
                reservoir_size: rule.reservoir_size,
                service_name: rule.service_name.unwrap_or_else(all),
                // Without one the SDKs do not heed a rule, and neither do we.
                service_type: rule.service_type.unwrap_or_default(),
                host: rule.host.unwrap_or_else(all),
                http_method: rule.http_method.unwrap_or_else(all),
                url_path: rule.url_path.unwrap_or_else(all),
                version: rule.version,
                attributes: rule.attributes.unwrap_or_default(),
                boost: None,
            }
        })
    }
}

impl TargetsAnswer {
    /// What to do from now on.
    pub(super) fn targets(&self) -> Vec<Target> {
        let documents = self.sampling_target_documents.iter();
        documents
            .map(|document| Target {
                rule_name: document.rule_name.clone(),
                fixed_rate: document.fixed_rate,
                quota: document.reservoir_quota,
                quota_expires_at: document.reservoir_quota_ttl.and_then(timestamp),
                interval: document.interval,
            })
            .collect()
    }

    /// When a rule was changed last.
    pub(super) fn last_modification(&self) -> Option<Timestamp> {
        self.last_rule_modification.and_then(timestamp)
    }

    /// Whether something was reported that X-Ray knows nothing of: the rules are stale.
    pub(super) fn has_unknown(&self) -> bool {
        let unprocessed = self.unprocessed_statistics.iter().flatten();
        unprocessed
            .filter_map(|each| each.error_code.as_deref())
            .any(|code| code.starts_with('4'))
    }
}

fn timestamp(seconds: f64) -> Option<Timestamp> {
    if !(0.0..1e11).contains(&seconds) {
        return None;
    }
    #[expect(
        clippy::cast_possible_truncation,
        reason = "milliseconds of 3,000 years fit"
    )]
    let milliseconds = (seconds * 1e3) as i64;
    Timestamp::from_millisecond(milliseconds).ok()
}
