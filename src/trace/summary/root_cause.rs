//! Where failures came from and where the time went.
//!
//! AWS describes the shape
//! (<https://docs.aws.amazon.com/xray/latest/api/API_FaultRootCause.html>) and no algorithm. Here
//! a failure comes from every failed span inside which nothing failed, and time goes the way of
//! the longest part.

use super::super::assembly::{Parent, Trace};
use super::super::inferred::Destination;
use super::super::span::{Exception, Span};
use super::{ServiceId, is_answered};

/// The way from the first service to where it went wrong.
#[derive(Debug, Clone, PartialEq)]
pub struct RootCause {
    /// The services on the way, the first one first.
    pub services: Vec<CauseService>,
    /// Whether the first service itself failed, so that its client saw it.
    pub client_impacting: bool,
}

/// A service on the way.
#[derive(Debug, Clone, PartialEq)]
pub struct CauseService {
    /// The service.
    pub service: ServiceId,
    /// Whether it is known from its callers alone.
    pub inferred: bool,
    /// The way through the service.
    pub path: Vec<CauseEntity>,
}

/// A segment or a subsegment on the way.
#[derive(Debug, Clone, PartialEq)]
pub struct CauseEntity {
    /// Its name.
    pub name: String,
    /// Whether it is a call to another service.
    pub remote: bool,
    /// Which part of the trace's response time it took.
    pub coverage: Option<f64>,
    /// The exceptions that it ended with.
    pub exceptions: Vec<Exception>,
}

/// The least part of its caller's time that makes a span a cause of it.
const LEAST_SHARE: f64 = 0.5;

/// Every way to a failed span inside which nothing failed.
pub(super) fn failures(trace: &Trace, failed: impl Fn(&Span) -> bool) -> Vec<RootCause> {
    let client_impacting = trace
        .entry()
        .is_some_and(|entry| failed(&trace[entry].span));
    let mut failed_inside = vec![false; trace.len()];
    // Backwards, everything inside a span comes before the span.
    for place in (0..trace.len()).rev() {
        if let Parent::Place(parent) = trace[place].parent
            && (failed_inside[place] || failed(&trace[place].span))
        {
            failed_inside[parent] = true;
        }
    }
    (0..trace.len())
        .filter(|place| failed(&trace[*place].span) && !failed_inside[*place])
        .map(|place| RootCause {
            services: way(trace, place, |span| CauseEntity {
                coverage: None,
                exceptions: span
                    .cause
                    .as_ref()
                    .map(|cause| cause.exceptions().to_vec())
                    .unwrap_or_default(),
                ..entity(span)
            }),
            client_impacting,
        })
        .collect()
}

/// The way of the longest part; none where the first service has not answered.
pub(super) fn response_time(trace: &Trace) -> Vec<RootCause> {
    let Some(entry) = trace.entry() else {
        return Vec::new();
    };
    let whole = trace[entry].span.elapsed();
    if whole == 0 {
        return Vec::new();
    }
    let mut place = entry;
    while let Some(longest) = trace
        .children(place)
        .max_by_key(|child| (trace[*child].span.elapsed(), std::cmp::Reverse(*child)))
        && share(trace[longest].span.elapsed(), trace[place].span.elapsed()) >= LEAST_SHARE
    {
        place = longest;
    }
    vec![RootCause {
        services: way(trace, place, |span| CauseEntity {
            coverage: Some(share(span.elapsed(), whole).min(1.0)),
            ..entity(span)
        }),
        client_impacting: true,
    }]
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a share of so many microseconds is no less true for it"
)]
fn share(part: i64, whole: i64) -> f64 {
    if whole == 0 {
        0.0
    } else {
        part as f64 / whole as f64
    }
}

fn entity(span: &Span) -> CauseEntity {
    CauseEntity {
        name: span.name.clone(),
        remote: span.is_call(),
        coverage: None,
        exceptions: Vec::new(),
    }
}

/// The spans around a span and itself, by the service that they are a part of.
fn way(trace: &Trace, last: usize, entity: impl Fn(&Span) -> CauseEntity) -> Vec<CauseService> {
    let mut places = vec![last];
    while let Parent::Place(parent) = trace[places[places.len() - 1]].parent {
        places.push(parent);
    }
    let mut services: Vec<CauseService> = Vec::new();
    for place in places.into_iter().rev() {
        let span = &trace[place].span;
        let begins = trace.segment_of(place) == place;
        match services.last_mut() {
            Some(service) if !begins => service.path.push(entity(span)),
            _ => services.push(CauseService {
                service: ServiceId::of(span),
                inferred: false,
                path: vec![entity(span)],
            }),
        }
    }
    let span = &trace[last].span;
    if let Some(destination) = Destination::of(span)
        && !is_answered(trace, last)
    {
        services.push(CauseService {
            service: ServiceId::called(destination),
            inferred: true,
            path: vec![CauseEntity {
                remote: false,
                ..entity(span)
            }],
        });
    }
    services
}
