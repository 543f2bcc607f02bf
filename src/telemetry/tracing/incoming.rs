//! Which trace a request goes on with: what its headers say.
//!
//! `X-Amzn-Trace-Id` goes before `traceparent`; where they disagree, the other becomes a link.
//! What cannot be read is as good as not there.
//!
//! <https://www.w3.org/TR/trace-context/>

use std::str::FromStr as _;

use opentelemetry::trace::{SpanContext, SpanId, TraceFlags, TraceId, TraceState};

use super::request::{BAGGAGE, IncomingRequest, TRACEPARENT, TRACESTATE, X_AMZN_TRACE_ID};
use crate::settings::Propagators;
use crate::xray::trace_header::TraceHeader;

/// The longest `baggage` that is passed on, in bytes: what W3C wants to be passed at least.
const LONGEST_BAGGAGE: usize = 8192;

/// What a request's headers say about its trace.
#[derive(Debug, Clone, Default)]
pub(super) struct Incoming {
    /// The span that the request comes from, in OpenTelemetry's words.
    pub(super) parent: Option<SpanContext>,
    /// The trace, where no span of it is named.
    pub(super) trace: Option<TraceId>,
    /// The parent that was not gone on with.
    pub(super) link: Option<SpanContext>,
    /// X-Ray's header.
    pub(super) header: Option<TraceHeader>,
    /// What is passed on as it came.
    pub(super) baggage: Option<String>,
}

impl Incoming {
    /// Reads the headers.
    pub(super) fn read(request: &IncomingRequest<'_>, propagators: Propagators) -> Self {
        let header: Option<TraceHeader> = request
            .header(X_AMZN_TRACE_ID)
            .and_then(|text| text.parse().ok());
        let w3c = if propagators.trace_context {
            w3c_parent(request)
        } else {
            None
        };
        let baggage = request
            .header(BAGGAGE)
            .filter(|text| propagators.baggage && text.len() <= LONGEST_BAGGAGE)
            .map(str::to_owned);
        let root = header.as_ref().and_then(TraceHeader::trace);
        let Some(root) = root.map(TraceId::from) else {
            return Self {
                parent: w3c,
                header,
                baggage,
                ..Self::default()
            };
        };
        let is_same = w3c.as_ref().is_some_and(|parent| parent.trace_id() == root);
        let span = header.as_ref().and_then(|header| header.parent);
        let parent = match (span.map(SpanId::from), &w3c) {
            (Some(span), _) => {
                // Whether X-Ray records a trace binds OpenTelemetry only where it was told so.
                let decided = propagators
                    .xray
                    .then(|| header.as_ref().and_then(TraceHeader::decision))
                    .flatten();
                let flags = match (&w3c, decided) {
                    (_, Some(decided)) => TraceFlags::default().with_sampled(decided),
                    (Some(w3c), None) if is_same => w3c.trace_flags(),
                    _ => TraceFlags::SAMPLED,
                };
                let state = match &w3c {
                    Some(w3c) if is_same => w3c.trace_state().clone(),
                    _ => TraceState::NONE,
                };
                Some(SpanContext::new(root, span, flags, true, state)).filter(SpanContext::is_valid)
            }
            (None, Some(w3c)) if is_same => Some(w3c.clone()),
            (None, _) => None,
        };
        Self {
            trace: parent.is_none().then_some(root),
            link: w3c.filter(|parent| parent.trace_id() != root),
            parent,
            header,
            baggage,
        }
    }

    /// The segment that the request comes from, in X-Ray's words.
    pub(super) fn parent_segment(&self) -> Option<u64> {
        self.parent
            .as_ref()
            .map(|parent| u64::from_be_bytes(parent.span_id().to_bytes()))
    }
}

/// Reads `traceparent`: version, trace, parent and flags in hexadecimal digits.
fn w3c_parent(request: &IncomingRequest<'_>) -> Option<SpanContext> {
    let text = request.header(TRACEPARENT)?.trim();
    let (version, rest) = (text.get(..2)?, text.get(2..)?);
    let is_hexadecimal = |text: &str| {
        text.bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    };
    // A later version may have more at its end, after another dash.
    let is_known = match version {
        "ff" => false,
        "00" => text.len() == 55,
        _ => text.len() == 55 || text.as_bytes().get(55) == Some(&b'-'),
    };
    let mut parts = rest.strip_prefix('-')?.split('-');
    let (trace, span, flags) = (parts.next()?, parts.next()?, parts.next()?);
    let is_shaped = trace.len() == 32 && span.len() == 16 && flags.len() == 2;
    if !is_known
        || !is_shaped
        || ![version, trace, span, flags]
            .into_iter()
            .all(is_hexadecimal)
    {
        return None;
    }
    // Further bits say how ids were made; only the first says what to do.
    let flags = TraceFlags::new(u8::from_str_radix(flags, 16).ok()?) & TraceFlags::SAMPLED;
    let state = request
        .header(TRACESTATE)
        .and_then(|text| TraceState::from_str(text).ok())
        .unwrap_or_default();
    let trace = TraceId::from(u128::from_str_radix(trace, 16).ok()?);
    let span = SpanId::from(u64::from_str_radix(span, 16).ok()?);
    Some(SpanContext::new(trace, span, flags, true, state)).filter(SpanContext::is_valid)
}
