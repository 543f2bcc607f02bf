//! What is remembered of a request that X-Ray records, until its document is written.

use std::time::SystemTime;

use serde_json::{Map, Value};

use crate::telemetry::tracing::request::Failure;

/// A request.
#[derive(Debug, Clone)]
pub(in crate::telemetry::tracing) struct SegmentRecord {
    pub(in crate::telemetry::tracing) id: u64,
    pub(in crate::telemetry::tracing) trace: u128,
    pub(in crate::telemetry::tracing) parent: Option<u64>,
    pub(in crate::telemetry::tracing) name: String,
    pub(in crate::telemetry::tracing) started: SystemTime,
    pub(in crate::telemetry::tracing) ended: Option<SystemTime>,
    pub(in crate::telemetry::tracing) http: HttpRecord,
    pub(in crate::telemetry::tracing) user_agent: Option<String>,
    pub(in crate::telemetry::tracing) client_ip: Option<String>,
    pub(in crate::telemetry::tracing) is_forwarded: bool,
    pub(in crate::telemetry::tracing) rule: Option<String>,
    pub(in crate::telemetry::tracing) annotations: Map<String, Value>,
    pub(in crate::telemetry::tracing) metadata: Map<String, Value>,
    pub(in crate::telemetry::tracing) cause: Option<Cause>,
    pub(in crate::telemetry::tracing) parts: Vec<PartRecord>,
}

/// A part of it: a subsegment.
#[derive(Debug, Clone)]
pub(in crate::telemetry::tracing) struct PartRecord {
    pub(in crate::telemetry::tracing) id: u64,
    /// The place in the list of the part that this one is in.
    pub(in crate::telemetry::tracing) within: Option<usize>,
    pub(in crate::telemetry::tracing) name: String,
    pub(in crate::telemetry::tracing) started: SystemTime,
    pub(in crate::telemetry::tracing) ended: Option<SystemTime>,
    /// The call that it is; none for what happens in this process.
    pub(in crate::telemetry::tracing) call: Option<HttpRecord>,
    pub(in crate::telemetry::tracing) annotations: Map<String, Value>,
    pub(in crate::telemetry::tracing) metadata: Map<String, Value>,
    pub(in crate::telemetry::tracing) exception: Option<ExceptionRecord>,
    pub(in crate::telemetry::tracing) is_fault: bool,
}

/// An exchange over HTTP.
#[derive(Debug, Clone, Default)]
pub(in crate::telemetry::tracing) struct HttpRecord {
    pub(in crate::telemetry::tracing) url: String,
    pub(in crate::telemetry::tracing) method: String,
    pub(in crate::telemetry::tracing) status: Option<u16>,
    pub(in crate::telemetry::tracing) content_length: Option<u64>,
}

/// Why a request failed.
#[derive(Debug, Clone)]
pub(in crate::telemetry::tracing) enum Cause {
    /// By an exception that stands at one of its parts.
    OfPart(u64),
    /// By this one.
    Own(ExceptionRecord),
}

/// An exception.
#[derive(Debug, Clone)]
pub(in crate::telemetry::tracing) struct ExceptionRecord {
    pub(in crate::telemetry::tracing) id: u64,
    pub(in crate::telemetry::tracing) failure: Failure,
    pub(in crate::telemetry::tracing) is_remote: bool,
}

impl ExceptionRecord {
    pub(in crate::telemetry::tracing) fn new(failure: &Failure, is_remote: bool) -> Self {
        Self {
            id: fastrand::u64(1..),
            failure: failure.clone(),
            is_remote,
        }
    }
}

impl SegmentRecord {
    /// Notes that the request failed: at the part where it did, if that can be told.
    pub(in crate::telemetry::tracing) fn fail(&mut self, failure: &Failure) {
        // A part knows already, or was left by a panic, or is still open.
        let known = self.parts.iter().rev().find_map(|part| {
            let exception = part.exception.as_ref()?;
            (exception.failure.type_name == failure.type_name
                && exception.failure.message == failure.message)
                .then_some(exception.id)
        });
        if let Some(id) = known {
            self.cause = Some(Cause::OfPart(id));
            return;
        }
        let open = self.parts.iter_mut().rev().find(|part| {
            let is_left = part.is_fault && part.exception.is_none();
            part.call.is_none() && (part.ended.is_none() || is_left)
        });
        let exception = ExceptionRecord::new(failure, false);
        self.cause = Some(match open {
            Some(part) => {
                let id = exception.id;
                part.is_fault = true;
                part.exception = Some(exception);
                Cause::OfPart(id)
            }
            None => Cause::Own(exception),
        });
    }
}

/// Puts an annotation where annotations are kept; X-Ray indexes nothing but scalars under plain
/// names, and drops the rest.
pub(in crate::telemetry::tracing) fn annotate(
    annotations: &mut Map<String, Value>,
    key: &str,
    value: Value,
) {
    let is_plain = !key.is_empty()
        && key.len() <= 500
        && key
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if is_plain && (value.is_string() || value.is_number() || value.is_boolean()) {
        annotations.insert(key.to_owned(), value);
    }
}

/// Puts metadata where they are kept: by namespace, then by key.
pub(in crate::telemetry::tracing) fn put_metadata(
    metadata: &mut Map<String, Value>,
    namespace: &str,
    key: &str,
    value: Value,
) {
    let space = metadata
        .entry(namespace)
        .or_insert_with(|| Value::Object(Map::new()));
    if let Value::Object(space) = space {
        space.insert(key.to_owned(), value);
    }
}
