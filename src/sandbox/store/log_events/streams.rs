//! Which streams are meant, and whose they are.

use std::sync::Arc;

use rusqlite::{Connection, OptionalExtension as _};

use super::super::log_streams::no_stream;
use super::super::{Fault, LogGroup, Tenant, log_groups};

/// Which streams of a log group are looked at.
#[derive(Debug, Clone, Default)]
pub enum LogStreams {
    /// All.
    #[default]
    All,
    /// These, which must be there.
    Named(Vec<String>),
    /// Those whose name starts with one of these.
    Prefixed(Vec<String>),
}

/// A stream that is looked at.
#[derive(Debug, Clone)]
pub(super) struct Stream {
    pub(super) id: i64,
    pub(super) name: Arc<str>,
}

impl LogStreams {
    /// Whether a stream of this name is meant.
    pub(super) fn wants(&self, name: &str) -> bool {
        match self {
            Self::All => true,
            Self::Named(names) => names.iter().any(|wanted| wanted == name),
            Self::Prefixed(prefixes) => prefixes.iter().any(|prefix| name.starts_with(prefix)),
        }
    }
}

/// A log group and the id of one of its streams.
pub(super) fn find(
    connection: &Connection,
    tenant: &Tenant,
    group: &str,
    stream: &str,
) -> Result<(LogGroup, i64), Fault> {
    let found = log_groups::require(connection, tenant, group)?;
    let id = id_of(connection, tenant, group, stream)?.ok_or_else(no_stream)?;
    Ok((found, id))
}

/// A log group and those of its streams that are meant.
pub(super) fn select(
    connection: &Connection,
    tenant: &Tenant,
    group: &str,
    wanted: &LogStreams,
) -> Result<(LogGroup, Vec<Stream>), Fault> {
    let found = log_groups::require(connection, tenant, group)?;
    let mut streams = Vec::new();
    if let LogStreams::Named(names) = wanted {
        for name in names {
            let id = id_of(connection, tenant, group, name)?.ok_or_else(no_stream)?;
            // The same name given twice is still one stream.
            if streams.iter().all(|known: &Stream| known.id != id) {
                let name = Arc::from(name.as_str());
                streams.push(Stream { id, name });
            }
        }
        return Ok((found, streams));
    }
    let mut statement = connection.prepare_cached(
        "SELECT id, name FROM log_stream WHERE account = ?1 AND region = ?2 AND log_group = ?3",
    )?;
    let mut rows = statement.query((&tenant.account, &tenant.region, group))?;
    while let Some(row) = rows.next()? {
        let name = row.get_ref(1)?.as_str().map_err(rusqlite::Error::from)?;
        if wanted.wants(name) {
            let name = Arc::from(name);
            streams.push(Stream {
                id: row.get(0)?,
                name,
            });
        }
    }
    Ok((found, streams))
}

fn id_of(
    connection: &Connection,
    tenant: &Tenant,
    group: &str,
    stream: &str,
) -> Result<Option<i64>, Fault> {
    let id = connection
        .prepare_cached(
            "SELECT id FROM log_stream
             WHERE account = ?1 AND region = ?2 AND log_group = ?3 AND name = ?4",
        )?
        .query_row((&tenant.account, &tenant.region, group, stream), |row| {
            row.get(0)
        })
        .optional()?;
    Ok(id)
}
