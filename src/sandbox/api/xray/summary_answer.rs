//! Trace summaries as X-Ray writes them.
//!
//! A list that has nothing in it is there and empty, as in AWS's own answers; a single value that
//! is not known is absent. Lengths have milliseconds, as in AWS's samples, and so have times.
//! <https://docs.aws.amazon.com/xray/latest/api/API_TraceSummary.html>

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use super::super::decode::encode;
use crate::sandbox::store::Fault;
use crate::trace::summary::{CauseEntity, CauseService, Given, RootCause, ServiceId, Summary};
use crate::trace::{AnnotationValue, Exception, Http, Time};

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
#[expect(
    clippy::struct_excessive_bools,
    reason = "they are the members that the API has"
)]
struct TraceSummary<'summary> {
    id: String,
    start_time: f64,
    duration: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    response_time: Option<f64>,
    has_fault: bool,
    has_error: bool,
    has_throttle: bool,
    is_partial: bool,
    http: AnsweredHttp<'summary>,
    annotations: BTreeMap<&'summary str, Vec<ValueWithServiceIds<'summary>>>,
    users: Vec<TraceUser<'summary>>,
    service_ids: Vec<AnsweredServiceId<'summary>>,
    #[serde(rename = "ResourceARNs")]
    resource_arns: Vec<ResourceArn<'summary>>,
    instance_ids: Vec<InstanceId<'summary>>,
    availability_zones: Vec<AvailabilityZone<'summary>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    entry_point: Option<AnsweredServiceId<'summary>>,
    fault_root_causes: Vec<AnsweredCause<'summary>>,
    error_root_causes: Vec<AnsweredCause<'summary>>,
    response_time_root_causes: Vec<AnsweredCause<'summary>>,
    revision: i32,
    #[serde(skip_serializing_if = "Option::is_none")]
    matched_event_time: Option<f64>,
}

/// `{}` where the trace began with something else than a request.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
struct AnsweredHttp<'summary> {
    #[serde(rename = "HttpURL", skip_serializing_if = "Option::is_none")]
    http_url: Option<&'summary str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    http_status: Option<i32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    http_method: Option<&'summary str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_agent: Option<&'summary str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_ip: Option<&'summary str>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct ValueWithServiceIds<'summary> {
    annotation_value: AnsweredValue<'summary>,
    service_ids: Vec<AnsweredServiceId<'summary>>,
}

/// A union: one member, named for its kind.
#[derive(Debug, Serialize)]
enum AnsweredValue<'summary> {
    #[serde(rename = "NumberValue")]
    Number(f64),
    #[serde(rename = "BooleanValue")]
    Boolean(bool),
    #[serde(rename = "StringValue")]
    String(&'summary str),
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct TraceUser<'summary> {
    user_name: &'summary str,
    service_ids: Vec<AnsweredServiceId<'summary>>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct AnsweredServiceId<'summary> {
    name: &'summary str,
    names: [&'summary str; 1],
    #[serde(skip_serializing_if = "Option::is_none")]
    account_id: Option<&'summary str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    r#type: Option<&'summary str>,
}

#[derive(Debug, Serialize)]
struct ResourceArn<'summary> {
    #[serde(rename = "ARN")]
    arn: &'summary str,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct InstanceId<'summary> {
    id: &'summary str,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct AvailabilityZone<'summary> {
    name: &'summary str,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct AnsweredCause<'summary> {
    services: Vec<AnsweredCauseService<'summary>>,
    client_impacting: bool,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct AnsweredCauseService<'summary> {
    #[serde(flatten)]
    service: AnsweredServiceId<'summary>,
    entity_path: Vec<AnsweredEntity<'summary>>,
    inferred: bool,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct AnsweredEntity<'summary> {
    name: &'summary str,
    /// Of response times alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    coverage: Option<f64>,
    /// Of faults and errors alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    exceptions: Option<Vec<AnsweredException<'summary>>>,
    remote: bool,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct AnsweredException<'summary> {
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'summary str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<&'summary str>,
}

/// One of `TraceSummaries`: a trace that has so many revisions, and that an event in it made match.
pub(super) fn trace_summary(
    summary: &Summary,
    revision: u32,
    matched_event_time: Option<Time>,
) -> Result<Value, Fault> {
    encode(&TraceSummary {
        id: summary.id.to_string(),
        start_time: milliseconds(summary.start.micros()),
        duration: milliseconds(summary.duration),
        response_time: summary.response_time.map(milliseconds),
        has_fault: summary.has_fault,
        has_error: summary.has_error,
        has_throttle: summary.has_throttle,
        is_partial: summary.is_partial,
        http: summary.http.as_ref().map(http).unwrap_or_default(),
        annotations: summary
            .annotations
            .iter()
            .map(|(key, values)| (key.as_str(), each(values, annotation)))
            .collect(),
        users: each(&summary.users, user),
        service_ids: service_ids(&summary.services),
        resource_arns: each(&summary.resource_arns, |arn| ResourceArn { arn }),
        instance_ids: each(&summary.instance_ids, |id| InstanceId { id }),
        availability_zones: each(&summary.availability_zones, |name| AvailabilityZone {
            name,
        }),
        entry_point: summary.entry_point.as_ref().map(service_id),
        fault_root_causes: causes(&summary.fault_root_causes, failed_entity),
        error_root_causes: causes(&summary.error_root_causes, failed_entity),
        response_time_root_causes: causes(&summary.response_time_root_causes, slow_entity),
        revision: i32::try_from(revision).unwrap_or(i32::MAX),
        matched_event_time: matched_event_time.map(|time| milliseconds(time.micros())),
    })
}

fn each<'summary, T, U>(items: &'summary [T], encode: impl Fn(&'summary T) -> U) -> Vec<U> {
    items.iter().map(encode).collect()
}

fn http(http: &Http) -> AnsweredHttp<'_> {
    AnsweredHttp {
        http_url: http.url.as_deref(),
        http_status: http.status.and_then(|status| i32::try_from(status).ok()),
        http_method: http.method.as_deref(),
        user_agent: http.user_agent.as_deref(),
        client_ip: http.client_ip.as_deref(),
    }
}

fn annotation(given: &Given<AnnotationValue>) -> ValueWithServiceIds<'_> {
    ValueWithServiceIds {
        annotation_value: match &given.value {
            AnnotationValue::Number(number) => AnsweredValue::Number(*number),
            AnnotationValue::Boolean(boolean) => AnsweredValue::Boolean(*boolean),
            AnnotationValue::String(text) => AnsweredValue::String(text),
        },
        service_ids: service_ids(&given.services),
    }
}

fn user(given: &Given<String>) -> TraceUser<'_> {
    TraceUser {
        user_name: &given.value,
        service_ids: service_ids(&given.services),
    }
}

fn service_ids(services: &[ServiceId]) -> Vec<AnsweredServiceId<'_>> {
    each(services, service_id)
}

fn service_id(service: &ServiceId) -> AnsweredServiceId<'_> {
    AnsweredServiceId {
        name: &service.name,
        names: [&service.name],
        account_id: service.account_id.as_deref(),
        r#type: service.kind.as_deref(),
    }
}

fn causes<'summary>(
    causes: &'summary [RootCause],
    entity: impl Fn(&'summary CauseEntity) -> AnsweredEntity<'summary>,
) -> Vec<AnsweredCause<'summary>> {
    each(causes, |cause| AnsweredCause {
        services: each(&cause.services, |on_the_way: &CauseService| {
            AnsweredCauseService {
                service: service_id(&on_the_way.service),
                entity_path: each(&on_the_way.path, &entity),
                inferred: on_the_way.inferred,
            }
        }),
        client_impacting: cause.client_impacting,
    })
}

fn failed_entity(entity: &CauseEntity) -> AnsweredEntity<'_> {
    AnsweredEntity {
        name: &entity.name,
        coverage: None,
        exceptions: Some(each(&entity.exceptions, exception)),
        remote: entity.remote,
    }
}

fn exception(exception: &Exception) -> AnsweredException<'_> {
    AnsweredException {
        name: exception.class.as_deref(),
        message: exception.message.as_deref(),
    }
}

fn slow_entity(entity: &CauseEntity) -> AnsweredEntity<'_> {
    AnsweredEntity {
        name: &entity.name,
        coverage: Some(entity.coverage.unwrap_or_default()),
        exceptions: None,
        remote: entity.remote,
    }
}

/// Microseconds as seconds, rounded to milliseconds.
fn milliseconds(micros: i64) -> f64 {
    #[expect(
        clippy::cast_precision_loss,
        reason = "milliseconds of ten thousand years fit"
    )]
    let milliseconds = micros.saturating_add(500).div_euclid(1000) as f64;
    milliseconds / 1e3
}
