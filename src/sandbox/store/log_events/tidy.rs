//! Removing what nobody may see any more: what has outlived its group's retention.

use std::collections::HashSet;
use std::sync::PoisonError;

use rusqlite::Transaction;

use super::super::{Fault, Store};
use super::index::Index;
use super::{arrival, sync};

/// Milliseconds between two looks at all groups.
const PAUSE: i64 = 60_000;

impl Store {
    /// Removes what is too old or too much, at most once a minute.
    ///
    /// Searches hide what has outlived its group's retention at once; this takes it off the disk.
    pub fn tidy_log_events(&self) -> Result<(), Fault> {
        let now = self.clock.now();
        if !is_due(&self.log_events.index(), now) {
            return Ok(());
        }
        self.sync_log_events()?;
        let limits = self.write(|transaction| self.expire(transaction, now))?;
        let connection = self
            .connection
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let mut index = self.log_events.index();
        for (stream, limit) in limits {
            index.retain(stream, |row| row.last >= limit);
        }
        index.tidied_at = Some(now);
        sync::retain(&connection, &mut index, self.log_events.retention, now)
    }

    /// Removes what has outlived its group's retention; gives the streams that lost something, and
    /// before when.
    fn expire(&self, transaction: &Transaction<'_>, now: i64) -> Result<Vec<(i64, i64)>, Fault> {
        let mut statement = transaction.prepare_cached(
            "SELECT log_stream.id, log_group.retention_in_days
             FROM log_stream JOIN log_group
             ON log_group.account = log_stream.account AND log_group.region = log_stream.region
                AND log_group.name = log_stream.log_group",
        )?;
        let streams: Vec<(i64, Option<i64>)> = statement
            .query_map((), |row| Ok((row.get(0)?, row.get(1)?)))?
            .collect::<Result<_, _>>()?;
        let mut index = self.log_events.index();
        // Another process may have removed streams; their rows went with them.
        let there: HashSet<i64> = streams.iter().map(|(stream, _)| *stream).collect();
        index.keep_streams(&there);
        let limits: Vec<(i64, i64)> = streams
            .into_iter()
            .filter_map(|(stream, days)| Some((stream, arrival::expiry(now, days?))))
            .filter(|(stream, limit)| index.rows(*stream).any(|row| row.last < *limit))
            .collect();
        for limit in &limits {
            transaction
                .prepare_cached("DELETE FROM log_event_batch WHERE stream = ?1 AND last < ?2")?
                .execute(*limit)?;
        }
        Ok(limits)
    }
}

fn is_due(index: &Index, now: i64) -> bool {
    index
        .tidied_at
        .is_none_or(|then| now < then || now - then >= PAUSE)
}
