//! What became of the lines that were shipped.

use serde::Serialize;

use crate::output::{Page, View};
use crate::telemetry::{Totals, Undelivered};

/// The figures of one run: `given` is the sum of `sent`, `dropped` and `rejected`.
#[derive(Debug, Serialize)]
pub struct ShippedView {
    group: String,
    stream: String,
    given: u64,
    sent: u64,
    /// Among the others: lines that were too long and went without their end.
    cut: u64,
    /// Among the others: lines with bytes that are not UTF-8, which were replaced.
    invalid_utf8: u64,
    dropped: Dropped,
    rejected: Rejected,
}

#[derive(Debug, Serialize)]
struct Dropped {
    queue_full: u64,
    not_delivered_in_time: u64,
    shipping_stopped: u64,
}

#[derive(Debug, Serialize)]
struct Rejected {
    empty: u64,
    too_old: u64,
    expired: u64,
    too_new: u64,
    refused: u64,
}

impl ShippedView {
    /// The view of these totals.
    pub fn new(group: String, stream: String, totals: &Totals, invalid_utf8: u64) -> Self {
        let of = |reason| totals.undelivered(reason);
        Self {
            group,
            stream,
            given: totals.given,
            sent: totals.sent,
            cut: totals.cut,
            invalid_utf8,
            dropped: Dropped {
                queue_full: of(Undelivered::QueueFull),
                not_delivered_in_time: of(Undelivered::NotInTime),
                shipping_stopped: of(Undelivered::Stopped),
            },
            rejected: Rejected {
                empty: of(Undelivered::Empty),
                too_old: of(Undelivered::TooOld),
                expired: of(Undelivered::Expired),
                too_new: of(Undelivered::TooNew),
                refused: of(Undelivered::Refused),
            },
        }
    }
}

impl View for ShippedView {
    /// Nothing: for people there is the line of truth, and stdout may carry the lines.
    fn text(&self, _page: &Page) -> String {
        String::new()
    }
}
