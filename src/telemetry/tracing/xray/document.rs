//! Segment documents, with the members and in the order of the SDK for Python.
//!
//! A segment with many parts, or one that comes near to what X-Ray and a datagram take, is sent in
//! pieces: finished parts go on their own, and nothing is lost.
//!
//! <https://docs.aws.amazon.com/xray/latest/devguide/xray-api-segmentdocuments.html>

use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Map, Value, json};

use super::record::{Cause, ExceptionRecord, HttpRecord, PartRecord, SegmentRecord};
use crate::trace::{SpanId, TraceId};

/// The most parts that stay within their segment, as in the SDKs.
const MOST_WITHIN: usize = 30;

/// The longest document, in bytes: a little less than the 64 KB that X-Ray takes.
const LONGEST: usize = 64_000;

/// The most lines of a stack.
const MOST_FRAMES: usize = 10;

/// The longest name.
const LONGEST_NAME: usize = 200;

/// The longest text of an annotation, in characters.
const LONGEST_TEXT: usize = 1000;

/// What all documents of a process have in common.
#[derive(Debug, Clone)]
pub(in crate::telemetry::tracing) struct Writer {
    pub(in crate::telemetry::tracing) service_version: String,
    pub(in crate::telemetry::tracing) working_directory: String,
}

/// A part as JSON, how many parts it is with those in it, and how long.
struct Piece {
    json: Map<String, Value>,
    parts: usize,
    bytes: usize,
}

impl Writer {
    /// The documents of a segment; the segment itself comes last.
    pub(in crate::telemetry::tracing) fn documents(&self, segment: &SegmentRecord) -> Vec<String> {
        let trace = TraceId::new(segment.trace).to_string();
        let mut within: Vec<Vec<usize>> = vec![Vec::new(); segment.parts.len() + 1];
        for (place, part) in segment.parts.iter().enumerate() {
            // A part begins after the one that it is in.
            let outer = part.within.filter(|outer| *outer < place);
            within[outer.map_or(0, |outer| outer + 1)].push(place);
        }
        let mut documents = Vec::new();
        // From the last to the first, so that what is within is ready before what it is in.
        let mut ready: Vec<Option<Piece>> = segment.parts.iter().map(|_| None).collect();
        for (place, part) in segment.parts.iter().enumerate().rev() {
            let outer = match part.within.filter(|outer| *outer < place) {
                Some(outer) => segment.parts[outer].id,
                None => segment.id,
            };
            let inner = within[place + 1]
                .iter()
                .filter_map(|inner| ready[*inner].take())
                .collect();
            let end = segment.ended.unwrap_or(segment.started);
            let piece = piece(
                |parts| self.part(part, outer, &trace, end, parts),
                inner,
                &mut documents,
            );
            ready[place] = Some(piece);
        }
        let top = within[0]
            .iter()
            .filter_map(|place| ready[*place].take())
            .collect();
        let whole = piece(
            |parts| self.segment(segment, &trace, parts),
            top,
            &mut documents,
        );
        documents.push(Value::Object(whole.json).to_string());
        documents
    }

    fn segment(
        &self,
        segment: &SegmentRecord,
        trace: &str,
        parts: Vec<Value>,
    ) -> Map<String, Value> {
        let end = segment.ended.unwrap_or(segment.started);
        let mut json = Map::new();
        put(&mut json, "id", json!(SpanId::new(segment.id).to_string()));
        put(&mut json, "name", json!(name(&segment.name)));
        put(&mut json, "start_time", json!(seconds(segment.started)));
        if let Some(parent) = segment.parent {
            put(
                &mut json,
                "parent_id",
                json!(SpanId::new(parent).to_string()),
            );
        }
        put(&mut json, "in_progress", json!(false));
        let mut http = http(&segment.http);
        if let Some(Value::Object(request)) = http.get_mut("request") {
            if let Some(agent) = &segment.user_agent {
                put(request, "user_agent", json!(agent));
            }
            if let Some(ip) = &segment.client_ip {
                put(request, "client_ip", json!(ip));
            }
            if segment.is_forwarded {
                put(request, "x_forwarded_for", json!(true));
            }
        }
        put(&mut json, "http", Value::Object(http));
        put_extra(&mut json, &segment.annotations, &segment.metadata);
        let mut sdk = json!({"sdk": "cruddur-obs", "sdk_version": env!("CARGO_PKG_VERSION")});
        if let Some(rule) = &segment.rule {
            sdk["sampling_rule_name"] = json!(rule);
        }
        put(&mut json, "aws", json!({"xray": sdk}));
        match &segment.cause {
            None => {}
            Some(Cause::OfPart(id)) => put(&mut json, "cause", json!(SpanId::new(*id).to_string())),
            Some(Cause::Own(exception)) => put(&mut json, "cause", self.cause(exception)),
        }
        put_parts(&mut json, parts);
        put(&mut json, "trace_id", json!(trace));
        put(
            &mut json,
            "service",
            json!({"version": self.service_version, "runtime": "rust"}),
        );
        put_flags(&mut json, segment.http.status, segment.cause.is_some());
        put(&mut json, "end_time", json!(seconds(end)));
        json
    }

    fn part(
        &self,
        part: &PartRecord,
        outer: u64,
        trace: &str,
        end: SystemTime,
        parts: Vec<Value>,
    ) -> Map<String, Value> {
        let mut json = Map::new();
        put(&mut json, "id", json!(SpanId::new(part.id).to_string()));
        put(&mut json, "name", json!(name(&part.name)));
        put(&mut json, "start_time", json!(seconds(part.started)));
        put(
            &mut json,
            "parent_id",
            json!(SpanId::new(outer).to_string()),
        );
        put(&mut json, "in_progress", json!(false));
        if let Some(call) = &part.call {
            put(&mut json, "http", Value::Object(http(call)));
        }
        put_extra(&mut json, &part.annotations, &part.metadata);
        if let Some(exception) = &part.exception {
            put(&mut json, "cause", self.cause(exception));
        }
        put_parts(&mut json, parts);
        put(&mut json, "trace_id", json!(trace));
        put(&mut json, "type", json!("subsegment"));
        let namespace = if part.call.is_some() {
            "remote"
        } else {
            "local"
        };
        put(&mut json, "namespace", json!(namespace));
        let status = part.call.as_ref().and_then(|call| call.status);
        put_flags(&mut json, status, part.is_fault);
        put(
            &mut json,
            "end_time",
            json!(seconds(part.ended.unwrap_or(end))),
        );
        json
    }

    fn cause(&self, exception: &ExceptionRecord) -> Value {
        let failure = &exception.failure;
        // The innermost lines say most.
        let skipped = failure.frames.len().saturating_sub(MOST_FRAMES);
        let stack: Vec<Value> = failure.frames[skipped..]
            .iter()
            .map(|frame| {
                let file = frame.path.rsplit(['/', '\\']).next().unwrap_or_default();
                json!({"path": file, "line": frame.line, "label": frame.label})
            })
            .collect();
        json!({
            "working_directory": self.working_directory,
            "exceptions": [{
                "id": SpanId::new(exception.id).to_string(),
                "message": failure.message,
                "type": failure.type_name,
                "remote": exception.is_remote,
                "stack": stack,
            }],
        })
    }
}

/// Puts parts into what they are in, as many as it may hold; the others go on their own.
fn piece(
    write: impl Fn(Vec<Value>) -> Map<String, Value>,
    mut inner: Vec<Piece>,
    documents: &mut Vec<String>,
) -> Piece {
    let own = Value::Object(write(Vec::new())).to_string().len();
    loop {
        let parts: usize = inner.iter().map(|piece| piece.parts).sum();
        let bytes: usize = inner.iter().map(|piece| piece.bytes + 1).sum();
        let is_small = parts <= MOST_WITHIN && own + bytes + 32 <= LONGEST;
        let largest =
            (0..inner.len()).max_by_key(|place| (inner[*place].parts, inner[*place].bytes));
        let Some(largest) = largest.filter(|_| !is_small) else {
            let values = inner
                .into_iter()
                .map(|piece| Value::Object(piece.json))
                .collect();
            let json = write(values);
            return Piece {
                bytes: own + bytes + 32,
                parts: parts + 1,
                json,
            };
        };
        let piece = inner.remove(largest);
        documents.push(Value::Object(piece.json).to_string());
    }
}

fn put(json: &mut Map<String, Value>, name: &str, value: Value) {
    json.insert(name.to_owned(), value);
}

fn put_parts(json: &mut Map<String, Value>, parts: Vec<Value>) {
    if !parts.is_empty() {
        put(json, "subsegments", Value::Array(parts));
    }
}

fn put_extra(
    json: &mut Map<String, Value>,
    annotations: &Map<String, Value>,
    metadata: &Map<String, Value>,
) {
    if !annotations.is_empty() {
        let mut annotations = annotations.clone();
        for value in annotations.values_mut() {
            if let Value::String(text) = value
                && let Some((end, _)) = text.char_indices().nth(LONGEST_TEXT)
            {
                text.truncate(end);
            }
        }
        put(json, "annotations", Value::Object(annotations));
    }
    if !metadata.is_empty() {
        let bytes = Value::Object(metadata.clone()).to_string().len();
        // A part whose metadata alone are too long would be refused whole.
        let metadata = if bytes > LONGEST / 2 {
            json!({"cruddur-obs": {"left_out": format!("{bytes} bytes of metadata, more than X-Ray takes")}})
        } else {
            Value::Object(metadata.clone())
        };
        put(json, "metadata", metadata);
    }
}

fn put_flags(json: &mut Map<String, Value>, status: Option<u16>, has_failed: bool) {
    match status {
        Some(429) => {
            put(json, "throttle", json!(true));
            put(json, "error", json!(true));
        }
        Some(400..=499) => put(json, "error", json!(true)),
        _ => {}
    }
    if has_failed || status.is_some_and(|status| status >= 500) {
        put(json, "fault", json!(true));
    }
}

fn http(record: &HttpRecord) -> Map<String, Value> {
    let mut http = Map::new();
    put(
        &mut http,
        "request",
        json!({"url": record.url, "method": record.method}),
    );
    let mut response = Map::new();
    if let Some(status) = record.status {
        put(&mut response, "status", json!(status));
    }
    if let Some(length) = record.content_length {
        put(&mut response, "content_length", json!(length));
    }
    if !response.is_empty() {
        put(&mut http, "response", Value::Object(response));
    }
    http
}

/// A name without the characters that X-Ray refuses a whole segment for.
pub(in crate::telemetry::tracing) fn name(name: &str) -> String {
    let name: String = name
        .chars()
        .map(|each| if each.is_whitespace() { ' ' } else { each })
        .filter(|each| each.is_alphanumeric() || " _.:/%&#=+-@".contains(*each))
        .take(LONGEST_NAME)
        .collect();
    let name = name.trim();
    if name.is_empty() { "unnamed" } else { name }.to_owned()
}

/// Seconds since the epoch, to the microsecond.
fn seconds(time: SystemTime) -> f64 {
    let micros = time
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_micros());
    #[expect(
        clippy::cast_precision_loss,
        reason = "microseconds of our time have 51 bits"
    )]
    let seconds = micros as f64 / 1e6;
    seconds
}
