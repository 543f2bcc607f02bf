//! One trace: a waterfall in the terminal, the same as a drawing, and all of it as JSON.

mod branches;
mod head;
mod json;
mod svg;
#[cfg(test)]
mod tests;
mod text;

use serde::{Serialize, Serializer};

use crate::output::{Page, View};
use crate::trace::timeline::Timeline;
use crate::trace::{Document, Trace};

/// A trace, and what X-Ray says about it.
#[derive(Debug, Clone, PartialEq)]
pub struct TraceView {
    /// The trace.
    pub trace: Trace,
    /// What it was assembled from, in that order; the JSON carries them unharmed.
    pub documents: Vec<Document>,
    /// Whether it grew beyond what X-Ray keeps of a trace, so that a part of it is missing.
    pub limit_exceeded: bool,
    /// Whether times are shown in UTC and not in local time.
    pub utc: bool,
}

/// How a trace is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TraceForm {
    /// Rows with bars, and below them what the spans carry.
    Text,
    /// One JSON document.
    Json,
    /// A drawing of its own, light or dark as the reader's screen is.
    Svg,
}

impl TraceView {
    /// The trace in a form.
    pub fn written(&self, form: TraceForm, page: &Page) -> String {
        match form {
            TraceForm::Text => text::written(self, *page),
            TraceForm::Json => json::written(self),
            TraceForm::Svg => svg::written(self, &Timeline::of(&self.trace)),
        }
    }
}

impl Serialize for TraceView {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        json::Record::of(self, &Timeline::of(&self.trace)).serialize(serializer)
    }
}

impl View for TraceView {
    fn text(&self, page: &Page) -> String {
        self.written(TraceForm::Text, page)
    }
}
