//! How a span failed: flags, and the exceptions that were recorded.

use opentelemetry_proto::tonic::common::v1::KeyValue;
use opentelemetry_proto::tonic::trace::v1::Span;
use opentelemetry_proto::tonic::trace::v1::status::StatusCode;
use serde::Serialize;

use super::super::id::{SpanId, TraceId};
use super::super::inferred::derive_id;
use super::attributes::Attributes;
use super::stack::{self, Frame};
use super::value;

/// The event that records an exception.
/// <https://opentelemetry.io/docs/specs/semconv/exceptions/exceptions-spans/>
const EXCEPTION: &str = "exception";

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Flags {
    pub(super) error: bool,
    pub(super) throttle: bool,
    pub(super) fault: bool,
}

impl Flags {
    /// The status code of HTTP says more than the span's, which is not even set by every server.
    pub(super) fn of(span: &Span, attributes: &Attributes<'_>) -> Self {
        match attributes.status {
            Some(429) => Self {
                error: true,
                throttle: true,
                fault: false,
            },
            Some(400..=499) => Self {
                error: true,
                ..Self::default()
            },
            Some(500..=599) => Self {
                fault: true,
                ..Self::default()
            },
            _ => Self {
                fault: failed(span),
                ..Self::default()
            },
        }
    }
}

fn failed(span: &Span) -> bool {
    let code = span.status.as_ref().map(|status| status.code);
    code == Some(StatusCode::Error as i32)
}

#[derive(Debug, Serialize)]
pub(super) struct Cause<'a> {
    exceptions: Vec<Exception<'a>>,
}

#[derive(Debug, Serialize)]
struct Exception<'a> {
    id: String,
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    class: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    stack: Vec<Frame<'a>>,
}

impl<'a> Cause<'a> {
    /// The exceptions of a span, or the sentence of its status where it has none.
    pub(super) fn of(
        span: &'a Span,
        (trace, id): (TraceId, SpanId),
        attributes: &Attributes<'a>,
    ) -> Option<Self> {
        let recorded = span.events.iter().filter(|event| event.name == EXCEPTION);
        let mut exceptions: Vec<Exception<'a>> = recorded
            .enumerate()
            .map(|(place, event)| Exception {
                id: derive_id(trace, id, place).to_string(),
                class: find(&event.attributes, "exception.type"),
                message: find(&event.attributes, "exception.message"),
                stack: find(&event.attributes, "exception.stacktrace")
                    .map(stack::read)
                    .unwrap_or_default(),
            })
            .collect();
        if exceptions.is_empty() && failed(span) {
            let message = span.status.as_ref().map(|status| status.message.as_str());
            let message = message.filter(|message| !message.is_empty());
            if message.is_some() || attributes.error_type.is_some() {
                exceptions.push(Exception {
                    id: derive_id(trace, id, 0).to_string(),
                    class: attributes.error_type,
                    message,
                    stack: Vec::new(),
                });
            }
        }
        (!exceptions.is_empty()).then_some(Self { exceptions })
    }
}

fn find<'a>(attributes: &'a [KeyValue], key: &str) -> Option<&'a str> {
    let attribute = attributes.iter().find(|attribute| attribute.key == key)?;
    value::text(attribute.value.as_ref()?)
}
