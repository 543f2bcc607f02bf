//! How lines are shown: the arguments that say so, and the writer that does it.

use jiff::tz::TimeZone;

use super::super::context::Context;
use super::super::format::FormatArgument;
use crate::error::Result;
use crate::log_reader::{Notice, Sink};
use crate::logs::event::LogEvent;
use crate::output::Output;
use crate::view::log_lines::{Line, LineColumn, LineForm, LineWriter, Marks};

/// The forms that lines have.
pub(super) const FORMS: &[FormatArgument] = &[
    FormatArgument::Text,
    FormatArgument::Json,
    FormatArgument::Raw,
];

/// What a column shows, as it is named after `--columns`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum ColumnArgument {
    Time,
    Ingested,
    Group,
    Stream,
    Message,
}

impl From<ColumnArgument> for LineColumn {
    fn from(column: ColumnArgument) -> Self {
        match column {
            ColumnArgument::Time => Self::Time,
            ColumnArgument::Ingested => Self::Ingested,
            ColumnArgument::Group => Self::Group,
            ColumnArgument::Stream => Self::Stream,
            ColumnArgument::Message => Self::Message,
        }
    }
}

/// Which columns the text form has.
#[derive(Debug, Clone, Default, clap::Args)]
#[group(skip)]
pub(super) struct ColumnArgs {
    /// The columns of the text form: time, ingested, group, stream, message
    #[arg(
        long,
        value_name = "LIST",
        value_delimiter = ',',
        value_enum,
        hide_possible_values = true
    )]
    columns: Vec<ColumnArgument>,
}

impl ColumnArgs {
    /// The columns that were asked for, else those that tell lines apart.
    pub(super) fn columns(&self, several_groups: bool) -> Vec<LineColumn> {
        if !self.columns.is_empty() {
            return self.columns.iter().copied().map(LineColumn::from).collect();
        }
        let mut columns = vec![LineColumn::Time];
        if several_groups {
            columns.push(LineColumn::Group);
        }
        columns.extend([LineColumn::Stream, LineColumn::Message]);
        columns
    }
}

/// The form that is named after `-o`.
pub(super) fn form(argument: FormatArgument) -> LineForm {
    match argument {
        FormatArgument::Json => LineForm::Json,
        FormatArgument::Raw => LineForm::Raw,
        _ => LineForm::Text,
    }
}

/// Writes lines to stdout and sentences to stderr, and counts.
pub(super) struct Printer<'a> {
    output: &'a Output,
    writer: LineWriter,
    /// Lines that were written.
    pub(super) lines: u64,
}

impl<'a> Printer<'a> {
    pub(super) fn new(
        context: &Context<'a>,
        form: LineForm,
        columns: Vec<LineColumn>,
        zone: TimeZone,
        marks: Marks,
    ) -> Self {
        let output = context.output;
        Self {
            output,
            writer: LineWriter::new(output.page(), form, columns, zone).marking(marks),
            lines: 0,
        }
    }

    /// Counts offsets from this millisecond.
    pub(super) fn counting_from(mut self, origin: i64) -> Self {
        self.writer = self.writer.counting_from(origin);
        self
    }

    /// Writes lines, those that only stand near others among them; false when nobody reads any
    /// more.
    pub(super) fn write(&mut self, lines: &[Line<'_>], after_gap: bool) -> Result<bool> {
        let mut text = String::new();
        if after_gap {
            self.writer.gap(&mut text);
        }
        for line in lines {
            self.writer.write(*line, &mut text);
            self.lines += u64::from(!line.is_context);
        }
        self.output.offer(&text)
    }
}

impl Sink for Printer<'_> {
    fn lines(&mut self, events: &[LogEvent]) -> Result<bool> {
        let mut text = String::new();
        for event in events {
            let is_context = false;
            self.writer.write(Line { event, is_context }, &mut text);
        }
        self.lines += events.len() as u64;
        self.output.offer(&text)
    }

    fn notice(&mut self, notice: &Notice) {
        tell(self.output, notice);
    }
}

/// Says what happened: a warning where something is amiss.
pub(super) fn tell(output: &Output, notice: &Notice) {
    if notice.is_trouble() {
        output.warning(&notice.to_string());
    } else {
        output.status(&notice.to_string());
    }
}
