//! A second connection, for reading while the first one writes.

use std::path::PathBuf;
use std::sync::{Mutex, OnceLock};

use rusqlite::Connection;

use super::{Fault, Location, opening};

/// Opened when it is first needed: most commands never search.
#[derive(Debug)]
pub(super) struct Reader {
    directory: Option<PathBuf>,
    connection: OnceLock<Mutex<Connection>>,
}

impl Reader {
    pub(super) fn new(location: &Location) -> Self {
        Self {
            directory: match location {
                Location::Directory(directory) => Some(directory.clone()),
                Location::Memory => None,
            },
            connection: OnceLock::new(),
        }
    }

    /// The connection; a store in memory has only the one that writes.
    pub(super) fn connection(&self) -> Result<Option<&Mutex<Connection>>, Fault> {
        let Some(directory) = &self.directory else {
            return Ok(None);
        };
        if let Some(connection) = self.connection.get() {
            return Ok(Some(connection));
        }
        let opened = opening::open_for_reading(directory)?;
        // Another thread may have been quicker; then its connection is used.
        Ok(Some(self.connection.get_or_init(|| Mutex::new(opened))))
    }
}
