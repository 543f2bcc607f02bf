//! X-Ray beside OpenTelemetry: the documents that its SDKs send, and its own sampling.

mod record;

pub(super) use record::{
    Cause, ExceptionRecord, HttpRecord, PartRecord, SegmentRecord, annotate, put_metadata,
};
