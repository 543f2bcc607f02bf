//! CloudWatch Logs' log streams.

use rusqlite::{Connection, OptionalExtension as _, Row, Transaction};

use super::log_groups::{invalid_token, require};
use super::paging::{InvalidToken, Listing};
use super::{Fault, Page, PageRequest, Store, StreamEvents, Tenant, log_events};

const PAGE: usize = 50;

/// A log stream as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogStream {
    /// The name, unique in its group.
    pub name: String,
    /// The ARN.
    pub arn: String,
    /// Milliseconds since 1970.
    pub created_at: i64,
    /// What is known of its events, if it has any.
    pub events: Option<StreamEvents>,
    id: i64,
}

/// In which order streams are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum StreamOrder {
    /// By name.
    #[default]
    Name,
    /// By the time of the last event; a stream without events counts from its creation.
    LastEvent,
}

/// Which streams are wanted.
#[derive(Debug, Clone, Default)]
pub struct StreamFilter {
    /// Those whose name starts so.
    pub prefix: Option<String>,
    /// The order.
    pub order: StreamOrder,
    /// The other way round.
    pub descending: bool,
}

impl Store {
    /// Makes a stream in a log group.
    pub fn create_log_stream(&self, tenant: &Tenant, group: &str, name: &str) -> Result<(), Fault> {
        let now = self.clock.now();
        self.write(|transaction| {
            require(transaction, tenant, group)?;
            let inserted = transaction
                .prepare_cached(
                    "INSERT OR IGNORE INTO log_stream (account, region, log_group, name, created_at)
                     VALUES (?1, ?2, ?3, ?4, ?5)",
                )?
                .execute((&tenant.account, &tenant.region, group, name, now))?;
            if inserted == 0 {
                return Err(Fault::already_exists(
                    "The specified log stream already exists",
                ));
            }
            Ok(())
        })
    }

    /// Removes a stream from a log group.
    pub fn delete_log_stream(&self, tenant: &Tenant, group: &str, name: &str) -> Result<(), Fault> {
        let deleted: i64 = self.write(|transaction| {
            require(transaction, tenant, group)?;
            let deleted = transaction
                .prepare_cached(
                    "DELETE FROM log_stream
                     WHERE account = ?1 AND region = ?2 AND log_group = ?3 AND name = ?4
                     RETURNING id",
                )?
                .query_row((&tenant.account, &tenant.region, group, name), |row| {
                    row.get(0)
                })
                .optional()?;
            deleted.ok_or_else(no_stream)
        })?;
        self.log_events.forget_streams(&[deleted]);
        Ok(())
    }

    /// The streams of a log group.
    pub fn log_streams(
        &self,
        tenant: &Tenant,
        group: &str,
        filter: &StreamFilter,
        page: &PageRequest,
    ) -> Result<Page<LogStream>, Fault> {
        let (mut items, has_events) = self.read(|transaction| {
            let has_events = log_events::any(transaction)?;
            Ok((all(transaction, tenant, group, filter)?, has_events))
        })?;
        if has_events {
            let ids: Vec<i64> = items.iter().map(|stream| stream.id).collect();
            for (stream, events) in items.iter_mut().zip(self.stream_events(&ids)?) {
                stream.events = events;
            }
        }
        let order = filter.order;
        let key = move |stream: &LogStream| match order {
            StreamOrder::Name => stream.name.clone(),
            StreamOrder::LastEvent => {
                let last = stream.events.as_ref().map(|events| events.last);
                format!("{:020} {}", last.unwrap_or(stream.created_at), stream.name)
            }
        };
        items.sort_by_cached_key(key);
        if filter.descending {
            items.reverse();
        }
        Listing {
            query: format!("{} {filter:?}", super::log_groups::arn(tenant, group)),
            items,
            key,
            descending: filter.descending,
        }
        .page(
            page.token.as_deref(),
            page.limit.unwrap_or(PAGE).min(self.page_limit),
        )
        .map_err(|InvalidToken| invalid_token())
    }
}

fn all(
    transaction: &Transaction<'_>,
    tenant: &Tenant,
    group: &str,
    filter: &StreamFilter,
) -> Result<Vec<LogStream>, Fault> {
    require(transaction, tenant, group)?;
    let mut statement = transaction.prepare_cached(
        "SELECT name, created_at, id FROM log_stream
         WHERE account = ?1 AND region = ?2 AND log_group = ?3",
    )?;
    let streams: Vec<LogStream> = statement
        .query_map((&tenant.account, &tenant.region, group), |row| {
            from_row(tenant, group, row)
        })?
        .collect::<Result<_, _>>()?;
    let prefix = filter.prefix.as_deref().unwrap_or_default();
    Ok(streams
        .into_iter()
        .filter(|stream| stream.name.starts_with(prefix))
        .collect())
}

/// The numbers of a group's streams.
pub(super) fn ids(
    connection: &Connection,
    tenant: &Tenant,
    group: &str,
) -> Result<Vec<i64>, Fault> {
    let mut statement = connection.prepare_cached(
        "SELECT id FROM log_stream WHERE account = ?1 AND region = ?2 AND log_group = ?3",
    )?;
    let ids = statement
        .query_map((&tenant.account, &tenant.region, group), |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    Ok(ids)
}

pub(super) fn no_stream() -> Fault {
    Fault::not_found("The specified log stream does not exist.")
}

fn from_row(tenant: &Tenant, group: &str, row: &Row<'_>) -> rusqlite::Result<LogStream> {
    let name: String = row.get(0)?;
    Ok(LogStream {
        arn: tenant.arn("logs", &format!("log-group:{group}:log-stream:{name}")),
        name,
        created_at: row.get(1)?,
        events: None,
        id: row.get(2)?,
    })
}
