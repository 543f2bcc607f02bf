//! How many lines were found, by log group.

use std::collections::BTreeMap;

use indicatif::HumanCount;
use serde::Serialize;

use crate::output::{Page, Table, View};
use crate::time_window::Window;

/// The lines of a search, counted.
#[derive(Debug, Serialize)]
pub struct LogCountsView {
    /// The first moment of the window.
    start: jiff::Timestamp,
    /// The first moment after it.
    end: jiff::Timestamp,
    /// The lines of all groups.
    lines: u64,
    /// In the order of their names; those without a line too.
    log_groups: Vec<LogCount>,
}

#[derive(Debug, Serialize)]
struct LogCount {
    name: String,
    lines: u64,
}

impl LogCountsView {
    /// What was counted.
    pub fn new(window: Window, counts: BTreeMap<String, u64>) -> Self {
        Self {
            start: window.start,
            end: window.end,
            lines: counts.values().sum(),
            log_groups: counts
                .into_iter()
                .map(|(name, lines)| LogCount { name, lines })
                .collect(),
        }
    }
}

impl View for LogCountsView {
    fn text(&self, page: &Page) -> String {
        let mut table = Table::new(page, &["name", "lines"]);
        table.right(1);
        for count in &self.log_groups {
            table.row([
                page.style.strong(&count.name),
                HumanCount(count.lines).to_string(),
            ]);
        }
        table.text()
    }
}
