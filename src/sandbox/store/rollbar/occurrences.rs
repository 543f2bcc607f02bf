//! Occurrences: what was reported, as it came.

use rusqlite::{OptionalExtension as _, Row};

use super::super::{Fault, Store};

/// Occurrences on a page.
const PAGE: u32 = 20;

/// How many are kept; the oldest go first.
const MOST: i64 = 20_000;

/// An occurrence to keep.
#[derive(Debug, Clone)]
pub struct NewOccurrence {
    /// Its id; one that is there already is not taken again.
    pub uuid: String,
    /// When it was, in seconds since the epoch; now, where the sender does not say.
    pub occurred_at: Option<i64>,
    /// The environment.
    pub environment: String,
    /// What it has in common with others of its item.
    pub fingerprint: String,
    /// What a new item would be called.
    pub title: String,
    /// The level.
    pub level: String,
    /// What the service is made with.
    pub framework: Option<String>,
    /// Where it runs.
    pub platform: Option<String>,
    /// All of it, as JSON.
    pub data: String,
}

/// An occurrence as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RollbarOccurrence {
    /// Its id.
    pub id: i64,
    /// Its item.
    pub item: i64,
    /// When it was, in seconds since the epoch.
    pub occurred_at: i64,
    /// All of it, as JSON.
    pub data: String,
}

/// What an occurrence is found by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OccurrenceKey<'a> {
    /// Its id.
    Id(i64),
    /// The id that its sender gave it.
    Uuid(&'a str),
}

const COLUMNS: &str = "id, item, occurred_at, data";

fn read(row: &Row<'_>) -> rusqlite::Result<RollbarOccurrence> {
    Ok(RollbarOccurrence {
        id: row.get(0)?,
        item: row.get(1)?,
        occurred_at: row.get(2)?,
        data: row.get(3)?,
    })
}

impl Store {
    /// Keeps an occurrence, in the item that it belongs to; on the disk when this returns.
    pub fn put_rollbar_occurrence(&self, new: &NewOccurrence) -> Result<(), Fault> {
        let occurred_at = new.occurred_at.unwrap_or_else(|| self.clock.now() / 1000);
        self.write(|transaction| {
            let known: bool = transaction
                .prepare_cached("SELECT 1 FROM rollbar_occurrence WHERE uuid = ?1")?
                .exists([&new.uuid])?;
            if known {
                return Ok(());
            }
            let item: i64 = transaction
                .prepare_cached(
                    "INSERT INTO rollbar_item (environment, fingerprint, title, level, status,
                        framework, platform, first_occurrence_id, last_occurrence_id,
                        first_occurred_at, last_occurred_at, total)
                     VALUES (?1, ?2, ?3, ?4, 'active', ?5, ?6, 0, 0, ?7, ?7, 0)
                     ON CONFLICT (environment, fingerprint) DO UPDATE SET
                        status = CASE status WHEN 'resolved' THEN 'active' ELSE status END
                     RETURNING id",
                )?
                .query_row(
                    (
                        &new.environment,
                        &new.fingerprint,
                        &new.title,
                        &new.level,
                        &new.framework,
                        &new.platform,
                        occurred_at,
                    ),
                    |row| row.get(0),
                )?;
            let id = transaction
                .prepare_cached(
                    "INSERT INTO rollbar_occurrence (item, uuid, occurred_at, data)
                     VALUES (?1, ?2, ?3, ?4)",
                )?
                .insert((item, &new.uuid, occurred_at, &new.data))?;
            transaction
                .prepare_cached(
                    "UPDATE rollbar_item SET total = total + 1, last_occurrence_id = ?2,
                        first_occurrence_id = CASE first_occurrence_id WHEN 0 THEN ?2 ELSE first_occurrence_id END,
                        first_occurred_at = min(first_occurred_at, ?3),
                        last_occurred_at = max(last_occurred_at, ?3)
                     WHERE id = ?1",
                )?
                .execute((item, id, occurred_at))?;
            transaction
                .prepare_cached("DELETE FROM rollbar_occurrence WHERE id <= ?1")?
                .execute([id - MOST])?;
            Ok(())
        })
    }

    /// A page of occurrences, of an item or of all, the latest first.
    pub fn rollbar_occurrences(
        &self,
        item: Option<i64>,
        page: u32,
    ) -> Result<Vec<RollbarOccurrence>, Fault> {
        let offset = i64::from(page.saturating_sub(1)) * i64::from(PAGE);
        self.reading(|connection| {
            let mut statement = connection.prepare_cached(&format!(
                "SELECT {COLUMNS} FROM rollbar_occurrence WHERE ?1 IS NULL OR item = ?1
                 ORDER BY id DESC LIMIT {PAGE} OFFSET ?2"
            ))?;
            let all = statement.query_map((item, offset), read)?;
            Ok(all.collect::<Result<_, _>>()?)
        })
    }

    /// An occurrence.
    pub fn rollbar_occurrence(
        &self,
        key: OccurrenceKey<'_>,
    ) -> Result<Option<RollbarOccurrence>, Fault> {
        self.reading(|connection| {
            let found = match key {
                OccurrenceKey::Id(id) => connection
                    .prepare_cached(&format!(
                        "SELECT {COLUMNS} FROM rollbar_occurrence WHERE id = ?1"
                    ))?
                    .query_row([id], read)
                    .optional()?,
                OccurrenceKey::Uuid(uuid) => connection
                    .prepare_cached(&format!(
                        "SELECT {COLUMNS} FROM rollbar_occurrence WHERE uuid = ?1"
                    ))?
                    .query_row([uuid], read)
                    .optional()?,
            };
            Ok(found)
        })
    }

    /// Deletes an occurrence; false when it is not there.
    pub fn delete_rollbar_occurrence(&self, id: i64) -> Result<bool, Fault> {
        self.write(|transaction| {
            let gone = transaction.execute("DELETE FROM rollbar_occurrence WHERE id = ?1", [id])?;
            Ok(gone > 0)
        })
    }
}
