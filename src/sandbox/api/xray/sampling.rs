//! What samplers report and what they are told, on the wire.
//!
//! Samplers differ in what they need of an answer. The SDK for Python fails without
//! `SamplingTargetDocuments` and `LastRuleModification`; the one for Node takes a
//! `LastRuleModification` of 0 for a broken answer
//! (<https://github.com/aws/aws-xray-sdk-node/blob/master/packages/core/lib/middleware/sampling/service_connector.js>);
//! OpenTelemetry's for Java needs every list.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::super::constraint::Constraints;
use super::super::decode::{Object, decode, encode};
use super::{constraints, seconds};
use crate::sandbox::store::{
    BoostReport, Fault, PageRequest, SamplingTarget, Store, Tenant, Unprocessed,
};
use crate::xray::sampling::boost::{Anomalies, Boost};
use crate::xray::sampling::report::{ClientId, Counts, MOST_IN_ONE_CALL, Report};
use crate::xray::sampling::statistics::Summary;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct GetSamplingTargets {
    sampling_statistics_documents: Option<Vec<Object<StatisticsDocument>>>,
    sampling_boost_statistics_documents: Option<Vec<Object<BoostStatisticsDocument>>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct StatisticsDocument {
    rule_name: Option<String>,
    #[serde(rename = "ClientID")]
    client_id: Option<String>,
    timestamp: Option<f64>,
    request_count: Option<i64>,
    /// Required in the model, and misspelt by the sampler of AWS's own OpenTelemetry distribution
    /// for Python, which works on AWS: so it counts as 0.
    /// `distro/sampler/_sampling_statistics_document.py` of
    /// <https://github.com/aws-observability/aws-otel-python-instrumentation>
    sampled_count: Option<i64>,
    borrow_count: Option<i64>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct BoostStatisticsDocument {
    rule_name: Option<String>,
    service_name: Option<String>,
    timestamp: Option<f64>,
    anomaly_count: Option<i64>,
    total_count: Option<i64>,
    sampled_anomaly_count: Option<i64>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct GetSamplingStatisticSummaries {
    next_token: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct TargetDocument<'target> {
    rule_name: &'target str,
    fixed_rate: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    reservoir_quota: Option<i32>,
    #[serde(rename = "ReservoirQuotaTTL", skip_serializing_if = "Option::is_none")]
    reservoir_quota_ttl: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    interval: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sampling_boost: Option<SamplingBoost>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct SamplingBoost {
    boost_rate: f64,
    #[serde(rename = "BoostRateTTL")]
    boost_rate_ttl: f64,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct UnprocessedStatistics<'refusal> {
    rule_name: &'refusal str,
    error_code: &'static str,
    message: &'refusal str,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct StatisticSummary<'summary> {
    rule_name: &'summary str,
    timestamp: f64,
    request_count: i32,
    borrow_count: i32,
    sampled_count: i32,
}

pub(super) fn targets(store: &Store, tenant: &Tenant, body: &[u8]) -> Result<Value, Fault> {
    let request = decode::<GetSamplingTargets>(body)?;
    let documents = request.sampling_statistics_documents;
    let boost_documents = request.sampling_boost_statistics_documents;
    let mut constraints = constraints();
    constraints.required("SamplingStatisticsDocuments", documents.as_ref());
    for (field, count) in [
        (
            "SamplingStatisticsDocuments",
            documents.as_ref().map(Vec::len),
        ),
        (
            "SamplingBoostStatisticsDocuments",
            boost_documents.as_ref().map(Vec::len),
        ),
    ] {
        constraints.count(field, count, &(0..=MOST_IN_ONE_CALL));
    }
    let (documents, boost_documents) = (
        documents.unwrap_or_default(),
        boost_documents.unwrap_or_default(),
    );
    // More are too many already, and would only make the sentence long.
    for Object(document) in documents.iter().take(MOST_IN_ONE_CALL) {
        document.check(&mut constraints);
    }
    for Object(document) in boost_documents.iter().take(MOST_IN_ONE_CALL) {
        document.check(&mut constraints);
    }
    constraints.finish()?;
    let reports: Vec<Report> = documents
        .into_iter()
        .filter_map(|Object(document)| document.report())
        .collect();
    let boost_reports: Vec<BoostReport> = boost_documents
        .into_iter()
        .map(|Object(document)| document.report())
        .collect();
    let answer = store.sampling_targets(tenant, &reports, &boost_reports)?;
    let documents: Vec<_> = answer.targets.iter().map(target_document).collect();
    Ok(json!({
        "SamplingTargetDocuments": encode(&documents)?,
        // Rules that were never changed are those of the first second, not of no time at all.
        "LastRuleModification": seconds(answer.last_modified_at).max(1.0),
        "UnprocessedStatistics": unprocessed(&answer.unprocessed)?,
        "UnprocessedBoostStatistics": unprocessed(&answer.unprocessed_boosts)?,
    }))
}

pub(super) fn summaries(store: &Store, tenant: &Tenant, body: &[u8]) -> Result<Value, Fault> {
    let request = decode::<GetSamplingStatisticSummaries>(body)?;
    let request = PageRequest {
        token: request.next_token,
        limit: None,
    };
    let page = store.sampling_statistic_summaries(tenant, &request)?;
    let summaries: Vec<_> = page.items.iter().map(statistic_summary).collect();
    let mut answer = json!({ "SamplingStatisticSummaries": encode(&summaries)? });
    if let Some(token) = page.next_token {
        answer["NextToken"] = json!(token);
    }
    Ok(answer)
}

impl StatisticsDocument {
    fn check(&self, constraints: &mut Constraints) {
        let field = |name| format!("SamplingStatisticsDocuments.member.{name}");
        check_common(
            constraints,
            &field,
            self.rule_name.as_deref(),
            self.timestamp,
        );
        constraints.required(&field("ClientID"), self.client_id.as_ref());
        constraints.length(&field("ClientID"), self.client_id.as_deref(), &(24..=24));
        constraints.required(&field("RequestCount"), self.request_count.as_ref());
        check_count(constraints, &field("RequestCount"), self.request_count);
        check_count(constraints, &field("SampledCount"), self.sampled_count);
        check_count(constraints, &field("BorrowCount"), self.borrow_count);
    }

    /// Always a report, once the document has been checked.
    fn report(self) -> Option<Report> {
        Some(Report {
            rule_name: self.rule_name?,
            client_id: ClientId::read(&self.client_id?)?,
            at: timestamp(self.timestamp?),
            counts: Counts {
                requests: count(self.request_count),
                sampled: count(self.sampled_count),
                borrowed: count(self.borrow_count),
            },
        })
    }
}

impl BoostStatisticsDocument {
    fn check(&self, constraints: &mut Constraints) {
        let field = |name| format!("SamplingBoostStatisticsDocuments.member.{name}");
        check_common(
            constraints,
            &field,
            self.rule_name.as_deref(),
            self.timestamp,
        );
        constraints.required(&field("ServiceName"), self.service_name.as_ref());
        constraints.length(
            &field("ServiceName"),
            self.service_name.as_deref(),
            &(0..=64),
        );
        for (name, count) in [
            ("AnomalyCount", self.anomaly_count),
            ("TotalCount", self.total_count),
            ("SampledAnomalyCount", self.sampled_anomaly_count),
        ] {
            constraints.required(&field(name), count.as_ref());
            check_count(constraints, &field(name), count);
        }
    }

    fn report(self) -> BoostReport {
        BoostReport {
            rule_name: self.rule_name.unwrap_or_default(),
            at: timestamp(self.timestamp.unwrap_or_default()),
            anomalies: Anomalies {
                count: count(self.anomaly_count),
                sampled: count(self.sampled_anomaly_count),
            },
        }
    }
}

fn check_common(
    constraints: &mut Constraints,
    field: &impl Fn(&'static str) -> String,
    rule_name: Option<&str>,
    timestamp: Option<f64>,
) {
    constraints.required(&field("RuleName"), rule_name.as_ref());
    constraints.length(&field("RuleName"), rule_name, &(1..=32));
    constraints.required(&field("Timestamp"), timestamp.as_ref());
}

fn check_count(constraints: &mut Constraints, field: &str, count: Option<i64>) {
    constraints.range(field, count, &(0..=i64::from(i32::MAX)));
}

fn count(count: Option<i64>) -> u64 {
    count
        .and_then(|count| u64::try_from(count).ok())
        .unwrap_or_default()
}

/// The second of a time; one that is beyond all calendars is the last or the first there is.
fn timestamp(seconds: f64) -> Timestamp {
    #[expect(clippy::cast_possible_truncation, reason = "a cast saturates")]
    let second = seconds.floor() as i64;
    let beyond = if second < 0 {
        Timestamp::MIN
    } else {
        Timestamp::MAX
    };
    Timestamp::from_second(second).unwrap_or(beyond)
}

fn target_document(answered: &SamplingTarget) -> TargetDocument<'_> {
    let target = &answered.target;
    TargetDocument {
        rule_name: &target.rule_name,
        fixed_rate: target.fixed_rate,
        reservoir_quota: target
            .quota
            .map(|quota| i32::try_from(quota).unwrap_or(i32::MAX)),
        reservoir_quota_ttl: target.quota_expires_at.map(whole_seconds),
        interval: target.interval,
        sampling_boost: answered
            .boost
            .map(|Boost { rate, expires_at }| SamplingBoost {
                boost_rate: rate,
                boost_rate_ttl: whole_seconds(expires_at),
            }),
    }
}

fn unprocessed(refusals: &[Unprocessed]) -> Result<Value, Fault> {
    let refused = |refusal: &Unprocessed| -> Result<Value, Fault> {
        encode(&UnprocessedStatistics {
            rule_name: &refusal.rule_name,
            error_code: refusal.code,
            message: &refusal.message,
        })
    };
    refusals.iter().map(refused).collect()
}

fn statistic_summary(summary: &Summary) -> StatisticSummary<'_> {
    let fitting = |count| i32::try_from(count).unwrap_or(i32::MAX);
    StatisticSummary {
        rule_name: &summary.rule_name,
        timestamp: whole_seconds(summary.at),
        request_count: fitting(summary.counts.requests),
        borrow_count: fitting(summary.counts.borrowed),
        sampled_count: fitting(summary.counts.sampled),
    }
}

fn whole_seconds(time: Timestamp) -> f64 {
    seconds(time.as_millisecond())
}
