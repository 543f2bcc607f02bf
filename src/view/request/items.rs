//! What was reported to Rollbar during a request.

use std::fmt::Write as _;

use jiff::Timestamp;
use serde::Serialize;

use super::super::plain::plain;
use super::super::quantity::counted;
use super::Shown;
use crate::output::Page;

/// Occurrences with the id of one trace.
#[derive(Debug, Serialize)]
pub struct Items {
    items: Vec<ItemRow>,
}

/// An occurrence.
#[derive(Debug, Clone, Serialize)]
pub struct ItemRow {
    /// When it was reported.
    pub timestamp: Option<Timestamp>,
    /// `critical`, `error`, `warning`, `info` or `debug`.
    pub level: String,
    /// What the item is called.
    pub title: String,
    /// The environment.
    pub environment: Option<String>,
    /// The occurrence's id.
    pub uuid: Option<String>,
    /// Where it is shown.
    pub link: Option<String>,
}

impl Items {
    /// The occurrences.
    pub fn new(items: Vec<ItemRow>) -> Self {
        Self { items }
    }
}

impl Shown for Items {
    fn summary(&self) -> String {
        counted(self.items.len() as u64, "occurrence")
    }

    fn body(&self, page: Page) -> String {
        let style = page.style;
        let mut text = String::new();
        for item in &self.items {
            let level = match item.level.as_str() {
                "critical" | "error" => style.bad(&item.level),
                "warning" => style.caution(&item.level),
                _ => style.dim(&item.level),
            };
            let indent = 2 + item.level.len() + 2;
            let _ = writeln!(
                text,
                "  {level}  {}",
                page.wrap(&plain(&item.title), indent)
            );
            if let Some(link) = &item.link {
                let _ = writeln!(text, "  {}", style.accent(link));
            }
        }
        text
    }
}
