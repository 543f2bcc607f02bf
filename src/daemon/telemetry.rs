//! What the daemon reports of itself: one record a minute, kept while they do not arrive.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::counters::{Counters, Totals};
use super::log::Log;
use super::upload::told;
use crate::remote::{Telemetry, XrayClient};

/// The length of a period.
const PERIOD: Duration = Duration::from_mins(1);

/// How many records are kept.
const KEPT: usize = 30;

/// How many go into one call.
const PER_CALL: usize = 10;

/// What the records say of this daemon, and how they get away.
#[derive(Debug)]
pub(super) struct Reporter {
    pub(super) client: XrayClient,
    pub(super) counters: Arc<Counters>,
    pub(super) hostname: Option<String>,
    pub(super) instance: Option<String>,
    pub(super) resource_arn: Option<String>,
    pub(super) log: Log,
}

/// The records that have not arrived, and where the next one begins.
#[derive(Debug, Default)]
struct Book {
    reported: Totals,
    records: VecDeque<Telemetry>,
}

impl Reporter {
    /// Reports once a minute, and a last time when it is cancelled.
    pub(super) async fn run(self, cancel: CancellationToken) {
        let mut book = Book::default();
        loop {
            let stopped = tokio::select! {
                biased;
                () = cancel.cancelled() => true,
                () = tokio::time::sleep(PERIOD) => false,
            };
            book.close_period(self.counters.totals(), jiff::Timestamp::now().as_second());
            let patience = Duration::from_secs(if stopped { 1 } else { 5 });
            self.report(&mut book, patience).await;
            if stopped {
                return;
            }
        }
    }

    async fn report(&self, book: &mut Book, patience: Duration) {
        while !book.records.is_empty() {
            let count = book.records.len().min(PER_CALL);
            let records: Vec<Telemetry> = book.records.iter().take(count).copied().collect();
            let sent = self
                .client
                .put_telemetry_records(
                    &records,
                    self.hostname.as_deref(),
                    self.instance.as_deref(),
                    self.resource_arn.as_deref(),
                    patience,
                )
                .await;
            match sent {
                Ok(()) => drop(book.records.drain(..count)),
                // Segments matter; what is said about them does not.
                Err(error) => {
                    self.log
                        .debug(&format!("telemetry did not arrive: {}", told(&error)));
                    return;
                }
            }
        }
    }
}

impl Book {
    /// Nothing is reported until the first datagram.
    fn close_period(&mut self, now: Totals, second: i64) {
        if now.received == 0 {
            return;
        }
        let before = std::mem::replace(&mut self.reported, now);
        let mut errors = now.failures;
        for (count, earlier) in errors.iter_mut().zip(before.failures) {
            *count -= earlier;
        }
        self.records.push_back(Telemetry {
            second,
            received: now.received - before.received,
            // As AWS's daemon counts: what arrived was sent, even if it was refused then.
            sent: now.sent + now.unprocessed - before.sent - before.unprocessed,
            spilled: now.dropped() - before.dropped(),
            rejected: now.rejected() - before.rejected(),
            errors,
        });
        if self.records.len() > KEPT {
            self.records.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_are_differences_and_the_oldest_go() {
        let mut book = Book::default();
        book.close_period(Totals::default(), 60);
        assert!(book.records.is_empty(), "nothing until the first datagram");
        let mut totals = Totals {
            received: 10,
            sent: 7,
            unprocessed: 1,
            ..Totals::default()
        };
        book.close_period(totals, 120);
        totals.received += 5;
        totals.no_room_in_queue += 2;
        totals.failures[3] += 4;
        book.close_period(totals, 180);
        assert_eq!(
            book.records,
            [
                Telemetry {
                    second: 120,
                    received: 10,
                    sent: 8,
                    rejected: 1,
                    ..Telemetry::default()
                },
                Telemetry {
                    second: 180,
                    received: 5,
                    spilled: 2,
                    errors: [0, 0, 0, 4, 0, 0],
                    ..Telemetry::default()
                },
            ]
        );
        for second in 0..100 {
            book.close_period(totals, second);
        }
        assert_eq!(book.records.len(), KEPT);
    }
}
