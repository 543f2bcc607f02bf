//! Spans that came twice: as OTLP, and as the segments of an X-Ray SDK.

use std::collections::HashMap;

use super::super::document::Document;
use super::super::id::SpanId;
use super::super::span::Kind;

/// Puts documents that were made of spans before those that came as documents, and leaves out what
/// these tell already: a segment with the same id, and all that is part of it.
pub fn beside(converted: Vec<Document>, documents: Vec<Document>) -> Vec<Document> {
    if converted.is_empty() {
        return documents;
    }
    let mut all = converted;
    if !documents.is_empty() {
        let told: HashMap<SpanId, Kind> = documents
            .iter()
            .flat_map(Document::spans)
            .map(|span| (span.id, span.kind))
            .collect();
        let parents: HashMap<SpanId, SpanId> = all
            .iter()
            .filter(|document| document.is_subsegment())
            .filter_map(|document| Some((document.id(), document.parent_id()?)))
            .collect();
        all.retain(|document| !is_told(document.id(), &parents, &told));
    }
    all.extend(documents);
    all
}

/// Whether a span, or one that it is part of, was told of.
fn is_told(id: SpanId, parents: &HashMap<SpanId, SpanId>, told: &HashMap<SpanId, Kind>) -> bool {
    let mut id = id;
    // A ring of parents has no end; nothing is deeper than there are spans.
    for _ in 0..=parents.len() {
        if told.contains_key(&id) {
            return true;
        }
        match parents.get(&id) {
            Some(parent) => id = *parent,
            None => return false,
        }
    }
    false
}
