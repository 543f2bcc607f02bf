//! What one call of `PutLogEvents` takes, and how events are put into such calls.
//!
//! The limits are those of
//! <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html> and
//! <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html>. Who calls,
//! when, and what becomes of an answer is not known here.

mod encoded;
mod message;
mod plan;
#[cfg(test)]
mod tests;

pub use encoded::EncodedEvent;
pub use message::{Fitted, fitted};
pub use plan::{Plan, plan};

/// The most events of one call.
pub const EVENTS: usize = 10_000;

/// The most bytes of one call: those of the messages as UTF-8, and [`OVERHEAD`] for each.
pub const BYTES: usize = 1_048_576;

/// What an event costs besides the bytes of its message.
pub const OVERHEAD: usize = 26;

/// The longest message, in bytes of UTF-8. Whether the limit of an event, which is that of a call,
/// includes the overhead is not documented; an event has to fit into a call, so here it does.
pub const LONGEST_MESSAGE: usize = BYTES - OVERHEAD;

/// The longest time between the first and the last event of one call, in milliseconds.
pub const SPAN: i64 = DAY;

/// How old an event may be, in milliseconds.
pub const OLDEST: i64 = 14 * DAY;

/// How far ahead an event may be, in milliseconds.
pub const NEWEST: i64 = 2 * 60 * 60 * 1000;

const DAY: i64 = 24 * 60 * 60 * 1000;

/// A log event as it is put; [`super::event::LogEvent`] is one that was read.
///
/// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_InputLogEvent.html>
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InputLogEvent {
    /// Milliseconds since the epoch.
    pub timestamp: i64,
    /// The text.
    pub message: String,
}

/// Why an event is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rejection {
    /// There is no text.
    Empty,
    /// It is older than [`OLDEST`].
    TooOld,
    /// It is older than its log group keeps events.
    Expired,
    /// It is further ahead than [`NEWEST`].
    TooNew,
}

impl Rejection {
    /// Every reason.
    pub const ALL: [Self; 4] = [Self::Empty, Self::TooOld, Self::Expired, Self::TooNew];

    /// The reason in words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::TooOld => "too old",
            Self::Expired => "expired",
            Self::TooNew => "too new",
        }
    }
}

/// The times that are taken at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    oldest: i64,
    kept_since: i64,
    newest: i64,
}

impl Window {
    /// The times at `now`, in milliseconds since the epoch, of a log group that keeps events for
    /// so many days; `None` is for ever.
    pub fn at(now: i64, retention_days: Option<i32>) -> Self {
        // Nothing is older than the epoch, which is where the API's timestamps begin.
        let oldest = now.saturating_sub(OLDEST).max(0);
        Self {
            oldest,
            kept_since: retention_days.map_or(oldest, |days| {
                now.saturating_sub(DAY.saturating_mul(i64::from(days)))
            }),
            newest: now.saturating_add(NEWEST),
        }
    }

    /// Why an event of this time is not taken, if it is not.
    pub fn refuses(&self, timestamp: i64) -> Option<Rejection> {
        if timestamp < self.oldest {
            Some(Rejection::TooOld)
        } else if timestamp < self.kept_since {
            Some(Rejection::Expired)
        } else if timestamp > self.newest {
            Some(Rejection::TooNew)
        } else {
            None
        }
    }
}
