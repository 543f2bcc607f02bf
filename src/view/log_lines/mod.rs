//! Lines of logs, one by one as they come: text in columns, JSON a line each, or the bare message.

mod marks;
#[cfg(test)]
mod tests;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;

use super::plain::{plain, shortened};
use crate::logs::event::LogEvent;
use crate::output::{Page, Style};
pub use marks::Marks;

/// How lines are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LineForm {
    /// In columns, for people.
    #[default]
    Text,
    /// A JSON object a line.
    Json,
    /// The message and nothing else.
    Raw,
}

/// What a column of the text form shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineColumn {
    /// When it happened, by the writer's clock.
    Time,
    /// When CloudWatch Logs received it.
    Ingested,
    /// How long after the beginning of its trace.
    Offset,
    /// The log group.
    Group,
    /// The log stream.
    Stream,
    /// The line itself.
    Message,
}

/// A line, and what it is to whoever asked.
#[derive(Debug, Clone, Copy)]
pub struct Line<'a> {
    /// The line.
    pub event: &'a LogEvent,
    /// Whether it only stands near one that was asked for.
    pub is_context: bool,
}

/// Writes lines in one form, one after the other.
#[derive(Debug)]
pub struct LineWriter {
    page: Page,
    form: LineForm,
    columns: Vec<LineColumn>,
    zone: TimeZone,
    marks: Marks,
    /// Milliseconds since the epoch from which offsets count.
    origin: Option<i64>,
    /// The day of the line before, where the day has a line of its own.
    day: Option<jiff::civil::Date>,
    /// The widest group and stream so far.
    widths: [usize; 2],
}

/// The most that a group or a stream takes of a terminal.
const WIDEST: usize = 28;

/// The deepest that the later lines of a message stand below its first.
const DEEPEST: usize = 32;

/// A line as JSON has it.
#[derive(Debug, Serialize)]
struct JsonLine<'a> {
    timestamp: Option<Timestamp>,
    ingested_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    offset_ms: Option<i64>,
    log_group: &'a str,
    log_stream: &'a str,
    message: &'a str,
    level: Option<&'static str>,
    trace_id: Option<String>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    context: bool,
}

impl LineWriter {
    /// Gets ready to write.
    pub fn new(page: &Page, form: LineForm, columns: Vec<LineColumn>, zone: TimeZone) -> Self {
        Self {
            page: *page,
            form,
            columns,
            zone,
            marks: Marks::default(),
            origin: None,
            day: None,
            widths: [0; 2],
        }
    }

    /// Marks what was looked for.
    #[must_use]
    pub fn marking(mut self, marks: Marks) -> Self {
        self.marks = marks;
        self
    }

    /// Counts offsets from this millisecond.
    #[must_use]
    pub fn counting_from(mut self, origin: i64) -> Self {
        self.origin = Some(origin);
        self
    }

    /// Adds a line to a text.
    pub fn write(&mut self, line: Line<'_>, text: &mut String) {
        match self.form {
            LineForm::Text => self.in_columns(line, text),
            LineForm::Json => self.as_json(line, text),
            LineForm::Raw => {
                text.push_str(line.event.message.trim_end_matches(['\n', '\r']));
                text.push('\n');
            }
        }
    }

    /// What stands between lines that do not follow each other.
    pub fn gap(&self, text: &mut String) {
        if self.form == LineForm::Text {
            text.push_str(&self.page.style.dim("--"));
            text.push('\n');
        }
    }

    fn as_json(&self, line: Line<'_>, text: &mut String) {
        let event = line.event;
        let json = JsonLine {
            timestamp: Timestamp::from_millisecond(event.timestamp).ok(),
            ingested_at: event
                .ingested_at
                .and_then(|at| Timestamp::from_millisecond(at).ok()),
            offset_ms: self.origin.map(|origin| event.timestamp - origin),
            log_group: &event.group,
            log_stream: &event.stream,
            message: &event.message,
            level: marks::level(&event.message).map(|(_, level)| level.name()),
            trace_id: marks::trace_id(&event.message),
            context: line.is_context,
        };
        // Strings and numbers always serialise.
        text.push_str(&serde_json::to_string(&json).unwrap_or_default());
        text.push('\n');
    }

    fn in_columns(&mut self, line: Line<'_>, text: &mut String) {
        let style = self.page.style;
        let event = line.event;
        let is_wide = self.page.width.is_some();
        if is_wide && self.columns.contains(&LineColumn::Time) {
            self.write_day(event, text);
        }
        let mut indent = 0;
        let columns = std::mem::take(&mut self.columns);
        for column in &columns {
            let cell = match column {
                LineColumn::Message => continue,
                LineColumn::Time => self.time(Some(event.timestamp), is_wide),
                LineColumn::Ingested => self.time(event.ingested_at, is_wide),
                LineColumn::Offset => offset(event.timestamp - self.origin.unwrap_or_default()),
                LineColumn::Group => self.name(0, &event.group),
                LineColumn::Stream => self.name(1, &event.stream),
            };
            indent += console::measure_text_width(&cell) + 1;
            text.push_str(&match column {
                LineColumn::Group | LineColumn::Stream if !line.is_context => style.accent(&cell),
                _ => style.dim(&cell),
            });
            text.push(' ');
        }
        if columns.contains(&LineColumn::Message) {
            self.message(line, indent, text);
        }
        self.columns = columns;
        let kept = text.trim_end_matches(' ').len();
        text.truncate(kept);
        text.push('\n');
    }

    /// The day has a line of its own where it begins.
    fn write_day(&mut self, event: &LogEvent, text: &mut String) {
        let Ok(at) = Timestamp::from_millisecond(event.timestamp) else {
            return;
        };
        let at = at.to_zoned(self.zone.clone());
        if self.day == Some(at.date()) {
            return;
        }
        self.day = Some(at.date());
        let offset = if self.zone == TimeZone::UTC {
            "UTC".to_owned()
        } else {
            at.strftime("%:z").to_string()
        };
        text.push_str(
            &self
                .page
                .style
                .dim(&format!("{} {offset}", at.strftime("%F"))),
        );
        text.push('\n');
    }

    /// The time of day on a terminal, whose days have lines of their own; all of it elsewhere.
    fn time(&self, millisecond: Option<i64>, is_wide: bool) -> String {
        let at = millisecond.and_then(|at| Timestamp::from_millisecond(at).ok());
        let Some(at) = at else {
            return crate::output::MISSING.to_owned();
        };
        let at = at.to_zoned(self.zone.clone());
        if is_wide {
            at.strftime("%T%.3f").to_string()
        } else if self.zone == TimeZone::UTC {
            at.strftime("%FT%T%.3fZ").to_string()
        } else {
            at.strftime("%FT%T%.3f%:z").to_string()
        }
    }

    /// A name; on a terminal its middle may be missing, and it is as wide as the widest so far.
    fn name(&mut self, which: usize, name: &str) -> String {
        let name = plain(name);
        if self.page.width.is_none() {
            return name.into_owned();
        }
        let short = shortened(&name, WIDEST);
        let width = console::measure_text_width(&short);
        self.widths[which] = self.widths[which].max(width);
        format!("{short}{}", " ".repeat(self.widths[which] - width))
    }

    /// The line; what follows a line break stands below its beginning.
    fn message(&self, line: Line<'_>, indent: usize, text: &mut String) {
        let style = self.page.style;
        let message = line.event.message.trim_end_matches(['\n', '\r']);
        // A stack trace has many lines; its later ones are read as part of the first.
        let indent = " ".repeat(if self.page.width.is_some() && indent <= DEEPEST {
            indent
        } else {
            2
        });
        let marks = if line.is_context || !style.is_colored() {
            Vec::new()
        } else {
            self.marks.find(message)
        };
        let mut at = 0;
        for part in message.split_inclusive('\n') {
            if at > 0 {
                text.push('\n');
                text.push_str(&indent);
            }
            let shown = part.trim_end_matches(['\n', '\r']);
            if line.is_context {
                text.push_str(&style.dim(&tabbed(shown)));
            } else {
                marked(style, shown, at, &marks, text);
            }
            at += part.len();
        }
    }
}

/// Writes a part of a message that begins at `at` of it, with what is marked painted.
fn marked(
    style: Style,
    part: &str,
    at: usize,
    marks: &[(std::ops::Range<usize>, marks::Mark)],
    text: &mut String,
) {
    let mut done = 0;
    for (range, mark) in marks {
        let start = range.start.saturating_sub(at).min(part.len()).max(done);
        let end = range.end.saturating_sub(at).min(part.len());
        if range.end <= at || start >= end {
            continue;
        }
        // Marks that were found in the whole may begin within a character of no part.
        let (Some(before), Some(inside)) = (part.get(done..start), part.get(start..end)) else {
            continue;
        };
        text.push_str(&tabbed(before));
        text.push_str(&mark.paint(style, &tabbed(inside)));
        done = end;
    }
    text.push_str(&tabbed(part.get(done..).unwrap_or_default()));
}

/// Harmless, with tabs as blanks.
fn tabbed(text: &str) -> String {
    if text.contains('\t') {
        plain(&text.replace('\t', "    ")).into_owned()
    } else {
        plain(text).into_owned()
    }
}

/// `+0.012 s`, right-aligned.
fn offset(milliseconds: i64) -> String {
    let sign = if milliseconds < 0 { '-' } else { '+' };
    let all = milliseconds.unsigned_abs();
    format!(
        "{:>10}",
        format!("{sign}{}.{:03} s", all / 1000, all % 1000)
    )
}
