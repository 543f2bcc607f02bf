//! The log lines of a request.

use std::fmt::Write as _;

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

use super::super::plain::plain;
use super::super::quantity::counted;
use super::Shown;
use crate::logs::event::LogEvent;
use crate::output::{Page, Style};

/// Lines of log groups, in the order of time.
#[derive(Debug, Serialize)]
pub struct Lines {
    /// The groups that were looked at.
    groups: Vec<String>,
    #[serde(rename = "lines")]
    all: Vec<Line>,
    /// Whether there are more than these.
    is_cut: bool,
}

#[derive(Debug, Serialize)]
struct Line {
    timestamp: Option<Timestamp>,
    offset_ms: i64,
    log_group: String,
    log_stream: String,
    message: String,
}

impl Lines {
    /// The lines, and the moment from which their offsets count.
    pub fn new(groups: Vec<String>, events: &[LogEvent], origin: i64, is_cut: bool) -> Self {
        let lines = events
            .iter()
            .map(|event| Line {
                timestamp: Timestamp::from_millisecond(event.timestamp).ok(),
                offset_ms: event.timestamp - origin,
                log_group: event.group.to_string(),
                log_stream: event.stream.to_string(),
                message: event.message.clone(),
            })
            .collect();
        Self {
            groups,
            all: lines,
            is_cut,
        }
    }
}

impl Shown for Lines {
    fn summary(&self) -> String {
        let more = if self.is_cut { " and more" } else { "" };
        let groups = self.groups.join(", ");
        format!(
            "{}{more} in {groups}",
            counted(self.all.len() as u64, "line")
        )
    }

    fn body(&self, page: Page) -> String {
        let mut text = String::new();
        let readable: Vec<_> = self
            .all
            .iter()
            .map(|line| (line, readable(&line.message)))
            .collect();
        let has_levels = readable.iter().any(|(_, (level, _))| level.is_some());
        for (line, (level, said)) in readable {
            let offset = offset(line.offset_ms);
            let level_column = if has_levels {
                format!("{:<5}  ", level.unwrap_or_default())
            } else {
                String::new()
            };
            let indent = 2 + offset.len() + 2 + level_column.len();
            let _ = writeln!(
                text,
                "  {}  {}{}",
                page.style.dim(&offset),
                painted(page.style, level, &level_column),
                page.wrap(&plain(&said), indent)
            );
        }
        text
    }
}

/// `+0.012 s`, wide enough for most.
fn offset(milliseconds: i64) -> String {
    let sign = if milliseconds < 0 { '-' } else { '+' };
    let all = milliseconds.unsigned_abs();
    format!("{sign}{}.{:03} s", all / 1000, all % 1000)
}

/// The level and the words of a line that is JSON; else the line.
fn readable(message: &str) -> (Option<&'static str>, String) {
    let Ok(Value::Object(object)) = serde_json::from_str::<Value>(message) else {
        return (None, message.trim_end().to_owned());
    };
    let Some(said) = object.get("message").and_then(Value::as_str) else {
        return (None, message.trim_end().to_owned());
    };
    let level = object
        .get("level")
        .and_then(Value::as_str)
        .and_then(|level| {
            ["ERROR", "WARN", "INFO", "DEBUG", "TRACE"]
                .into_iter()
                .find(|known| level.to_ascii_uppercase().starts_with(known))
        });
    (level, said.to_owned())
}

fn painted(style: Style, level: Option<&str>, text: &str) -> String {
    match level {
        Some("ERROR") => style.bad(text),
        Some("WARN") => style.caution(text),
        _ => style.dim(text),
    }
}
