//! Requests that are being added up: how they ended and how long they took.

use super::super::span::Outcome;
use super::histogram::Counter;
use super::statistics::Statistics;

/// The statistics and the response times of some requests.
#[derive(Debug, Clone, Default)]
pub(super) struct Totals {
    pub(super) statistics: Statistics,
    pub(super) responses: Counter,
}

impl Totals {
    /// Counts one request; one that is in progress has no outcome and is not counted.
    pub(super) fn count(&mut self, outcome: Option<Outcome>, micros: i64) {
        if let Some(outcome) = outcome {
            self.statistics.count(outcome, micros);
            self.responses.count(micros);
        }
    }

    /// Adds the requests of another.
    pub(super) fn merge(&mut self, other: &Self) {
        self.statistics.merge(&other.statistics);
        self.responses.merge(&other.responses);
    }
}
