//! What the demo shows: the service graph, and one request from all four tools.

use serde::Serialize;

use super::graph::{GraphForm, GraphView};
use super::request::RequestView;
use crate::output::{Page, View};

/// What came of the demo.
#[derive(Debug, Serialize)]
pub struct DemoView {
    /// Where its sandbox answers.
    pub sandbox: String,
    /// Where its backend answers.
    pub backend: String,
    /// The trace of the request that is shown.
    pub trace_id: String,
    /// How many requests were made.
    pub requests: u32,
    /// How long everything took, in seconds.
    pub seconds: f64,
    /// Who calls whom.
    pub graph: GraphView,
    /// The request.
    pub request: RequestView,
}

impl View for DemoView {
    fn text(&self, page: &Page) -> String {
        format!(
            "\n{}\n{}\n",
            self.graph.written(GraphForm::Table, page),
            self.request.text(page)
        )
    }
}
