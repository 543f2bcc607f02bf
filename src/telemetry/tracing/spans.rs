//! Spans within a request.

use std::borrow::Cow;

use opentelemetry::trace::{
    Span as _, SpanBuilder, SpanKind, TraceContextExt as _, Tracer as _, TracerProvider as _,
};
use opentelemetry::{Context, KeyValue, Value};
use opentelemetry_sdk::trace::Span;

use super::failure;
use super::processor;
use super::request::Failure;
use super::traced::TracedRequest;
use crate::settings::HttpNames;

/// A span of what happens in this process; it ends when it is dropped.
#[derive(Debug)]
pub struct InternalSpan {
    span: Option<Span>,
    names: HttpNames,
    is_recorded_by_xray: bool,
}

impl InternalSpan {
    pub(super) fn begin(
        request: &TracedRequest,
        scope: &'static str,
        name: Cow<'static, str>,
    ) -> Self {
        let traced = &request.0;
        let span = traced.context.is_sampled().then(|| {
            let parent = Context::new().with_remote_span_context(traced.context.clone());
            let builder = SpanBuilder::from_name(name).with_kind(SpanKind::Internal);
            traced
                .core
                .provider
                .tracer(scope)
                .build_with_context(builder, &parent)
        });
        Self {
            span,
            names: traced.core.http_names,
            is_recorded_by_xray: traced.is_recorded_by_xray,
        }
    }

    /// Puts an attribute on the span.
    pub fn set_attribute(&mut self, key: &'static str, value: impl Into<Value>) {
        if let Some(span) = &mut self.span {
            span.set_attribute(KeyValue::new(key, value));
        }
    }

    /// Notes that what happened in the span failed.
    pub fn failed(&mut self, failure: &Failure) {
        if let Some(span) = &mut self.span {
            failure::note(span, failure, self.names);
        }
    }
}

impl Drop for InternalSpan {
    fn drop(&mut self) {
        if let Some(span) = self.span.take() {
            processor::end(span, self.is_recorded_by_xray);
        }
    }
}
