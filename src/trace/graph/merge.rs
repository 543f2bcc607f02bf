//! The graphs of a window's slices put together.

use std::collections::{BTreeMap, HashMap};

use super::histogram::Histogram;
use super::{Edge, Graph, Node, State};

type Key = (String, Option<String>, Option<String>);

impl Graph {
    /// Puts graphs together: AWS answers for six hours at most, so a longer window is cut.
    ///
    /// A request that reaches over a cut is in both slices, and so is counted twice, as AWS does.
    pub fn merge(graphs: impl IntoIterator<Item = Self>) -> Self {
        let mut nodes: BTreeMap<Key, Node> = BTreeMap::new();
        let mut edges: BTreeMap<(Key, Key), Edge> = BTreeMap::new();
        for graph in graphs {
            let keys: HashMap<usize, Key> = graph
                .nodes
                .iter()
                .map(|node| (node.reference_id, key(node)))
                .collect();
            for mut node in graph.nodes {
                let from = key(&node);
                for edge in std::mem::take(&mut node.edges) {
                    // An edge to a node that the answer lacks cannot be drawn.
                    if let Some(to) = keys.get(&edge.to) {
                        join(&mut edges, (from.clone(), to.clone()), edge, Edge::absorb);
                    }
                }
                join(&mut nodes, from, node, Node::absorb);
            }
        }
        let places: HashMap<Key, usize> = nodes.keys().cloned().zip(0..).collect();
        let mut nodes: Vec<Node> = nodes.into_values().collect();
        for (place, node) in nodes.iter_mut().enumerate() {
            node.reference_id = place;
        }
        for ((from, to), mut edge) in edges {
            edge.to = places[&to];
            nodes[places[&from]].edges.push(edge);
        }
        Self { nodes }
    }
}

fn key(node: &Node) -> Key {
    (
        node.name.clone(),
        node.kind.clone(),
        node.account_id.clone(),
    )
}

fn join<K: Ord, V>(map: &mut BTreeMap<K, V>, key: K, value: V, absorb: impl Fn(&mut V, &V)) {
    match map.entry(key) {
        std::collections::btree_map::Entry::Vacant(entry) => {
            entry.insert(value);
        }
        std::collections::btree_map::Entry::Occupied(mut entry) => absorb(entry.get_mut(), &value),
    }
}

fn add(histogram: &mut Histogram, other: &Histogram) {
    *histogram = histogram.merged(other);
}

impl Node {
    fn absorb(&mut self, other: &Self) {
        for name in &other.names {
            if !self.names.contains(name) {
                self.names.push(name.clone());
            }
        }
        self.root |= other.root;
        if other.state == State::Active {
            self.state = State::Active;
        }
        self.start = self.start.min(other.start);
        self.end = self.end.max(other.end);
        match (&mut self.statistics, other.statistics) {
            (Some(own), Some(other)) => own.merge(&other),
            (own @ None, other) => *own = other,
            (Some(_), None) => {}
        }
        add(&mut self.duration_histogram, &other.duration_histogram);
        add(
            &mut self.response_time_histogram,
            &other.response_time_histogram,
        );
    }
}

impl Edge {
    fn absorb(&mut self, other: &Self) {
        self.start = self.start.min(other.start);
        self.end = self.end.max(other.end);
        self.statistics.merge(&other.statistics);
        self.link |= other.link;
        add(
            &mut self.response_time_histogram,
            &other.response_time_histogram,
        );
        add(
            &mut self.received_event_age_histogram,
            &other.received_event_age_histogram,
        );
    }
}
