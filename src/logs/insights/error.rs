//! What is wrong with a query, and where.

use std::fmt;
use std::ops::Range;

use crate::caret;

/// A mistake in a query.
///
/// `Display` gives one sentence that names the column and what to write instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueryError {
    /// The bytes of the text that are wrong; empty where something is missing.
    pub position: Range<usize>,
    /// The 1-based column of the first wrong character, counted in characters from the start of
    /// the query, line breaks included.
    pub column: usize,
    /// What is wrong, without a final period.
    pub message: String,
    /// What to write instead, without a final period.
    pub hint: String,
}

impl QueryError {
    pub(super) fn new(
        text: &str,
        position: Range<usize>,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) -> Self {
        Self {
            column: caret::column(text, position.start),
            position,
            message: message.into(),
            hint: hint.into(),
        }
    }

    /// Draws two lines: the query, and `^^^` under what is wrong.
    ///
    /// `text` is the text that was parsed. Line breaks and tabs are drawn as spaces, and a
    /// long text is cut to the part around the mistake.
    pub fn caret(&self, text: &str) -> String {
        caret::draw(text, &self.position)
    }
}

impl fmt::Display for QueryError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "column {}: {}; {}",
            self.column, self.message, self.hint
        )
    }
}

impl std::error::Error for QueryError {}
