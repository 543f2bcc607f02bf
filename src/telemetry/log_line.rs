//! A log line as one JSON object, with the ids of the trace that it belongs to.

use jiff::Timestamp;
use jiff::fmt::temporal::DateTimePrinter;
use serde::Serialize;

use super::json_object::Object;
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

const MILLISECONDS: DateTimePrinter = DateTimePrinter::new().precision(Some(3));

impl<F: Serialize> LogLine<'_, F> {
    /// The line, without an end.
    pub fn json(&self) -> String {
        let mut line = Vec::with_capacity(512);
        // Only fields that cannot be JSON could fail.
        match self.write(&mut line) {
            Ok(()) => String::from_utf8(line).unwrap_or_default(),
            Err(_) => self.message.to_owned(),
        }
    }

    fn write(&self, line: &mut Vec<u8>) -> serde_json::Result<()> {
        let mut members = Object::begin(line);
        let mut timestamp = String::with_capacity(24);
        // It fails where the text does, and text does not.
        drop(MILLISECONDS.print_timestamp(&self.timestamp, &mut timestamp));
        members.put_plain("timestamp", &[&timestamp]);
        members.put("level", self.level);
        members.put("target", self.target);
        members.put("message", self.message);
        if let Some(fields) = &self.fields {
            members.try_put("fields", fields)?;
        }
        if let Some(id) = self.trace.trace_id {
            let digits = Hexadecimal::<32>::of(id.bits());
            members.put_plain("trace_id", &[digits.as_str()]);
            // The same digits as X-Ray writes them.
            let (stamp, rest) = digits.as_str().split_at(8);
            members.put_plain("xray_trace_id", &["1-", stamp, "-", rest]);
        }
        if let Some(id) = self.trace.span_id {
            let digits = Hexadecimal::<16>::of(id.bits().into());
            members.put_plain("span_id", &[digits.as_str()]);
        }
        members.end();
        Ok(())
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
