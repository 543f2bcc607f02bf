//! Stretches of time in requests, and their limits.

use super::constraints;
use crate::sandbox::store::Fault;
use crate::trace::Time;
use crate::trace::graph::Window;

/// The longest window of a service graph, in microseconds; the sentence was seen from AWS.
const SIX_HOURS: i64 = 6 * 3600 * 1_000_000;

/// Reads a window that must not be empty.
pub(super) fn window(start: Option<f64>, end: Option<f64>) -> Result<Window, Fault> {
    let mut constraints = constraints();
    constraints.required("StartTime", start.as_ref());
    constraints.required("EndTime", end.as_ref());
    constraints.finish()?;
    let time = |name, seconds: Option<f64>| {
        Time::from_seconds(seconds.unwrap_or_default()).ok_or_else(|| {
            Fault::invalid_request(format!("{name} is not a time in seconds since 1970"))
        })
    };
    let window = Window {
        start: time("StartTime", start)?,
        end: time("EndTime", end)?,
    };
    if window.start >= window.end {
        return Err(Fault::invalid_request("StartTime must be before EndTime"));
    }
    Ok(window)
}

/// Refuses a window that is longer than a service graph may span.
pub(super) fn within_six_hours(window: Window) -> Result<Window, Fault> {
    if window.end.since(window.start) > SIX_HOURS {
        return Err(Fault::invalid_request(
            "Time range cannot be longer than 6 hours",
        ));
    }
    Ok(window)
}
