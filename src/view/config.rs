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
            // What is not set says so once, and quietly.
            let (name, value) = match &entry.value {
                Some(value) => (page.style.strong(entry.name), value.clone()),
                None => (entry.name.to_owned(), page.style.dim(MISSING)),
            };
            let mut from: Vec<&str> = entry.origin.as_deref().into_iter().collect();
            from.extend(entry.note.as_deref());
            table.row([name, value, from.join("\n")]);
            for shadow in &entry.shadows {
                table.row([
                    String::new(),
                    page.style.dim(&shadow.value),
                    page.style.dim(&format!("over {}", shadow.origin)),
                ]);
            }
        }
        table.text()
    }
}
