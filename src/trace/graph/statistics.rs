//! How requests ended, and how long they took together.

use super::super::span::Outcome;
use super::super::time::seconds;

/// Counts of requests by how they ended, and the sum of their times.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Statistics {
    /// Requests that went well.
    pub ok: u64,
    /// Requests that were too many.
    pub throttle: u64,
    /// Any other failure of the client.
    pub other_error: u64,
    /// Failures of the server.
    pub fault: u64,
    /// The sum of response times in microseconds.
    pub total_micros: i64,
}

impl Statistics {
    /// Every request.
    pub fn total(&self) -> u64 {
        self.ok + self.errors() + self.fault
    }

    /// Every failure of the client, throttled requests among them.
    pub fn errors(&self) -> u64 {
        self.throttle + self.other_error
    }

    /// The sum of response times in seconds.
    pub fn total_seconds(&self) -> f64 {
        seconds(self.total_micros)
    }

    /// The average response time in seconds; `None` without a request.
    pub fn average_seconds(&self) -> Option<f64> {
        #[expect(
            clippy::cast_precision_loss,
            reason = "an average of so many requests is no less true for it"
        )]
        (self.total() > 0).then(|| self.total_seconds() / self.total() as f64)
    }

    /// Counts one request.
    pub fn count(&mut self, outcome: Outcome, micros: i64) {
        match outcome {
            Outcome::Ok => self.ok += 1,
            Outcome::Throttle => self.throttle += 1,
            Outcome::Error => self.other_error += 1,
            Outcome::Fault => self.fault += 1,
        }
        self.total_micros = self.total_micros.saturating_add(micros);
    }

    /// Adds the requests of another.
    pub fn merge(&mut self, other: &Self) {
        self.ok += other.ok;
        self.throttle += other.throttle;
        self.other_error += other.other_error;
        self.fault += other.fault;
        self.total_micros = self.total_micros.saturating_add(other.total_micros);
    }
}
