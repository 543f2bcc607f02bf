//! A trace of a search, with all that X-Ray says of it.

use std::collections::BTreeMap;

use serde::Serialize;

use super::super::health::word;
use super::{length, outcome, timestamp};
use crate::trace::summary::{CauseService, Given, RootCause, ServiceId, Summary};
use crate::trace::{AnnotationValue, Outcome};

/// One trace.
#[derive(Debug, Serialize)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "they are the members that the API has"
)]
pub(super) struct Trace {
    #[serde(rename = "trace_id")]
    pub(super) id: String,
    pub(super) start: Option<jiff::Timestamp>,
    /// `ok`, `error`, `throttle`, `fault` or `in_progress`.
    status: &'static str,
    #[serde(skip)]
    pub(super) outcome: Option<Outcome>,
    pub(super) method: Option<String>,
    pub(super) url: Option<String>,
    http_status: Option<i64>,
    pub(super) response_time_seconds: Option<f64>,
    pub(super) duration_seconds: f64,
    pub(super) entry_point: Option<Service>,
    has_fault: bool,
    has_error: bool,
    has_throttle: bool,
    in_progress: bool,
    user_agent: Option<String>,
    client_ip: Option<String>,
    annotations: BTreeMap<String, Vec<Value>>,
    users: Vec<Value>,
    services: Vec<Service>,
    resource_arns: Vec<String>,
    instance_ids: Vec<String>,
    availability_zones: Vec<String>,
    fault_root_causes: Vec<Cause>,
    error_root_causes: Vec<Cause>,
    response_time_root_causes: Vec<Cause>,
}

#[derive(Debug, Serialize)]
pub(super) struct Service {
    pub(super) name: String,
    #[serde(rename = "type")]
    kind: Option<String>,
    account_id: Option<String>,
}

#[derive(Debug, Serialize)]
struct Value {
    value: serde_json::Value,
    services: Vec<Service>,
}

#[derive(Debug, Serialize)]
struct Cause {
    client_impacting: bool,
    services: Vec<Step>,
}

#[derive(Debug, Serialize)]
struct Step {
    #[serde(flatten)]
    service: Service,
    inferred: bool,
    path: Vec<Entity>,
}

#[derive(Debug, Serialize)]
struct Entity {
    name: String,
    remote: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    coverage: Option<f64>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    exceptions: Vec<Exception>,
}

#[derive(Debug, Serialize)]
struct Exception {
    name: Option<String>,
    message: Option<String>,
}

impl From<Summary> for Trace {
    fn from(summary: Summary) -> Self {
        let http = summary.http.clone().unwrap_or_default();
        Self {
            id: summary.id.to_string(),
            start: timestamp(summary.start),
            status: match outcome(&summary) {
                Some(outcome) => word(outcome),
                None => "in_progress",
            },
            outcome: outcome(&summary),
            method: http.method,
            url: http.url,
            http_status: http.status,
            response_time_seconds: summary.response_time.map(length),
            duration_seconds: length(summary.duration),
            entry_point: summary.entry_point.map(Service::from),
            has_fault: summary.has_fault,
            has_error: summary.has_error,
            has_throttle: summary.has_throttle,
            in_progress: summary.is_partial,
            user_agent: http.user_agent,
            client_ip: http.client_ip,
            annotations: summary
                .annotations
                .into_iter()
                .map(|(key, values)| {
                    let values = values.into_iter().map(|given| Value::of(given, annotation));
                    (key, values.collect())
                })
                .collect(),
            users: summary
                .users
                .into_iter()
                .map(|given| Value::of(given, serde_json::Value::String))
                .collect(),
            services: services(summary.services),
            resource_arns: summary.resource_arns,
            instance_ids: summary.instance_ids,
            availability_zones: summary.availability_zones,
            fault_root_causes: causes(summary.fault_root_causes),
            error_root_causes: causes(summary.error_root_causes),
            response_time_root_causes: causes(summary.response_time_root_causes),
        }
    }
}

impl From<ServiceId> for Service {
    fn from(service: ServiceId) -> Self {
        Self {
            name: service.name,
            kind: service.kind,
            account_id: service.account_id,
        }
    }
}

impl Value {
    fn of<T>(given: Given<T>, value: impl Fn(T) -> serde_json::Value) -> Self {
        Self {
            value: value(given.value),
            services: services(given.services),
        }
    }
}

fn annotation(value: AnnotationValue) -> serde_json::Value {
    match value {
        AnnotationValue::String(text) => text.into(),
        AnnotationValue::Number(number) => number.into(),
        AnnotationValue::Boolean(boolean) => boolean.into(),
    }
}

fn services(services: Vec<ServiceId>) -> Vec<Service> {
    services.into_iter().map(Service::from).collect()
}

fn causes(causes: Vec<RootCause>) -> Vec<Cause> {
    causes
        .into_iter()
        .map(|cause| Cause {
            client_impacting: cause.client_impacting,
            services: cause.services.into_iter().map(Step::from).collect(),
        })
        .collect()
}

impl From<CauseService> for Step {
    fn from(step: CauseService) -> Self {
        Self {
            service: step.service.into(),
            inferred: step.inferred,
            path: step
                .path
                .into_iter()
                .map(|entity| Entity {
                    name: entity.name,
                    remote: entity.remote,
                    coverage: entity.coverage,
                    exceptions: entity
                        .exceptions
                        .into_iter()
                        .map(|exception| Exception {
                            name: exception.class,
                            message: exception.message,
                        })
                        .collect(),
                })
                .collect(),
        }
    }
}
