//! Ids and times as OTLP has them: bytes and nanoseconds.

use super::super::id::{SpanId, TraceId};
use super::super::time::Time;

/// A trace's id; none where there are not 16 bytes or all are zero.
///
/// <https://github.com/open-telemetry/opentelemetry-proto/blob/main/opentelemetry/proto/trace/v1/trace.proto>
pub fn trace_id(bytes: &[u8]) -> Option<TraceId> {
    let bits = u128::from_be_bytes(bytes.try_into().ok()?);
    (bits != 0).then(|| TraceId::new(bits))
}

/// A span's id; none where there are not 8 bytes or all are zero.
pub fn span_id(bytes: &[u8]) -> Option<SpanId> {
    let bits = u64::from_be_bytes(bytes.try_into().ok()?);
    (bits != 0).then(|| SpanId::new(bits))
}

/// The point so many nanoseconds after the epoch, to the microsecond.
pub fn time(nanoseconds: u64) -> Time {
    Time::from_micros(i64::try_from(nanoseconds / 1000).unwrap_or(i64::MAX))
}
