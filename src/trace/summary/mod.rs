//! A trace in a few words: the members of X-Ray's `TraceSummary`.
//!
//! <https://docs.aws.amazon.com/xray/latest/api/API_TraceSummary.html>. Which traces a filter
//! finds stays out: an evaluator reads these members and the spans.

mod root_cause;

use std::collections::{BTreeMap, BTreeSet};

use super::assembly::Trace;
use super::id::TraceId;
use super::inferred::Destination;
use super::span::{AnnotationValue, Http, Kind, Span};
use super::time::Time;
pub use root_cause::{CauseEntity, CauseService, RootCause};

/// The most annotations of a trace that can be searched for.
///
/// <https://docs.aws.amazon.com/xray/latest/devguide/xray-api-segmentdocuments.html>
const MOST_ANNOTATIONS: usize = 50;

/// What tells services apart.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ServiceId {
    /// The name.
    pub name: String,
    /// The type, such as `AWS::EC2::Instance`.
    pub kind: Option<String>,
    /// The account that it runs in.
    pub account_id: Option<String>,
}

/// A value, and the services that gave it.
#[derive(Debug, Clone, PartialEq)]
pub struct Given<T> {
    /// The value.
    pub value: T,
    /// The services, each once.
    pub services: Vec<ServiceId>,
}

/// A trace in a few words.
#[derive(Debug, Clone, PartialEq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "they are the members that the API has"
)]
pub struct Summary {
    /// The trace.
    pub id: TraceId,
    /// When its first span began.
    pub start: Time,
    /// Microseconds from the first start to the last end.
    pub duration: i64,
    /// Microseconds that the first service took to answer; `None` while it has not.
    pub response_time: Option<i64>,
    /// Whether the first service failed.
    pub has_fault: bool,
    /// Whether the client of the first service did something wrong.
    pub has_error: bool,
    /// Whether anybody was throttled.
    pub has_throttle: bool,
    /// Whether something is still in progress.
    pub is_partial: bool,
    /// The request that began it all.
    pub http: Option<Http>,
    /// What can be searched for, by key.
    pub annotations: BTreeMap<String, Vec<Given<AnnotationValue>>>,
    /// Who made requests.
    pub users: Vec<Given<String>>,
    /// Everyone who took part, called services that sent nothing among them.
    pub services: Vec<ServiceId>,
    /// Where it began.
    pub entry_point: Option<ServiceId>,
    /// The resources that services ran on.
    pub resource_arns: Vec<String>,
    /// The EC2 instances that services ran on.
    pub instance_ids: Vec<String>,
    /// The availability zones that services ran in.
    pub availability_zones: Vec<String>,
    /// Where faults came from.
    pub fault_root_causes: Vec<RootCause>,
    /// Where errors came from.
    pub error_root_causes: Vec<RootCause>,
    /// Where the time went.
    pub response_time_root_causes: Vec<RootCause>,
}

impl ServiceId {
    /// The service that sent a segment.
    fn of(span: &Span) -> Self {
        Self {
            name: span.name.clone(),
            kind: span.origin.clone(),
            account_id: span.account_id().map(str::to_owned),
        }
    }

    /// The service that a call names.
    fn called(destination: Destination<'_>) -> Self {
        Self {
            name: destination.name.to_owned(),
            kind: Some(destination.kind.to_owned()),
            account_id: None,
        }
    }
}

impl Summary {
    /// Sums up a trace.
    pub fn of(trace: &Trace) -> Self {
        let start = trace.start().unwrap_or_default();
        let entry = trace.entry().map(|place| &trace[place].span);
        let segments = || {
            trace
                .iter()
                .map(|placed| &placed.span)
                .filter(|span| span.kind == Kind::Segment)
        };
        let aws = || segments().filter_map(|span| span.aws.as_deref());
        Self {
            id: trace.id(),
            start,
            duration: trace.end().unwrap_or(start).since(start),
            response_time: entry.filter(|span| !span.in_progress()).map(Span::elapsed),
            has_fault: entry.is_some_and(|span| span.fault),
            has_error: entry.is_some_and(|span| span.error),
            has_throttle: segments().any(|span| span.throttle),
            is_partial: trace.iter().any(|placed| placed.span.in_progress()),
            http: entry.and_then(|span| span.http.as_deref().cloned()),
            annotations: annotations(trace),
            users: users(trace),
            services: services(trace),
            entry_point: entry.map(ServiceId::of),
            resource_arns: each_once(segments().filter_map(|span| span.resource_arn.as_ref())),
            instance_ids: each_once(aws().filter_map(|aws| aws.instance_id.as_ref())),
            availability_zones: each_once(aws().filter_map(|aws| aws.availability_zone.as_ref())),
            fault_root_causes: root_cause::failures(trace, |span| span.fault),
            error_root_causes: root_cause::failures(trace, |span| span.error),
            response_time_root_causes: root_cause::response_time(trace),
        }
    }
}

fn each_once<'a>(texts: impl Iterator<Item = &'a String>) -> Vec<String> {
    texts
        .cloned()
        .collect::<BTreeSet<_>>()
        .into_iter()
        .collect()
}

/// The service that a span is a part of.
fn service_of(trace: &Trace, place: usize) -> ServiceId {
    ServiceId::of(&trace[trace.segment_of(place)].span)
}

/// Adds a value, or a service to the value that is there.
fn give<T: PartialEq>(all: &mut Vec<Given<T>>, value: T, service: ServiceId) {
    match all.iter_mut().find(|given| given.value == value) {
        Some(given) if given.services.contains(&service) => {}
        Some(given) => given.services.push(service),
        None => all.push(Given {
            value,
            services: vec![service],
        }),
    }
}

fn annotations(trace: &Trace) -> BTreeMap<String, Vec<Given<AnnotationValue>>> {
    let mut annotations: BTreeMap<String, Vec<_>> = BTreeMap::new();
    let all = trace.iter().enumerate().flat_map(|(place, placed)| {
        let annotations = placed.span.annotations.iter();
        annotations.map(move |annotation| (place, annotation))
    });
    for (place, (key, value)) in all.take(MOST_ANNOTATIONS) {
        let values = annotations.entry(key.clone()).or_default();
        give(values, value.clone(), service_of(trace, place));
    }
    annotations
}

fn users(trace: &Trace) -> Vec<Given<String>> {
    let mut users = Vec::new();
    for (place, placed) in trace.iter().enumerate() {
        if let Some(user) = &placed.span.user {
            give(&mut users, user.clone(), service_of(trace, place));
        }
    }
    users
}

/// Whether a call is answered by a segment of the one who was called.
fn is_answered(trace: &Trace, place: usize) -> bool {
    trace
        .children(place)
        .any(|child| trace[child].span.kind == Kind::Segment)
}

fn services(trace: &Trace) -> Vec<ServiceId> {
    let mut services = BTreeSet::new();
    for (place, placed) in trace.iter().enumerate() {
        let span = &placed.span;
        if trace.segment_of(place) == place {
            services.insert(ServiceId::of(span));
        }
        if let Some(destination) = Destination::of(span)
            && !is_answered(trace, place)
        {
            services.insert(ServiceId::called(destination));
        }
    }
    services.into_iter().collect()
}
