//! Contributions added up.

use std::collections::{HashMap, HashSet};

use super::super::id::{SpanId, TraceId};
use super::super::span::Link;
use super::super::time::Time;
use super::contribution::{Contribution, Request};
use super::histogram::Counter;
use super::names::{Names, NodeKey};
use super::totals::Totals;
use super::{Edge, Graph, Node, State};

/// A stretch of time: from its start up to, and without, its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// The first moment.
    pub start: Time,
    /// The first moment that is no longer part of it.
    pub end: Time,
}

impl Window {
    /// All of time.
    pub const ALWAYS: Self = Self {
        start: Time::from_micros(i64::MIN),
        end: Time::from_micros(i64::MAX),
    };

    /// Whether something that lasted so long was there at all during the window.
    pub fn overlaps(self, start: Time, end: Time) -> bool {
        start < self.end && (end > self.start || start >= self.start)
    }
}

/// A graph that is being added up.
///
/// What is added and merged must come from the same [`Names`].
#[derive(Debug, Clone)]
pub struct Accumulator {
    window: Window,
    nodes: Vec<Option<NodeTotals>>,
    edges: HashMap<(NodeKey, NodeKey), EdgeTotals>,
    links: Vec<Waiting>,
    ends: HashMap<(TraceId, SpanId), (NodeKey, Time)>,
}

#[derive(Debug, Clone, Default)]
struct NodeTotals {
    /// When it worked itself.
    own: Option<Times>,
    /// When it was called; stands in where its own segments are not in the window.
    called: Option<Times>,
    root: bool,
    client: bool,
    active: bool,
    totals: Totals,
    durations: Counter,
}

#[derive(Debug, Clone)]
struct EdgeTotals {
    times: Times,
    totals: Totals,
    link: bool,
    ages: Counter,
}

/// A link whose other end may be in a trace that is still to come.
#[derive(Debug, Clone)]
struct Waiting {
    node: NodeKey,
    start: Time,
    end: Time,
    link: Link,
}

#[derive(Debug, Clone, Copy)]
struct Times {
    start: Time,
    end: Time,
}

impl Times {
    fn widen(&mut self, start: Time, end: Time) {
        self.start = self.start.min(start);
        self.end = self.end.max(end);
    }
}

impl Accumulator {
    /// An empty one that counts what overlaps the window.
    pub fn new(window: Window) -> Self {
        Self {
            window,
            nodes: Vec::new(),
            edges: HashMap::new(),
            links: Vec::new(),
            ends: HashMap::new(),
        }
    }

    /// Adds what a trace contributes.
    pub fn add(&mut self, contribution: &Contribution) {
        let window = self.window;
        let inside = |request: &Request| window.overlaps(request.start, request.end);
        for request in contribution
            .requests
            .iter()
            .filter(|request| inside(request))
        {
            self.request(request);
        }
        for call in &contribution.calls {
            let from = &contribution.requests[call.from as usize];
            if !inside(from) {
                continue;
            }
            let elapsed = call.end.since(call.start);
            self.edge(from.node, call.to, from.start, from.end)
                .totals
                .count(call.outcome, elapsed);
            let node = self.node(call.to);
            widen(&mut node.called, call.start, call.end);
            if call.inferred {
                widen(&mut node.own, call.start, call.end);
                node.totals.count(call.outcome, elapsed);
                if call.outcome.is_some() {
                    node.durations.count(elapsed);
                }
            }
        }
        self.add_links(contribution);
    }

    /// Notes the links of a trace, and nothing else of it: enough to know what is
    /// [wanted](Self::wanted).
    pub fn add_links(&mut self, contribution: &Contribution) {
        for received in &contribution.links {
            let by = &contribution.requests[received.by as usize];
            if self.window.overlaps(by.start, by.end) {
                self.links.push(Waiting {
                    node: by.node,
                    start: by.start,
                    end: by.end,
                    link: received.link,
                });
            }
        }
    }

    /// The traces that links lead to.
    pub fn wanted(&self) -> HashSet<TraceId> {
        self.links
            .iter()
            .map(|waiting| waiting.link.trace_id)
            .collect()
    }

    /// Tells where links to this trace lead; call it for every trace that is [wanted](Self::wanted)
    /// when all have been added.
    pub fn resolve(&mut self, contribution: &Contribution) {
        for request in &contribution.requests {
            self.ends.insert(
                (contribution.trace, request.span),
                (request.node, request.end),
            );
        }
        for call in &contribution.calls {
            self.ends
                .insert((contribution.trace, call.span), (call.to, call.end));
        }
    }

    /// Adds what another of the same names has added up.
    pub fn merge(&mut self, other: &Self) {
        for (key, node) in (0..).map(NodeKey).zip(&other.nodes) {
            let Some(node) = node else { continue };
            let own = self.node(key);
            for (times, other) in [(&mut own.own, node.own), (&mut own.called, node.called)] {
                if let Some(Times { start, end }) = other {
                    widen(times, start, end);
                }
            }
            own.root |= node.root;
            own.client |= node.client;
            own.active |= node.active;
            own.totals.merge(&node.totals);
            own.durations.merge(&node.durations);
        }
        for ((from, to), edge) in &other.edges {
            let own = self.edge(*from, *to, edge.times.start, edge.times.end);
            own.totals.merge(&edge.totals);
            own.link |= edge.link;
            own.ages.merge(&edge.ages);
        }
        self.links.extend(other.links.iter().cloned());
        self.ends.extend(&other.ends);
    }

    /// The graph; `names` are those that the contributions were made with.
    pub fn finish(mut self, names: &Names) -> Graph {
        for waiting in std::mem::take(&mut self.links) {
            self.link(&waiting);
        }
        let mut keys: Vec<NodeKey> = (0..)
            .map(NodeKey)
            .zip(&self.nodes)
            .filter_map(|(key, node)| node.as_ref().map(|_| key))
            .collect();
        keys.sort_by_key(|key| names.name(*key));
        let places: HashMap<NodeKey, usize> = keys.iter().copied().zip(0..).collect();
        let mut edges: HashMap<NodeKey, Vec<Edge>> = HashMap::new();
        for ((from, to), totals) in &self.edges {
            if let Some(to) = places.get(to) {
                edges.entry(*from).or_default().push(totals.finish(*to));
            }
        }
        let nodes = keys
            .iter()
            .enumerate()
            .filter_map(|(reference_id, key)| {
                let mut edges = edges.remove(key).unwrap_or_default();
                edges.sort_by_key(|edge| edge.to);
                let totals = self.nodes[key.0 as usize].as_ref()?;
                let times = totals.own.or(totals.called)?;
                let name = names.name(*key)?;
                Some(Node {
                    reference_id,
                    name: name.name.to_owned(),
                    names: vec![name.name.to_owned()],
                    kind: name.kind.map(str::to_owned),
                    account_id: name.account_id.map(str::to_owned),
                    root: totals.root,
                    state: if totals.active {
                        State::Active
                    } else {
                        State::Unknown
                    },
                    start: times.start,
                    end: times.end,
                    edges,
                    statistics: (!totals.client).then_some(totals.totals.statistics),
                    duration_histogram: totals.durations.finish(),
                    response_time_histogram: totals.totals.responses.finish(),
                })
            })
            .collect();
        Graph { nodes }
    }

    fn request(&mut self, request: &Request) {
        let elapsed = request.end.since(request.start);
        let node = self.node(request.node);
        widen(&mut node.own, request.start, request.end);
        node.active |= request.is_segment;
        node.root |= request.client.is_some();
        node.totals.count(request.outcome, elapsed);
        if request.outcome.is_some() {
            node.durations.count(request.whole);
        }
        if let Some(client) = request.client {
            let node = self.node(client);
            widen(&mut node.own, request.start, request.end);
            node.client = true;
            self.edge(client, request.node, request.start, request.end)
                .totals
                .count(request.outcome, elapsed);
        }
    }

    /// Draws a link, where its other end is known.
    fn link(&mut self, waiting: &Waiting) {
        let other = (waiting.link.trace_id, waiting.link.span_id);
        let Some((node, end)) = self.ends.get(&other).copied() else {
            return;
        };
        let (from, to) = if waiting.link.is_child {
            (waiting.node, node)
        } else {
            (node, waiting.node)
        };
        let is_there = |key: NodeKey| self.nodes.get(key.0 as usize).is_some_and(Option::is_some);
        if !is_there(from) || !is_there(to) {
            return;
        }
        let edge = self.edge(from, to, waiting.start, waiting.end);
        edge.link = true;
        if !waiting.link.is_child {
            edge.ages.count(waiting.start.since(end));
        }
    }

    fn node(&mut self, key: NodeKey) -> &mut NodeTotals {
        let place = key.0 as usize;
        if self.nodes.len() <= place {
            self.nodes.resize_with(place + 1, || None);
        }
        self.nodes[place].get_or_insert_with(NodeTotals::default)
    }

    fn edge(&mut self, from: NodeKey, to: NodeKey, start: Time, end: Time) -> &mut EdgeTotals {
        let edge = self.edges.entry((from, to)).or_insert_with(|| EdgeTotals {
            times: Times { start, end },
            totals: Totals::default(),
            link: false,
            ages: Counter::default(),
        });
        edge.times.widen(start, end);
        edge
    }
}

fn widen(times: &mut Option<Times>, start: Time, end: Time) {
    times.get_or_insert(Times { start, end }).widen(start, end);
}

impl EdgeTotals {
    fn finish(&self, to: usize) -> Edge {
        Edge {
            to,
            start: self.times.start,
            end: self.times.end,
            statistics: self.totals.statistics,
            response_time_histogram: self.totals.responses.finish(),
            link: self.link,
            received_event_age_histogram: self.ages.finish(),
        }
    }
}
