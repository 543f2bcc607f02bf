//! The index follows the rows, whoever writes and removes them.

use rusqlite::Connection;

use super::super::{Fault, Retention, Store};
use super::index::{Index, Row};

impl Store {
    /// Brings the index up to what the database has.
    pub(super) fn sync_log_events(&self) -> Result<(), Fault> {
        self.reading(|connection| follow(connection, &mut self.log_events.index()))
    }
}

fn follow(connection: &Connection, index: &mut Index) -> Result<(), Fault> {
    let first: Option<i64> = connection
        .prepare_cached("SELECT min(id) FROM log_event_batch")?
        .query_one((), |row| row.get(0))?;
    match first {
        Some(first) => index.forget_before(first),
        None => index.clear(),
    }
    // Lengths stand in a row's head: neither entries nor bodies are read.
    let mut statement = connection.prepare_cached(
        "SELECT id, stream, ingested_at, first, last, octet_length(entries), octet_length(body)
         FROM log_event_batch WHERE id > ?1 ORDER BY id",
    )?;
    let mut rows = statement.query([index.last_row()])?;
    let length = |row: &rusqlite::Row<'_>, column| {
        let length: i64 = row.get(column)?;
        Ok::<_, rusqlite::Error>(usize::try_from(length).unwrap_or(0))
    };
    while let Some(row) = rows.next()? {
        index.add(Row::new(
            row.get(0)?,
            row.get(1)?,
            row.get(2)?,
            (row.get(3)?, row.get(4)?),
            (length(row, 5)?, length(row, 6)?),
        ));
    }
    index.is_loaded = true;
    Ok(())
}

/// Removes what came too long ago, and the oldest of what is too much.
pub(super) fn retain(
    connection: &Connection,
    index: &mut Index,
    retention: Retention,
    now: i64,
) -> Result<(), Fault> {
    let too_old = now.saturating_sub(retention.milliseconds());
    let too_much = index.stored().bytes > retention.bytes;
    let is_old = |row: &Row| row.ingested_at < too_old;
    if !too_much && !index.oldest().next().is_some_and(is_old) {
        return Ok(());
    }
    let mut bytes = index.stored().bytes;
    let last_gone = index
        .oldest()
        .take_while(|row| {
            let goes = is_old(row) || (too_much && bytes > retention.floor());
            bytes -= row.kept_bytes();
            goes
        })
        .last()
        .map(|row| row.id);
    if let Some(last_gone) = last_gone {
        connection
            .prepare_cached("DELETE FROM log_event_batch WHERE id <= ?1")?
            .execute([last_gone])?;
        index.forget_before(last_gone + 1);
    }
    Ok(())
}
