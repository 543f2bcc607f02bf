//! What is wrong with an expression, and where.

use std::fmt;
use std::ops::Range;

use crate::caret;

/// What sort of mistake it is, for callers that treat some of them apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Nothing but blanks; AWS reads that as "no filter".
    Empty,
    /// More characters than are read.
    TooLong,
    /// Parentheses and braces nested deeper than is read.
    TooDeep,
    /// The text breaks the grammar.
    Grammar,
}

/// A mistake in an expression.
///
/// `Display` gives one sentence that names the column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxError {
    /// What sort of mistake it is.
    pub kind: Kind,
    /// The bytes of the text that are wrong; empty where something is missing.
    pub position: Range<usize>,
    /// The 1-based column of the first wrong character, counted in characters.
    pub column: usize,
    /// What is wrong, without a final period.
    pub message: String,
    /// What to write instead, where that can be told.
    pub hint: Option<String>,
}

impl SyntaxError {
    /// Makes a mistake against the grammar of `text`.
    pub(super) fn new(text: &str, position: Range<usize>, message: impl Into<String>) -> Self {
        Self {
            kind: Kind::Grammar,
            column: caret::column(text, position.start),
            position,
            message: message.into(),
            hint: None,
        }
    }

    /// Says what to write instead.
    #[must_use]
    pub(super) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Makes it a mistake of another kind.
    #[must_use]
    pub(super) fn kind(mut self, kind: Kind) -> Self {
        self.kind = kind;
        self
    }

    /// Draws two lines: the expression, and `^^^` under what is wrong.
    ///
    /// `text` is the text that was parsed. Line breaks and tabs are drawn as spaces, and a
    /// long text is cut to the part around the mistake.
    pub fn caret(&self, text: &str) -> String {
        caret::draw(text, &self.position)
    }
}

impl fmt::Display for SyntaxError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "column {}: {}", self.column, self.message)?;
        if let Some(hint) = &self.hint {
            write!(formatter, "; {hint}")?;
        }
        Ok(())
    }
}

impl std::error::Error for SyntaxError {}
