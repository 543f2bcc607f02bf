//! A request that is being traced.

use std::borrow::Cow;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::http::{HeaderMap, HeaderValue, Method};
use opentelemetry::trace::SpanContext;
use serde_json::Value;

use super::attributes;
use super::failure;
use super::incoming::Incoming;
use super::outgoing::OutgoingCall;
use super::parts::SegmentPart;
use super::request::{Failure, TRACEPARENT, X_AMZN_TRACE_ID};
use super::span::Span;
use super::spans::InternalSpan;
use super::tracer::{Core, bits_of_span};
use super::xray::{SegmentRecord, annotate, put_metadata};
use crate::trace::{Hexadecimal, SpanId, TraceId};
use crate::xray::trace_header::{Sampled, TraceHeader};

/// A request that is being traced; cheap to clone. When the last clone goes and nobody finished it,
/// it ends without a status, as a request whose caller went away.
#[derive(Debug, Clone)]
pub struct TracedRequest(pub(super) Arc<Traced>);

#[derive(Debug)]
pub(super) struct Traced {
    pub(super) core: Arc<Core>,
    /// The server span.
    pub(super) context: SpanContext,
    pub(super) incoming: Incoming,
    pub(super) is_recorded_by_xray: bool,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    span: Option<Span>,
    segment: Option<Box<SegmentRecord>>,
    has_failed: bool,
}

impl TracedRequest {
    pub(super) fn new(
        core: Arc<Core>,
        span: Span,
        incoming: Incoming,
        segment: Option<Box<SegmentRecord>>,
        is_recorded_by_xray: bool,
    ) -> Self {
        Self(Arc::new(Traced {
            core,
            context: span.context.clone(),
            incoming,
            is_recorded_by_xray,
            state: Mutex::new(State {
                span: Some(span),
                segment,
                has_failed: false,
            }),
        }))
    }

    /// The trace: one id in every tool.
    pub fn trace_id(&self) -> TraceId {
        TraceId::new(u128::from_be_bytes(self.0.context.trace_id().to_bytes()))
    }

    /// The server span, which is X-Ray's segment too.
    pub fn span_id(&self) -> SpanId {
        SpanId::new(bits_of_span(self.0.context.span_id()))
    }

    /// Whether X-Ray gets this request.
    pub fn is_recorded_by_xray(&self) -> bool {
        self.0.is_recorded_by_xray
    }

    /// Whether OpenTelemetry's sampler took this trace.
    pub fn is_sampled(&self) -> bool {
        self.0.context.is_sampled()
    }

    /// Writes the trace's id into the headers of the answer, in both spellings.
    ///
    /// X-Ray's SDKs hide the id of what they do not record; here it can be looked up all the same.
    pub fn write_headers(&self, headers: &mut HeaderMap) {
        let was_asked = self
            .0
            .incoming
            .header
            .as_ref()
            .is_some_and(|header| header.sampled == Some(Sampled::Asked));
        let header = TraceHeader {
            root: Some(self.trace_id().bits()),
            sampled: was_asked.then(|| self.is_recorded_by_xray().into()),
            ..TraceHeader::default()
        };
        if let Ok(value) = HeaderValue::try_from(header.to_string()) {
            headers.insert(X_AMZN_TRACE_ID, value);
        }
        write_traceparent(&self.0.context, headers);
    }

    /// Begins a part of the segment: a subsegment, which X-Ray alone sees.
    pub fn segment_part(&self, name: &str) -> SegmentPart {
        SegmentPart::begin(self, None, name)
    }

    /// Begins a span of OpenTelemetry's, which X-Ray does not see.
    pub fn span(&self, scope: &'static str, name: impl Into<Cow<'static, str>>) -> InternalSpan {
        InternalSpan::begin(self, scope, name.into())
    }

    /// Begins a call to another service: a client span, and a subsegment.
    pub fn call(&self, method: &Method, url: &str) -> OutgoingCall {
        OutgoingCall::begin(self, None, method, url)
    }

    /// Puts an annotation on the segment; X-Ray can look for it.
    pub fn annotate(&self, key: &str, value: impl Into<Value>) {
        self.0
            .with_segment(|segment| annotate(&mut segment.annotations, key, value.into()));
    }

    /// Puts metadata on the segment.
    pub fn put_metadata(&self, namespace: &str, key: &str, value: impl Into<Value>) {
        self.0.with_segment(|segment| {
            put_metadata(&mut segment.metadata, namespace, key, value.into());
        });
    }

    /// Notes the error that nobody caught; [`Self::finish`] comes after.
    pub fn failed(&self, failure: &Failure) {
        self.0.with_segment(|segment| segment.fail(failure));
        let mut state = self.0.lock();
        state.has_failed = true;
        if let Some(span) = &mut state.span {
            failure::note(span, failure, self.0.core.http_names);
        }
    }

    /// Ends the request with its answer; what comes later is not heard.
    pub fn finish(&self, status: u16, content_length: Option<u64>) {
        self.0.finish(Some(status), content_length);
    }
}

impl Traced {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Works on the segment, if X-Ray gets one and it has not been sent.
    pub(super) fn with_segment<T>(&self, work: impl FnOnce(&mut SegmentRecord) -> T) -> Option<T> {
        if !self.is_recorded_by_xray {
            return None;
        }
        self.lock().segment.as_deref_mut().map(work)
    }

    fn finish(&self, status: Option<u16>, content_length: Option<u64>) {
        let (span, segment, has_failed) = {
            let mut state = self.lock();
            (state.span.take(), state.segment.take(), state.has_failed)
        };
        if let Some(mut span) = span {
            if let Some(record) = &mut span.record
                && let Some(status) = status
            {
                let names = self.core.http_names;
                attributes::put_answer(&mut record.attributes, status, names);
                if status >= 500 && !has_failed {
                    record.fail("");
                    attributes::put_error(&mut record.attributes, &status.to_string(), names);
                }
            }
            self.core.recorder.end(&span, self.is_recorded_by_xray);
        }
        let segments = self
            .core
            .xray
            .as_ref()
            .and_then(|xray| xray.segments.as_ref());
        if let (Some(mut segment), Some(segments)) = (segment, segments) {
            segment.ended = Some(opentelemetry::time::now());
            segment.http.status = status;
            segment.http.content_length = content_length;
            segments.give(segment);
        }
    }
}

impl Drop for Traced {
    fn drop(&mut self) {
        self.finish(None, None);
    }
}

/// Writes `traceparent`: who reads it knows the span, and whether OpenTelemetry records it.
pub(super) fn write_traceparent(context: &SpanContext, headers: &mut HeaderMap) {
    let trace = u128::from_be_bytes(context.trace_id().to_bytes());
    let flags = u128::from(context.trace_flags().to_u8());
    let text = [
        "00",
        Hexadecimal::<32>::of(trace).as_str(),
        Hexadecimal::<16>::of(bits_of_span(context.span_id()).into()).as_str(),
        Hexadecimal::<2>::of(flags).as_str(),
    ]
    .join("-");
    if let Ok(value) = HeaderValue::try_from(text) {
        headers.insert(TRACEPARENT, value);
    }
}

/// Writes `X-Amzn-Trace-Id` for a call of this request.
pub(super) fn write_xray_header(request: &Traced, span: u64, headers: &mut HeaderMap) {
    let root = u128::from_be_bytes(request.context.trace_id().to_bytes());
    let header = request
        .incoming
        .header
        .clone()
        .unwrap_or_default()
        .downstream(root, span, request.is_recorded_by_xray);
    if let Ok(value) = HeaderValue::try_from(header.to_string()) {
        headers.insert(X_AMZN_TRACE_ID, value);
    }
}
