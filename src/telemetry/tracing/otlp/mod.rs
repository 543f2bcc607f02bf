//! Spans over the wire: OTLP over HTTP, in protobuf.
//!
//! What encodes and carries them is ours, so that it costs little, so that neither the features of
//! some other crate nor a variable of the environment changes what is sent, and so that every span
//! is accounted for.
//!
//! <https://opentelemetry.io/docs/specs/otlp/#otlphttp>

mod carrier;
mod encode;
mod explain;
mod outcome;
mod worker;

pub(super) use carrier::Pauses;
pub(super) use encode::{EncodedAttributes, EncodedSpan};
pub(super) use worker::OtlpPipeline;
