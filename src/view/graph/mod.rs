//! The service graph of a window, in seven forms that all hold the same nodes, edges and counts.
//!
//! The JSON has our own snake-case names, like every other view: one list of nodes and one of
//! edges, joined by `reference_id`. It holds all that AWS's answer holds, histograms too, and the
//! percentiles that can be read off them; see [`json`].

mod chart;
mod csv;
mod dot;
mod json;
mod layout;
mod mermaid;
mod svg;
mod table;
#[cfg(test)]
mod tests;
mod tree;

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;
use serde::{Serialize, Serializer};

use crate::output::{Page, View};
use crate::trace::graph::{Graph, Node};

/// A service graph, and what it is of.
#[derive(Debug, Clone, PartialEq)]
pub struct GraphView {
    /// The graph.
    pub graph: Graph,
    /// The first moment of its window.
    pub start: Timestamp,
    /// The first moment after it.
    pub end: Timestamp,
    /// The group whose traces it is made of; all traces without one.
    pub group: Option<String>,
    /// The service that it was narrowed to.
    pub service: Option<String>,
    /// Whether the group's filter changed within the window, so that the graph mixes traces of
    /// its old filter with those of the new one.
    pub old_group_versions: bool,
    /// Whether times are shown in UTC and not in local time.
    pub utc: bool,
}

/// How a service graph is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum GraphForm {
    /// Two tables, of nodes and of edges.
    Table,
    /// A tree from callers to whom they call.
    Tree,
    /// One JSON document.
    Json,
    /// The language of Graphviz.
    Dot,
    /// A Mermaid flowchart, for Markdown pages.
    Mermaid,
    /// A drawing of its own, light or dark as the reader's screen is.
    Svg,
    /// One table with the nodes first and the edges after them, for spreadsheets.
    Csv,
}

impl GraphView {
    /// Only the service of this name in whatever case, who calls it and whom it calls.
    ///
    /// Several nodes may have the name; edges that touch none of them are left out.
    #[must_use]
    pub fn narrowed_to(mut self, service: &str) -> Self {
        let wanted = service.to_lowercase();
        let is_it = |node: &Node| {
            let mut names = node.names.iter().chain([&node.name]);
            names.any(|name| name.to_lowercase() == wanted)
        };
        let nodes = &mut self.graph.nodes;
        let its: HashSet<usize> = nodes
            .iter()
            .filter(|node| is_it(node))
            .map(|node| node.reference_id)
            .collect();
        let known: HashSet<usize> = nodes.iter().map(|node| node.reference_id).collect();
        let mut kept = its.clone();
        for node in &mut *nodes {
            let from = node.reference_id;
            node.edges.retain(|edge| {
                known.contains(&edge.to) && (its.contains(&from) || its.contains(&edge.to))
            });
            if !node.edges.is_empty() {
                kept.insert(from);
                kept.extend(node.edges.iter().map(|edge| edge.to));
            }
        }
        nodes.retain(|node| kept.contains(&node.reference_id));
        // Numbers stay places, as in any other graph.
        let places: HashMap<usize, usize> = nodes
            .iter()
            .zip(0..)
            .map(|(node, place)| (node.reference_id, place))
            .collect();
        for node in nodes {
            node.reference_id = places[&node.reference_id];
            for edge in &mut node.edges {
                edge.to = places[&edge.to];
            }
        }
        self.service = Some(service.to_owned());
        self
    }

    /// The graph in a form; empty, for table and tree, when there is nothing in it.
    pub fn written(&self, form: GraphForm, page: &Page) -> String {
        let chart = chart::Chart::of(self);
        match form {
            GraphForm::Table => table::written(&chart, *page),
            GraphForm::Tree => tree::written(&chart, *page),
            GraphForm::Json => json::written(&chart),
            GraphForm::Dot => dot::written(&chart),
            GraphForm::Mermaid => mermaid::written(&chart),
            GraphForm::Svg => svg::written(&chart),
            GraphForm::Csv => csv::written(&chart),
        }
    }
}

impl Serialize for GraphView {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        json::Document::of(&chart::Chart::of(self)).serialize(serializer)
    }
}

impl View for GraphView {
    fn text(&self, page: &Page) -> String {
        self.written(GraphForm::Table, page)
    }
}
