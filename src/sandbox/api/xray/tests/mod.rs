//! Answers about traces, as they are written.

mod graph_answer;
mod summary_answer;

use serde_json::Value;

use crate::trace::{Document, Trace};

/// The traces that some documents make.
fn traces(documents: &[Value]) -> Vec<Trace> {
    let documents: Vec<Document> = documents
        .iter()
        .map(|document| Document::parse(&document.to_string()).unwrap())
        .collect();
    Trace::all(&documents)
}

/// An answer in lines, one for each member.
fn shown(value: &Value) -> String {
    let lines = value
        .as_object()
        .unwrap()
        .iter()
        .map(|(name, member)| format!("{name} {member}"));
    lines.collect::<Vec<_>>().join("\n")
}
