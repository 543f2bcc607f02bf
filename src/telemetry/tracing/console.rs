//! Spans for people: one indented JSON object each, in the form of Python's console exporter.

use std::sync::Arc;

use jiff::Timestamp;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue, any_value};
use opentelemetry_proto::tonic::trace::v1::span::SpanKind;
use opentelemetry_proto::tonic::trace::v1::status::StatusCode;
use opentelemetry_proto::tonic::trace::v1::{ScopeSpans, Span};
use opentelemetry_sdk::Resource;
use prost::Message as _;
use serde::Serialize as _;
use serde_json::{Map, Value, json};
use tokio_util::sync::CancellationToken;

use super::books::{Account as _, Books};
use super::otlp::EncodedSpan;
use super::settings::Console;
use crate::trace::Hexadecimal;

/// How many spans may wait to be printed.
pub(super) const QUEUE: usize = 2048;

/// Prints spans as they come, until told to stop, and then until nothing waits.
pub(super) async fn run(
    books: Arc<Books<EncodedSpan>>,
    console: Console,
    resource: Resource,
    cancel: CancellationToken,
) {
    let about = opentelemetry_proto::transform::common::tonic::ResourceAttributesWithSchema::from(
        &resource,
    );
    let resource = json!({
        "attributes": attributes(&about.attributes.0),
        "schema_url": resource.schema_url().unwrap_or_default(),
    });
    loop {
        let spans = books.take();
        let number = spans.len();
        for span in spans {
            // What is decoded is what was encoded a moment ago.
            let decoded = ScopeSpans::decode(span.bytes()).unwrap_or_default();
            for span in decoded.spans {
                console.write(&text(&span, &resource));
            }
        }
        books.sent(number);
        if number > 0 {
            continue;
        }
        tokio::select! {
            () = books.batch() => {}
            () = cancel.cancelled() => {
                // What came in between is still printed.
                if books.totals().waiting == 0 {
                    return;
                }
            }
        }
    }
}

/// One span.
fn text(span: &Span, resource: &Value) -> String {
    let status = span.status.clone().unwrap_or_default();
    let mut shown = json!({"status_code": match status.code() {
        StatusCode::Unset => "UNSET",
        StatusCode::Ok => "OK",
        StatusCode::Error => "ERROR",
    }});
    if !status.message.is_empty() {
        shown["description"] = json!(status.message);
    }
    let kind = match span.kind() {
        SpanKind::Unspecified | SpanKind::Internal => "SpanKind.INTERNAL",
        SpanKind::Server => "SpanKind.SERVER",
        SpanKind::Client => "SpanKind.CLIENT",
        SpanKind::Producer => "SpanKind.PRODUCER",
        SpanKind::Consumer => "SpanKind.CONSUMER",
    };
    let parent = (!span.parent_span_id.is_empty()).then(|| id(&span.parent_span_id));
    let events = span.events.iter().map(|event| {
        json!({
            "name": event.name,
            "timestamp": time(event.time_unix_nano),
            "attributes": attributes(&event.attributes),
        })
    });
    let links = span.links.iter().map(|link| {
        json!({
            "context": context(&link.trace_id, &link.span_id, &link.trace_state),
            "attributes": attributes(&link.attributes),
        })
    });
    indented(&json!({
        "name": span.name,
        "context": context(&span.trace_id, &span.span_id, &span.trace_state),
        "kind": kind,
        "parent_id": parent,
        "start_time": time(span.start_time_unix_nano),
        "end_time": time(span.end_time_unix_nano),
        "status": shown,
        "attributes": attributes(&span.attributes),
        "events": events.collect::<Vec<Value>>(),
        "links": links.collect::<Vec<Value>>(),
        "resource": resource,
    }))
}

fn context(trace: &[u8], span: &[u8], state: &str) -> Value {
    json!({
        "trace_id": id(trace),
        "span_id": id(span),
        "trace_state": trace_state(state),
    })
}

fn id(bytes: &[u8]) -> String {
    let digits = bytes
        .iter()
        .map(|byte| Hexadecimal::<2>::of((*byte).into()).as_str().to_owned());
    format!("0x{}", digits.collect::<String>())
}

/// Four blanks a level, as Python prints it.
fn indented(value: &Value) -> String {
    let mut bytes = Vec::new();
    let formatter = serde_json::ser::PrettyFormatter::with_indent(b"    ");
    let mut serializer = serde_json::Serializer::with_formatter(&mut bytes, formatter);
    // Values are always written, and so is memory.
    drop(value.serialize(&mut serializer));
    String::from_utf8(bytes).unwrap_or_default()
}

fn trace_state(header: &str) -> String {
    if header.is_empty() {
        "[]".to_owned()
    } else {
        let mut text = "[".to_owned();
        for (index, entry) in header.split(',').enumerate() {
            let comma = if index == 0 { "" } else { ", " };
            text.push_str(&format!("{comma}'{entry}'"));
        }
        text.push(']');
        text
    }
}

fn time(nanoseconds: u64) -> String {
    Timestamp::from_nanosecond(nanoseconds.into())
        .map(|time| time.strftime("%Y-%m-%dT%H:%M:%S%.6fZ").to_string())
        .unwrap_or_default()
}

fn attributes(attributes: &[KeyValue]) -> Map<String, Value> {
    attributes
        .iter()
        .map(|each| (each.key.clone(), attribute(each.value.as_ref())))
        .collect()
}

fn attribute(value: Option<&AnyValue>) -> Value {
    match value.and_then(|value| value.value.as_ref()) {
        Some(any_value::Value::BoolValue(value)) => json!(value),
        Some(any_value::Value::IntValue(value)) => json!(value),
        Some(any_value::Value::DoubleValue(value)) => json!(value),
        Some(any_value::Value::StringValue(value)) => json!(value),
        Some(any_value::Value::ArrayValue(list)) => list
            .values
            .iter()
            .map(|value| attribute(Some(value)))
            .collect(),
        _ => Value::Null,
    }
}
