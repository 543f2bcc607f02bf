//! Looking at every event of some groups, for those who compute with them.

use std::collections::HashMap;
use std::ops::ControlFlow;

use super::super::{Fault, Store, Tenant};
use super::event_key::EventKey;
use super::filter::end_of;
use super::streams;
use super::{LogStreams, arrival};

/// An event where it stands.
#[derive(Debug, Clone, Copy)]
pub struct LogEventView<'a> {
    /// Where it stands in the order of events; its digits are its id.
    pub key: EventKey,
    /// The group's name.
    pub group: &'a str,
    /// The stream's name.
    pub stream: &'a str,
    /// When it happened, in milliseconds since 1970.
    pub timestamp: i64,
    /// When it came, in milliseconds since 1970.
    pub ingested_at: i64,
    /// What it says.
    pub message: &'a str,
}

impl Store {
    /// Shows every event of some groups between two moments, both included, in no promised order,
    /// until told to stop. Writers go on meanwhile.
    pub fn scan_log_events(
        &self,
        tenant: &Tenant,
        groups: &[String],
        start: i64,
        end: i64,
        mut show: impl FnMut(&LogEventView<'_>) -> ControlFlow<()>,
    ) -> Result<(), Fault> {
        self.sync_log_events()?;
        let mut is_over = false;
        for group in groups {
            let (found, streams) = self.reading(|connection| {
                streams::select(connection, tenant, group, &LogStreams::All)
            })?;
            let limit = found
                .retention_in_days
                .map_or(i64::MIN, |days| arrival::expiry(self.clock.now(), days));
            let span = EventKey::at(start.max(limit))..end_of(Some(end));
            // The newest first: what keeps the latest of many then turns the others away at once.
            let rows = self.rows_within(&streams, &span, true);
            let names: HashMap<i64, &str> =
                streams.iter().map(|one| (one.id, &*one.name)).collect();
            self.visit_log_rows(
                &mut is_over,
                &rows,
                None,
                |_, _| ControlFlow::Continue(()),
                |is_over, row, text| {
                    let stream = names.get(&row.stream).copied().unwrap_or_default();
                    for index in text.partition(0, |entry| entry.timestamp < span.start.timestamp())
                        ..text.partition(0, |entry| entry.timestamp <= end)
                    {
                        let Some(entry) = text.entry(index) else {
                            break;
                        };
                        let Some(message) = text.message(entry) else {
                            continue;
                        };
                        let view = LogEventView {
                            key: EventKey::new(entry.timestamp, row.id, index),
                            group,
                            stream,
                            timestamp: entry.timestamp,
                            ingested_at: row.ingested_at,
                            message,
                        };
                        if show(&view).is_break() {
                            *is_over = true;
                            return ControlFlow::Break(());
                        }
                    }
                    ControlFlow::Continue(())
                },
            )?;
            if is_over {
                return Ok(());
            }
        }
        Ok(())
    }
}
