//! What a Logs Insights query found: a table of its own fields.

use serde::Serialize;
use serde_json::{Map, Value};

use super::plain::plain;
use crate::output::{Column, Page, View, fitted};
use crate::remote::{QueryAnswer, QueryRow};

/// The rows of a query, and what they cost.
#[derive(Debug, Serialize)]
pub struct LogQueryView {
    /// Lines that match.
    records_matched: u64,
    /// Lines that were looked at.
    records_scanned: u64,
    /// Bytes that were looked at, which are what AWS charges.
    bytes_scanned: u64,
    /// The rows: fields and their values, all of them texts, as the service gives them.
    rows: Vec<Map<String, Value>>,
    #[serde(skip)]
    fields: Vec<String>,
}

/// The field that says where a line lies; only the service can read it.
const POINTER: &str = "@ptr";

impl LogQueryView {
    /// What a query found.
    pub fn new(answer: QueryAnswer) -> Self {
        let mut fields: Vec<String> = Vec::new();
        for (field, _) in answer.rows.iter().flatten() {
            if field != POINTER && !fields.contains(field) {
                fields.push(field.clone());
            }
        }
        let row = |row: QueryRow| {
            row.into_iter()
                .filter(|(field, _)| field != POINTER)
                .map(|(field, value)| (field, Value::String(value)))
                .collect()
        };
        Self {
            records_matched: answer.records_matched,
            records_scanned: answer.records_scanned,
            bytes_scanned: answer.bytes_scanned,
            rows: answer.rows.into_iter().map(row).collect(),
            fields,
        }
    }

    /// Whether nothing was found.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    fn cells(&self, field: &str) -> Vec<&str> {
        let rows = self.rows.iter();
        rows.map(|row| value(row, field)).collect()
    }

    /// The rows as comma-separated values, quoted where they have to be (RFC 4180).
    pub fn csv(&self) -> String {
        let mut text = record(self.fields.iter().map(String::as_str));
        for row in &self.rows {
            text.push_str(&record(self.fields.iter().map(|field| value(row, field))));
        }
        text
    }
}

fn value<'a>(row: &'a Map<String, Value>, field: &str) -> &'a str {
    row.get(field).and_then(Value::as_str).unwrap_or_default()
}

fn record<'a>(values: impl Iterator<Item = &'a str>) -> String {
    let quoted = values.map(|value| {
        if value.contains(['"', ',', '\n', '\r']) {
            format!("\"{}\"", value.replace('"', "\"\""))
        } else {
            value.to_owned()
        }
    });
    format!("{}\n", quoted.collect::<Vec<_>>().join(","))
}

impl View for LogQueryView {
    fn text(&self, page: &Page) -> String {
        if self.rows.is_empty() {
            return String::new();
        }
        let columns = self.fields.iter().map(|field| {
            let values = self.cells(field);
            let header = plain(field).into_owned();
            let is_number = |value: &&str| value.is_empty() || value.parse::<f64>().is_ok();
            let cells = values
                .iter()
                .map(|value| plain(value.trim_end()).into_owned());
            if values.iter().all(is_number) {
                Column::numbers(header, cells.collect())
            } else {
                Column::words(header, cells.collect())
            }
        });
        fitted(page, columns.collect())
    }
}
