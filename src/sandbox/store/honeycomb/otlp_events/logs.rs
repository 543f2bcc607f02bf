//! A log record becomes an event.

use std::borrow::Cow;

use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::logs::v1::LogRecord;

use super::super::event::{Field, HoneycombEvent};
use super::super::names;
use super::{Arrived, Visit, attributes, ids, integer, moment, sample_rate, text};

/// Gives the events of a request.
pub(super) fn visit(
    request: &ExportLogsServiceRequest,
    arrived: Arrived<'_>,
    visit: &mut Visit<'_>,
) {
    for of_resource in &request.resource_logs {
        let resource =
            super::resource_fields(of_resource.resource.as_ref(), &of_resource.schema_url);
        let dataset = names::of_logs(super::service(&resource), arrived.dataset);
        for of_scope in &of_resource.scope_logs {
            let scope = super::scope_fields(of_scope.scope.as_ref(), &of_scope.schema_url);
            for record in &of_scope.log_records {
                visit(&dataset, &event(record, &resource, &scope, arrived));
            }
        }
    }
}

fn event<'a>(
    record: &'a LogRecord,
    resource: &'a [Field<'a>],
    scope: &'a [Field<'a>],
    arrived: Arrived<'_>,
) -> HoneycombEvent<'a> {
    let mut fields = vec![
        text("severity", severity(record.severity_number)),
        integer("severity_code", record.severity_number),
        text("meta.signal_type", "log"),
        integer("flags", record.flags),
    ];
    if !record.trace_id.is_empty() {
        let id = ids::trace_id(&record.trace_id);
        fields.push(("trace.trace_id".into(), super::FieldValue::text(id)));
        fields.push(text("meta.annotation_type", "span_event"));
    }
    if !record.span_id.is_empty() {
        let id = ids::hex(&record.span_id);
        fields.push(("trace.parent_id".into(), super::FieldValue::text(id)));
    }
    if !record.severity_text.is_empty() {
        fields.push(text("severity_text", &record.severity_text));
    }
    if !record.event_name.is_empty() {
        fields.push(text("event.name", &record.event_name));
    }
    if let Some(body) = &record.body {
        attributes::add_value(&mut fields, Cow::Borrowed("body"), body, 0);
        if !fields.iter().any(|(name, _)| name == "body") {
            fields.push(("body".into(), attributes::as_json(body)));
        }
    }
    let around = resource.iter().chain(scope);
    fields.extend(around.map(|(name, value)| (name.as_ref().into(), value.borrowed())));
    attributes::add(&mut fields, &record.attributes);
    let sample_rate = sample_rate::take(&mut fields, "");
    // A record need not say when it happened, only when it was seen.
    let time = [record.time_unix_nano, record.observed_time_unix_nano]
        .into_iter()
        .find(|time| *time > 0)
        .map_or_else(|| arrived.at.saturating_mul(1_000_000), moment);
    HoneycombEvent {
        time,
        sample_rate,
        fields,
    }
}

/// The first of the four numbers of a level is its name.
fn severity(number: i32) -> &'static str {
    match number {
        1..=4 => "trace",
        5..=8 => "debug",
        9..=12 => "info",
        13..=16 => "warn",
        17..=20 => "error",
        21..=24 => "fatal",
        _ => "unspecified",
    }
}
