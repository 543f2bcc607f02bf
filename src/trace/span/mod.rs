//! How a trace is understood: one flat type for segments, subsegments and other spans.
//!
//! Reading is lenient: a member of the wrong sort is left out, and the rest is kept. The raw
//! text stays with the [`Document`](super::Document), and a span knows its place in it.

mod annotation;
mod aws;
mod cause;
mod http;
mod link;
mod namespace;
mod read;
mod sql;

use super::id::{SpanId, TraceId};
use super::time::Time;
pub use annotation::AnnotationValue;
pub use aws::Aws;
pub use cause::{Cause, Exception, Frame};
pub use http::Http;
pub use link::Link;
pub use namespace::Namespace;
pub(super) use read::read;
pub use sql::Sql;

/// What a span is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// Work of a service, as the service itself tells it.
    Segment,
    /// A part of a segment: a call, or work of its own.
    Subsegment,
}

/// How a request ended, worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Outcome {
    /// The server's failure: 5xx.
    Fault,
    /// Too many requests: 429.
    Throttle,
    /// The client's failure: any other 4xx.
    Error,
    /// None of these.
    Ok,
}

/// One piece of work with a start, and an end unless it is in progress.
#[derive(Debug, Clone, PartialEq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "they are the flags that documents have, and any may stand together"
)]
pub struct Span {
    /// The trace that it belongs to.
    pub trace_id: TraceId,
    /// Its id; unique in the trace unless the sender is wrong.
    pub id: SpanId,
    /// The id of its caller, or of what it is a part of.
    pub parent_id: Option<SpanId>,
    /// The name of the service or of the call.
    pub name: String,
    /// When it began.
    pub start: Time,
    /// When it ended; `None` while it is in progress.
    pub end: Option<Time>,
    /// Segment or subsegment.
    pub kind: Kind,
    /// Where a subsegment's call goes.
    pub namespace: Namespace,
    /// Where the service runs, such as `AWS::EC2::Instance`.
    pub origin: Option<String>,
    /// The resource that the service runs on.
    pub resource_arn: Option<String>,
    /// The version that the service gives itself.
    pub service_version: Option<String>,
    /// The request and its answer.
    pub http: Option<Box<Http>>,
    /// What AWS and its SDKs add.
    pub aws: Option<Box<Aws>>,
    /// The database query.
    pub sql: Option<Box<Sql>>,
    /// What can be searched for, in the order of the document.
    pub annotations: Vec<(String, AnnotationValue)>,
    /// What cannot: raw JSON.
    pub metadata: Option<Box<str>>,
    /// The user who made the request.
    pub user: Option<String>,
    /// The client's failure.
    pub error: bool,
    /// Too many requests.
    pub throttle: bool,
    /// The server's failure.
    pub fault: bool,
    /// Why it failed.
    pub cause: Option<Box<Cause>>,
    /// Spans of other traces that it goes with.
    pub links: Vec<Link>,
    /// Whether nobody sent it, and it was derived from a call.
    pub inferred: bool,
    /// The place of its document among those that the trace was assembled from.
    pub document: usize,
    /// Where its text begins and ends in the document.
    pub text: std::ops::Range<usize>,
}

impl Span {
    /// Whether it has not ended yet.
    pub fn in_progress(&self) -> bool {
        self.end.is_none()
    }

    /// Its length in microseconds, never negative; 0 while it is in progress.
    pub fn elapsed(&self) -> i64 {
        self.end.map_or(0, |end| end.since(self.start).max(0))
    }

    /// Its end, or its start while it is in progress.
    pub fn last(&self) -> Time {
        self.end.unwrap_or(self.start).max(self.start)
    }

    /// How it ended.
    pub fn outcome(&self) -> Outcome {
        match (self.fault, self.throttle, self.error) {
            (true, _, _) => Outcome::Fault,
            (_, true, _) => Outcome::Throttle,
            (_, _, true) => Outcome::Error,
            _ => Outcome::Ok,
        }
    }

    /// Whether it is a call that leaves the service: these alone make edges in the graph.
    pub fn is_call(&self) -> bool {
        self.kind == Kind::Subsegment
            && matches!(self.namespace, Namespace::Aws | Namespace::Remote)
    }

    /// The account that it ran in.
    pub fn account_id(&self) -> Option<&str> {
        self.aws.as_ref()?.account_id.as_deref()
    }
}
