//! Calls of a request to other services: a client span and a subsegment of the same id.

use std::borrow::Cow;

use axum::http::{HeaderMap, HeaderName, HeaderValue, Method};
use opentelemetry::KeyValue;
use opentelemetry::trace::SpanKind;
use serde_json::Map;

use super::attributes;
use super::recorder::Beginning;
use super::request::Failure;
use super::span::{Scope, Span};
use super::traced::{TracedRequest, write_traceparent, write_xray_header};
use super::tracer::bits_of_span;
use super::xray::{ExceptionRecord, HttpRecord, PartRecord};
use crate::telemetry::query_secrets::mask_query;

/// What makes the spans of calls.
const CLIENT: Scope = Scope {
    name: "cruddur-obs.client",
    version: env!("CARGO_PKG_VERSION"),
};

/// Most calls have fewer bytes of attributes.
const ROOM: usize = 512;

/// A call to another service; it ends when it is finished, failed or dropped.
#[derive(Debug)]
pub struct OutgoingCall {
    request: TracedRequest,
    span: Span,
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
        let name = attributes::method(method);
        let mut span = traced.core.recorder.begin(Beginning {
            scope: CLIENT,
            kind: SpanKind::Client,
            name: Cow::Borrowed(name),
            parent: Some(&traced.context),
            trace: None,
            link: None,
            started: opentelemetry::time::now(),
            room: ROOM,
        });
        if let Some(record) = &mut span.record {
            let names = traced.core.http_names;
            attributes::put_call(&mut record.attributes, method, url, names);
        }
        let id = bits_of_span(span.context.span_id());
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
            span,
            place,
        }
    }

    /// Writes the headers by which the other service goes on with the trace.
    pub fn write_headers(&self, headers: &mut HeaderMap) {
        let traced = &self.request.0;
        let context = &self.span.context;
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
        if let Some(record) = &mut self.span.record {
            attributes::put_answer(&mut record.attributes, status, names);
            // To a caller, what the other end refuses is an error.
            if status >= 400 {
                record.fail("");
                attributes::put_error(&mut record.attributes, &status.to_string(), names);
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
        if let Some(record) = &mut self.span.record {
            record.fail(format!("{type_name}: {message}"));
            record.add_event(
                "exception",
                vec![
                    KeyValue::new("exception.type", type_name.to_owned()),
                    KeyValue::new("exception.message", message.to_owned()),
                    KeyValue::new("exception.escaped", "False"),
                ],
            );
            attributes::put_error(&mut record.attributes, type_name, names);
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
        let traced = &self.request.0;
        let recorder = &traced.core.recorder;
        recorder.end(&self.span, traced.is_recorded_by_xray);
    }
}
