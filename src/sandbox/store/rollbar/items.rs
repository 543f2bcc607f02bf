//! Items: occurrences that are alike.

use rusqlite::{OptionalExtension as _, Row};

use super::super::{Fault, Store};

/// Items on a page.
const PAGE: u32 = 100;

/// An item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RollbarItem {
    /// Its id, which is its number in the project as well: there is one project.
    pub id: i64,
    /// The environment.
    pub environment: String,
    /// What its occurrences have in common.
    pub fingerprint: String,
    /// What it is called.
    pub title: String,
    /// Its level: that of the first occurrence unless it was changed.
    pub level: String,
    /// `active`, `resolved`, `muted`.
    pub status: String,
    /// What the service is made with.
    pub framework: Option<String>,
    /// Where it runs.
    pub platform: Option<String>,
    /// The first occurrence.
    pub first_occurrence_id: i64,
    /// The last one.
    pub last_occurrence_id: i64,
    /// When the first one was, in seconds since the epoch.
    pub first_occurred_at: i64,
    /// When the last one was.
    pub last_occurred_at: i64,
    /// How many there were.
    pub total: i64,
}

/// What an item is found by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ItemKey<'a> {
    /// Its id, or its number.
    Id(i64),
    /// The uuid of one of its occurrences.
    Uuid(&'a str),
}

/// What is changed about an item.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ItemChange {
    /// The status.
    pub status: Option<String>,
    /// The level.
    pub level: Option<String>,
    /// The title.
    pub title: Option<String>,
}

const COLUMNS: &str = "id, environment, fingerprint, title, level, status, framework, platform,
    first_occurrence_id, last_occurrence_id, first_occurred_at, last_occurred_at, total";

fn read(row: &Row<'_>) -> rusqlite::Result<RollbarItem> {
    Ok(RollbarItem {
        id: row.get(0)?,
        environment: row.get(1)?,
        fingerprint: row.get(2)?,
        title: row.get(3)?,
        level: row.get(4)?,
        status: row.get(5)?,
        framework: row.get(6)?,
        platform: row.get(7)?,
        first_occurrence_id: row.get(8)?,
        last_occurrence_id: row.get(9)?,
        first_occurred_at: row.get(10)?,
        last_occurred_at: row.get(11)?,
        total: row.get(12)?,
    })
}

impl Store {
    /// A page of items, the latest first, and how many there are in all.
    pub fn rollbar_items(
        &self,
        environment: Option<&str>,
        level: Option<&str>,
        status: Option<&str>,
        page: u32,
    ) -> Result<(Vec<RollbarItem>, i64), Fault> {
        const WHERE: &str = "WHERE (?1 IS NULL OR environment = ?1)
            AND (?2 IS NULL OR level = ?2) AND (?3 IS NULL OR status = ?3)";
        let offset = i64::from(page.saturating_sub(1)) * i64::from(PAGE);
        self.reading(|connection| {
            let wanted = (environment, level, status);
            let total = connection.query_row(
                &format!("SELECT count(*) FROM rollbar_item {WHERE}"),
                wanted,
                |row| row.get(0),
            )?;
            let mut statement = connection.prepare_cached(&format!(
                "SELECT {COLUMNS} FROM rollbar_item {WHERE}
                 ORDER BY last_occurrence_id DESC LIMIT {PAGE} OFFSET ?4"
            ))?;
            let items = statement
                .query_map((environment, level, status, offset), read)?
                .collect::<Result<_, _>>()?;
            Ok((items, total))
        })
    }

    /// An item.
    pub fn rollbar_item(&self, key: ItemKey<'_>) -> Result<Option<RollbarItem>, Fault> {
        self.reading(|connection| {
            let found = match key {
                ItemKey::Id(id) => connection
                    .prepare_cached(&format!("SELECT {COLUMNS} FROM rollbar_item WHERE id = ?1"))?
                    .query_row([id], read)
                    .optional()?,
                ItemKey::Uuid(uuid) => connection
                    .prepare_cached(&format!(
                        "SELECT {COLUMNS} FROM rollbar_item
                         WHERE id = (SELECT item FROM rollbar_occurrence WHERE uuid = ?1)"
                    ))?
                    .query_row([uuid], read)
                    .optional()?,
            };
            Ok(found)
        })
    }

    /// Changes an item; false when it is not there.
    pub fn update_rollbar_item(&self, id: i64, change: &ItemChange) -> Result<bool, Fault> {
        self.write(|transaction| {
            let changed = transaction.execute(
                "UPDATE rollbar_item SET status = coalesce(?2, status),
                 level = coalesce(?3, level), title = coalesce(?4, title) WHERE id = ?1",
                (id, &change.status, &change.level, &change.title),
            )?;
            Ok(changed > 0)
        })
    }
}
