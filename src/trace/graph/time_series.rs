//! The statistics of a service or of calls over time, for `GetTimeSeriesServiceStatistics`.
//!
//! <https://docs.aws.amazon.com/xray/latest/api/API_GetTimeSeriesServiceStatistics.html> does not
//! say which moment of a request decides. Here it is the start: a request is in the one bucket,
//! and in the one window, in which it starts, so that adjacent windows neither lose nor repeat
//! any. Buckets begin at whole multiples of their length since the epoch, so that the same
//! request is in the same bucket however the window lies; the first may begin before the window.

use std::collections::BTreeMap;

use super::super::span::Outcome;
use super::super::time::Time;
use super::CLIENT;
use super::accumulator::Window;
use super::contribution::Contribution;
use super::histogram::Histogram;
use super::names::{Names, NodeKey, NodeName};
use super::statistics::Statistics;
use super::totals::Totals;

/// Which nodes are meant: those that have all that is given.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Target {
    /// The name.
    pub name: Option<String>,
    /// The type, such as `AWS::EC2::Instance`.
    pub kind: Option<String>,
    /// The account that it runs in.
    pub account_id: Option<String>,
}

/// Which statistics are asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Selector {
    /// Those of all calls; AWS gives these where nothing is selected.
    Everything,
    /// Those of the requests of services.
    Service(Target),
    /// Those of the calls from some nodes to others.
    Edge {
        /// Who calls.
        source: Target,
        /// Who is called.
        destination: Target,
    },
}

/// What the statistics of a series are of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Subject {
    /// Requests, as the services that answered saw them.
    Services,
    /// Calls, as their callers saw them.
    Edges,
}

/// The statistics of some time.
#[derive(Debug, Clone, PartialEq)]
pub struct Bucket {
    /// When it begins.
    pub start: Time,
    /// What ended that began in it.
    pub statistics: Statistics,
    /// How long that took to answer.
    pub response_time_histogram: Histogram,
}

/// Statistics over time.
#[derive(Debug, Clone, PartialEq)]
pub struct TimeSeries {
    /// What they are of.
    pub subject: Subject,
    /// Those buckets in which something began that has ended, the earliest first.
    pub buckets: Vec<Bucket>,
}

/// A series that is being added up.
///
/// What is added must come from the same [`Names`].
#[derive(Debug, Clone)]
pub struct TimeSeriesAccumulator {
    window: Window,
    length: i64,
    selector: Selector,
    /// Whether a node is the service, or the calling one of an edge; by node, `None` is unknown.
    sources: Vec<Option<bool>>,
    /// Whether a node is the called one of an edge.
    destinations: Vec<Option<bool>>,
    /// By the number of the bucket since the epoch.
    buckets: BTreeMap<i64, Totals>,
}

impl Target {
    /// Whether a node is meant.
    ///
    /// A client has the name of the service that it calls, and is meant by its type alone: else
    /// every service would seem to call itself. Filter expressions hold it the same way.
    fn is(&self, node: NodeName<'_>) -> bool {
        let fits = |wanted: Option<&String>, value: Option<&str>| {
            wanted.is_none_or(|wanted| value == Some(wanted.as_str()))
        };
        (node.kind != Some(CLIENT) || self.kind.is_some())
            && fits(self.name.as_ref(), Some(node.name))
            && fits(self.kind.as_ref(), node.kind)
            && fits(self.account_id.as_ref(), node.account_id)
    }

    /// Whether the node of a key is meant; names are compared once for each node.
    fn is_key(&self, known: &mut Vec<Option<bool>>, key: NodeKey, names: &Names) -> bool {
        let place = key.0 as usize;
        if known.len() <= place {
            known.resize(names.len().max(place + 1), None);
        }
        *known[place].get_or_insert_with(|| names.name(key).is_some_and(|name| self.is(name)))
    }
}

impl TimeSeriesAccumulator {
    /// An empty one that counts what starts in the window, in buckets of so many microseconds.
    pub fn new(window: Window, length: i64, selector: Selector) -> Self {
        Self {
            window,
            length: length.max(1),
            selector,
            sources: Vec::new(),
            destinations: Vec::new(),
            buckets: BTreeMap::new(),
        }
    }

    /// Adds what a trace contributes; `names` are those that it was made with.
    pub fn add(&mut self, contribution: &Contribution, names: &Names) {
        for request in &contribution.requests {
            let is_selected = match (&self.selector, request.client) {
                (Selector::Service(_), _) => self.is_service(request.node, names),
                (_, Some(client)) => self.is_edge(client, request.node, names),
                (_, None) => false,
            };
            if is_selected {
                let elapsed = request.end.since(request.start);
                self.count(request.start, request.outcome, elapsed);
            }
        }
        for call in &contribution.calls {
            let is_selected = if let Selector::Service(_) = self.selector {
                // Whoever answers a call with a segment of its own was counted above.
                call.inferred && self.is_service(call.to, names)
            } else {
                let from = contribution.requests[call.from as usize].node;
                self.is_edge(from, call.to, names)
            };
            if is_selected {
                self.count(call.start, call.outcome, call.end.since(call.start));
            }
        }
    }

    /// The series.
    pub fn finish(&self) -> TimeSeries {
        TimeSeries {
            subject: match self.selector {
                Selector::Service(_) => Subject::Services,
                Selector::Everything | Selector::Edge { .. } => Subject::Edges,
            },
            buckets: self
                .buckets
                .iter()
                .map(|(number, totals)| Bucket {
                    start: Time::from_micros(number.saturating_mul(self.length)),
                    statistics: totals.statistics,
                    response_time_histogram: totals.responses.finish(),
                })
                .collect(),
        }
    }

    fn is_service(&mut self, node: NodeKey, names: &Names) -> bool {
        match &self.selector {
            Selector::Service(target) => target.is_key(&mut self.sources, node, names),
            Selector::Everything | Selector::Edge { .. } => false,
        }
    }

    fn is_edge(&mut self, from: NodeKey, to: NodeKey, names: &Names) -> bool {
        match &self.selector {
            Selector::Everything => true,
            Selector::Service(_) => false,
            Selector::Edge {
                source,
                destination,
            } => {
                source.is_key(&mut self.sources, from, names)
                    && destination.is_key(&mut self.destinations, to, names)
            }
        }
    }

    fn count(&mut self, start: Time, outcome: Option<Outcome>, elapsed: i64) {
        let Some(outcome) = outcome else { return };
        if self.window.start <= start && start < self.window.end {
            let number = start.micros().div_euclid(self.length);
            let totals = self.buckets.entry(number).or_default();
            totals.statistics.count(outcome, elapsed);
            // A day has 86,400 buckets of a second.
            totals.responses.count_sparsely(elapsed);
        }
    }
}
