//! Lines of a small shop's access log, 90 to 100 bytes each.

use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::json;

/// The most bytes of a request as AWS counts them: 26 more than each message has.
const MOST_BYTES: usize = 1_048_576;

/// The most lines of a request.
const MOST_LINES: usize = 10_000;

/// How a line is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// As text.
    Plain,
    /// As JSON, whose quotes have to be escaped in a request.
    Json,
}

/// Milliseconds since 1970.
pub(crate) fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| {
        u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
    })
}

/// A line.
pub(crate) fn line(kind: Kind, number: u64) -> String {
    let id = number.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let user = number % 997;
    let time = number % 250;
    match kind {
        Kind::Plain => format!(
            "INFO backend-flask request={id:016x} GET /api/activities/home?user={user:03} 200 {time:03} ms 5120 bytes"
        ),
        Kind::Json => format!(
            r#"{{"level":"info","request":"{id:016x}","path":"/api/activities/{user:03}","status":200,"ms":{time:03}}}"#
        ),
    }
}

/// The body of a full request with lines from this number on, a few to a millisecond; and how many
/// lines it has.
pub(crate) fn full(stream: &str, kind: Kind, first: u64, start: u64) -> (Vec<u8>, u64) {
    let mut bytes = 0;
    let mut events = Vec::new();
    for number in 0..MOST_LINES {
        let message = line(kind, first + number as u64);
        bytes += message.len() + 26;
        if bytes > MOST_BYTES {
            break;
        }
        events.push(json!({"timestamp": start + number as u64 / 10, "message": message}));
    }
    let lines = events.len() as u64;
    (request(stream, &events), lines)
}

/// The body of a request.
pub(crate) fn request(stream: &str, events: &[serde_json::Value]) -> Vec<u8> {
    json!({"logGroupName": "bench", "logStreamName": stream, "logEvents": events})
        .to_string()
        .into_bytes()
}
