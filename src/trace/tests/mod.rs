//! The model as a whole: documents in, trees, rows and graphs out.

mod assembly;
mod captured;
mod compiled;
mod documents;
mod graph;
mod inferred;
mod properties;
mod scenarios;
mod spans;
mod summary;
mod time_series;

use serde_json::{Value, json};

use super::graph::{Graph, Node, Statistics};
use super::timeline::{Subject, Timeline};
use super::{Document, Parent, SpanId, Trace};

/// The trace that tests make spans of, unless they say otherwise.
const TRACE: &str = "1-5759e988-bd862e3fe1be46a994272793";

/// An id that is easy to read.
fn id(number: u64) -> String {
    SpanId::new(number).to_string()
}

/// A segment from one second to another, with what else it has.
fn segment(number: u64, name: &str, times: (f64, f64), more: &Value) -> Value {
    let mut document = json!({
        "id": id(number),
        "trace_id": TRACE,
        "name": name,
        "start_time": times.0,
        "end_time": times.1,
    });
    extend(&mut document, more);
    document
}

/// A subsegment that is sent on its own.
fn subsegment(number: u64, parent: u64, name: &str, times: (f64, f64), more: &Value) -> Value {
    let mut document = segment(number, name, times, more);
    extend(
        &mut document,
        &json!({"type": "subsegment", "parent_id": id(parent)}),
    );
    document
}

fn extend(document: &mut Value, more: &Value) {
    let (Some(document), Some(more)) = (document.as_object_mut(), more.as_object()) else {
        return;
    };
    document.extend(more.clone());
}

fn document(value: &Value) -> Document {
    Document::parse(&value.to_string()).expect("a document")
}

fn documents(values: &[Value]) -> Vec<Document> {
    values.iter().map(document).collect()
}

/// The only trace that some documents make.
fn trace(values: &[Value]) -> Trace {
    let mut traces = Trace::all(&documents(values));
    assert_eq!(traces.len(), 1, "one trace");
    traces.remove(0)
}

/// A tree in lines: names, set in, with what is odd about them.
fn tree(trace: &Trace) -> Vec<String> {
    let lines = trace.iter().map(|placed| {
        let mut line = format!("{}{}", "  ".repeat(placed.depth), placed.span.name);
        match placed.parent {
            Parent::Missing(id) => line.push_str(&format!(" [misses {:x}]", id.bits())),
            Parent::Ring(id) => line.push_str(&format!(" [ring at {:x}]", id.bits())),
            Parent::None | Parent::Place(_) => {}
        }
        if placed.duplicate {
            line.push_str(" [duplicate]");
        }
        if placed.span.in_progress() {
            line.push_str(" [in progress]");
        }
        line
    });
    lines.collect()
}

/// A timeline in lines: name, offset and length in milliseconds, marks.
fn rows(trace: &Trace) -> Vec<String> {
    let line = |row: &super::timeline::Row| {
        let name = match row.subject {
            Subject::Span(place) => trace[place].span.name.clone(),
            Subject::Missing(id) => format!("missing {:x}", id.bits()),
        };
        let marks = [
            (row.orphan, "orphan"),
            (row.cycle, "cycle"),
            (row.skew, "skew"),
            (row.outlives, "outlives"),
            (row.in_progress, "in progress"),
            (row.duplicate, "duplicate"),
        ];
        let marks: Vec<String> = marks
            .iter()
            .filter(|(set, _)| *set)
            .map(|(_, mark)| format!(" [{mark}]"))
            .collect();
        let marks = marks.concat();
        format!(
            "{}{name} {}+{}{marks}",
            "  ".repeat(row.depth),
            row.offset / 1000,
            row.duration / 1000
        )
    };
    Timeline::of(trace).rows.iter().map(line).collect()
}

fn counts(statistics: &Statistics) -> String {
    format!(
        "{} ok, {} error, {} throttle, {} fault, {:.3} s",
        statistics.ok,
        statistics.other_error,
        statistics.throttle,
        statistics.fault,
        statistics.total_seconds()
    )
}

fn title(node: &Node) -> String {
    let kind = node.kind.as_deref().unwrap_or("-");
    format!("{} ({kind})", node.name)
}

/// A graph in lines: a node each, and below it whom it calls.
fn graph_lines(graph: &Graph) -> Vec<String> {
    let mut lines = Vec::new();
    for (place, node) in graph.nodes.iter().enumerate() {
        assert_eq!(node.reference_id, place);
        let root = if node.root { ", root" } else { "" };
        let statistics = node
            .statistics
            .as_ref()
            .map_or(String::new(), |statistics| {
                format!(": {}", counts(statistics))
            });
        lines.push(format!(
            "{} {}{root}{statistics}",
            title(node),
            node.state.as_str()
        ));
        for edge in &node.edges {
            let link = if edge.link { " link" } else { "" };
            lines.push(format!(
                "  ->{link} {}: {}",
                title(&graph.nodes[edge.to]),
                counts(&edge.statistics)
            ));
        }
    }
    lines
}
