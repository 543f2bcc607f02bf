//! X-Ray beside OpenTelemetry: the documents that its SDKs send, and its own sampling.

mod datagrams;
mod document;
mod pipeline;
mod poller;
mod record;
mod sampling_answers;

pub(super) use document::Writer;
pub(super) use pipeline::SegmentPipeline;
pub(super) use poller::{Oracle, Poller};
pub(super) use record::{
    ExceptionRecord, HttpRecord, PartRecord, SegmentRecord, annotate, put_metadata,
};
