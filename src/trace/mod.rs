//! The one model of a trace.
//!
//! A [`Document`] is carried: a checked envelope around the raw JSON of an X-Ray segment, so that
//! whoever passes it on drops nothing. A [`Span`] is understood: one flat type that segments,
//! subsegments and the spans of other protocols become. From spans there is one assembly
//! ([`Trace`]), one [`timeline`], one [`summary`] and one service [`graph`]; nothing else computes
//! any of these.
//!
//! Pure: ids and times come in as values. How documents travel (datagrams, API calls, a store)
//! and how rows and nodes are drawn stay out.
//!
//! Segment documents: <https://docs.aws.amazon.com/xray/latest/devguide/xray-api-segmentdocuments.html>.

mod assembly;
mod compiled;
mod document;
pub mod graph;
mod hexadecimal;
mod id;
mod inferred;
pub mod otlp;
mod span;
pub mod summary;
#[cfg(test)]
mod tests;
mod time;
pub mod timeline;

pub use assembly::{Parent, Placed, Trace};
pub use document::{Code, Document, LONGEST_DOCUMENT, LONGEST_NAME, MOST_NESTED, Refusal};
pub(crate) use hexadecimal::Hexadecimal;
pub use id::{IdError, SpanId, TraceId};
pub use inferred::{Destination, inferred_text};
pub use span::{
    AnnotationValue, Aws, Cause, Exception, Frame, Http, Kind, Link, Namespace, Outcome, Span, Sql,
};
pub use time::{Time, seconds};
