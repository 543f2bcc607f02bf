//! A file's text, and errors that point into it.

use std::ops::Range;

use jsonc_parser::ast::Value;
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};

use crate::error::{Error, Result};
use crate::settings::Environment;

/// A desired-state file.
#[derive(Debug)]
pub(super) struct Document<'a> {
    path: &'a str,
    text: &'a str,
    pub(super) environment: &'a Environment,
}

/// The AWS CLI reads the same files, so only plain JSON will do.
const PLAIN_JSON: ParseOptions = ParseOptions {
    allow_comments: false,
    allow_loose_object_property_names: false,
    allow_trailing_commas: false,
    allow_missing_commas: false,
    allow_single_quoted_strings: false,
    allow_hexadecimal_numbers: false,
    allow_unary_plus_numbers: false,
    allow_bare_decimal_point_numbers: false,
    allow_non_finite_numbers: false,
    allow_extended_string_escapes: false,
};

impl<'a> Document<'a> {
    pub(super) fn new(path: &'a str, text: &'a str, environment: &'a Environment) -> Self {
        Self {
            path,
            text,
            environment,
        }
    }

    /// Parses the text.
    pub(super) fn value(&self) -> Result<Value<'a>> {
        let parsed =
            parse_to_ast(self.text, &CollectOptions::default(), &PLAIN_JSON).map_err(|error| {
                let range = error.range();
                let message = error.kind().to_string();
                let mut characters = message.chars();
                let lowered: String = characters
                    .next()
                    .map(|first| first.to_lowercase().chain(characters).collect())
                    .unwrap_or_default();
                self.error(
                    range.start..range.end,
                    "desired-json",
                    &format!("broken JSON: {}", lowered.trim_end_matches('.')),
                )
            })?;
        parsed
            .value
            .ok_or_else(|| self.error(0..0, "desired-json", "broken JSON: the file is empty"))
    }

    /// An error at a place in the file, with the line and a caret under the place.
    pub(super) fn error(&self, place: Range<usize>, code: &'static str, message: &str) -> Error {
        let start = floor(self.text, place.start);
        let end = floor(self.text, place.end).max(start);
        let line_start = self.text[..start]
            .rfind('\n')
            .map_or(0, |newline| newline + 1);
        let line_end = self.text[start..]
            .find('\n')
            .map_or(self.text.len(), |newline| start + newline);
        let line = self.text[..start].matches('\n').count() + 1;
        let column = self.text[line_start..start].chars().count() + 1;
        Error::usage(format!("{}:{line}:{column}: {message}", self.path))
            .code(code)
            .cause(snippet(
                line,
                &self.text[line_start..line_end],
                start - line_start,
                end.min(line_end) - line_start,
            ))
    }
}

/// The line and, under the bytes `from..to` of it, carets.
fn snippet(number: usize, line: &str, from: usize, to: usize) -> String {
    /// What fits beside the label on a terminal of 80 columns.
    const WIDEST: usize = 64;
    let flat = |text: &str| text.replace(['\t', '\r'], " ");
    let before = flat(&line[..from]);
    let marked = flat(&line[from..to]);
    let after = flat(&line[to..]);
    // Leading blanks tell nothing; a long line is shown from near the mark.
    let indent = before.len() - before.trim_start().len();
    let skipped = if console::measure_text_width(&before) > WIDEST / 2 {
        before.chars().count() - WIDEST / 4
    } else {
        indent
    };
    let before: String = before.chars().skip(skipped).collect();
    let lead = if skipped > indent { "…" } else { "" };
    let shown =
        console::truncate_str(&format!("{lead}{before}{marked}{after}"), WIDEST, "…").into_owned();
    let gap = console::measure_text_width(lead) + console::measure_text_width(&before);
    let carets = console::measure_text_width(&marked).clamp(1, WIDEST.saturating_sub(gap).max(1));
    let margin = number.to_string();
    format!(
        "{margin} | {}\n{} | {}{}",
        shown.trim_end(),
        " ".repeat(margin.len()),
        " ".repeat(gap),
        "^".repeat(carets)
    )
}

/// The nearest character boundary at or before an index.
fn floor(text: &str, index: usize) -> usize {
    let mut index = index.min(text.len());
    while !text.is_char_boundary(index) {
        index -= 1;
    }
    index
}
