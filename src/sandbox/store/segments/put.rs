//! Writing: whoever comes to the database first writes what waits of everybody.
//!
//! Making a commit safe on the disk takes the same time for one row as for a hundred, so requests
//! that come while one commit is under way share the next one. A request is answered when its
//! own row is safe.

use std::mem;
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::{Connection, TransactionBehavior};

use super::super::{Fault, Store, Tenant};
use super::batch::{self, Batch};
use super::sync;
use crate::trace::Document;

/// The documents of one request, on their way to the database.
#[derive(Debug)]
pub(super) struct Waiting {
    tenant: Tenant,
    received_at: i64,
    batch: Batch,
    outcome: Arc<Outcome>,
}

/// What became of them, once it is known.
type Outcome = Mutex<Option<Result<(), Fault>>>;

impl Store {
    /// Keeps documents; they are on the disk when this returns.
    pub fn put_segments(&self, tenant: &Tenant, documents: &[Document]) -> Result<(), Fault> {
        if documents.is_empty() {
            return Ok(());
        }
        let outcome = Arc::new(Outcome::default());
        let waiting = Waiting {
            tenant: tenant.clone(),
            received_at: self.clock.now(),
            batch: Batch::of(documents),
            outcome: Arc::clone(&outcome),
        };
        self.waiting_segments(|all| all.push(waiting));
        let mut connection = self
            .connection
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(outcome) = known(&outcome).take() {
            return outcome;
        }
        let rows = self.waiting_segments(mem::take);
        let written = write(&mut connection, &rows);
        let result = match &written {
            Ok(_) => Ok(()),
            Err(fault) => Err(fault.clone()),
        };
        if let Ok(ids) = written {
            self.follow(&connection, &rows, &ids);
        }
        for row in rows {
            *known(&row.outcome) = Some(result.clone());
        }
        result
    }

    fn waiting_segments<T>(&self, work: impl FnOnce(&mut Vec<Waiting>) -> T) -> T {
        let waiting = self.segments.waiting.lock();
        work(&mut waiting.unwrap_or_else(PoisonError::into_inner))
    }

    /// Lets the index know of the new rows, unless it does not know those before them.
    fn follow(&self, connection: &Connection, rows: &[Waiting], ids: &[i64]) {
        let mut index = self.segments.index();
        if !index.is_loaded {
            return;
        }
        for (row, id) in rows.iter().zip(ids) {
            // Another process has written in between; the next who reads will read its rows too.
            if index.last_row() + 1 != *id {
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

fn known(outcome: &Outcome) -> std::sync::MutexGuard<'_, Option<Result<(), Fault>>> {
    outcome.lock().unwrap_or_else(PoisonError::into_inner)
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
