//! Where a request's trace begins.

use std::borrow::Cow;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use axum::http::header::USER_AGENT;
use jiff::Timestamp;
use opentelemetry::trace::{self, SpanContext, SpanKind};
use serde_json::Map;

use super::PipelineTotals;
use super::attributes;
use super::books::{Account, Books};
use super::incoming::Incoming;
use super::pipelines::XRAY;
use super::recorder::{Beginning, Recorder};
use super::request::{IncomingRequest, X_FORWARDED_FOR};
use super::span::{Scope, Span};
use super::traced::TracedRequest;
use super::xray::{HttpRecord, SegmentRecord};
use crate::settings::{HttpNames, Propagators};
use crate::xray::pattern;
use crate::xray::sampling::client::Sampler;
use crate::xray::sampling::matcher::Request;
use crate::xray::trace_header;

/// What makes the spans of requests.
const SERVER: Scope = Scope {
    name: "cruddur-obs.server",
    version: env!("CARGO_PKG_VERSION"),
};

/// Most server spans have fewer bytes of attributes.
const ROOM: usize = 1024;

/// Begins the traces of requests; cheap to clone.
#[derive(Debug, Clone)]
pub struct RequestTracer(pub(super) Arc<Core>);

/// What all requests share.
#[derive(Debug)]
pub(super) struct Core {
    pub(super) recorder: Recorder,
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
        let started = opentelemetry::time::now();
        let decision = core
            .xray
            .as_ref()
            .map(|xray| decide(xray, request, &incoming, started));
        let span = self.server_span(request, &incoming, started);
        let is_recorded = decision.as_ref().is_some_and(|one| one.is_recorded);
        let keeps_segment = core
            .xray
            .as_ref()
            .is_some_and(|xray| xray.segments.is_some());
        let segment = decision
            .filter(|decision| decision.is_recorded && keeps_segment)
            .map(|decision| segment(request, &incoming, &span.context, started, decision));
        TracedRequest::new(Arc::clone(core), span, incoming, segment, is_recorded)
    }

    fn server_span(
        &self,
        request: &IncomingRequest<'_>,
        incoming: &Incoming,
        started: SystemTime,
    ) -> Span {
        let method = attributes::method(request.method);
        let place = request.route.unwrap_or_else(|| request.uri.path());
        let mut span = self.0.recorder.begin(Beginning {
            scope: SERVER,
            kind: SpanKind::Server,
            name: Cow::Owned([method, " ", place].concat()),
            parent: incoming.parent.as_ref(),
            trace: incoming.trace,
            link: incoming.link.as_ref(),
            started,
            room: ROOM,
        });
        if let Some(record) = &mut span.record {
            attributes::put_request(&mut record.attributes, request, self.0.http_names);
        }
        span
    }
}

/// What the header says, else what the rules say.
fn decide(
    xray: &XrayCore,
    request: &IncomingRequest<'_>,
    incoming: &Incoming,
    started: SystemTime,
) -> Decision {
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
        // A clock that is set before the year -9999 is not worth a word.
        let now = Timestamp::try_from(started).unwrap_or(Timestamp::UNIX_EPOCH);
        let decision = sampler.decide(&asked, now, fastrand::f64());
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
