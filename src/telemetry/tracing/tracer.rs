//! Where a request's trace begins.

use std::borrow::Cow;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use axum::http::header::USER_AGENT;
use jiff::Timestamp;
use opentelemetry::trace::{
    Link, Span as _, SpanBuilder, SpanContext, SpanKind, TraceContextExt as _, Tracer as _,
};
use opentelemetry::{Context, trace};
use opentelemetry_sdk::trace::{SdkTracer, SdkTracerProvider};
use serde_json::Map;

use super::PipelineTotals;
use super::attributes;
use super::books::{Account, Books};
use super::ids;
use super::incoming::Incoming;
use super::pipelines::XRAY;
use super::request::{IncomingRequest, X_FORWARDED_FOR};
use super::traced::TracedRequest;
use super::xray::{HttpRecord, SegmentRecord};
use crate::settings::{HttpNames, Propagators};
use crate::xray::pattern;
use crate::xray::sampling::client::Sampler;
use crate::xray::sampling::matcher::Request;
use crate::xray::trace_header;

/// Begins the traces of requests; cheap to clone.
#[derive(Debug, Clone)]
pub struct RequestTracer(pub(super) Arc<Core>);

/// What all requests share.
#[derive(Debug)]
pub(super) struct Core {
    pub(super) provider: SdkTracerProvider,
    pub(super) server: SdkTracer,
    pub(super) client: SdkTracer,
    pub(super) http_names: HttpNames,
    pub(super) propagators: Propagators,
    pub(super) xray: Option<XrayCore>,
    /// The queues of spans, by the name of their pipeline.
    pub(super) queues: Vec<(&'static str, Arc<dyn Account>)>,
}

/// What all requests share of X-Ray.
#[derive(Debug)]
pub(super) struct XrayCore {
    /// The name of segments.
    pub(super) name: String,
    /// The pattern of hosts after which they are named instead.
    pub(super) dynamic_naming: Option<String>,
    pub(super) sampler: Arc<Mutex<Sampler>>,
    /// Where finished segments go; none where X-Ray is sent spans.
    pub(super) segments: Option<Arc<Books<Box<SegmentRecord>>>>,
}

impl XrayCore {
    /// The name of a request's segment.
    fn name_for(&self, host: Option<&str>) -> String {
        host.filter(|host| {
            self.dynamic_naming
                .as_ref()
                .is_some_and(|wanted| pattern::matches(wanted, host))
        })
        .unwrap_or(&self.name)
        .to_owned()
    }
}

/// What X-Ray does with a request.
struct Decision {
    is_recorded: bool,
    rule: Option<String>,
    name: String,
}

impl RequestTracer {
    /// What became of what each pipeline was given so far.
    pub fn totals(&self) -> Vec<PipelineTotals> {
        let spans = self.0.queues.iter();
        let spans = spans.map(|(name, books)| PipelineTotals {
            name,
            totals: books.totals(),
        });
        let segments = self.0.xray.iter().filter_map(|xray| xray.segments.as_ref());
        let segments = segments.map(|books| PipelineTotals {
            name: XRAY,
            totals: books.totals(),
        });
        spans.chain(segments).collect()
    }

    /// Nothing is sent any more: what waits is dropped, and so is what still comes.
    pub(super) fn end(&self) {
        for (_, books) in &self.0.queues {
            books.end();
        }
        if let Some(segments) = self.0.xray.as_ref().and_then(|xray| xray.segments.as_ref()) {
            segments.end();
        }
    }

    /// Begins the trace of a request, or goes on with the one that its headers name.
    pub fn begin(&self, request: &IncomingRequest<'_>) -> TracedRequest {
        let core = &self.0;
        let incoming = Incoming::read(request, core.propagators);
        let decision = core
            .xray
            .as_ref()
            .map(|xray| decide(xray, request, &incoming));
        let started = opentelemetry::time::now();
        let span = self.server_span(request, &incoming, started);
        let context = span.span_context().clone();
        let is_recorded = decision.as_ref().is_some_and(|one| one.is_recorded);
        let keeps_segment = core
            .xray
            .as_ref()
            .is_some_and(|xray| xray.segments.is_some());
        let segment = decision
            .filter(|decision| decision.is_recorded && keeps_segment)
            .map(|decision| segment(request, &incoming, &context, started, decision));
        TracedRequest::new(
            Arc::clone(core),
            span,
            context,
            incoming,
            segment,
            is_recorded,
        )
    }

    fn server_span(
        &self,
        request: &IncomingRequest<'_>,
        incoming: &Incoming,
        started: SystemTime,
    ) -> opentelemetry_sdk::trace::Span {
        let method = attributes::method(request.method);
        let place = request.route.unwrap_or_else(|| request.uri.path());
        let mut name = String::with_capacity(method.len() + 1 + place.len());
        name.push_str(method);
        name.push(' ');
        name.push_str(place);
        let mut builder = SpanBuilder::from_name(Cow::Owned(name))
            .with_kind(SpanKind::Server)
            .with_start_time(started);
        if let Some(link) = &incoming.link {
            builder.links = Some(vec![Link::with_context(link.clone())]);
        }
        let parent = match &incoming.parent {
            Some(parent) => Context::new().with_remote_span_context(parent.clone()),
            None => Context::new(),
        };
        let attributes = || attributes::of_request(request, self.0.http_names);
        // The SDK takes a list as it is when a span begins, and one by one later.
        let is_expected = !self.0.queues.is_empty()
            && incoming.parent.as_ref().is_none_or(SpanContext::is_sampled);
        if is_expected {
            builder.attributes = Some(attributes());
        }
        let mut span = ids::within(incoming.trace, || {
            self.0.server.build_with_context(builder, &parent)
        });
        if !is_expected && span.is_recording() {
            span.set_attributes(attributes());
        }
        span
    }
}

/// What the header says, else what the rules say.
fn decide(xray: &XrayCore, request: &IncomingRequest<'_>, incoming: &Incoming) -> Decision {
    let host = request.host();
    let name = xray.name_for(host);
    let mut rule = None;
    let is_recorded = trace_header::is_sampled(incoming.header.as_ref(), || {
        let asked = Request {
            host,
            method: Some(attributes::method(request.method)),
            path: Some(request.uri.path()),
            service_name: Some(&name),
            ..Request::default()
        };
        let mut sampler = xray.sampler.lock().unwrap_or_else(PoisonError::into_inner);
        let decision = sampler.decide(&asked, Timestamp::now(), fastrand::f64());
        if decision.is_sampled {
            rule = decision.rule_name.map(str::to_owned);
        }
        decision.is_sampled
    });
    Decision {
        is_recorded,
        rule,
        name,
    }
}

fn segment(
    request: &IncomingRequest<'_>,
    incoming: &Incoming,
    context: &SpanContext,
    started: SystemTime,
    decision: Decision,
) -> Box<SegmentRecord> {
    let forwarded = request
        .header(X_FORWARDED_FOR)
        .map(str::trim)
        .filter(|text| !text.is_empty());
    let peer = || request.peer.map(|(ip, _)| ip.to_string());
    let host = request.host().unwrap_or_default();
    let path = request.uri.path();
    Box::new(SegmentRecord {
        id: bits_of_span(context.span_id()),
        trace: u128::from_be_bytes(context.trace_id().to_bytes()),
        parent: incoming.parent_segment(),
        name: decision.name,
        started,
        ended: None,
        http: HttpRecord {
            url: format!("{}://{host}{path}", request.scheme),
            method: attributes::method(request.method).to_owned(),
            status: None,
            content_length: None,
        },
        user_agent: request.header(USER_AGENT).map(str::to_owned),
        is_forwarded: forwarded.is_some(),
        client_ip: forwarded.map(str::to_owned).or_else(peer),
        rule: decision.rule,
        annotations: Map::new(),
        metadata: Map::new(),
        cause: None,
        parts: Vec::new(),
    })
}

pub(super) fn bits_of_span(id: trace::SpanId) -> u64 {
    u64::from_be_bytes(id.to_bytes())
}
