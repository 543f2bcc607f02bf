//! Writing documents: a request's are one row.

use rusqlite::{Connection, TransactionBehavior};

use super::super::group_commit::GroupCommit;
use super::super::{Fault, Store, Tenant};
use super::batch::{self, Batch};
use super::index::Source;
use super::sync;
use crate::trace::Document;

/// Documents on their way to the database.
pub(super) type Batches = GroupCommit<Waiting>;

/// The documents of one request, on their way to the database.
#[derive(Debug)]
pub(super) struct Waiting {
    tenant: Tenant,
    received_at: i64,
    batch: Batch,
}

impl Store {
    /// Keeps documents; they are on the disk when this returns.
    pub fn put_segments(&self, tenant: &Tenant, documents: &[Document]) -> Result<(), Fault> {
        if documents.is_empty() {
            return Ok(());
        }
        let waiting = Waiting {
            tenant: tenant.clone(),
            received_at: self.clock.now(),
            batch: Batch::of(documents),
        };
        let batches = &self.segments.waiting;
        batches.put(&self.connection, waiting, |connection, rows| {
            let ids = write(connection, rows)?;
            self.follow(connection, rows, &ids);
            Ok(())
        })
    }

    /// Lets the index know of the new rows, unless it does not know those before them.
    fn follow(&self, connection: &Connection, rows: &[Waiting], ids: &[i64]) {
        let mut index = self.segments.index();
        if !index.is_loaded {
            return;
        }
        for (row, id) in rows.iter().zip(ids) {
            // Another process has written in between; the next who reads will read its rows too.
            if index.ledger(Source::Documents).last() + 1 != *id {
                break;
            }
            index.add(
                &row.tenant,
                *id,
                row.received_at,
                row.batch.entries.iter().copied(),
            );
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

/// Writes all rows or none, and gives their ids.
fn write(connection: &mut Connection, rows: &[Waiting]) -> Result<Vec<i64>, Fault> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let mut ids = Vec::with_capacity(rows.len());
    {
        let mut statement = transaction.prepare_cached(
            "INSERT INTO segment_batch (account, region, received_at, entries, body)
             VALUES (?1, ?2, ?3, ?4, ?5)",
        )?;
        for row in rows {
            let entries = batch::encode(&row.batch.entries);
            ids.push(statement.insert((
                &row.tenant.account,
                &row.tenant.region,
                row.received_at,
                entries,
                &row.batch.body,
            ))?);
        }
    }
    transaction.commit()?;
    Ok(ids)
}
