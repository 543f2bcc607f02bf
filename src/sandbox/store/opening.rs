//! Opening the database, and saying clearly why it cannot be opened.

use std::path::Path;
use std::time::{Duration, Instant};

use rusqlite::{Connection, ErrorCode};

use super::Location;
use super::schema::{self, MigrationError};
use crate::error::{Error, Result};
use crate::sandbox::disk::{self, ELSEWHERE};

const FILE: &str = "sandbox.db";

/// How long one process waits for another's transaction.
const PATIENCE: Duration = Duration::from_secs(10);

pub(super) fn open(location: &Location) -> Result<Connection> {
    match location {
        Location::Memory => {
            let mut connection = Connection::open_in_memory().map_err(memory_failed)?;
            prepare(&connection).map_err(memory_failed)?;
            schema::migrate(&mut connection)
                .map_err(|error| refusal(Path::new(":memory:"), error))?;
            Ok(connection)
        }
        Location::Directory(directory) => {
            disk::create_private_directory(directory)?;
            let path = directory.join(FILE);
            open_file(&path).map_err(|error| refusal(&path, error))
        }
    }
}

fn open_file(path: &Path) -> Result<Connection, MigrationError> {
    let mut connection = Connection::open(path)?;
    prepare(&connection)?;
    write_ahead(&connection)?;
    schema::migrate(&mut connection)?;
    Ok(connection)
}

/// Opens another connection to a store that is there and up to date.
pub(super) fn open_for_reading(directory: &Path) -> rusqlite::Result<Connection> {
    let connection = Connection::open(directory.join(FILE))?;
    prepare(&connection)?;
    connection.pragma_update(None, "query_only", true)?;
    Ok(connection)
}

fn prepare(connection: &Connection) -> rusqlite::Result<()> {
    connection.busy_timeout(PATIENCE)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    // FULL, because with NORMAL a write-ahead log may lose acknowledged commits on power loss:
    // https://www.sqlite.org/pragma.html#pragma_synchronous
    connection.pragma_update(None, "synchronous", "FULL")
}

/// Turns on the write-ahead log.
///
/// The busy timeout does not cover this switch: when two processes create one store, the later
/// is told "locked" at once, <https://www.sqlite.org/c3ref/busy_handler.html>.
fn write_ahead(connection: &Connection) -> rusqlite::Result<()> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        match connection.pragma_update(None, "journal_mode", "WAL") {
            Err(error) if is_busy(&error) && Instant::now() < deadline => {
                std::thread::sleep(Duration::from_millis(5));
            }
            done => return done,
        }
    }
}

fn is_busy(error: &rusqlite::Error) -> bool {
    matches!(
        error.sqlite_error_code(),
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked)
    )
}

fn memory_failed(error: rusqlite::Error) -> Error {
    Error::unexpected("the sandbox's store in memory cannot be made").source(error)
}

fn refusal(path: &Path, error: MigrationError) -> Error {
    let shown = path.display();
    match error {
        MigrationError::Newer { found, known } => Error::configuration(format!(
            "the sandbox's store {shown} was written by a newer cruddur-obs (schema {found}; this one knows {known})"
        ))
        .code("store-newer")
        .fix(format!("update cruddur-obs, or use another directory: {ELSEWHERE}")),
        MigrationError::Database(error) => match error.sqlite_error_code() {
            Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => Error::configuration(
                format!("the sandbox's store {shown} is not a database, or is damaged"),
            )
            .fix(format!("move it aside and start empty: `mv {shown} {shown}.damaged`")),
            Some(ErrorCode::CannotOpen | ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => {
                Error::configuration(format!("the sandbox's store {shown} cannot be written"))
                    .fix(format!("make the directory and its files writable, or use another one: {ELSEWHERE}"))
            }
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Error::configuration(
                format!("the sandbox's store {shown} is locked by another process"),
            )
            .fix(format!("end the process that holds it, or use another directory: {ELSEWHERE}")),
            Some(ErrorCode::SystemIoFailure) => Error::configuration(format!(
                "the sandbox's store {shown} cannot be read or written"
            ))
            .fix(format!("look whether the disk is full or failing, or use another directory: {ELSEWHERE}")),
            Some(ErrorCode::DiskFull) => {
                Error::configuration(format!("the disk is full: the sandbox's store {shown} cannot grow"))
                    .fix(format!("free some space, or use another directory: {ELSEWHERE}"))
            }
            _ => Error::configuration(format!("the sandbox's store {shown} cannot be opened"))
                .fix(format!("use another directory: {ELSEWHERE}")),
        }
        .code("store-unusable")
        .cause(error.to_string())
        .source(error),
    }
}
