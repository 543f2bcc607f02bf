//! Ids that are valid in OpenTelemetry and in X-Ray: the first eight digits tell the time.

use std::cell::Cell;
use std::time::UNIX_EPOCH;

use opentelemetry::trace::{SpanId, TraceId};
use opentelemetry_sdk::trace::IdGenerator;

thread_local! {
    /// The trace that the next root span of this thread belongs to.
    static GIVEN: Cell<Option<TraceId>> = const { Cell::new(None) };
}

/// Makes ids. `opentelemetry-aws` makes the same ones by way of text, which takes a microsecond.
///
/// <https://docs.aws.amazon.com/xray/latest/devguide/xray-api-sendingdata.html#xray-api-traceids>
#[derive(Debug, Default)]
pub(super) struct Ids;

impl IdGenerator for Ids {
    fn new_trace_id(&self) -> TraceId {
        GIVEN.take().unwrap_or_else(|| {
            let now = opentelemetry::time::now().duration_since(UNIX_EPOCH);
            // Seconds have 32 bits until 2106.
            let stamp = u128::from(now.unwrap_or_default().as_secs() & u64::from(u32::MAX));
            TraceId::from(stamp << 96 | fastrand::u128(..) >> 32)
        })
    }

    fn new_span_id(&self) -> SpanId {
        SpanId::from(fastrand::u64(1..))
    }
}

/// Lets a root span begin within a trace whose caller named no span, as load balancers do.
///
/// The SDK knows parents with a span only.
pub(super) fn within<T>(trace: Option<TraceId>, begin: impl FnOnce() -> T) -> T {
    GIVEN.set(trace);
    let span = begin();
    GIVEN.set(None);
    span
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_given_trace_is_used_once() {
        let ids = Ids;
        let given = TraceId::from(7_u128);
        assert_eq!(within(Some(given), || ids.new_trace_id()), given);
        assert_ne!(ids.new_trace_id(), given);
        within(Some(given), || ());
        assert_ne!(ids.new_trace_id(), given);
    }

    #[test]
    fn ids_tell_the_time_as_x_ray_wants_it() {
        let now = jiff::Timestamp::now().as_second();
        let id = u128::from_be_bytes(Ids.new_trace_id().to_bytes());
        let stamp = i64::from(crate::trace::TraceId::new(id).stamp());
        assert!((now - 1..=now + 5).contains(&stamp), "{stamp}");
    }
}
