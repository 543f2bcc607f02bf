//! What one trace adds to the graph.

use super::super::assembly::{Parent, Trace};
use super::super::id::{SpanId, TraceId};
use super::super::inferred::Destination;
use super::super::span::{Kind, Link, Outcome, Span};
use super::super::time::Time;
use super::CLIENT;
use super::names::{Names, NodeKey, NodeName};

/// What one trace adds to the graph: its requests and calls, small enough to keep by the million.
///
/// It belongs to the [`Names`] that it was made with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contribution {
    pub(super) trace: TraceId,
    pub(super) requests: Box<[Request]>,
    pub(super) calls: Box<[Call]>,
    pub(super) links: Box<[Received]>,
}

/// One received segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Request {
    pub(super) node: NodeKey,
    pub(super) span: SpanId,
    /// The client's node, where the trace began here.
    pub(super) client: Option<NodeKey>,
    pub(super) start: Time,
    pub(super) end: Time,
    /// The length with what was left running, in microseconds.
    pub(super) whole: i64,
    /// How it ended; `None` while it is in progress.
    pub(super) outcome: Option<Outcome>,
    /// Whether a segment was sent for it, and not just a part of one.
    pub(super) is_segment: bool,
}

/// One call from a segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Call {
    /// The place of the calling segment among the requests.
    pub(super) from: u32,
    pub(super) to: NodeKey,
    pub(super) span: SpanId,
    pub(super) start: Time,
    pub(super) end: Time,
    pub(super) outcome: Option<Outcome>,
    /// Whether nobody but the caller tells of it.
    pub(super) inferred: bool,
}

/// A message that was received.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Received {
    /// The place of the receiving segment among the requests.
    pub(super) by: u32,
    pub(super) link: Link,
}

impl Contribution {
    /// What a trace adds.
    pub fn of(trace: &Trace, names: &mut Names) -> Self {
        let mut requests = Vec::new();
        let mut calls = Vec::new();
        let mut links = Vec::new();
        // The place among the requests of the segment that every span is a part of.
        let mut owners: Vec<u32> = Vec::with_capacity(trace.len());
        for (place, placed) in trace.iter().enumerate() {
            let span = &placed.span;
            let around = match placed.parent {
                Parent::Place(parent) => Some(owners[parent]),
                _ => None,
            };
            let owner = if let (Kind::Subsegment, Some(owner)) = (span.kind, around) {
                owner
            } else {
                requests.push(request(trace, place, names));
                u32::try_from(requests.len() - 1).unwrap_or(u32::MAX)
            };
            owners.push(owner);
            for link in &span.links {
                links.push(Received {
                    by: owner,
                    link: *link,
                });
            }
            if span.is_call() {
                call(trace, place, owner, names, &mut calls);
            } else if let (Kind::Segment, Some(from), Parent::Place(parent)) =
                (span.kind, around, placed.parent)
                && !trace[parent].span.is_call()
            {
                // A segment right inside a segment, as with Lambda: no call tells of it.
                let to = node(span, names);
                calls.push(one(span, from, to, false));
            }
        }
        Self {
            trace: trace.id(),
            requests: requests.into(),
            calls: calls.into(),
            links: links.into(),
        }
    }

    /// The trace that it is of.
    pub fn trace_id(&self) -> TraceId {
        self.trace
    }

    /// The nodes of the trace, clients left out, in no order.
    pub fn nodes(&self) -> impl Iterator<Item = NodeKey> + '_ {
        let requests = self.requests.iter().map(|request| request.node);
        requests.chain(self.calls.iter().map(|call| call.to))
    }
}

/// The node of a received segment.
fn node(span: &Span, names: &mut Names) -> NodeKey {
    names.key(NodeName {
        name: &span.name,
        kind: span.origin.as_deref(),
        account_id: span.account_id(),
    })
}

fn request(trace: &Trace, place: usize, names: &mut Names) -> Request {
    let placed = &trace[place];
    let span = &placed.span;
    let is_segment = span.kind == Kind::Segment;
    let begins = is_segment && placed.parent == Parent::None;
    Request {
        node: node(span, names),
        span: span.id,
        client: begins.then(|| {
            names.key(NodeName {
                name: &span.name,
                kind: Some(CLIENT),
                account_id: None,
            })
        }),
        start: span.start,
        end: span.last(),
        whole: whole(trace, place),
        outcome: span.end.map(|_| span.outcome()),
        is_segment,
    }
}

/// From the start of a segment to the end of the last of its own subsegments.
fn whole(trace: &Trace, place: usize) -> i64 {
    let mut last = trace[place].span.last();
    let inside = trace.inside(place);
    let mut next = inside.start;
    while next < inside.end {
        if trace[next].span.kind == Kind::Segment {
            // Another service's work, with all that is inside it.
            next = trace.inside(next).end;
        } else {
            last = last.max(trace[next].span.last());
            next += 1;
        }
    }
    last.since(trace[place].span.start)
}

/// A call goes to every segment that answers it, or else to the one whom it names.
fn call(trace: &Trace, place: usize, from: u32, names: &mut Names, calls: &mut Vec<Call>) {
    let span = &trace[place].span;
    let before = calls.len();
    for child in trace.children(place) {
        let answer = &trace[child].span;
        if answer.kind == Kind::Segment {
            let to = node(answer, names);
            // Two answers of one service are still one call to it.
            if !calls[before..].iter().any(|call| call.to == to) {
                calls.push(one(span, from, to, false));
            }
        }
    }
    if calls.len() == before
        && let Some(Destination { name, kind }) = Destination::of(span)
    {
        let to = names.key(NodeName {
            name,
            kind: Some(kind),
            account_id: None,
        });
        calls.push(one(span, from, to, true));
    }
}

fn one(span: &Span, from: u32, to: NodeKey, inferred: bool) -> Call {
    Call {
        from,
        to,
        span: span.id,
        start: span.start,
        end: span.last(),
        outcome: span.end.map(|_| span.outcome()),
        inferred,
    }
}
