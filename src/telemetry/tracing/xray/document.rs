//! Segment documents, with the members and in the order of the SDK for Python.
//!
//! A segment with many parts, or one that comes near to what X-Ray and a datagram take, is sent in
//! pieces: finished parts go on their own, and nothing is lost.
//!
//! <https://docs.aws.amazon.com/xray/latest/devguide/xray-api-segmentdocuments.html>

use std::borrow::Cow;
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Map, Value, json};

use super::record::{Cause, ExceptionRecord, HttpRecord, PartRecord, SegmentRecord};
use crate::telemetry::json_object::Object;
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

/// A document that its parts can still be put into.
struct Piece {
    json: Vec<u8>,
    /// Where its parts go.
    place: usize,
    /// How many parts it is, with those in it.
    parts: usize,
}

impl Writer {
    /// The documents of a segment; the segment itself comes last.
    pub(in crate::telemetry::tracing) fn documents(&self, segment: &SegmentRecord) -> Vec<String> {
        let trace = TraceId::new(segment.trace).to_string();
        let mut documents = Vec::new();
        // What is within each part, and last within the segment. A part begins after the one that
        // it is in, so from the last to the first what is within is ready before it is needed.
        let mut within: Vec<Vec<Piece>> = Vec::new();
        within.resize_with(segment.parts.len() + 1, Vec::new);
        for (place, part) in segment.parts.iter().enumerate().rev() {
            let outer = part.within.filter(|outer| *outer < place);
            let id = outer.map_or(segment.id, |outer| segment.parts[outer].id);
            let end = segment.ended.unwrap_or(segment.started);
            let piece = self.part(part, id, &trace, end);
            let piece = piece.holding(in_order(&mut within[place]), &mut documents);
            within[outer.unwrap_or(segment.parts.len())].push(piece);
        }
        let inner = within.pop().as_mut().map(in_order).unwrap_or_default();
        let whole = self.segment(segment, &trace).holding(inner, &mut documents);
        documents.push(whole.text());
        documents
    }

    fn segment(&self, segment: &SegmentRecord, trace: &str) -> Piece {
        let end = segment.ended.unwrap_or(segment.started);
        Piece::write(|json| {
            json.put("id", &SpanId::new(segment.id).to_string());
            json.put("name", &*name(&segment.name));
            json.put("start_time", &seconds(segment.started));
            if let Some(parent) = segment.parent {
                json.put("parent_id", &SpanId::new(parent).to_string());
            }
            json.put("in_progress", &false);
            http(json, &segment.http, |request| {
                if let Some(agent) = &segment.user_agent {
                    request.put("user_agent", agent);
                }
                if let Some(ip) = &segment.client_ip {
                    request.put("client_ip", ip);
                }
                if segment.is_forwarded {
                    request.put("x_forwarded_for", &true);
                }
            });
            put_extra(json, &segment.annotations, &segment.metadata);
            json.object("aws", |aws| {
                aws.object("xray", |sdk| {
                    sdk.put("sdk", "cruddur-obs");
                    sdk.put("sdk_version", env!("CARGO_PKG_VERSION"));
                    if let Some(rule) = &segment.rule {
                        sdk.put("sampling_rule_name", rule);
                    }
                });
            });
            match &segment.cause {
                None => {}
                Some(Cause::OfPart(id)) => json.put("cause", &SpanId::new(*id).to_string()),
                Some(Cause::Own(exception)) => json.put("cause", &self.cause(exception)),
            }
            let place = json.place();
            json.put("trace_id", trace);
            json.object("service", |service| {
                service.put("version", &self.service_version);
                service.put("runtime", "rust");
            });
            put_flags(json, segment.http.status, segment.cause.is_some());
            json.put("end_time", &seconds(end));
            place
        })
    }

    fn part(&self, part: &PartRecord, outer: u64, trace: &str, end: SystemTime) -> Piece {
        Piece::write(|json| {
            json.put("id", &SpanId::new(part.id).to_string());
            json.put("name", &*name(&part.name));
            json.put("start_time", &seconds(part.started));
            json.put("parent_id", &SpanId::new(outer).to_string());
            json.put("in_progress", &false);
            if let Some(call) = &part.call {
                http(json, call, |_| {});
            }
            put_extra(json, &part.annotations, &part.metadata);
            if let Some(exception) = &part.exception {
                json.put("cause", &self.cause(exception));
            }
            let place = json.place();
            json.put("trace_id", trace);
            json.put("type", "subsegment");
            let is_call = part.call.is_some();
            json.put("namespace", if is_call { "remote" } else { "local" });
            let status = part.call.as_ref().and_then(|call| call.status);
            put_flags(json, status, part.is_fault);
            json.put("end_time", &seconds(part.ended.unwrap_or(end)));
            place
        })
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

/// Pieces that came from the last to the first.
fn in_order(pieces: &mut Vec<Piece>) -> Vec<Piece> {
    pieces.reverse();
    std::mem::take(pieces)
}

impl Piece {
    /// A document without parts; `write` tells where they go.
    fn write(write: impl FnOnce(&mut Object<'_>) -> usize) -> Self {
        let mut json = Vec::with_capacity(768);
        let mut object = Object::begin(&mut json);
        let place = write(&mut object);
        object.end();
        Self {
            json,
            place,
            parts: 1,
        }
    }

    /// Puts parts into it, as many as it may hold; the largest of the others go on their own.
    fn holding(mut self, inner: Vec<Self>, documents: &mut Vec<String>) -> Self {
        let mut parts: usize = inner.iter().map(|piece| piece.parts).sum();
        let mut bytes: usize = inner.iter().map(|piece| piece.json.len() + 1).sum();
        let mut largest: Vec<usize> = (0..inner.len()).collect();
        largest.sort_by_key(|place| (inner[*place].parts, inner[*place].json.len(), *place));
        let mut inner: Vec<Option<Self>> = inner.into_iter().map(Some).collect();
        while parts > MOST_WITHIN || self.json.len() + bytes + 32 > LONGEST {
            let Some(piece) = largest.pop().and_then(|place| inner[place].take()) else {
                break;
            };
            parts -= piece.parts;
            bytes -= piece.json.len() + 1;
            documents.push(piece.text());
        }
        let mut list = Vec::with_capacity(bytes + 16);
        for piece in inner.into_iter().flatten() {
            let before: &[u8] = if list.is_empty() {
                b",\"subsegments\":["
            } else {
                b","
            };
            list.extend_from_slice(before);
            list.extend_from_slice(&piece.json);
        }
        if !list.is_empty() {
            list.push(b']');
            self.json.splice(self.place..self.place, list);
        }
        self.parts += parts;
        self
    }

    fn text(self) -> String {
        // What is written is JSON, and so UTF-8.
        String::from_utf8(self.json).unwrap_or_default()
    }
}

fn put_extra(
    json: &mut Object<'_>,
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
        json.put("annotations", &annotations);
    }
    if !metadata.is_empty() {
        let written = serde_json::to_vec(metadata).unwrap_or_default();
        // A part whose metadata alone are too long would be refused whole.
        if written.len() > LONGEST / 2 {
            let bytes = written.len();
            let said = format!("{bytes} bytes of metadata, more than X-Ray takes");
            json.put("metadata", &json!({"cruddur-obs": {"left_out": said}}));
        } else {
            json.put("metadata", metadata);
        }
    }
}

fn put_flags(json: &mut Object<'_>, status: Option<u16>, has_failed: bool) {
    match status {
        Some(429) => {
            json.put("throttle", &true);
            json.put("error", &true);
        }
        Some(400..=499) => json.put("error", &true),
        _ => {}
    }
    if has_failed || status.is_some_and(|status| status >= 500) {
        json.put("fault", &true);
    }
}

/// An exchange; `more` is known of the request besides.
fn http(json: &mut Object<'_>, record: &HttpRecord, more: impl FnOnce(&mut Object<'_>)) {
    json.object("http", |http| {
        http.object("request", |request| {
            request.put("url", &record.url);
            request.put("method", &record.method);
            more(request);
        });
        if record.status.is_some() || record.content_length.is_some() {
            http.object("response", |response| {
                if let Some(status) = record.status {
                    response.put("status", &status);
                }
                if let Some(length) = record.content_length {
                    response.put("content_length", &length);
                }
            });
        }
    });
}

/// A name without the characters that X-Ray refuses a whole segment for.
pub(in crate::telemetry::tracing) fn name(name: &str) -> Cow<'_, str> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_.:/%&#=+-@".contains(&byte);
    if (1..=LONGEST_NAME).contains(&name.len()) && name.bytes().all(is_plain) {
        return Cow::Borrowed(name);
    }
    let name: String = name
        .chars()
        .map(|each| if each.is_whitespace() { ' ' } else { each })
        .filter(|each| each.is_alphanumeric() || " _.:/%&#=+-@".contains(*each))
        .take(LONGEST_NAME)
        .collect();
    let name = name.trim();
    Cow::Owned(if name.is_empty() { "unnamed" } else { name }.to_owned())
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
