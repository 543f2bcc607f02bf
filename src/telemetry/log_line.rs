//! A log line as one JSON object, with the ids of the trace that it belongs to.

use jiff::Timestamp;
use serde::{Serialize, Serializer};

use crate::trace::{Hexadecimal, SpanId, TraceId};

/// The trace that something belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TraceContext {
    /// The trace.
    pub trace_id: Option<TraceId>,
    /// The span, or in X-Ray's words the segment or subsegment.
    pub span_id: Option<SpanId>,
}

/// What a line says; members that are not known are left out.
#[derive(Debug, Clone, Copy)]
pub struct LogLine<'a, F> {
    /// When.
    pub timestamp: Timestamp,
    /// How grave: `ERROR`, `WARN`, `INFO`, `DEBUG`, `TRACE`.
    pub level: &'a str,
    /// Who says it.
    pub target: &'a str,
    /// What.
    pub message: &'a str,
    /// What else, by name.
    pub fields: Option<F>,
    /// Of which trace.
    pub trace: TraceContext,
}

#[derive(Serialize)]
struct Members<'a, F> {
    #[serde(serialize_with = "milliseconds")]
    timestamp: Timestamp,
    level: &'a str,
    target: &'a str,
    message: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    fields: &'a Option<F>,
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "as_w3c")]
    trace_id: Option<TraceId>,
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "as_text")]
    xray_trace_id: Option<TraceId>,
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "as_text")]
    span_id: Option<SpanId>,
}

impl<F: Serialize> LogLine<'_, F> {
    /// The line, without an end.
    pub fn json(&self) -> String {
        let members = Members {
            timestamp: self.timestamp,
            level: self.level,
            target: self.target,
            message: self.message,
            fields: &self.fields,
            trace_id: self.trace.trace_id,
            xray_trace_id: self.trace.trace_id,
            span_id: self.trace.span_id,
        };
        let mut line = Vec::with_capacity(512);
        // Only fields that cannot be JSON could fail.
        match serde_json::to_writer(&mut line, &members) {
            Ok(()) => String::from_utf8(line).unwrap_or_default(),
            Err(_) => self.message.to_owned(),
        }
    }
}

fn milliseconds<S: Serializer>(time: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&format_args!("{time:.3}"))
}

#[expect(clippy::ref_option, reason = "serde gives a reference to the member")]
fn as_w3c<S: Serializer>(id: &Option<TraceId>, serializer: S) -> Result<S::Ok, S::Error> {
    let bits = id.map_or(0, TraceId::bits);
    serializer.serialize_str(Hexadecimal::<32>::of(bits).as_str())
}

#[expect(clippy::ref_option, reason = "serde gives a reference to the member")]
fn as_text<T, S>(id: &Option<T>, serializer: S) -> Result<S::Ok, S::Error>
where
    T: std::fmt::Display,
    S: Serializer,
{
    match id {
        Some(id) => serializer.collect_str(id),
        None => serializer.serialize_none(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_come_in_one_order() {
        let mut line = LogLine {
            timestamp: "2026-11-24T10:00:00.1234Z".parse().unwrap(),
            level: "INFO",
            target: "api",
            message: "done\n",
            fields: Some(serde_json::json!({"status": 200})),
            trace: TraceContext {
                trace_id: Some(TraceId::new(0x6b00_15f0_eae5_46bd_2197_78f6_4b5b_1520)),
                span_id: "26aa8c65cf8929bc".parse().ok(),
            },
        };
        insta::assert_snapshot!(line.json(), @r#"{"timestamp":"2026-11-24T10:00:00.123Z","level":"INFO","target":"api","message":"done\n","fields":{"status":200},"trace_id":"6b0015f0eae546bd219778f64b5b1520","xray_trace_id":"1-6b0015f0-eae546bd219778f64b5b1520","span_id":"26aa8c65cf8929bc"}"#);
        line.fields = None;
        line.trace = TraceContext::default();
        insta::assert_snapshot!(line.json(), @r#"{"timestamp":"2026-11-24T10:00:00.123Z","level":"INFO","target":"api","message":"done\n"}"#);
    }
}
