//! The tables, and how an older store becomes a newer one.

use rusqlite::{Connection, TransactionBehavior};

use super::{honeycomb, otlp, rollbar};

/// Every table, children before parents.
pub(super) fn tables() -> impl Iterator<Item = &'static str> {
    AWS_TABLES
        .iter()
        .chain(otlp::TABLES)
        .chain(honeycomb::TABLES)
        .chain(rollbar::TABLES)
        .copied()
}

const AWS_TABLES: [&str; 10] = [
    "segment_batch",
    "log_event_batch",
    "metric_filter",
    "log_query",
    "tag",
    "xray_group",
    "sampling_rule",
    "xray_setting",
    "log_stream",
    "log_group",
];

/// One step per schema version; a released step is never changed, only followed by another.
const STEPS: [&str; 7] = [
    "
CREATE TABLE tag (
    resource TEXT NOT NULL,
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (resource, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE xray_group (
    account TEXT NOT NULL,
    region TEXT NOT NULL,
    name TEXT NOT NULL,
    unique_id TEXT NOT NULL,
    filter_expression TEXT,
    insights_enabled INTEGER NOT NULL,
    notifications_enabled INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    modified_at INTEGER NOT NULL,
    PRIMARY KEY (account, region, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE sampling_rule (
    account TEXT NOT NULL,
    region TEXT NOT NULL,
    name TEXT NOT NULL,
    resource_arn TEXT NOT NULL,
    priority INTEGER NOT NULL,
    fixed_rate REAL NOT NULL,
    reservoir_size INTEGER NOT NULL,
    service_name TEXT NOT NULL,
    service_type TEXT NOT NULL,
    host TEXT NOT NULL,
    http_method TEXT NOT NULL,
    url_path TEXT NOT NULL,
    attributes TEXT NOT NULL,
    boost_max_rate REAL,
    boost_cooldown_minutes INTEGER,
    created_at INTEGER NOT NULL,
    modified_at INTEGER NOT NULL,
    PRIMARY KEY (account, region, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE xray_setting (
    account TEXT NOT NULL,
    region TEXT NOT NULL,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    modified_at INTEGER NOT NULL,
    PRIMARY KEY (account, region, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE log_group (
    account TEXT NOT NULL,
    region TEXT NOT NULL,
    name TEXT NOT NULL,
    class TEXT NOT NULL,
    retention_in_days INTEGER,
    kms_key_id TEXT,
    deletion_protection INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (account, region, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE log_stream (
    account TEXT NOT NULL,
    region TEXT NOT NULL,
    log_group TEXT NOT NULL,
    name TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (account, region, log_group, name),
    FOREIGN KEY (account, region, log_group)
        REFERENCES log_group (account, region, name) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
",
    // `entries` stands before `body`, so that reading the one does not touch the pages of the other.
    // An id is never given twice: who has seen an id knows which rows are new.
    "
CREATE TABLE segment_batch (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    account TEXT NOT NULL,
    region TEXT NOT NULL,
    received_at INTEGER NOT NULL,
    entries BLOB NOT NULL,
    body TEXT NOT NULL
) STRICT;

ALTER TABLE xray_group ADD COLUMN filter_changed_at INTEGER;
",
    // A stream's own number is never given twice, so that one that is deleted and made again
    // starts empty. Lengths of columns stand in a row's head, `entries` before `body` for the same
    // reason as above.
    "
CREATE TABLE numbered_log_stream (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    account TEXT NOT NULL,
    region TEXT NOT NULL,
    log_group TEXT NOT NULL,
    name TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    UNIQUE (account, region, log_group, name),
    FOREIGN KEY (account, region, log_group)
        REFERENCES log_group (account, region, name) ON DELETE CASCADE
) STRICT;

INSERT INTO numbered_log_stream (account, region, log_group, name, created_at)
    SELECT account, region, log_group, name, created_at FROM log_stream;

DROP TABLE log_stream;

ALTER TABLE numbered_log_stream RENAME TO log_stream;

CREATE TABLE log_event_batch (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    stream INTEGER NOT NULL REFERENCES log_stream (id) ON DELETE CASCADE,
    ingested_at INTEGER NOT NULL,
    first INTEGER NOT NULL,
    last INTEGER NOT NULL,
    entries BLOB NOT NULL,
    body TEXT NOT NULL
) STRICT;

CREATE INDEX log_event_batch_of_stream ON log_event_batch (stream);
",
    "
CREATE TABLE metric_filter (
    account TEXT NOT NULL,
    region TEXT NOT NULL,
    log_group TEXT NOT NULL,
    name TEXT NOT NULL,
    pattern TEXT NOT NULL,
    metric_name TEXT NOT NULL,
    metric_namespace TEXT NOT NULL,
    metric_value TEXT NOT NULL,
    default_value REAL,
    dimensions TEXT NOT NULL,
    unit TEXT,
    apply_on_transformed INTEGER NOT NULL,
    field_selection TEXT,
    system_fields TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (account, region, log_group, name),
    FOREIGN KEY (account, region, log_group)
        REFERENCES log_group (account, region, name) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE TABLE log_query (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    account TEXT NOT NULL,
    region TEXT NOT NULL,
    id TEXT NOT NULL UNIQUE,
    text TEXT NOT NULL,
    log_groups TEXT NOT NULL,
    first_second INTEGER NOT NULL,
    last_second INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    matched INTEGER NOT NULL,
    scanned INTEGER NOT NULL,
    skipped INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    rows TEXT NOT NULL
) STRICT;
",
    otlp::SCHEMA,
    honeycomb::SCHEMA,
    rollbar::SCHEMA,
];

/// Why the tables could not be brought up to date.
#[derive(Debug)]
pub(super) enum MigrationError {
    /// Written by a newer program.
    Newer { found: i64, known: i64 },
    /// The database itself failed.
    Database(rusqlite::Error),
}

impl From<rusqlite::Error> for MigrationError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Database(error)
    }
}

/// Brings the tables up to date; several processes may do so at once.
pub(super) fn migrate(connection: &mut Connection) -> Result<(), MigrationError> {
    let known = i64::try_from(STEPS.len()).unwrap_or(i64::MAX);
    if version(connection)? == known {
        return Ok(());
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let found = version(&transaction)?;
    if found > known {
        return Err(MigrationError::Newer { found, known });
    }
    for step in STEPS.iter().skip(usize::try_from(found).unwrap_or(0)) {
        transaction.execute_batch(step)?;
    }
    transaction.pragma_update(None, "user_version", known)?;
    transaction.commit()?;
    Ok(())
}

fn version(connection: &Connection) -> rusqlite::Result<i64> {
    connection.pragma_query_value(None, "user_version", |row| row.get(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_is_emptied_by_a_reset() {
        let mut connection = Connection::open_in_memory().unwrap();
        migrate(&mut connection).unwrap();
        let mut statement = connection
            .prepare(
                "SELECT name FROM sqlite_schema WHERE type = 'table'
                 AND name NOT LIKE 'sqlite_%' ORDER BY name",
            )
            .unwrap();
        let tables: Vec<String> = statement
            .query_map((), |row| row.get(0))
            .unwrap()
            .collect::<Result<_, _>>()
            .unwrap();
        let mut emptied: Vec<&str> = super::tables().collect();
        emptied.sort_unstable();
        assert_eq!(tables, emptied);
    }

    #[test]
    fn streams_of_an_older_store_get_numbers() {
        let mut connection = Connection::open_in_memory().unwrap();
        connection
            .pragma_update(None, "foreign_keys", true)
            .unwrap();
        for step in &STEPS[..2] {
            connection.execute_batch(step).unwrap();
        }
        connection
            .execute_batch(
                "PRAGMA user_version = 2;
                 INSERT INTO log_group VALUES ('a', 'r', 'g', 'STANDARD', NULL, NULL, 0, 5);
                 INSERT INTO log_stream VALUES ('a', 'r', 'g', 's', 6), ('a', 'r', 'g', 't', 7);",
            )
            .unwrap();
        migrate(&mut connection).unwrap();
        let streams: Vec<(i64, String, i64)> = connection
            .prepare("SELECT id, name, created_at FROM log_stream ORDER BY id")
            .unwrap()
            .query_map((), |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
            .unwrap()
            .collect::<Result<_, _>>()
            .unwrap();
        assert_eq!(streams, [(1, "s".to_owned(), 6), (2, "t".to_owned(), 7)]);
        connection.execute("DELETE FROM log_group", ()).unwrap();
        let left: i64 = connection
            .query_row("SELECT count(*) FROM log_stream", (), |row| row.get(0))
            .unwrap();
        assert_eq!(left, 0, "streams still go with their group");
    }
}
