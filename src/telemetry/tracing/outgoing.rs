//! Calls of a request to other services: a client span and a subsegment of the same id.

use std::borrow::Cow;

use axum::http::{HeaderMap, HeaderName, HeaderValue, Method};
use opentelemetry::trace::{
    Span as _, SpanBuilder, SpanKind, Status, TraceContextExt as _, Tracer as _,
};
use opentelemetry::{Context, KeyValue};
use opentelemetry_sdk::trace::Span;
use serde_json::Map;

use super::attributes;
use super::processor;
use super::request::Failure;
use super::traced::{TracedRequest, write_traceparent, write_xray_header};
use super::tracer::bits_of_span;
use super::xray::{ExceptionRecord, HttpRecord, PartRecord};
use crate::telemetry::query_secrets::mask_query;

/// A call to another service; it ends when it is finished, failed or dropped.
#[derive(Debug)]
pub struct OutgoingCall {
    request: TracedRequest,
    span: Option<Span>,
    place: Option<usize>,
}

impl OutgoingCall {
    pub(super) fn begin(
        request: &TracedRequest,
        within: Option<usize>,
        method: &Method,
        url: &str,
    ) -> Self {
        let traced = &request.0;
        let parent = Context::new().with_remote_span_context(traced.context.clone());
        let name = attributes::method(method);
        let builder = SpanBuilder::from_name(Cow::Borrowed(name)).with_kind(SpanKind::Client);
        let mut span = traced.core.client.build_with_context(builder, &parent);
        if span.is_recording() {
            span.set_attributes(attributes::of_call(method, url, traced.core.http_names));
        }
        let id = bits_of_span(span.span_context().span_id());
        let place = traced.with_segment(|segment| {
            let (host, _) = attributes::host_and_port(attributes::authority_of(url));
            let masked = mask_query(url);
            segment.parts.push(PartRecord {
                id,
                within,
                name: host.to_owned(),
                started: opentelemetry::time::now(),
                ended: None,
                call: Some(HttpRecord {
                    url: masked
                        .split(['?', '#'])
                        .next()
                        .unwrap_or_default()
                        .to_owned(),
                    method: name.to_owned(),
                    status: None,
                    content_length: None,
                }),
                annotations: Map::new(),
                metadata: Map::new(),
                exception: None,
                is_fault: false,
            });
            segment.parts.len() - 1
        });
        Self {
            request: request.clone(),
            span: Some(span),
            place,
        }
    }

    /// Writes the headers by which the other service goes on with the trace.
    pub fn write_headers(&self, headers: &mut HeaderMap) {
        let Some(span) = &self.span else { return };
        let traced = &self.request.0;
        let context = span.span_context();
        let propagators = traced.core.propagators;
        if propagators.trace_context {
            write_traceparent(context, headers);
            let state = context.trace_state().header();
            if !state.is_empty()
                && let Ok(value) = HeaderValue::from_str(&state)
            {
                headers.insert(HeaderName::from_static("tracestate"), value);
            }
        }
        if let Some(value) = &traced.incoming.baggage
            && let Ok(value) = HeaderValue::from_str(value)
        {
            headers.insert(HeaderName::from_static("baggage"), value);
        }
        if traced.core.xray.is_some() || propagators.xray {
            write_xray_header(traced, bits_of_span(context.span_id()), headers);
        }
    }

    /// Ends the call with its answer.
    pub fn finish(mut self, status: u16, content_length: Option<u64>) {
        let names = self.request.0.core.http_names;
        if let Some(span) = &mut self.span
            && span.is_recording()
        {
            span.set_attributes(attributes::of_answer(status, names));
            // To a caller, what the other end refuses is an error.
            if status >= 400 {
                span.set_status(Status::error(""));
                span.set_attributes(attributes::of_error(&status.to_string(), names));
            }
        }
        self.with_part(|part| {
            if let Some(call) = &mut part.call {
                call.status = Some(status);
                call.content_length = content_length;
            }
        });
    }

    /// Ends the call, which got no answer.
    pub fn failed(mut self, type_name: &str, message: &str) {
        let names = self.request.0.core.http_names;
        if let Some(span) = &mut self.span
            && span.is_recording()
        {
            span.set_status(Status::error(format!("{type_name}: {message}")));
            span.add_event(
                "exception",
                vec![
                    KeyValue::new("exception.type", type_name.to_owned()),
                    KeyValue::new("exception.message", message.to_owned()),
                    KeyValue::new("exception.escaped", "False"),
                ],
            );
            span.set_attributes(attributes::of_error(type_name, names));
        }
        let failure = Failure {
            type_name: type_name.to_owned(),
            message: message.to_owned(),
            frames: Vec::new(),
        };
        self.with_part(|part| {
            part.is_fault = true;
            part.exception = Some(ExceptionRecord::new(&failure, true));
        });
    }

    fn with_part(&self, work: impl FnOnce(&mut PartRecord)) {
        let Some(place) = self.place else { return };
        self.request.0.with_segment(|segment| {
            if let Some(part) = segment.parts.get_mut(place) {
                work(part);
            }
        });
    }
}

impl Drop for OutgoingCall {
    fn drop(&mut self) {
        self.with_part(|part| part.ended = Some(opentelemetry::time::now()));
        if let Some(span) = self.span.take() {
            processor::end(span, self.request.is_recorded_by_xray());
        }
    }
}
