//! Spans within a request.

use std::borrow::Cow;

use opentelemetry::Value;
use opentelemetry::trace::SpanKind;

use super::failure;
use super::recorder::Beginning;
use super::request::Failure;
use super::span::{Scope, Span};
use super::traced::TracedRequest;

/// Most spans within a request have fewer bytes of attributes.
const ROOM: usize = 128;

/// A span of what happens in this process; it ends when it is dropped.
#[derive(Debug)]
pub struct InternalSpan {
    request: TracedRequest,
    span: Span,
}

impl InternalSpan {
    pub(super) fn begin(
        request: &TracedRequest,
        scope: &'static str,
        name: Cow<'static, str>,
    ) -> Self {
        let traced = &request.0;
        let span = traced.core.recorder.begin(Beginning {
            scope: Scope {
                name: scope,
                version: "",
            },
            kind: SpanKind::Internal,
            name,
            parent: Some(&traced.context),
            trace: None,
            link: None,
            started: opentelemetry::time::now(),
            room: ROOM,
        });
        Self {
            request: request.clone(),
            span,
        }
    }

    /// Puts an attribute on the span.
    pub fn set_attribute(&mut self, key: &'static str, value: impl Into<Value>) {
        self.span.put(key, value);
    }

    /// Notes that what happened in the span failed.
    pub fn failed(&mut self, failure: &Failure) {
        failure::note(&mut self.span, failure, self.request.0.core.http_names);
    }
}

impl Drop for InternalSpan {
    fn drop(&mut self) {
        let traced = &self.request.0;
        let recorder = &traced.core.recorder;
        recorder.end(&self.span, traced.is_recorded_by_xray);
    }
}
