//! What the daemon reports of itself: one record a minute, kept while they do not arrive.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio_util::sync::CancellationToken;

use super::counters::{Counters, Totals};
use super::log::Log;
use super::upload::told;
use crate::remote::XrayClient;
use crate::xray::telemetry::{self, ConnectionError, ConnectionErrors, PERIOD, Telemetry};

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

impl Reporter {
    /// Reports once a minute, and a last time when it is cancelled.
    pub(super) async fn run(self, cancel: CancellationToken) {
        let mut telemetry = Telemetry::new();
        let mut reported = Totals::default();
        loop {
            let stopped = tokio::select! {
                biased;
                () = cancel.cancelled() => true,
                () = tokio::time::sleep(PERIOD.unsigned_abs()) => false,
            };
            let totals = self.counters.totals();
            telemetry.add(between(&reported, &totals));
            reported = totals;
            telemetry.end_period(Timestamp::now());
            let patience = Duration::from_secs(if stopped { 1 } else { 5 });
            self.report(&mut telemetry, patience).await;
            if stopped {
                return;
            }
        }
    }

    async fn report(&self, telemetry: &mut Telemetry, patience: Duration) {
        while telemetry.waiting() > 0 {
            let records = telemetry.take();
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
            // Segments matter; what is said about them does not.
            if let Err(error) = sent {
                self.log
                    .debug(&format!("telemetry did not arrive: {}", told(&error)));
                return telemetry.put_back(records);
            }
        }
    }
}

/// What happened between two moments.
fn between(before: &Totals, now: &Totals) -> telemetry::Counters {
    let mut connection_errors = ConnectionErrors::default();
    for (place, error) in ConnectionError::ALL.into_iter().enumerate() {
        for _ in before.failures[place]..now.failures[place] {
            connection_errors.count(error);
        }
    }
    telemetry::Counters {
        received: now.received - before.received,
        // As AWS's daemon counts: what arrived was sent, even if it was refused then.
        sent: now.sent + now.unprocessed - before.sent - before.unprocessed,
        spilled: now.dropped() - before.dropped(),
        rejected: now.rejected() - before.rejected(),
        connection_errors,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_holds_differences() {
        let before = Totals {
            received: 10,
            sent: 7,
            unprocessed: 1,
            ..Totals::default()
        };
        let mut now = before;
        now.received += 5;
        now.unprocessed += 3;
        now.no_room_in_queue += 2;
        now.failures[ConnectionError::Http5xx as usize] += 4;
        let counters = between(&before, &now);
        assert_eq!(counters.received, 5);
        assert_eq!(counters.sent, 3);
        assert_eq!(counters.rejected, 3);
        assert_eq!(counters.spilled, 2);
        assert_eq!(counters.connection_errors.get(ConnectionError::Http5xx), 4);
        assert_eq!(counters.connection_errors.get(ConnectionError::Timeout), 0);
    }
}
