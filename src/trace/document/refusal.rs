//! Why a document is not taken.

use std::fmt;

/// AWS's word for what is wrong, as `UnprocessedTraceSegments` has it.
///
/// `InvalidTraceId`, `MissingTraceId`, `MissingId`, `InvalidName` and `InvalidSegment` were seen
/// from AWS; there is no full list, and the others follow their pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Code {
    /// No `id`.
    MissingId,
    /// An `id` that is not 16 hex digits.
    InvalidId,
    /// No `trace_id`.
    MissingTraceId,
    /// A `trace_id` in no known form.
    InvalidTraceId,
    /// No `name`.
    MissingName,
    /// A `name` that is too long or has characters that are not allowed.
    InvalidName,
    /// No `start_time`.
    MissingStartTime,
    /// Neither `end_time` nor `in_progress`.
    MissingEndTime,
    /// A subsegment on its own that does not say whose it is.
    MissingParentId,
    /// Anything else: no JSON, too large, times that cannot be.
    InvalidSegment,
}

impl Code {
    /// The word on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::MissingId => "MissingId",
            Self::InvalidId => "InvalidId",
            Self::MissingTraceId => "MissingTraceId",
            Self::InvalidTraceId => "InvalidTraceId",
            Self::MissingName => "MissingName",
            Self::InvalidName => "InvalidName",
            Self::MissingStartTime => "MissingStartTime",
            Self::MissingEndTime => "MissingEndTime",
            Self::MissingParentId => "MissingParentId",
            Self::InvalidSegment => "InvalidSegment",
        }
    }
}

impl fmt::Display for Code {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// A document that is not taken: AWS's code, and what to change.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {message}")]
pub struct Refusal {
    /// AWS's word for it.
    pub code: Code,
    /// The document's id as it was given, where the text could be read so far.
    pub id: Option<String>,
    /// Which character or field it is, and how to mend it.
    pub message: String,
}

impl Refusal {
    /// The text is no JSON, or not the JSON of a document.
    pub(super) fn not_json(text: &str, error: &serde_json::Error) -> Self {
        let first = text.trim_ascii_start().chars().next();
        let message = match first {
            None => "the document is empty".to_owned(),
            Some('{' | '[') => format!("the document is not JSON: {error}"),
            Some(first) => {
                format!("the document begins with '{first}'; a segment is a JSON object")
            }
        };
        Self {
            code: Code::InvalidSegment,
            id: None,
            message,
        }
    }
}
