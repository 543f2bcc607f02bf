//! What came of asking for traces by their ids.

use serde::Serialize;

use super::trace::{TraceForm, TraceView};
use crate::output::{Page, View};
use crate::remote::{Fetched, FetchedTrace, Unread};

/// The traces that were found, and the ids of those that were not.
#[derive(Debug, Serialize)]
pub struct FetchedView {
    /// In the order in which they were asked for.
    traces: Vec<Found>,
    /// The ids that X-Ray gave nothing for.
    missing: Vec<String>,
}

#[derive(Debug, Serialize)]
struct Found {
    #[serde(flatten)]
    view: TraceView,
    /// The documents that cannot be read.
    unread: Vec<UnreadDocument>,
}

#[derive(Debug, Serialize)]
struct UnreadDocument {
    id: Option<String>,
    reason: String,
    text: String,
}

impl FetchedView {
    /// What came of asking.
    pub fn new(fetched: Fetched, utc: bool) -> Self {
        Self {
            missing: fetched.missing.iter().map(ToString::to_string).collect(),
            traces: fetched
                .traces
                .into_iter()
                .map(|trace| Found::new(trace, utc))
                .collect(),
        }
    }

    /// The drawings of the traces, one after the other.
    pub fn svg(&self, page: &Page) -> String {
        self.written(TraceForm::Svg, *page)
    }

    fn written(&self, form: TraceForm, page: Page) -> String {
        let texts: Vec<String> = self
            .traces
            .iter()
            .map(|found| found.view.written(form, &page))
            .collect();
        texts.join("\n")
    }
}

impl Found {
    fn new(fetched: FetchedTrace, utc: bool) -> Self {
        Self {
            unread: fetched
                .unread
                .into_iter()
                .map(UnreadDocument::from)
                .collect(),
            view: TraceView {
                trace: fetched.trace,
                documents: fetched.documents,
                limit_exceeded: fetched.limit_exceeded,
                utc,
            },
        }
    }
}

impl From<Unread> for UnreadDocument {
    fn from(unread: Unread) -> Self {
        Self {
            id: unread.id,
            reason: unread.reason,
            text: unread.text,
        }
    }
}

impl View for FetchedView {
    fn text(&self, page: &Page) -> String {
        self.written(TraceForm::Text, *page)
    }
}
