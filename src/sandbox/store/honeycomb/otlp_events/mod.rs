//! Events made from OTLP, as Honeycomb makes them.
//!
//! The rules are those of husky, Honeycomb's own open translator,
//! <https://github.com/honeycombio/husky>: fixed fields first, then those of the resource, of the
//! scope and of the record itself, and a later one wins. Nothing is stored in this form: payloads are
//! kept as they came, and read when somebody asks.

mod attributes;
mod ids;
mod logs;
mod metrics;
mod sample_rate;
mod spans;
#[cfg(test)]
mod tests;

use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::InstrumentationScope;
use opentelemetry_proto::tonic::resource::v1::Resource;
use prost::Message as _;

use super::event::{Field, FieldValue, HoneycombEvent};

/// Takes a dataset's name and an event.
pub(super) type Visit<'v> = dyn FnMut(&str, &HoneycombEvent<'_>) + 'v;

/// What a payload is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Payload {
    Traces,
    Logs,
    Metrics,
}

/// What is known of a payload besides its bytes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Arrived<'a> {
    /// The dataset that its header names.
    pub(super) dataset: Option<&'a str>,
    /// It was sent with a Classic key.
    pub(super) is_classic: bool,
    /// Milliseconds since 1970.
    pub(super) at: i64,
}

/// Gives the events of a payload; of one that cannot be read, none.
pub(super) fn visit(payload: Payload, body: &[u8], arrived: Arrived<'_>, visit: &mut Visit<'_>) {
    match payload {
        Payload::Traces => {
            if let Ok(request) = ExportTraceServiceRequest::decode(body) {
                spans::visit(&request, arrived, visit);
            }
        }
        Payload::Logs => {
            if let Ok(request) = ExportLogsServiceRequest::decode(body) {
                logs::visit(&request, arrived, visit);
            }
        }
        Payload::Metrics => {
            if let Ok(request) = ExportMetricsServiceRequest::decode(body) {
                metrics::visit(&request, arrived, visit);
            }
        }
    }
}

/// The fields of a resource.
fn resource_fields<'a>(resource: Option<&'a Resource>, schema_url: &'a str) -> Vec<Field<'a>> {
    let mut fields = Vec::new();
    if let Some(resource) = resource {
        attributes::add(&mut fields, &resource.attributes);
    }
    if !schema_url.is_empty() {
        fields.push(text("resource.schema_url", schema_url));
    }
    fields
}

/// How the scopes of instrumentation that others wrote begin, by language.
const INSTRUMENTATION: [&str; 8] = [
    "io.opentelemetry",
    "opentelemetry.instrumentation",
    "OpenTelemetry.Instrumentation",
    "OpenTelemetry::Instrumentation",
    "go.opentelemetry.io/contrib/instrumentation",
    "@opentelemetry/instrumentation",
    "@honeycombio/instrumentation",
    "@honeycombio/opentelemetry",
];

/// The fields of a scope.
fn scope_fields<'a>(
    scope: Option<&'a InstrumentationScope>,
    schema_url: &'a str,
) -> Vec<Field<'a>> {
    let mut fields = Vec::new();
    if let Some(scope) = scope {
        if !scope.name.is_empty() {
            fields.push(text("library.name", &scope.name));
            if INSTRUMENTATION
                .iter()
                .any(|prefix| scope.name.starts_with(prefix))
            {
                fields.push((
                    "telemetry.instrumentation_library".into(),
                    FieldValue::Boolean(true),
                ));
            }
        }
        if !scope.version.is_empty() {
            fields.push(text("library.version", &scope.version));
        }
        attributes::add(&mut fields, &scope.attributes);
    }
    if !schema_url.is_empty() {
        fields.push(text("scope.schema_url", schema_url));
    }
    fields
}

/// The service of a resource, if its name is a text.
fn service<'f>(fields: &'f [Field<'_>]) -> Option<&'f str> {
    let (_, name) = fields
        .iter()
        .rev()
        .find(|(name, _)| name == "service.name")?;
    match name {
        FieldValue::Text(name) => Some(name),
        _ => None,
    }
}

fn text<'a>(name: &'static str, value: &'a str) -> Field<'a> {
    (name.into(), FieldValue::text(value))
}

fn integer(name: &'static str, value: impl Into<i64>) -> Field<'static> {
    (name.into(), FieldValue::Integer(value.into()))
}

/// A moment; beyond the year 2262 it is the last one that can be told.
fn moment(nanoseconds: u64) -> i64 {
    i64::try_from(nanoseconds).unwrap_or(i64::MAX)
}
