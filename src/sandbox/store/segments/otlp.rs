//! Spans of OTLP in the index.

use rusqlite::Connection;

use super::super::otlp::{StoredOtlp, Waiting};
use super::super::{Store, ledger::Ledger};
use super::index::{OtlpRow, Source};
use super::{Segments, sync};

impl Segments {
    /// How much there is of OTLP.
    pub(in super::super) fn stored_otlp(&self) -> StoredOtlp {
        let index = self.index();
        let ledger: &Ledger = index.ledger(Source::Otlp);
        let counts = ledger.counts();
        StoredOtlp {
            requests: ledger.len(),
            spans: counts.spans,
            log_records: counts.log_records,
            data_points: counts.data_points,
            bytes: counts.bytes,
        }
    }
}

impl Store {
    /// Lets the index know of new requests, unless it does not know those before them.
    pub(in super::super) fn follow_otlp(
        &self,
        connection: &Connection,
        rows: &[Waiting],
        ids: &[i64],
    ) {
        let mut index = self.segments.index();
        if !index.is_loaded {
            return;
        }
        for (row, id) in rows.iter().zip(ids) {
            // Another process has written in between; the next who reads will read its rows too.
            if index.ledger(Source::Otlp).last() + 1 != *id {
                break;
            }
            let known = OtlpRow {
                id: *id,
                received_at: row.received_at,
                signal: row.signal,
                items: row.items,
                bytes: row.bytes,
            };
            index.add_otlp(&row.tenant, &known, &row.parts);
        }
        // What is acknowledged is safe whether or not the oldest could be removed.
        drop(sync::retain(
            connection,
            &mut index,
            self.segments.retention,
            self.clock.now(),
        ));
    }
}
