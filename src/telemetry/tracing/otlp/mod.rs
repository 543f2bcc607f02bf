//! Spans over the wire: OTLP over HTTP, in protobuf.
//!
//! The SDK's exporter puts spans into requests; what carries them is ours, so that neither the
//! features of some other crate nor a variable of the environment changes what is sent, and so
//! that every span is accounted for.
//!
//! <https://opentelemetry.io/docs/specs/otlp/#otlphttp>

mod carrier;
mod explain;
mod outcome;
mod worker;

pub(super) use carrier::Pauses;
pub(super) use worker::OtlpPipeline;
