//! What `serve` says of its pipelines: where each goes, and at the end what became of everything.

use indicatif::HumanCount;
use serde::Serialize;

use crate::output::{Page, Style, View};

/// A pipeline as the banner shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PipelineLine {
    /// Its name.
    pub name: &'static str,
    /// Where it sends, or why it does not.
    pub state: Result<String, String>,
}

impl PipelineLine {
    /// The line, names as wide as the widest.
    pub fn text(&self, style: Style) -> String {
        let (word, rest) = match &self.state {
            Ok(to) => (style.accent("on "), to),
            Err(why) => (style.caution("off"), why),
        };
        format!("  {:<16}  {word}  {rest}", self.name)
    }
}

/// What became of what the pipelines were given.
#[derive(Debug, Serialize)]
pub struct ServedView {
    /// The four, in their order.
    pub pipelines: Vec<PipelineCounts>,
}

/// What became of what one pipeline was given: `given` is the sum of `sent`, `dropped`,
/// `rejected` and, where the end did not come, `waiting`.
#[derive(Debug, Serialize)]
pub struct PipelineCounts {
    /// Its name.
    pub name: &'static str,
    /// Whether it was on.
    pub on: bool,
    /// What it was given.
    pub given: u64,
    /// What the other end took.
    pub sent: u64,
    /// What was dropped here, by reason.
    pub dropped: Vec<Reason>,
    /// What the other end, or its rules, did not take, by reason.
    pub rejected: Vec<Reason>,
    /// What still waits.
    pub waiting: u64,
}

/// How many, and why.
#[derive(Debug, Serialize)]
pub struct Reason {
    /// Why.
    pub reason: &'static str,
    /// How many.
    pub count: u64,
}

impl ServedView {
    /// The table, for stderr: one line a pipeline, and one more for each reason.
    pub fn table(&self) -> String {
        let sum = |reasons: &[Reason]| reasons.iter().map(|one| one.count).sum::<u64>();
        let rows: Vec<[String; 5]> = self
            .pipelines
            .iter()
            .map(|one| {
                let number = |number: u64| HumanCount(number).to_string();
                [
                    one.name.to_owned(),
                    number(one.given),
                    number(one.sent),
                    number(sum(&one.dropped)),
                    number(sum(&one.rejected)),
                ]
            })
            .collect();
        let head = ["", "given", "sent", "dropped", "rejected"].map(str::to_owned);
        let width = |column: usize| {
            let cells = rows.iter().chain([&head]);
            cells
                .map(|row| row[column].chars().count())
                .max()
                .unwrap_or(0)
        };
        let widths: [usize; 5] = std::array::from_fn(width);
        let mut text = String::new();
        let mut line = |row: &[String; 5], after: &str| {
            text.push_str(&format!("  {:<1$}", row[0], widths[0]));
            for (cell, width) in row.iter().zip(widths).skip(1) {
                text.push_str(&format!("  {cell:>width$}"));
            }
            text.push_str(after);
            text.push('\n');
        };
        line(&head, "");
        for (row, one) in rows.iter().zip(&self.pipelines) {
            line(row, &reasons(one));
        }
        text
    }
}

/// `  (4 queue full, 2 refused)`
fn reasons(counts: &PipelineCounts) -> String {
    let mut parts: Vec<String> = counts
        .dropped
        .iter()
        .chain(&counts.rejected)
        .map(|one| format!("{} {}", HumanCount(one.count), one.reason))
        .collect();
    if counts.waiting > 0 {
        parts.push(format!("{} waiting", HumanCount(counts.waiting)));
    }
    if !counts.on {
        return "  off".to_owned();
    }
    if parts.is_empty() {
        return String::new();
    }
    format!("  {}", parts.join(", "))
}

impl View for ServedView {
    /// Nothing: for people there is the table on stderr.
    fn text(&self, _page: &Page) -> String {
        String::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_stand_below_each_other() {
        let counts = |name, given, sent| PipelineCounts {
            name,
            on: true,
            given,
            sent,
            dropped: Vec::new(),
            rejected: Vec::new(),
            waiting: 0,
        };
        let reason = |reason, count| Reason { reason, count };
        let view = ServedView {
            pipelines: vec![
                counts("X-Ray", 1204, 1204),
                PipelineCounts {
                    dropped: vec![reason("queue full", 4)],
                    rejected: vec![reason("refused", 2)],
                    ..counts("CloudWatch Logs", 12, 6)
                },
                PipelineCounts {
                    on: false,
                    ..counts("Rollbar", 0, 0)
                },
            ],
        };
        insta::assert_snapshot!(view.table(), @"
                           given   sent  dropped  rejected
          X-Ray            1,204  1,204        0         0
          CloudWatch Logs     12      6        4         2  4 queue full, 2 refused
          Rollbar              0      0        0         0  off
        ");
    }
}
