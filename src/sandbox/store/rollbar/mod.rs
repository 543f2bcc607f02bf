//! Rollbar: occurrences as they came, the items that they are grouped into, deploys.
//!
//! What is an occurrence's fingerprint, and what an item looks like on the wire, is `sandbox::api`'s.

mod deploys;
mod items;
mod occurrences;

pub use deploys::{DeployChange, NewDeploy, RollbarDeploy};
pub use items::{ItemChange, ItemKey, RollbarItem};
pub use occurrences::{NewOccurrence, OccurrenceKey, RollbarOccurrence};

use super::{Fault, Store};

/// The tables.
pub(super) const SCHEMA: &str = "
CREATE TABLE rollbar_item (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    environment TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    title TEXT NOT NULL,
    level TEXT NOT NULL,
    status TEXT NOT NULL,
    framework TEXT,
    platform TEXT,
    first_occurrence_id INTEGER NOT NULL,
    last_occurrence_id INTEGER NOT NULL,
    first_occurred_at INTEGER NOT NULL,
    last_occurred_at INTEGER NOT NULL,
    total INTEGER NOT NULL,
    UNIQUE (environment, fingerprint)
) STRICT;

CREATE TABLE rollbar_occurrence (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    item INTEGER NOT NULL REFERENCES rollbar_item (id) ON DELETE CASCADE,
    uuid TEXT NOT NULL UNIQUE,
    occurred_at INTEGER NOT NULL,
    data TEXT NOT NULL
) STRICT;

CREATE INDEX rollbar_occurrence_of_item ON rollbar_occurrence (item);

CREATE TABLE rollbar_deploy (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    environment TEXT NOT NULL,
    revision TEXT NOT NULL,
    status TEXT NOT NULL,
    rollbar_username TEXT,
    local_username TEXT,
    comment TEXT,
    started_at INTEGER NOT NULL,
    finished_at INTEGER
) STRICT;
";

/// Their names, children before parents.
pub(super) const TABLES: &[&str] = &["rollbar_occurrence", "rollbar_item", "rollbar_deploy"];

/// How much there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct StoredRollbar {
    /// Items.
    pub items: u64,
    /// Occurrences of all of them.
    pub occurrences: u64,
}

impl Store {
    /// How much is kept of Rollbar.
    pub fn stored_rollbar(&self) -> Result<StoredRollbar, Fault> {
        self.reading(|connection| {
            let count = |table: &str| {
                let text = format!("SELECT count(*) FROM {table}");
                connection.query_row(&text, (), |row| row.get::<_, i64>(0))
            };
            Ok(StoredRollbar {
                items: count("rollbar_item")?.unsigned_abs(),
                occurrences: count("rollbar_occurrence")?.unsigned_abs(),
            })
        })
    }
}
