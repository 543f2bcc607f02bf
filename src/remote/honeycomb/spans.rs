//! One span, posted as an exporter posts it, and what the server says.
//!
//! <https://opentelemetry.io/docs/specs/otlp/#otlphttp>

use std::time::{Duration, Instant};

use opentelemetry_proto::tonic::collector::trace::v1::{
    ExportTraceServiceRequest, ExportTraceServiceResponse,
};
use opentelemetry_proto::tonic::common::v1::any_value::Value as Kind;
use opentelemetry_proto::tonic::common::v1::{AnyValue, InstrumentationScope, KeyValue};
use opentelemetry_proto::tonic::resource::v1::Resource;
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, ScopeSpans, Span};
use prost::Message as _;
use serde_json::Value;

use super::{HoneycombClient, HoneycombFailure};
use crate::settings::Secret;

/// A span to be sent.
#[derive(Debug, Clone)]
pub struct SpanRequest {
    /// `service.name`.
    pub service: String,
    /// The span's name.
    pub name: String,
    /// The trace's id.
    pub trace_id: u128,
    /// The span's id.
    pub span_id: u64,
    /// When it began and ended, in nanoseconds since 1970.
    pub times: (u64, u64),
    /// Its attributes.
    pub attributes: Vec<(String, SpanValue)>,
}

/// The value of an attribute.
#[derive(Debug, Clone, PartialEq)]
pub enum SpanValue {
    /// A text.
    Text(String),
    /// Yes or no.
    Boolean(bool),
    /// A whole number.
    Integer(i64),
    /// Another number.
    Double(f64),
}

/// What a server says that took a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    /// The status.
    pub status: u16,
    /// How long the answer took.
    pub took: Duration,
    /// How many bytes the span had on the wire.
    pub bytes: usize,
    /// How many spans it did not take after all.
    pub rejected: i64,
    /// What it says about them, or a warning.
    pub said: String,
}

impl HoneycombClient {
    /// Posts a span to this very address.
    pub async fn send_span(
        &self,
        url: &str,
        headers: Vec<(String, Secret)>,
        span: &SpanRequest,
    ) -> Result<Accepted, HoneycombFailure> {
        let body = encoded(span);
        let bytes = body.len();
        let mut call = Self::post(url.to_owned(), "application/x-protobuf", body);
        call.headers.extend(headers);
        let start = Instant::now();
        let response = self.send(call).await?;
        let took = start.elapsed();
        if !response.status().is_success() {
            return Err(HoneycombFailure::refused(url, &response, &self.secrets));
        }
        let content_type = response.headers().get("content-type");
        let content_type = content_type
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        let answer = answer(content_type, response.body());
        let (rejected, said) =
            answer.ok_or_else(|| HoneycombFailure::unreadable(url, &response, &self.secrets))?;
        Ok(Accepted {
            status: response.status().as_u16(),
            took,
            bytes,
            rejected,
            said: self.secrets.hide(&said),
        })
    }
}

/// What was not taken, and why; `None` where it is no answer of an OTLP endpoint.
fn answer(content_type: &str, body: &[u8]) -> Option<(i64, String)> {
    if content_type.contains("json") {
        let value: Value = serde_json::from_slice(body).ok()?;
        value.as_object()?;
        let Some(partial) = value.get("partialSuccess") else {
            return Some((0, String::new()));
        };
        // 64-bit numbers may be written as texts.
        let rejected = partial
            .get("rejectedSpans")
            .and_then(|count| count.as_i64().or_else(|| count.as_str()?.parse().ok()));
        let said = partial.get("errorMessage").and_then(Value::as_str);
        return Some((rejected.unwrap_or(0), said.unwrap_or_default().to_owned()));
    }
    if !body.is_empty() && !content_type.contains("protobuf") {
        return None;
    }
    let partial = ExportTraceServiceResponse::decode(body)
        .ok()?
        .partial_success;
    Some(partial.map_or((0, String::new()), |partial| {
        (partial.rejected_spans, partial.error_message)
    }))
}

fn encoded(span: &SpanRequest) -> Vec<u8> {
    let attribute = |key: &str, value: Kind| KeyValue {
        key: key.to_owned(),
        value: Some(AnyValue { value: Some(value) }),
        ..KeyValue::default()
    };
    let attributes = span.attributes.iter().map(|(key, value)| {
        let value = match value {
            SpanValue::Text(text) => Kind::StringValue(text.clone()),
            SpanValue::Boolean(yes) => Kind::BoolValue(*yes),
            SpanValue::Integer(number) => Kind::IntValue(*number),
            SpanValue::Double(number) => Kind::DoubleValue(*number),
        };
        attribute(key, value)
    });
    let (start, end) = span.times;
    let text = |text: &str| Kind::StringValue(text.to_owned());
    let request = ExportTraceServiceRequest {
        resource_spans: vec![ResourceSpans {
            resource: Some(Resource {
                attributes: vec![
                    attribute("service.name", text(&span.service)),
                    attribute("telemetry.sdk.language", text("rust")),
                ],
                ..Resource::default()
            }),
            scope_spans: vec![ScopeSpans {
                scope: Some(InstrumentationScope {
                    name: env!("CARGO_PKG_NAME").to_owned(),
                    version: env!("CARGO_PKG_VERSION").to_owned(),
                    ..InstrumentationScope::default()
                }),
                spans: vec![Span {
                    trace_id: span.trace_id.to_be_bytes().to_vec(),
                    span_id: span.span_id.to_be_bytes().to_vec(),
                    name: span.name.clone(),
                    // INTERNAL
                    kind: 1,
                    start_time_unix_nano: start,
                    end_time_unix_nano: end,
                    attributes: attributes.collect(),
                    // Sampled.
                    flags: 1,
                    ..Span::default()
                }],
                ..ScopeSpans::default()
            }],
            ..ResourceSpans::default()
        }],
    };
    request.encode_to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_read_in_both_encodings() {
        let nothing = Some((0, String::new()));
        assert_eq!(answer("application/x-protobuf", b""), nothing);
        assert_eq!(answer("", b""), nothing);
        assert_eq!(answer("application/json", b"{}"), nothing);
        let said = Some((1, "too old".to_owned()));
        let json = br#"{"partialSuccess": {"rejectedSpans": "1", "errorMessage": "too old"}}"#;
        assert_eq!(answer("application/json", json), said);
        assert_eq!(
            answer("application/protobuf", b"\x0a\x0b\x08\x01\x12\x07too old"),
            said
        );
        assert_eq!(answer("text/html", b"<html>"), None);
        assert_eq!(answer("application/json", b"<html>"), None);
        assert_eq!(answer("application/x-protobuf", b"<html>"), None);
    }
}
