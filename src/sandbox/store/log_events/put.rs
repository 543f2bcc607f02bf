//! Writing: whoever comes to the database first writes what waits of everybody.
//!
//! Making a commit safe on the disk takes about the same time for one row as for ten, so requests
//! that come while one commit is under way share the next one. A request is answered when its own
//! row is safe.

use std::mem;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rusqlite::{Connection, ErrorCode, TransactionBehavior};

use super::super::log_streams::no_stream;
use super::super::{Fault, LogGroupClass, Store, Tenant};
use super::arrival::{self, RejectedEvents};
use super::batch::Batch;
use super::event_key::EventKey;
use super::index::Row;
use super::{NewLogEvent, streams, sync};

/// What became of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PutLogEvents {
    /// What was not kept.
    pub rejected: RejectedEvents,
    /// A token that nobody needs any more, and that AWS still gives.
    pub next_token: String,
    /// The class of the group.
    pub class: LogGroupClass,
}

/// The events of one request, on their way to the database.
#[derive(Debug)]
pub(super) struct Waiting {
    stream: i64,
    batch: Batch,
    outcome: Arc<Outcome>,
}

/// What became of them, once it is known: the token.
type Outcome = Mutex<Option<Result<EventKey, Fault>>>;

impl Store {
    /// Keeps events, which are in the order of their times; they are on the disk when this returns.
    ///
    /// Events out of the window of time that AWS takes are left out and reported, as AWS does it.
    pub fn put_log_events(
        &self,
        tenant: &Tenant,
        group: &str,
        stream: &str,
        events: &[NewLogEvent<'_>],
    ) -> Result<PutLogEvents, Fault> {
        let now = self.clock.now();
        let (group, stream) =
            self.reading(|connection| streams::find(connection, tenant, group, stream))?;
        let (kept, rejected) = arrival::judge(events, now, group.retention_in_days)?;
        let token = match Batch::of(&events[kept]) {
            Some(batch) => self.put_batch(stream, batch)?,
            None => EventKey::at(now),
        };
        Ok(PutLogEvents {
            rejected,
            next_token: token.digits(),
            class: group.class,
        })
    }

    fn put_batch(&self, stream: i64, batch: Batch) -> Result<EventKey, Fault> {
        let outcome = Arc::new(Outcome::default());
        let waiting = Waiting {
            stream,
            batch,
            outcome: Arc::clone(&outcome),
        };
        self.waiting_log_events(|all| all.push(waiting));
        let mut connection = self
            .connection
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(outcome) = known(&outcome).take() {
            return outcome;
        }
        let waiting = self.waiting_log_events(mem::take);
        // Taken here, so that rows in the order of their ids are in the order of ingestion.
        let now = self.clock.now();
        match write(&mut connection, &waiting, now) {
            Ok(written) => {
                self.follow_log_events(&connection, &written, now);
                for (one, written) in waiting.iter().zip(written) {
                    let token = written.map(|row| EventKey::new(now, row.id, 0));
                    *known(&one.outcome) = Some(token);
                }
            }
            Err(fault) => {
                for one in &waiting {
                    *known(&one.outcome) = Some(Err(fault.clone()));
                }
            }
        }
        let own = known(&outcome).take();
        own.unwrap_or_else(|| Err(Fault::internal("the events were not written")))
    }

    fn waiting_log_events<T>(&self, work: impl FnOnce(&mut Vec<Waiting>) -> T) -> T {
        let waiting = self.log_events.waiting.lock();
        work(&mut waiting.unwrap_or_else(PoisonError::into_inner))
    }

    /// Lets the index know of the new rows, unless it does not know those before them.
    fn follow_log_events(&self, connection: &Connection, rows: &[Result<Row, Fault>], now: i64) {
        let mut index = self.log_events.index();
        if !index.is_loaded {
            return;
        }
        for row in rows.iter().flatten() {
            // Another process has written in between, or a reader was quicker to see the rows; who
            // reads next will see to it.
            if index.last_row() + 1 != row.id {
                break;
            }
            index.add(*row);
        }
        // What is acknowledged is safe whether or not the oldest could be removed.
        drop(sync::retain(
            connection,
            &mut index,
            self.log_events.retention,
            now,
        ));
    }
}

fn known(outcome: &Outcome) -> MutexGuard<'_, Option<Result<EventKey, Fault>>> {
    outcome.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Writes all rows whose stream is still there, or none if the database fails.
fn write(
    connection: &mut Connection,
    waiting: &[Waiting],
    now: i64,
) -> Result<Vec<Result<Row, Fault>>, Fault> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let mut written = Vec::with_capacity(waiting.len());
    {
        let mut statement = transaction.prepare_cached(
            "INSERT INTO log_event_batch (stream, ingested_at, first, last, entries, body)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?;
        for Waiting { stream, batch, .. } in waiting {
            let Batch {
                first,
                last,
                entries,
                body,
            } = batch;
            let inserted = statement.insert((stream, now, first, last, entries, body));
            written.push(match inserted {
                Ok(id) => {
                    let lengths = (entries.len(), body.len());
                    Ok(Row::new(id, *stream, now, (*first, *last), lengths))
                }
                // The stream was removed since it was looked up.
                Err(error) if error.sqlite_error_code() == Some(ErrorCode::ConstraintViolation) => {
                    Err(no_stream())
                }
                Err(error) => return Err(error.into()),
            });
        }
    }
    transaction.commit()?;
    Ok(written)
}
