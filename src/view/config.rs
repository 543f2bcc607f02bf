//! The settings and where they came from.

use serde::Serialize;

use crate::output::{MISSING, Page, Table, View};
use crate::settings::Entry;

/// Every setting.
#[derive(Debug, Serialize)]
pub struct ConfigView {
    /// In the order in which they are shown.
    pub settings: Vec<Entry>,
    /// What looks wrong; shown on stderr in text.
    pub warnings: Vec<String>,
}

impl View for ConfigView {
    fn text(&self, page: &Page) -> String {
        let mut table = Table::new(page, &["setting", "value", "from"]);
        for entry in &self.settings {
            let mut from = entry.origin.clone().unwrap_or_else(|| MISSING.to_owned());
            for shadowed in &entry.shadows {
                from.push_str(&format!("\nover {shadowed}"));
            }
            if let Some(note) = &entry.note {
                from.push_str(&format!("\n{note}"));
            }
            table.row([
                page.style.strong(entry.name),
                entry.value.clone().unwrap_or_else(|| MISSING.to_owned()),
                from,
            ]);
        }
        table.text()
    }
}
