//! One request as all four tools tell it: the waterfall, the log lines, the events, the errors.
//!
//! Each part stands for itself: what one tool does not know, or does not say, takes nothing from
//! the others, and its place says why it is empty.

mod events;
mod items;
mod lines;
#[cfg(test)]
mod tests;

use serde::Serialize;

use super::trace::TraceView;
use crate::output::{Page, View};
use crate::trace::TraceId;
pub use events::{EventRow, Events};
pub use items::{ItemRow, Items};
pub use lines::Lines;

/// What the four tools have of one trace.
#[derive(Debug, Serialize)]
pub struct RequestView {
    /// The id as X-Ray writes it.
    trace_id: String,
    /// The same id as W3C writes it.
    w3c_trace_id: String,
    /// Segments.
    xray: Part<TraceView>,
    /// Log lines.
    cloudwatch_logs: Part<Lines>,
    /// Events made from spans.
    honeycomb: Part<Events>,
    /// Occurrences of errors and messages.
    rollbar: Part<Items>,
}

/// What one tool has.
#[derive(Debug, Serialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Part<T> {
    /// Something.
    Found {
        /// What it is.
        found: T,
    },
    /// It was asked, and has nothing.
    Nothing(Reason),
    /// It was not asked, or does not tell.
    NotAsked(Reason),
    /// It could not be asked.
    Failed(Reason),
}

/// Why a part is empty.
#[derive(Debug, Serialize)]
pub struct Reason {
    /// In one sentence.
    reason: String,
    /// What to type or to open.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

impl Reason {
    /// A reason, in one sentence without a period.
    pub fn new(reason: impl Into<String>) -> Self {
        Self {
            reason: reason.into(),
            next: None,
        }
    }

    /// Adds what to type or to open.
    #[must_use]
    pub fn next(mut self, next: impl Into<String>) -> Self {
        self.next = Some(next.into());
        self
    }
}

impl<T> Part<T> {
    /// Whether there is something.
    pub fn is_found(&self) -> bool {
        matches!(self, Self::Found { .. })
    }

    /// Whether the tool said something, if only that it has nothing.
    fn is_answered(&self) -> bool {
        matches!(self, Self::Found { .. } | Self::Nothing(_))
    }
}

impl RequestView {
    /// What the four tools have of the trace.
    pub fn new(
        id: TraceId,
        xray: Part<TraceView>,
        cloudwatch_logs: Part<Lines>,
        honeycomb: Part<Events>,
        rollbar: Part<Items>,
    ) -> Self {
        Self {
            trace_id: id.to_string(),
            w3c_trace_id: id.w3c(),
            xray,
            cloudwatch_logs,
            honeycomb,
            rollbar,
        }
    }

    /// Whether any tool has something.
    pub fn is_found(&self) -> bool {
        self.xray.is_found()
            || self.cloudwatch_logs.is_found()
            || self.honeycomb.is_found()
            || self.rollbar.is_found()
    }

    /// Whether any tool said something.
    pub fn is_answered(&self) -> bool {
        self.xray.is_answered()
            || self.cloudwatch_logs.is_answered()
            || self.honeycomb.is_answered()
            || self.rollbar.is_answered()
    }
}

/// What a part has to show below its name.
trait Shown {
    /// What stands beside the name.
    fn summary(&self) -> String;

    /// The lines below it.
    fn body(&self, page: Page) -> String;
}

impl View for RequestView {
    fn text(&self, page: &Page) -> String {
        let style = page.style;
        let mut text = format!(
            "{} {}\n",
            style.accent("trace"),
            style.strong(&self.trace_id)
        );
        text.push_str(&style.dim(&format!("W3C   {}", self.w3c_trace_id)));
        text.push('\n');
        section(*page, "X-Ray", &self.xray, &mut text);
        section(*page, "CloudWatch Logs", &self.cloudwatch_logs, &mut text);
        section(*page, "Honeycomb", &self.honeycomb, &mut text);
        section(*page, "Rollbar", &self.rollbar, &mut text);
        text
    }
}

fn section<T: Shown>(page: Page, name: &str, part: &Part<T>, text: &mut String) {
    let style = page.style;
    let head = |said: &str| format!("\n{}  {said}\n", style.strong(name));
    let (reason, said) = match part {
        Part::Found { found } => {
            text.push_str(&head(&style.dim(&found.summary())));
            text.push_str(&found.body(page));
            return;
        }
        Part::Nothing(reason) => (reason, style.dim("nothing")),
        Part::NotAsked(reason) => (reason, style.dim("not asked")),
        Part::Failed(reason) => (reason, style.bad("failed")),
    };
    text.push_str(&head(&said));
    text.push_str(&format!("  {}\n", page.wrap(&reason.reason, 2)));
    if let Some(next) = &reason.next {
        text.push_str(&format!("  {}\n", style.accent(next)));
    }
}

impl Shown for TraceView {
    fn summary(&self) -> String {
        let segments = self
            .trace
            .iter()
            .filter(|placed| {
                placed.span.kind == crate::trace::Kind::Segment && !placed.span.inferred
            })
            .count();
        super::quantity::counted(segments as u64, "segment")
    }

    fn body(&self, page: Page) -> String {
        // The id stands above already.
        let text = View::text(self, &page);
        text.split_once('\n')
            .map_or_else(String::new, |(_, rest)| rest.to_owned())
    }
}
