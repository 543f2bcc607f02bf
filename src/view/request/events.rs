//! The events that Honeycomb made of a request's spans.

use std::fmt::Write as _;

use jiff::Timestamp;
use serde::Serialize;

use super::super::plain::plain;
use super::super::quantity::{counted, duration};
use super::Shown;
use crate::output::Page;

/// Events of one trace.
#[derive(Debug, Serialize)]
pub struct Events {
    events: Vec<EventRow>,
    /// Where the trace is shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    link: Option<String>,
}

/// An event.
#[derive(Debug, Clone, Serialize)]
pub struct EventRow {
    /// When it began.
    pub timestamp: Option<Timestamp>,
    /// The service, which is the dataset.
    pub service: Option<String>,
    /// The span's name.
    pub name: String,
    /// `server`, `client`, `internal`; or what it is a part of.
    pub kind: Option<String>,
    /// How long it took.
    pub duration_ms: Option<f64>,
    /// Whether it failed.
    pub error: bool,
    /// The span's id.
    pub span_id: Option<String>,
    /// The id of the span around it.
    pub parent_id: Option<String>,
}

impl Events {
    /// The events, and where the trace is shown.
    pub fn new(events: Vec<EventRow>, link: Option<String>) -> Self {
        Self { events, link }
    }
}

impl Shown for Events {
    fn summary(&self) -> String {
        let mut services: Vec<&str> = self
            .events
            .iter()
            .filter_map(|event| event.service.as_deref())
            .collect();
        services.sort_unstable();
        services.dedup();
        let place = if services.is_empty() {
            String::new()
        } else {
            format!(" in {}", services.join(", "))
        };
        format!("{}{place}", counted(self.events.len() as u64, "event"))
    }

    fn body(&self, page: Page) -> String {
        let style = page.style;
        let mut text = String::new();
        let widest =
            |of: &dyn Fn(&EventRow) -> usize| self.events.iter().map(of).max().unwrap_or(0);
        let kind = |event: &EventRow| event.kind.clone().unwrap_or_default();
        let time = |event: &EventRow| {
            event
                .duration_ms
                .map_or_else(String::new, |milliseconds| duration(milliseconds / 1000.0))
        };
        let kind_width = widest(&|event| kind(event).len());
        let time_width = widest(&|event| time(event).len());
        for event in &self.events {
            let failed = if event.error {
                format!("  {}", style.bad("error"))
            } else {
                String::new()
            };
            let _ = writeln!(
                text,
                "  {}  {:>time_width$}  {}{failed}",
                style.dim(&format!("{:<kind_width$}", kind(event))),
                time(event),
                plain(&event.name),
            );
        }
        if let Some(link) = &self.link {
            let _ = writeln!(text, "  {}", style.accent(link));
        }
        text
    }
}
