//! A log event: one line, and where and when it was written.

use std::sync::Arc;

/// A line of a log stream.
///
/// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilteredLogEvent.html>
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogEvent {
    /// When it happened, by the writer's clock, in milliseconds since the epoch.
    pub timestamp: i64,
    /// When CloudWatch Logs received it, in milliseconds since the epoch.
    pub ingested_at: Option<i64>,
    /// The log group's name.
    pub group: Arc<str>,
    /// The log stream's name.
    pub stream: Arc<str>,
    /// The line as it was sent.
    pub message: String,
}

impl LogEvent {
    /// The moment that both clocks agree has passed: a writer whose clock is ahead cannot move it
    /// into the future.
    pub fn settled_at(&self) -> i64 {
        self.ingested_at
            .map_or(self.timestamp, |at| at.min(self.timestamp))
    }
}
