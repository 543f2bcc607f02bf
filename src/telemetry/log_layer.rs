//! `tracing` events as log lines: one JSON object each, with the ids of the trace they belong to.
//!
//! ```json
//! {"timestamp":"2026-11-24T10:00:00.123Z","level":"INFO","target":"api","message":"done",
//!  "fields":{"status":200},"trace_id":"…","xray_trace_id":"1-…","span_id":"…"}
//! ```
//!
//! The ids are those of the innermost span that knows them: from a [`TraceContext`] among its
//! extensions, or from its fields `trace_id` or `xray_trace_id` (in either spelling) and `span_id`.
//! What shipping itself emits is left out, for it would beget itself.

use std::fmt;

use serde_json::{Map, Value, json};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;
use tracing_subscriber::registry::{LookupSpan, SpanRef};

use super::json_object::Object;
use super::log_line::{LogFields, LogLine, TraceContext};
use super::log_shipper::{LogShipper, is_shipping};

/// The crates that carry what is shipped, those of AWS's SDK by how their names begin: what they
/// say in tasks of their own would be shipped by saying more.
const CARRIERS: [&str; 5] = ["aws_", "h2", "hyper", "hyper_util", "rustls"];

/// Ships what is emitted; combine it with a filter for the levels that are wanted.
#[derive(Debug, Clone)]
pub struct LogLayer {
    shipper: LogShipper,
}

impl LogLayer {
    /// A layer that ships through `shipper`.
    pub fn new(shipper: LogShipper) -> Self {
        Self { shipper }
    }
}

impl<S> Layer<S> for LogLayer
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        if let Some(span) = context.span(id) {
            let mut ids = Ids::default();
            attributes.record(&mut ids);
            remember(&span, ids.0);
        }
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        if let Some(span) = context.span(id) {
            let mut ids = Ids::default();
            values.record(&mut ids);
            remember(&span, ids.0);
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let metadata = event.metadata();
        if is_shipping() || is_a_carrier(metadata.target()) {
            return;
        }
        let mut line = Line::default();
        event.record(&mut line);
        let known = context.event_scope(event).map(|scope| context_of(scope));
        let fields: Option<&dyn LogFields> = (!line.fields.is_empty()).then_some(&line);
        LogLine {
            timestamp: jiff::Timestamp::now(),
            level: metadata.level().as_str(),
            target: metadata.target(),
            message: &line.message,
            fields,
            trace: known.unwrap_or_default(),
        }
        .send(&self.shipper);
    }
}

fn is_a_carrier(target: &str) -> bool {
    let room = target.split("::").next().unwrap_or_default();
    CARRIERS.into_iter().any(|carrier| match carrier {
        prefix if prefix.ends_with('_') => room.starts_with(prefix),
        whole => room == whole,
    })
}

/// Ids that were among the fields of a span.
#[derive(Debug)]
struct Recorded(TraceContext);

fn remember<'a, R: LookupSpan<'a>>(span: &SpanRef<'a, R>, ids: TraceContext) {
    if ids == TraceContext::default() {
        return;
    }
    let mut extensions = span.extensions_mut();
    match extensions.get_mut::<Recorded>() {
        Some(Recorded(known)) => *known = or(ids, *known),
        None => extensions.insert(Recorded(ids)),
    }
}

/// What the spans know, from the innermost outwards.
fn context_of<'a, R>(spans: impl Iterator<Item = SpanRef<'a, R>>) -> TraceContext
where
    R: LookupSpan<'a> + 'a,
{
    spans.fold(TraceContext::default(), |known, span| {
        let extensions = span.extensions();
        let given = extensions.get::<TraceContext>().copied();
        let recorded = extensions.get::<Recorded>().map(|recorded| recorded.0);
        let here = or(given.unwrap_or_default(), recorded.unwrap_or_default());
        // A span's id is of the trace that stands with it, not of one further out.
        if known.trace_id.is_some() {
            known
        } else {
            or(known, here)
        }
    })
}

fn or(one: TraceContext, other: TraceContext) -> TraceContext {
    TraceContext {
        trace_id: one.trace_id.or(other.trace_id),
        span_id: one.span_id.or(other.span_id),
    }
}

/// Reads ids among fields.
#[derive(Debug, Default)]
struct Ids(TraceContext);

impl Visit for Ids {
    fn record_str(&mut self, field: &Field, value: &str) {
        match field.name() {
            "trace_id" | "xray_trace_id" => {
                self.0.trace_id = value.parse().ok().or(self.0.trace_id);
            }
            "span_id" => self.0.span_id = value.parse().ok().or(self.0.span_id),
            _ => {}
        }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.record_str(field, format!("{value:?}").trim_matches('"'));
    }
}

/// Reads the message and the fields of an event.
#[derive(Debug, Default)]
struct Line {
    message: String,
    fields: Map<String, Value>,
}

impl Line {
    fn put(&mut self, field: &Field, value: Value) {
        self.fields.insert(field.name().to_owned(), value);
    }
}

impl LogFields for Line {
    fn put(&self, line: &mut Object<'_>) -> serde_json::Result<()> {
        line.try_put("fields", &self.fields)
    }
}

impl Visit for Line {
    fn record_f64(&mut self, field: &Field, value: f64) {
        self.put(field, json!(value));
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.put(field, json!(value));
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.put(field, json!(value));
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.put(field, json!(value));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == "message" {
            value.clone_into(&mut self.message);
        } else {
            self.put(field, json!(value));
        }
    }

    fn record_error(&mut self, field: &Field, value: &(dyn std::error::Error + 'static)) {
        self.put(field, json!(value.to_string()));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if field.name() == "message" {
            self.message = format!("{value:?}");
        } else {
            self.put(field, json!(format!("{value:?}")));
        }
    }
}
