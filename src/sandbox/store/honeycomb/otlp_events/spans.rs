//! A span becomes an event, and so does each of its events and links.

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue};
use opentelemetry_proto::tonic::trace::v1::span::{Event, Link, SpanKind};
use opentelemetry_proto::tonic::trace::v1::{Span, status::StatusCode};

use super::super::event::{Field, FieldValue, HoneycombEvent};
use super::super::names;
use super::{Arrived, Visit, attributes, ids, integer, moment, sample_rate, text};

/// Gives the events of a request: a span's events and links before the span.
pub(super) fn visit(
    request: &ExportTraceServiceRequest,
    arrived: Arrived<'_>,
    visit: &mut Visit<'_>,
) {
    for of_resource in &request.resource_spans {
        let resource =
            super::resource_fields(of_resource.resource.as_ref(), &of_resource.schema_url);
        let dataset = names::of_spans(
            super::service(&resource),
            arrived.dataset,
            arrived.is_classic,
        );
        for of_scope in &of_resource.scope_spans {
            let scope = super::scope_fields(of_scope.scope.as_ref(), &of_scope.schema_url);
            let around: Vec<Field<'_>> = resource.iter().chain(&scope).map(borrowed).collect();
            for span in &of_scope.spans {
                visit_span(span, &around, &mut |event| visit(&dataset, event));
            }
        }
    }
}

fn borrowed<'f>((name, value): &'f Field<'_>) -> Field<'f> {
    (name.as_ref().into(), value.borrowed())
}

/// What a span's own event and those of its events and links have in common.
struct Around<'a> {
    span: &'a Span,
    trace_id: String,
    span_id: String,
    failed: bool,
    sample_rate: u32,
    /// The fields of resource and scope.
    fields: &'a [Field<'a>],
}

fn visit_span(span: &Span, around: &[Field<'_>], give: &mut dyn FnMut(&HoneycombEvent<'_>)) {
    let status = span.status.as_ref();
    let failed = status.is_some_and(|status| status.code == StatusCode::Error as i32);
    let trace_id = ids::trace_id(&span.trace_id);
    let span_id = ids::hex(&span.span_id);
    let parent_id = ids::hex(&span.parent_span_id);
    let kind = kind(span.kind);
    let mut fields: Vec<Field<'_>> = Vec::with_capacity(16 + around.len() + span.attributes.len());
    fields.extend([
        text("trace.trace_id", &trace_id),
        text("trace.span_id", &span_id),
        text("type", kind),
        text("span.kind", kind),
        text("name", &span.name),
        integer("status_code", status.map_or(0, |status| status.code)),
        integer("span.num_links", count(span.links.len())),
        integer("span.num_events", count(span.events.len())),
        text("meta.signal_type", "trace"),
    ]);
    match milliseconds(span.start_time_unix_nano, span.end_time_unix_nano) {
        Some(duration) => fields.push(("duration_ms".into(), FieldValue::Float(duration))),
        None => fields.extend([
            ("duration_ms".into(), FieldValue::Float(0.0)),
            ("meta.invalid_duration".into(), FieldValue::Boolean(true)),
        ]),
    }
    if !parent_id.is_empty() {
        fields.push(text("trace.parent_id", &parent_id));
    }
    if !span.trace_state.is_empty() {
        fields.push(text("trace.trace_state", &span.trace_state));
    }
    if failed {
        fields.push(("error".into(), FieldValue::Boolean(true)));
    }
    if let Some(status) = status.filter(|status| !status.message.is_empty()) {
        fields.push(text("status_message", &status.message));
    }
    fields.extend(around.iter().map(borrowed));
    attributes::add(&mut fields, &span.attributes);
    let sample_rate = sample_rate::take(&mut fields, &span.trace_state);
    copy_exception(&mut fields, &span.events);
    let about = Around {
        span,
        trace_id: trace_id.clone(),
        span_id: span_id.clone(),
        failed,
        sample_rate,
        fields: around,
    };
    for event in &span.events {
        give(&about.event(event));
    }
    for link in &span.links {
        give(&about.link(link));
    }
    give(&HoneycombEvent {
        time: moment(span.start_time_unix_nano),
        sample_rate,
        fields,
    });
}

impl Around<'_> {
    /// The event of a span's event.
    fn event<'e>(&'e self, event: &'e Event) -> HoneycombEvent<'e> {
        let mut fields = self.beginning("span_event");
        fields.push(text("name", &event.name));
        let since = milliseconds(self.span.start_time_unix_nano, event.time_unix_nano);
        fields.push((
            "meta.time_since_span_start_ms".into(),
            FieldValue::Float(since.unwrap_or_default()),
        ));
        if since.is_none() {
            fields.push((
                "meta.invalid_time_since_span_start".into(),
                FieldValue::Boolean(true),
            ));
        }
        self.end(fields, &event.attributes, moment(event.time_unix_nano))
    }

    /// The event of a link.
    fn link<'e>(&'e self, link: &'e Link) -> HoneycombEvent<'e> {
        let mut fields = self.beginning("link");
        for (name, id) in [
            ("trace.link.trace_id", ids::trace_id(&link.trace_id)),
            ("trace.link.span_id", ids::hex(&link.span_id)),
        ] {
            fields.push((name.into(), FieldValue::text(id)));
        }
        let time = moment(self.span.start_time_unix_nano);
        self.end(fields, &link.attributes, time)
    }

    fn beginning(&self, annotation: &'static str) -> Vec<Field<'_>> {
        vec![
            text("trace.trace_id", &self.trace_id),
            text("trace.parent_id", &self.span_id),
            text("parent_name", &self.span.name),
            text("meta.annotation_type", annotation),
            text("meta.signal_type", "trace"),
        ]
    }

    fn end<'e>(
        &'e self,
        mut fields: Vec<Field<'e>>,
        own: &'e [KeyValue],
        time: i64,
    ) -> HoneycombEvent<'e> {
        fields.extend(self.fields.iter().map(borrowed));
        attributes::add(&mut fields, own);
        if self.failed {
            fields.push(("error".into(), FieldValue::Boolean(true)));
        }
        HoneycombEvent {
            time,
            sample_rate: self.sample_rate,
            fields,
        }
    }
}

/// The first exception is told on the span too, unless the span tells its own.
fn copy_exception<'a>(fields: &mut Vec<Field<'a>>, events: &'a [Event]) {
    for event in events.iter().filter(|event| event.name == "exception") {
        for KeyValue { key, value, .. } in &event.attributes {
            let value = value.as_ref().and_then(|AnyValue { value }| value.as_ref());
            let copied = match key.as_str() {
                "exception.type" | "exception.message" | "exception.stacktrace" => match value {
                    Some(Value::StringValue(text)) => FieldValue::text(text.as_str()),
                    _ => FieldValue::text(""),
                },
                // Python sends the text "False", which is no boolean, so it is false.
                "exception.escaped" => {
                    FieldValue::Boolean(matches!(value, Some(Value::BoolValue(true))))
                }
                _ => continue,
            };
            if !fields.iter().any(|(known, _)| known == key) {
                fields.push((key.as_str().into(), copied));
            }
        }
    }
}

fn kind(kind: i32) -> &'static str {
    match SpanKind::try_from(kind) {
        Ok(SpanKind::Client) => "client",
        Ok(SpanKind::Server) => "server",
        Ok(SpanKind::Producer) => "producer",
        Ok(SpanKind::Consumer) => "consumer",
        Ok(SpanKind::Internal) => "internal",
        Ok(SpanKind::Unspecified) | Err(_) => "unspecified",
    }
}

/// How long it is from the one moment to the other; nothing if the other is earlier.
#[expect(
    clippy::cast_precision_loss,
    reason = "durations of 2^53 nanoseconds are months"
)]
fn milliseconds(from: u64, to: u64) -> Option<f64> {
    to.checked_sub(from)
        .map(|nanoseconds| nanoseconds as f64 / 1e6)
}

fn count(length: usize) -> i64 {
    i64::try_from(length).unwrap_or(i64::MAX)
}
