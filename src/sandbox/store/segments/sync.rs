//! The index follows the rows, whoever writes and removes them.

use std::sync::PoisonError;

use rusqlite::Connection;

use super::super::{Fault, Retention, Store, Tenant};
use super::batch;
use super::index::Index;

impl Store {
    /// Brings the index up to what the database has.
    pub(super) fn sync_segments(&self) -> Result<(), Fault> {
        let connection = self
            .connection
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let mut index = self.segments.index();
        follow(&connection, &mut index)?;
        let now = self.clock.now();
        retain(&connection, &mut index, self.segments.retention, now)
    }
}

fn follow(connection: &Connection, index: &mut Index) -> Result<(), Fault> {
    let first: Option<i64> = connection
        .prepare_cached("SELECT min(id) FROM segment_batch")?
        .query_one((), |row| row.get(0))?;
    match first {
        Some(first) => index.forget_before(first),
        None => index.clear(),
    }
    let mut statement = connection.prepare_cached(
        "SELECT id, account, region, received_at, entries FROM segment_batch
         WHERE id > ?1 ORDER BY id",
    )?;
    let mut rows = statement.query([index.last_row()])?;
    let mut tenant = Tenant::new("", "");
    while let Some(row) = rows.next()? {
        let account = row.get_ref(1)?.as_str().map_err(rusqlite::Error::from)?;
        let region = row.get_ref(2)?.as_str().map_err(rusqlite::Error::from)?;
        if tenant.account != account || tenant.region != region {
            tenant = Tenant::new(account, region);
        }
        let entries = row.get_ref(4)?.as_blob().map_err(rusqlite::Error::from)?;
        index.add(&tenant, row.get(0)?, row.get(3)?, batch::decode(entries));
    }
    index.is_loaded = true;
    Ok(())
}

/// Removes what is too old, and the oldest of what is too much.
pub(super) fn retain(
    connection: &Connection,
    index: &mut Index,
    retention: Retention,
    now: i64,
) -> Result<(), Fault> {
    let too_old = now.saturating_sub(retention.milliseconds());
    let Some(oldest) = index.first_row() else {
        return Ok(());
    };
    let too_much = index.bytes() > retention.bytes;
    if !too_much && oldest.received_at >= too_old {
        return Ok(());
    }
    let mut bytes = index.bytes();
    let last_gone = index
        .rows()
        .take_while(|row| {
            let goes = row.received_at < too_old || (too_much && bytes > retention.floor());
            bytes -= row.bytes;
            goes
        })
        .last()
        .map(|row| row.id);
    if let Some(last_gone) = last_gone {
        connection
            .prepare_cached("DELETE FROM segment_batch WHERE id <= ?1")?
            .execute([last_gone])?;
        index.forget_before(last_gone + 1);
    }
    Ok(())
}
