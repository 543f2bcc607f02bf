//! An X-Ray segment as it is carried.
//!
//! What a sender wrote stays as it is, byte for byte; beside it stands what every carrier needs
//! to know. What cannot be carried is refused with AWS's code and the mistake's place. What the
//! document says beyond its envelope is the business of [`Span`](super::Span).

mod envelope;
mod names;
mod refusal;

use super::id::{SpanId, TraceId};
use super::span::{self, Span};
use super::time::Time;
use crate::json;
pub(super) use envelope::Envelope;
pub use refusal::{Code, Refusal};

/// The largest document, in bytes.
///
/// <https://docs.aws.amazon.com/xray/latest/devguide/xray-api-segmentdocuments.html>
pub const LONGEST_DOCUMENT: usize = 64 * 1024;

/// The longest name of a segment, in characters.
pub const LONGEST_NAME: usize = 200;

/// The deepest nesting of objects and arrays that is taken.
///
/// AWS names no limit. A subsegment inside a subsegment is two levels.
pub const MOST_NESTED: usize = 1000;

/// A segment, or a subsegment sent on its own: raw text in a checked envelope.
#[derive(Clone, PartialEq, Eq)]
pub struct Document {
    text: Box<str>,
    envelope: Envelope,
}

impl Document {
    /// Takes one document, or says what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        check_length(text)?;
        Self::read_back(text)
    }

    /// Takes a document as X-Ray gives it back: put together from several, and so of any length.
    pub fn read_back(text: &str) -> Result<Self, Refusal> {
        check_depth(text)?;
        let envelope = Envelope::read(text)?;
        Ok(Self {
            text: text.into(),
            envelope,
        })
    }

    /// Takes what was written here, and so needs no reading: its text, and what the text says.
    pub(super) fn written(text: String, envelope: Envelope) -> Self {
        Self {
            text: text.into(),
            envelope,
        }
    }

    /// Takes a text that is a document or an array of documents, as the API allows.
    pub fn parse_all(text: &str) -> Vec<Result<Self, Refusal>> {
        if !text.trim_ascii_start().starts_with('[') {
            return vec![Self::parse(text)];
        }
        let mut documents = Vec::new();
        let bounds = check_length(text).and_then(|()| check_depth(text));
        let read = bounds.and_then(|()| {
            json::items(text, |item| documents.push(Self::parse(item)))
                .map_err(|error| Refusal::not_json(text, &error))
        });
        match read {
            Ok(()) => documents,
            Err(refusal) => vec![Err(refusal)],
        }
    }

    /// The text as it came.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The id of the segment or subsegment.
    pub fn id(&self) -> SpanId {
        self.envelope.id
    }

    /// The trace that it belongs to.
    pub fn trace_id(&self) -> TraceId {
        self.envelope.trace_id
    }

    /// The id of its caller, or of the segment that a subsegment is part of.
    pub fn parent_id(&self) -> Option<SpanId> {
        self.envelope.parent_id
    }

    /// The name of the service or of the call.
    pub fn name(&self) -> &str {
        &self.envelope.name
    }

    /// When it began.
    pub fn start(&self) -> Time {
        self.envelope.start
    }

    /// When it ended, unless it is in progress.
    pub fn end(&self) -> Option<Time> {
        self.envelope.end
    }

    /// Whether it is still to be replaced by a complete one.
    pub fn in_progress(&self) -> bool {
        self.envelope.end.is_none()
    }

    /// Whether it is a subsegment that was sent on its own.
    pub fn is_subsegment(&self) -> bool {
        self.envelope.is_subsegment
    }

    /// The segment and everything in it, flat, each before what is inside it.
    pub fn spans(&self) -> Vec<Span> {
        span::read(self, 0)
    }

    /// Checks the names of the subsegments inside too.
    ///
    /// The schema asks for one character only, yet AWS was seen to refuse a segment for the name
    /// of a subsegment (<https://github.com/aws/aws-xray-daemon/issues/184>).
    pub fn check_inside(&self) -> Result<(), Refusal> {
        // Nearly every document has nothing but plain names, which is told in one look.
        if names::are_plain(&self.text) {
            return Ok(());
        }
        for span in self.spans().iter().skip(1) {
            envelope::check_name(&span.name).map_err(|(code, message)| Refusal {
                code,
                id: Some(self.id().to_string()),
                message: format!("subsegment {}: {message}", span.id),
            })?;
        }
        Ok(())
    }
}

impl std::fmt::Debug for Document {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.text)
    }
}

/// A name that X-Ray takes, made of one that it may not: what it refuses is left out.
pub(super) fn fitting_name(name: &str) -> String {
    let allowed = name
        .chars()
        .filter(|character| envelope::is_allowed(*character));
    let name: String = allowed.take(LONGEST_NAME).collect();
    if name.is_empty() {
        "span".to_owned()
    } else {
        name
    }
}

fn check_length(text: &str) -> Result<(), Refusal> {
    if text.len() > LONGEST_DOCUMENT {
        return Err(Refusal {
            code: Code::InvalidSegment,
            id: envelope::id_of(text),
            message: format!(
                "the document has {} bytes; X-Ray takes at most {LONGEST_DOCUMENT}: send its \
                 subsegments on their own, or put less in its metadata",
                text.len()
            ),
        });
    }
    Ok(())
}

fn check_depth(text: &str) -> Result<(), Refusal> {
    // Nothing is deeper than it is long, or than it has brackets: that is known sooner.
    let opens = |byte: &u8| matches!(byte, b'{' | b'[');
    if text.len() <= MOST_NESTED || text.bytes().filter(opens).count() <= MOST_NESTED {
        return Ok(());
    }
    let depth = json::depth(text);
    if depth > MOST_NESTED {
        return Err(Refusal {
            code: Code::InvalidSegment,
            id: envelope::id_of(text),
            message: format!(
                "the document is nested {depth} deep; at most {MOST_NESTED} is taken: send its \
                 subsegments on their own"
            ),
        });
    }
    Ok(())
}
