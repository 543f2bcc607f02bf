//! Spans for people: one indented JSON object each, in the form of Python's console exporter.

use std::sync::Arc;
use std::time::SystemTime;

use jiff::Timestamp;
use opentelemetry::trace::{SpanId, SpanKind, Status};
use opentelemetry::{Array, KeyValue, Value as Attribute};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::SpanData;
use serde::Serialize as _;
use serde_json::{Map, Value, json};
use tokio_util::sync::CancellationToken;

use super::books::{Account as _, Books};
use super::settings::Console;

/// How many spans may wait to be printed.
pub(super) const QUEUE: usize = 2048;

/// Prints spans as they come, until told to stop, and then until nothing waits.
pub(super) async fn run(
    books: Arc<Books<SpanData>>,
    console: Console,
    resource: Resource,
    cancel: CancellationToken,
) {
    let resource = json!({
        "attributes": resource.iter().map(|(key, value)| (key.to_string(), attribute(value))).collect::<Map<_, _>>(),
        "schema_url": resource.schema_url().unwrap_or_default(),
    });
    loop {
        let spans = books.take();
        let number = spans.len();
        for span in spans {
            console.write(&text(&span, &resource));
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
fn text(span: &SpanData, resource: &Value) -> String {
    let context = json!({
        "trace_id": format!("0x{}", span.span_context.trace_id()),
        "span_id": format!("0x{}", span.span_context.span_id()),
        "trace_state": trace_state(&span.span_context.trace_state().header()),
    });
    let mut status = json!({"status_code": match span.status {
        Status::Unset => "UNSET",
        Status::Ok => "OK",
        Status::Error { .. } => "ERROR",
    }});
    if let Status::Error { description } = &span.status
        && !description.is_empty()
    {
        status["description"] = json!(description);
    }
    let kind = match span.span_kind {
        SpanKind::Internal => "SpanKind.INTERNAL",
        SpanKind::Server => "SpanKind.SERVER",
        SpanKind::Client => "SpanKind.CLIENT",
        SpanKind::Producer => "SpanKind.PRODUCER",
        SpanKind::Consumer => "SpanKind.CONSUMER",
    };
    let parent =
        (span.parent_span_id != SpanId::INVALID).then(|| format!("0x{}", span.parent_span_id));
    let events: Vec<Value> = span
        .events
        .iter()
        .map(|event| {
            json!({
                "name": event.name,
                "timestamp": time(event.timestamp),
                "attributes": attributes(&event.attributes),
            })
        })
        .collect();
    let links: Vec<Value> = span
        .links
        .iter()
        .map(|link| {
            json!({
                "context": {
                    "trace_id": format!("0x{}", link.span_context.trace_id()),
                    "span_id": format!("0x{}", link.span_context.span_id()),
                    "trace_state": trace_state(&link.span_context.trace_state().header()),
                },
                "attributes": attributes(&link.attributes),
            })
        })
        .collect();
    indented(&json!({
        "name": span.name,
        "context": context,
        "kind": kind,
        "parent_id": parent,
        "start_time": time(span.start_time),
        "end_time": time(span.end_time),
        "status": status,
        "attributes": attributes(&span.attributes),
        "events": events,
        "links": links,
        "resource": resource,
    }))
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

fn time(time: SystemTime) -> String {
    Timestamp::try_from(time)
        .map(|time| time.strftime("%Y-%m-%dT%H:%M:%S%.6fZ").to_string())
        .unwrap_or_default()
}

fn attributes(attributes: &[KeyValue]) -> Map<String, Value> {
    attributes
        .iter()
        .map(|each| (each.key.to_string(), attribute(&each.value)))
        .collect()
}

fn attribute(value: &Attribute) -> Value {
    match value {
        Attribute::Bool(value) => json!(value),
        Attribute::I64(value) => json!(value),
        Attribute::F64(value) => json!(value),
        Attribute::String(value) => json!(value.as_str()),
        Attribute::Array(Array::Bool(values)) => json!(values),
        Attribute::Array(Array::I64(values)) => json!(values),
        Attribute::Array(Array::F64(values)) => json!(values),
        Attribute::Array(Array::String(values)) => values
            .iter()
            .map(opentelemetry::StringValue::as_str)
            .collect(),
        other => json!(other.as_str()),
    }
}
