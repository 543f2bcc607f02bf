//! Keeping events that came by the Events and Batch APIs.

use rusqlite::Transaction;
use serde_json::{Map, Value};

use super::super::{Fault, Store};
use super::datasets;
use super::event::HoneycombEvent;
use super::names;

impl Store {
    /// The moment at which something arrives, in nanoseconds since 1970.
    pub fn arrival(&self) -> i64 {
        self.clock.now().saturating_mul(1_000_000)
    }

    /// Keeps the events of one request; they are on the disk when this returns. The dataset comes to
    /// be if it is not there yet, with the name as it is spelled here.
    pub fn put_honeycomb_events(
        &self,
        environment: &str,
        dataset: &str,
        events: &[HoneycombEvent<'_>],
    ) -> Result<(), Fault> {
        let (Some(first), Some(last)) = (
            events.iter().map(|event| event.time).min(),
            events.iter().map(|event| event.time).max(),
        ) else {
            return Ok(());
        };
        let slug = names::slug(dataset);
        let body = encode(events);
        let now = self.clock.now();
        let retention = self.honeycomb.retention;
        self.write(|transaction| {
            datasets::written(transaction, environment, &slug, dataset, now)?;
            transaction
                .prepare_cached(
                    "INSERT INTO honeycomb_event_batch
                         (environment, dataset, received_at, first, last, bytes, body)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                )?
                .execute((
                    environment,
                    &slug,
                    now,
                    first,
                    last,
                    i64::try_from(body.len()).unwrap_or(i64::MAX),
                    &body,
                ))?;
            // Looking at all rows is dear, so it is done every 256th time.
            if transaction.last_insert_rowid() % 256 == 0 {
                forget(
                    transaction,
                    now.saturating_sub(retention.milliseconds()),
                    retention.bytes,
                )?;
            }
            Ok(())
        })
    }
}

/// Removes what is too old, and the oldest where there is too much; the newest stays.
fn forget(transaction: &Transaction<'_>, oldest: i64, bytes: u64) -> Result<(), Fault> {
    transaction.execute(
        "DELETE FROM honeycomb_event_batch WHERE received_at < ?1",
        [oldest],
    )?;
    transaction.execute(
        "DELETE FROM honeycomb_event_batch WHERE id IN (
            SELECT id FROM (
                SELECT id, sum(bytes) OVER (ORDER BY id DESC) AS total FROM honeycomb_event_batch
            ) WHERE total > ?1
        )",
        [i64::try_from(bytes).unwrap_or(i64::MAX)],
    )?;
    Ok(())
}

/// The events as the text of a row.
fn encode(events: &[HoneycombEvent<'_>]) -> String {
    let rows: Value = events
        .iter()
        .map(|event| {
            let fields: Map<String, Value> = event
                .fields
                .iter()
                .map(|(name, value)| (name.clone().into_owned(), value.json()))
                .collect();
            serde_json::json!([event.time, event.sample_rate, fields])
        })
        .collect();
    rows.to_string()
}

/// The events of a row; of one that cannot be read, none.
pub(super) fn decode(body: &str) -> Vec<HoneycombEvent<'static>> {
    let rows: Vec<(i64, u32, Map<String, Value>)> = serde_json::from_str(body).unwrap_or_default();
    rows.into_iter()
        .map(|(time, sample_rate, fields)| HoneycombEvent {
            time,
            sample_rate,
            fields: HoneycombEvent::fields_of(fields),
        })
        .collect()
}
