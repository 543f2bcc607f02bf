//! Parts of a segment: what X-Ray calls a subsegment of this process.

use axum::http::Method;
use serde_json::{Map, Value};

use super::outgoing::OutgoingCall;
use super::request::Failure;
use super::traced::TracedRequest;
use super::xray::{ExceptionRecord, PartRecord, annotate, put_metadata};

/// A part of a segment; it ends when it is dropped. Without X-Ray it does nothing.
#[derive(Debug)]
pub struct SegmentPart {
    request: TracedRequest,
    /// Its place among the segment's parts.
    place: Option<usize>,
}

impl SegmentPart {
    pub(super) fn begin(request: &TracedRequest, within: Option<usize>, name: &str) -> Self {
        let place = request.0.with_segment(|segment| {
            segment.parts.push(PartRecord {
                id: fastrand::u64(1..),
                within,
                name: name.to_owned(),
                started: opentelemetry::time::now(),
                ended: None,
                call: None,
                annotations: Map::new(),
                metadata: Map::new(),
                exception: None,
                is_fault: false,
            });
            segment.parts.len() - 1
        });
        Self {
            request: request.clone(),
            place,
        }
    }

    /// Begins a part of this part.
    #[must_use = "a part ends when it is dropped"]
    pub fn segment_part(&self, name: &str) -> Self {
        Self::begin(&self.request, self.place, name)
    }

    /// Begins a call to another service within this part.
    pub fn call(&self, method: &Method, url: &str) -> OutgoingCall {
        OutgoingCall::begin(&self.request, self.place, method, url)
    }

    /// Puts an annotation on the part; X-Ray can look for it.
    pub fn annotate(&self, key: &str, value: impl Into<Value>) {
        self.with(|part| annotate(&mut part.annotations, key, value.into()));
    }

    /// Puts metadata on the part.
    pub fn put_metadata(&self, namespace: &str, key: &str, value: impl Into<Value>) {
        self.with(|part| put_metadata(&mut part.metadata, namespace, key, value.into()));
    }

    /// Notes that the part failed; say it to the request too.
    pub fn failed(&self, failure: &Failure) {
        self.with(|part| {
            part.is_fault = true;
            part.exception = Some(ExceptionRecord::new(failure, false));
        });
    }

    fn with(&self, work: impl FnOnce(&mut PartRecord)) {
        let Some(place) = self.place else { return };
        self.request.0.with_segment(|segment| {
            if let Some(part) = segment.parts.get_mut(place) {
                work(part);
            }
        });
    }
}

impl Drop for SegmentPart {
    fn drop(&mut self) {
        let is_panic = std::thread::panicking();
        self.with(|part| {
            part.ended = Some(opentelemetry::time::now());
            part.is_fault |= is_panic;
        });
    }
}
