//! The index follows the rows, whoever writes and removes them.

use std::sync::PoisonError;

use rusqlite::{Connection, Row};

use super::super::otlp::{self, Signal};
use super::super::{Fault, Retention, Store, Tenant};
use super::batch;
use super::index::{Index, OtlpRow, Source};

impl Store {
    /// Brings the index up to what the database has.
    pub(in super::super) fn sync_segments(&self) -> Result<(), Fault> {
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
    for source in Source::ALL {
        let table = source.table();
        let first: Option<i64> = connection
            .prepare_cached(&format!("SELECT min(id) FROM {table}"))?
            .query_one((), |row| row.get(0))?;
        index.forget_before(source, first.unwrap_or(i64::MAX));
    }
    follow_otlp(connection, index)?;
    follow_documents(connection, index)?;
    index.is_loaded = true;
    Ok(())
}

fn follow_documents(connection: &Connection, index: &mut Index) -> Result<(), Fault> {
    let mut statement = connection.prepare_cached(
        "SELECT id, account, region, received_at, entries FROM segment_batch
         WHERE id > ?1 ORDER BY id",
    )?;
    let mut rows = statement.query([index.ledger(Source::Documents).last()])?;
    let mut tenant = Tenant::new("", "");
    while let Some(row) = rows.next()? {
        read_tenant(row, &mut tenant)?;
        let entries = row.get_ref(4)?.as_blob().map_err(rusqlite::Error::from)?;
        index.add(&tenant, row.get(0)?, row.get(3)?, batch::decode(entries));
    }
    Ok(())
}

fn follow_otlp(connection: &Connection, index: &mut Index) -> Result<(), Fault> {
    let mut statement = connection.prepare_cached(
        "SELECT id, account, region, received_at, entries, signal, items, bytes FROM otlp_request
         WHERE id > ?1 ORDER BY id",
    )?;
    let mut rows = statement.query([index.ledger(Source::Otlp).last()])?;
    let mut tenant = Tenant::new("", "");
    while let Some(row) = rows.next()? {
        read_tenant(row, &mut tenant)?;
        let entries = row.get_ref(4)?.as_blob().map_err(rusqlite::Error::from)?;
        let count = |column| Ok::<_, Fault>(u64::try_from(row.get::<_, i64>(column)?).unwrap_or(0));
        let known = OtlpRow {
            id: row.get(0)?,
            received_at: row.get(3)?,
            signal: Signal::from_number(row.get(5)?).unwrap_or(Signal::Logs),
            items: count(6)?,
            bytes: count(7)?,
        };
        index.add_otlp(&tenant, &known, &otlp::parts(entries));
    }
    Ok(())
}

/// Reads account and region, which are most often those of the row before.
fn read_tenant(row: &Row<'_>, tenant: &mut Tenant) -> Result<(), Fault> {
    let account = row.get_ref(1)?.as_str().map_err(rusqlite::Error::from)?;
    let region = row.get_ref(2)?.as_str().map_err(rusqlite::Error::from)?;
    if tenant.account != account || tenant.region != region {
        *tenant = Tenant::new(account, region);
    }
    Ok(())
}

/// Removes what is too old, and the oldest of what is too much; each table has room of its own.
pub(super) fn retain(
    connection: &Connection,
    index: &mut Index,
    retention: Retention,
    now: i64,
) -> Result<(), Fault> {
    for source in Source::ALL {
        if let Some(last_gone) = index.ledger(source).outlived(retention, now) {
            let table = source.table();
            connection
                .prepare_cached(&format!("DELETE FROM {table} WHERE id <= ?1"))?
                .execute([last_gone])?;
            index.forget_before(source, last_gone + 1);
        }
    }
    Ok(())
}
