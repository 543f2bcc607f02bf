//! What X-Ray tells of traces: the service graph, summaries, documents, sampling statistics.
//!
//! Windows that X-Ray would refuse are cut, pages are followed to their end, and what comes back is
//! made of the words of `trace`. A call that fails after its retries fails the whole reading: a
//! graph with a hole would look like a quiet hour.

mod documents;
mod root_causes;
mod sampling;
mod service_graph;
mod summaries;
mod summary;
#[cfg(test)]
mod tests;

use aws_sdk_xray::types;
use aws_smithy_types::DateTime;
use jiff::Timestamp;

use crate::error::Error;
use crate::time_window::Window;
use crate::trace::Time;
use crate::trace::summary::ServiceId;

pub use documents::{Fetched, FetchedTrace, Unread};
pub use service_graph::ServiceGraph;
pub use summaries::FoundTraces;

/// How far a reading is, for those who wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// How many parts have been read.
    pub done: usize,
    /// How many there are.
    pub of: usize,
    /// How many traces X-Ray has looked at, where it says so.
    pub scanned: u64,
}

/// How many calls are under way at a time: more would only be throttled.
const AT_ONCE: usize = 4;

/// A point in time as the SDK wants it.
fn sdk_time(at: Timestamp) -> DateTime {
    DateTime::from_millis(at.as_millisecond())
}

/// A point in time as traces have it.
fn time(at: &DateTime) -> Time {
    Time::from_micros(
        at.secs()
            .saturating_mul(1_000_000)
            .saturating_add(i64::from(at.subsec_nanos() / 1000)),
    )
}

/// Seconds as microseconds; what is no number of seconds counts as none.
fn micros(seconds: f64) -> Option<i64> {
    Time::from_seconds(seconds).map(Time::micros)
}

fn count(number: Option<i64>) -> u64 {
    number
        .and_then(|number| u64::try_from(number).ok())
        .unwrap_or(0)
}

fn service_id(service: &types::ServiceId) -> ServiceId {
    ServiceId {
        name: service.name().unwrap_or_default().to_owned(),
        kind: service.r#type().map(str::to_owned),
        account_id: service.account_id().map(str::to_owned),
    }
}

/// An error of one slice says which one it was.
fn of_slice(error: Error, slice: Window, number: usize, of: usize) -> Error {
    if of == 1 {
        return error;
    }
    error.tried(format!(
        "part {number} of {of}, {} to {}",
        slice.start, slice.end
    ))
}
