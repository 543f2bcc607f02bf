//! The service graph: who calls whom, how often, how long it takes and how it ends.
//!
//! AWS publishes no algorithm. This one rebuilds the guide's example
//! (<https://docs.aws.amazon.com/xray/latest/devguide/xray-api-gettingdata.html>) and what users
//! saw: every received segment is a request of its service, every `aws` or `remote` subsegment a
//! call, and whoever was called without answering with a segment is inferred from the calls.
//!
//! A trace becomes a small [`Contribution`], contributions add up in an [`Accumulator`], and an
//! accumulator ends as a [`Graph`]. A store keeps contributions and adds those of a window; a
//! client that had to cut a window merges the graphs of its slices.

mod accumulator;
mod contribution;
mod histogram;
mod merge;
mod names;
mod statistics;
mod time_series;
mod totals;

use super::assembly::Trace;
use super::time::Time;
pub use accumulator::{Accumulator, Window};
pub use contribution::Contribution;
pub use histogram::{Bin, Histogram, MOST_BINS};
pub use names::{Names, NodeKey, NodeName};
pub use statistics::Statistics;
pub use time_series::{Bucket, Selector, Subject, Target, TimeSeries, TimeSeriesAccumulator};

/// The type of the node that stands for the callers of a root segment.
pub const CLIENT: &str = "client";

/// Whether a node's own segments were received.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum State {
    /// They were.
    Active,
    /// It is known from its callers alone.
    Unknown,
}

impl State {
    /// AWS's word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Unknown => "unknown",
        }
    }
}

/// A service, a client, or what a service calls.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// Its number in this graph: its place among the nodes.
    pub reference_id: usize,
    /// Its name.
    pub name: String,
    /// Every name it goes by.
    pub names: Vec<String>,
    /// Its type: an origin, `client`, `remote`; some services have none.
    pub kind: Option<String>,
    /// The account that it runs in.
    pub account_id: Option<String>,
    /// Whether traces begin here.
    pub root: bool,
    /// Whether it sends segments.
    pub state: State,
    /// When its first request began.
    pub start: Time,
    /// When its last request ended.
    pub end: Time,
    /// Whom it calls, by their number.
    pub edges: Vec<Edge>,
    /// Its requests; a client has none of its own.
    pub statistics: Option<Statistics>,
    /// How long its requests took, with what they left running.
    pub duration_histogram: Histogram,
    /// How long its requests took to answer.
    pub response_time_histogram: Histogram,
}

/// The calls from one node to another.
#[derive(Debug, Clone, PartialEq)]
pub struct Edge {
    /// The number of the node that is called.
    pub to: usize,
    /// When the first request that called began.
    pub start: Time,
    /// When the last one ended.
    pub end: Time,
    /// The calls as the caller saw them; none for a link alone.
    pub statistics: Statistics,
    /// How long they took for the caller.
    pub response_time_histogram: Histogram,
    /// Whether it is the way of a message: one trace ends and another goes on.
    pub link: bool,
    /// How old messages were when they were received.
    pub received_event_age_histogram: Histogram,
}

/// The service graph.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Graph {
    /// The nodes, by name, type and account; the same traces give the same order.
    pub nodes: Vec<Node>,
}

impl Graph {
    /// The graph of some traces.
    pub fn of<'a>(traces: impl IntoIterator<Item = &'a Trace>) -> Self {
        Self::within(Window::ALWAYS, traces)
    }

    /// The graph of what some traces did in a window.
    pub fn within<'a>(window: Window, traces: impl IntoIterator<Item = &'a Trace>) -> Self {
        let mut names = Names::default();
        let mut accumulator = Accumulator::new(window);
        let contributions: Vec<Contribution> = traces
            .into_iter()
            .map(|trace| Contribution::of(trace, &mut names))
            .collect();
        for contribution in &contributions {
            accumulator.add(contribution);
        }
        let wanted = accumulator.wanted();
        for contribution in &contributions {
            if wanted.contains(&contribution.trace_id()) {
                accumulator.resolve(contribution);
            }
        }
        accumulator.finish(&names)
    }

    /// The node of this name and type.
    pub fn node(&self, name: &str, kind: Option<&str>) -> Option<&Node> {
        self.nodes
            .iter()
            .find(|node| node.name == name && node.kind.as_deref() == kind)
    }

    /// Every edge with the number of its caller.
    pub fn edges(&self) -> impl Iterator<Item = (usize, &Edge)> {
        self.nodes
            .iter()
            .flat_map(|node| node.edges.iter().map(|edge| (node.reference_id, edge)))
    }
}
