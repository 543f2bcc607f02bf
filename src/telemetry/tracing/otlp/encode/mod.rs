//! From spans to the bytes of an `ExportTraceServiceRequest`, without a message in between.
//!
//! What the SDK's exporter would have sent is what the tests compare with.
//!
//! <https://github.com/open-telemetry/opentelemetry-proto/blob/main/opentelemetry/proto/trace/v1/trace.proto>

#[cfg(test)]
mod tests;
mod wire;

use std::time::{SystemTime, UNIX_EPOCH};

use axum::body::Bytes;
use opentelemetry::Value;
use opentelemetry::trace::{Event, Link, SpanContext, SpanKind, Status};
use opentelemetry_sdk::Resource;

use self::wire::{
    attribute, attributes, begin_message, bytes, field, fixed32, fixed64, integer_attribute,
    message, number, text, text_attribute,
};
use crate::pieces::piece;
use crate::telemetry::tracing::span::{Record, Scope};

/// The number of a span's attributes.
const ATTRIBUTES: u32 = 9;

/// That it is known whether the parent is of another process, and that it is.
const HAS_IS_REMOTE: u32 = 0x100;
const IS_REMOTE: u32 = 0x200;

/// Makes requests for one resource.
#[derive(Debug)]
pub(super) struct Encoder {
    /// `ResourceSpans` up to its spans.
    resource: Vec<u8>,
    schema_url: String,
}

impl Encoder {
    pub(super) fn new(resource: &Resource) -> Self {
        let mut out = Vec::new();
        message(&mut out, 1, |out| {
            for (key, value) in resource {
                attribute(out, 1, key.as_str(), value);
            }
        });
        Self {
            resource: out,
            schema_url: resource.schema_url().unwrap_or_default().to_owned(),
        }
    }

    /// The request that carries these spans.
    pub(super) fn request(&self, spans: &[EncodedSpan]) -> Vec<u8> {
        // They are few: one for each library that makes spans.
        let mut scopes: Vec<(Scope, Vec<&EncodedSpan>)> = Vec::new();
        for span in spans {
            match scopes.iter_mut().find(|(scope, _)| *scope == span.scope) {
                Some((_, spans)) => spans.push(span),
                None => scopes.push((span.scope, vec![span])),
            }
        }
        // All lengths are known before anything is written, so that nothing has to be moved.
        let scopes: Vec<(Vec<u8>, Vec<&EncodedSpan>, usize)> = scopes
            .into_iter()
            .map(|(scope, spans)| {
                let mut head = Vec::new();
                message(&mut head, 1, |out| {
                    text(out, 1, scope.name);
                    text(out, 2, scope.version);
                });
                let bytes: usize = spans.iter().map(|span| span.bytes.len()).sum();
                let length = head.len() + bytes;
                (head, spans, length)
            })
            .collect();
        let mut tail = Vec::new();
        text(&mut tail, 3, &self.schema_url);
        let bytes: usize = scopes.iter().map(|(_, _, length)| field(*length)).sum();
        let length = self.resource.len() + bytes + tail.len();
        let mut out = Vec::with_capacity(field(length));
        begin_message(&mut out, 1, length);
        out.extend_from_slice(&self.resource);
        for (head, spans, length) in scopes {
            begin_message(&mut out, 2, length);
            out.extend_from_slice(&head);
            for span in spans {
                out.extend_from_slice(&span.bytes);
            }
        }
        out.extend_from_slice(&tail);
        out
    }
}

/// A span as it stands among those of its scope.
#[derive(Debug, Clone)]
pub(in crate::telemetry::tracing) struct EncodedSpan {
    scope: Scope,
    bytes: Bytes,
}

impl EncodedSpan {
    pub(in crate::telemetry::tracing) fn of(
        context: &SpanContext,
        record: &Record,
        ended: SystemTime,
    ) -> Self {
        Self {
            scope: record.scope,
            bytes: piece(|out| message(out, 2, |out| span(out, context, record, ended))).0,
        }
    }

    /// A `ScopeSpans` with the span and without its scope.
    pub(in crate::telemetry::tracing) fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

/// The attributes of a span, as they stand in it.
#[derive(Debug)]
pub(in crate::telemetry::tracing) struct EncodedAttributes(Vec<u8>);

impl EncodedAttributes {
    pub(in crate::telemetry::tracing) fn with_capacity(bytes: usize) -> Self {
        Self(Vec::with_capacity(bytes))
    }

    pub(in crate::telemetry::tracing) fn text(&mut self, key: &str, value: &str) {
        text_attribute(&mut self.0, ATTRIBUTES, key, value);
    }

    pub(in crate::telemetry::tracing) fn number(&mut self, key: &str, value: i64) {
        integer_attribute(&mut self.0, ATTRIBUTES, key, value);
    }

    pub(in crate::telemetry::tracing) fn value(&mut self, key: &str, value: &Value) {
        attribute(&mut self.0, ATTRIBUTES, key, value);
    }
}

fn span(out: &mut Vec<u8>, context: &SpanContext, record: &Record, ended: SystemTime) {
    ids(out, context);
    if let Some(parent) = record.parent {
        bytes(out, 4, &parent.to_bytes());
    }
    text(out, 5, &record.name);
    number(out, 6, kind(&record.kind));
    fixed64(out, 7, nanoseconds(record.started));
    fixed64(out, 8, nanoseconds(ended));
    out.extend_from_slice(&record.attributes.encoded.0);
    number(out, 10, u64::from(record.attributes.dropped));
    for event in &record.events {
        message(out, 11, |out| self::event(out, event));
    }
    number(out, 12, u64::from(record.dropped_events));
    for link in &record.links {
        message(out, 13, |out| self::link(out, link));
    }
    number(out, 14, u64::from(record.dropped_links));
    message(out, 15, |out| status(out, &record.status));
    flags(out, 16, context, record.parent_is_remote);
}

fn event(out: &mut Vec<u8>, event: &Event) {
    fixed64(out, 1, nanoseconds(event.timestamp));
    text(out, 2, &event.name);
    attributes(out, 3, event.attributes.iter());
    number(out, 4, u64::from(event.dropped_attributes_count));
}

fn link(out: &mut Vec<u8>, link: &Link) {
    ids(out, &link.span_context);
    attributes(out, 4, link.attributes.iter());
    number(out, 5, u64::from(link.dropped_attributes_count));
    flags(out, 6, &link.span_context, link.span_context.is_remote());
}

fn status(out: &mut Vec<u8>, status: &Status) {
    match status {
        Status::Unset => {}
        Status::Ok => number(out, 3, 1),
        Status::Error { description } => {
            text(out, 2, description);
            number(out, 3, 2);
        }
    }
}

fn ids(out: &mut Vec<u8>, context: &SpanContext) {
    bytes(out, 1, &context.trace_id().to_bytes());
    bytes(out, 2, &context.span_id().to_bytes());
    // Most have none, and a text is made to know what it is.
    if *context.trace_state() != opentelemetry::trace::TraceState::NONE {
        text(out, 3, &context.trace_state().header());
    }
}

fn flags(out: &mut Vec<u8>, tag: u32, context: &SpanContext, is_remote: bool) {
    let remote = if is_remote { IS_REMOTE } else { 0 };
    let flags = u32::from(context.trace_flags().to_u8()) | HAS_IS_REMOTE | remote;
    fixed32(out, tag, flags);
}

fn kind(kind: &SpanKind) -> u64 {
    match kind {
        SpanKind::Internal => 1,
        SpanKind::Server => 2,
        SpanKind::Client => 3,
        SpanKind::Producer => 4,
        SpanKind::Consumer => 5,
    }
}

fn nanoseconds(time: SystemTime) -> u64 {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_nanos()).unwrap_or(u64::MAX)
}
