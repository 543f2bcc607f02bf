//! Traces as X-Ray keeps them: their documents, raw.

use serde::Serialize;
use serde_json::value::RawValue;

use crate::output::{Page, View};
use crate::remote::{Fetched, FetchedTrace, Unread};
use crate::trace::seconds;

/// What came of asking for traces by their ids.
#[derive(Debug, Serialize)]
pub struct DocumentsView {
    /// In the order in which they were asked for.
    traces: Vec<Trace>,
    /// The ids that X-Ray gave nothing for.
    missing: Vec<String>,
}

#[derive(Debug, Serialize)]
struct Trace {
    id: String,
    start: Option<jiff::Timestamp>,
    duration_seconds: Option<f64>,
    limit_exceeded: bool,
    /// As they came, member for member.
    documents: Vec<Box<RawValue>>,
    unread: Vec<UnreadDocument>,
}

#[derive(Debug, Serialize)]
struct UnreadDocument {
    id: Option<String>,
    reason: String,
    text: String,
}

impl DocumentsView {
    /// What came of asking.
    pub fn new(fetched: &Fetched) -> Self {
        Self {
            traces: fetched.traces.iter().map(Trace::from).collect(),
            missing: fetched.missing.iter().map(ToString::to_string).collect(),
        }
    }
}

impl From<&FetchedTrace> for Trace {
    fn from(fetched: &FetchedTrace) -> Self {
        let start = fetched.trace.start();
        Self {
            id: fetched.trace.id().to_string(),
            start: start.and_then(|at| jiff::Timestamp::from_microsecond(at.micros()).ok()),
            duration_seconds: fetched.duration.map(seconds),
            limit_exceeded: fetched.limit_exceeded,
            documents: fetched
                .documents
                .iter()
                .filter_map(|document| RawValue::from_string(document.text().to_owned()).ok())
                .collect(),
            unread: fetched.unread.iter().map(UnreadDocument::from).collect(),
        }
    }
}

impl From<&Unread> for UnreadDocument {
    fn from(unread: &Unread) -> Self {
        Self {
            id: unread.id.clone(),
            reason: unread.reason.clone(),
            text: unread.text.clone(),
        }
    }
}

impl View for DocumentsView {
    fn text(&self, _page: &Page) -> String {
        String::new()
    }
}
