//! A log line as one JSON object, with the ids of the trace that it belongs to.

use std::cell::RefCell;

use jiff::Timestamp;

use super::json_object::Object;
use super::log_shipper::LogShipper;
use crate::logs::batch::{EncodedEvent, InputLogEvent};
use crate::trace::{Hexadecimal, SpanId, TraceId};

/// The trace that something belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TraceContext {
    /// The trace.
    pub trace_id: Option<TraceId>,
    /// The span, or in X-Ray's words the segment or subsegment.
    pub span_id: Option<SpanId>,
}

/// What a line says besides its message.
pub trait LogFields: std::fmt::Debug {
    /// Puts it into a line; fails where it cannot be JSON.
    fn put(&self, line: &mut Object<'_>) -> serde_json::Result<()>;
}

/// What a line says; members that are not known are left out.
#[derive(Debug, Clone, Copy)]
pub struct LogLine<'a> {
    /// When.
    pub timestamp: Timestamp,
    /// How grave: `ERROR`, `WARN`, `INFO`, `DEBUG`, `TRACE`.
    pub level: &'a str,
    /// Who says it.
    pub target: &'a str,
    /// What.
    pub message: &'a str,
    /// What else.
    pub fields: Option<&'a dyn LogFields>,
    /// Of which trace.
    pub trace: TraceContext,
}

impl LogLine<'_> {
    /// Ships the line, without waiting and without failing.
    pub fn send(&self, shipper: &LogShipper) {
        match self.encoded() {
            Some(event) => shipper.send_encoded(event),
            None => shipper.send(InputLogEvent {
                timestamp: self.timestamp.as_millisecond(),
                message: self.json(),
            }),
        }
    }

    /// The line as it is sent, unless its fields cannot be JSON or it is too long.
    fn encoded(&self) -> Option<EncodedEvent> {
        let mut written = Ok(());
        let event = EncodedEvent::write(self.timestamp.as_millisecond(), |out| {
            let begin = out.len();
            let mut line = Object::begin_within_text(out);
            written = self.write(&mut line);
            let escapes = line.end();
            out.len() - begin - escapes
        });
        written.ok().map(|()| event).filter(EncodedEvent::fits)
    }

    /// The line, without an end.
    pub fn json(&self) -> String {
        let mut json = Vec::new();
        let mut line = Object::begin(&mut json);
        // Only fields that cannot be JSON could fail.
        let written = self.write(&mut line);
        line.end();
        match written {
            Ok(()) => String::from_utf8(json).unwrap_or_default(),
            Err(_) => self.message.to_owned(),
        }
    }

    fn write(&self, line: &mut Object<'_>) -> serde_json::Result<()> {
        put_time(line, self.timestamp);
        line.put_text("level", self.level);
        line.put_text("target", self.target);
        line.put_text("message", self.message);
        if let Some(fields) = &self.fields {
            fields.put(line)?;
        }
        if let Some(id) = self.trace.trace_id {
            let digits = Hexadecimal::<32>::of(id.bits());
            line.put_plain("trace_id", &[digits.as_bytes()]);
            // The same digits as X-Ray writes them.
            let (stamp, rest) = digits.as_bytes().split_at(8);
            line.put_plain("xray_trace_id", &[b"1-", stamp, b"-", rest]);
        }
        if let Some(id) = self.trace.span_id {
            let digits = Hexadecimal::<16>::of(id.bits().into());
            line.put_plain("span_id", &[digits.as_bytes()]);
        }
        Ok(())
    }
}

thread_local! {
    /// The second that was last written by this thread, and its text: there are many lines a second.
    static SECOND: RefCell<(i64, String)> = const { RefCell::new((i64::MIN, String::new())) };
}

/// Puts a time, to the millisecond.
fn put_time(line: &mut Object<'_>, timestamp: Timestamp) {
    let milliseconds = timestamp.as_millisecond();
    let second = milliseconds.div_euclid(1000);
    let rest = milliseconds.rem_euclid(1000);
    let [hundreds, tens, ones] = [rest / 100, rest / 10, rest]
        .map(|digit| b"0123456789"[usize::try_from(digit % 10).unwrap_or_default()]);
    SECOND.with_borrow_mut(|(known, text)| {
        if *known != second {
            let whole = Timestamp::from_second(second).unwrap_or(timestamp);
            whole.to_string().trim_end_matches('Z').clone_into(text);
            *known = second;
        }
        let fraction = [b'.', hundreds, tens, ones, b'Z'];
        line.put_plain("timestamp", &[text.as_bytes(), &fraction]);
    });
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Map, Value, json};

    use super::*;

    impl LogFields for Value {
        fn put(&self, line: &mut Object<'_>) -> serde_json::Result<()> {
            line.try_put("fields", self)
        }
    }

    #[test]
    fn members_come_in_one_order() {
        let fields = json!({"status": 200});
        let mut line = LogLine {
            timestamp: "2026-11-24T10:00:00.1234Z".parse().unwrap(),
            level: "INFO",
            target: "api",
            message: "done\n",
            fields: Some(&fields),
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

    #[test]
    fn times_are_to_the_millisecond() {
        for (time, written) in [
            ("2026-11-24T10:00:00Z", "2026-11-24T10:00:00.000Z"),
            ("2026-11-24T10:00:00.0129Z", "2026-11-24T10:00:00.012Z"),
            ("2026-11-24T09:59:59.999999Z", "2026-11-24T09:59:59.999Z"),
            ("1969-12-31T23:59:59.25Z", "1969-12-31T23:59:59.250Z"),
            ("-000001-01-01T00:00:00Z", "-000001-01-01T00:00:00.000Z"),
        ] {
            let mut json = Vec::new();
            let mut line = Object::begin(&mut json);
            put_time(&mut line, time.parse().unwrap());
            line.end();
            let expected = format!("{{\"timestamp\":\"{written}\"}}");
            assert_eq!(String::from_utf8(json).unwrap(), expected);
        }
    }

    #[derive(Debug)]
    struct Nested<'a>(&'a str, f64, &'a Value);

    impl LogFields for Nested<'_> {
        fn put(&self, line: &mut Object<'_>) -> serde_json::Result<()> {
            line.object("fields", |fields| {
                fields.put_text("text", self.0);
                fields.put("number", &self.1);
                fields.put("value", self.2);
            });
            Ok(())
        }
    }

    proptest! {
        #[test]
        fn a_line_within_an_event_is_the_line(
            message in ".{0,40}|[\"\\\\\n\t a]{0,12}",
            text in ".{0,40}|[\"\\\\\u{1}é]{0,12}",
            number in any::<f64>(),
        ) {
            let value = Value::Object(Map::from_iter([(text.clone(), json!([text, 1, null]))]));
            let fields = Nested(&text, number, &value);
            let line = LogLine {
                timestamp: Timestamp::UNIX_EPOCH,
                level: "INFO",
                target: "api",
                message: &message,
                fields: Some(&fields),
                trace: TraceContext::default(),
            };
            let event = line.encoded().unwrap();
            let read: Value = serde_json::from_slice(event.json()).unwrap();
            let json = line.json();
            prop_assert_eq!(read, json!({"timestamp": 0, "message": json}));
            prop_assert_eq!(event.bytes(), json.len());
        }
    }
}
