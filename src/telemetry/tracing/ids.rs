//! Ids that are valid in OpenTelemetry and in X-Ray: the first eight digits tell the time.

use std::time::UNIX_EPOCH;

use opentelemetry::trace::{SpanId, TraceId};

/// A new trace's id. `opentelemetry-aws` makes the same ones by way of text, which takes a
/// microsecond.
///
/// <https://docs.aws.amazon.com/xray/latest/devguide/xray-api-sendingdata.html#xray-api-traceids>
pub(super) fn new_trace_id() -> TraceId {
    let now = opentelemetry::time::now().duration_since(UNIX_EPOCH);
    // Seconds have 32 bits until 2106.
    let stamp = u128::from(now.unwrap_or_default().as_secs() & u64::from(u32::MAX));
    TraceId::from(stamp << 96 | fastrand::u128(..) >> 32)
}

/// A new span's id.
pub(super) fn new_span_id() -> SpanId {
    SpanId::from(fastrand::u64(1..))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_tell_the_time_as_x_ray_wants_it() {
        let now = jiff::Timestamp::now().as_second();
        let id = u128::from_be_bytes(new_trace_id().to_bytes());
        let stamp = i64::from(crate::trace::TraceId::new(id).stamp());
        assert!((now - 1..=now + 5).contains(&stamp), "{stamp}");
    }
}
