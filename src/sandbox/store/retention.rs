//! How much is kept, and for how long.

use std::time::Duration;

/// The bounds of what is kept, for traces, for log events and for OTLP apart; the oldest goes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retention {
    /// At most so many bytes of trace documents, as many of log events, and as many of OTLP.
    pub bytes: u64,
    /// At most so long after it came.
    pub age: Duration,
}

impl Default for Retention {
    fn default() -> Self {
        Self {
            bytes: 1 << 30,
            age: Duration::from_hours(7 * 24),
        }
    }
}

impl Retention {
    /// What to come down to once it is too much, so that not every row removes another.
    pub(super) fn floor(self) -> u64 {
        self.bytes / 20 * 19
    }

    /// The age in milliseconds.
    pub(super) fn milliseconds(self) -> i64 {
        i64::try_from(self.age.as_millis()).unwrap_or(i64::MAX)
    }
}
