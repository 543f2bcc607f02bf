//! Where spans begin and end: the sampler before, the queues after, none of which waits.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::SystemTime;

use opentelemetry::trace::{Link, SpanContext, SpanKind, Status, TraceFlags, TraceId, TraceState};

use super::books::Books;
use super::ids;
use super::otlp::EncodedSpan;
use super::sampler::Sampler;
use super::span::{Attributes, Record, Scope, Span};
use crate::settings::SpanLimits;

/// Begins spans, and puts those that end into the queues.
#[derive(Debug)]
pub(super) struct Recorder {
    pub(super) sampler: Sampler,
    pub(super) limits: SpanLimits,
    /// The queue that takes every span.
    pub(super) all: Option<Arc<Books<EncodedSpan>>>,
    /// The one that takes what X-Ray records.
    pub(super) xray: Option<Arc<Books<EncodedSpan>>>,
    /// The one that is printed.
    pub(super) console: Option<Arc<Books<EncodedSpan>>>,
}

/// What a span is about when it begins.
#[derive(Debug)]
pub(super) struct Beginning<'a> {
    pub(super) scope: Scope,
    pub(super) kind: SpanKind,
    pub(super) name: Cow<'static, str>,
    /// The span that it is in.
    pub(super) parent: Option<&'a SpanContext>,
    /// The trace of a root span whose caller named one, but no span, as load balancers do.
    pub(super) trace: Option<TraceId>,
    /// The span that it has to do with.
    pub(super) link: Option<&'a SpanContext>,
    pub(super) started: SystemTime,
    /// How many bytes of attributes are expected.
    pub(super) room: usize,
}

impl Recorder {
    pub(super) fn begin(&self, beginning: Beginning<'_>) -> Span {
        let parent = beginning.parent;
        let trace = parent.map_or_else(
            || beginning.trace.unwrap_or_else(ids::new_trace_id),
            SpanContext::trace_id,
        );
        let is_sampled = self.sampler.takes(parent, trace);
        let context = SpanContext::new(
            trace,
            ids::new_span_id(),
            TraceFlags::default().with_sampled(is_sampled),
            false,
            parent.map_or(TraceState::NONE, |parent| parent.trace_state().clone()),
        );
        let record = is_sampled.then(|| {
            let mut links = Vec::new();
            let mut dropped_links = 0;
            if let Some(link) = beginning.link {
                if self.limits.links > 0 {
                    links.push(Link::with_context(link.clone()));
                } else {
                    dropped_links = 1;
                }
            }
            Record {
                scope: beginning.scope,
                parent: parent.map(SpanContext::span_id),
                parent_is_remote: parent.is_some_and(SpanContext::is_remote),
                kind: beginning.kind,
                name: beginning.name,
                started: beginning.started,
                attributes: Attributes::with_room(beginning.room, self.limits),
                events: Vec::new(),
                dropped_events: 0,
                links,
                dropped_links,
                status: Status::Unset,
                limits: self.limits,
            }
        });
        Span { context, record }
    }

    /// Ends a span; a span itself cannot say whether X-Ray records its trace.
    pub(super) fn end(&self, span: &Span, is_recorded_by_xray: bool) {
        let Some(record) = &span.record else { return };
        let queues = [
            self.all.as_ref(),
            self.console.as_ref(),
            self.xray.as_ref().filter(|_| is_recorded_by_xray),
        ];
        let mut queues = queues.into_iter().flatten().peekable();
        if queues.peek().is_none() {
            return;
        }
        let encoded = EncodedSpan::of(&span.context, record, opentelemetry::time::now());
        while let Some(queue) = queues.next() {
            if queues.peek().is_none() {
                queue.give(encoded);
                return;
            }
            queue.give(encoded.clone());
        }
    }
}
