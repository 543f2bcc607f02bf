//! CloudWatch Logs Insights queries and their results.
//!
//! A query runs while it is started, and what it came to is kept for a week, as on AWS: at most
//! [`MOST`] queries and [`MOST_BYTES`] of results, the newest ones.

use std::ops::ControlFlow;

use rusqlite::{Connection, OptionalExtension as _, Transaction};

use super::log_groups::{self, invalid_token};
use super::paging::{self, InvalidToken, Listing};
use super::{Fault, Page, PageRequest, Store, Tenant, json};
use crate::logs::insights::{Event, Execution, Query, Results};

/// A week in milliseconds.
const KEPT: i64 = 7 * 24 * 60 * 60 * 1000;

/// The most queries that are kept.
const MOST: i64 = 1000;

/// The most bytes of results that are kept besides those of the newest query.
const MOST_BYTES: i64 = 64 << 20;

/// The most rows that are shown at once.
const PAGE: usize = 10_000;

/// The most queries that are listed at once.
const QUERIES_PAGE: usize = 1000;

/// A query that is to be run.
#[derive(Debug)]
pub struct NewLogQuery<'a> {
    /// The query.
    pub query: &'a Query,
    /// The names of the log groups.
    pub groups: Vec<String>,
    /// The first second that is wanted, since 1970.
    pub start: i64,
    /// The last one.
    pub end: i64,
    /// At most so many rows, where the query says nothing itself.
    pub limit: Option<usize>,
}

/// A query that was run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogQuery {
    /// Names it.
    pub id: String,
    /// As it was written.
    pub text: String,
    /// The names of the log groups.
    pub groups: Vec<String>,
    /// The first second that was wanted, since 1970.
    pub start: i64,
    /// The last one.
    pub end: i64,
    /// Milliseconds since 1970.
    pub created_at: i64,
    sequence: i64,
}

/// What a query came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogQueryRows {
    /// Fields and values, a page of them.
    pub rows: Vec<Vec<(String, String)>>,
    /// Asks for the next page; absent on the last one.
    pub next_token: Option<String>,
    /// How many rows there are on all pages.
    pub count: usize,
    /// How many log groups were looked at.
    pub groups: usize,
    /// How many events matched.
    pub matched: u64,
    /// How many events were looked at.
    pub scanned: u64,
    /// How many events that match are not in the result because there were too many groups.
    pub skipped: u64,
    /// How many bytes were looked at.
    pub bytes: u64,
}

impl Store {
    /// Runs a query; gives its id.
    pub fn start_log_query(&self, tenant: &Tenant, new: &NewLogQuery<'_>) -> Result<String, Fault> {
        self.reading(|connection| {
            new.groups
                .iter()
                .try_for_each(|group| require(connection, tenant, group))
        })?;
        let created_at = self.clock.now();
        let results = self.run_log_query(tenant, new)?;
        let id = new_id();
        let groups = json(&new.groups)?;
        let rows = json(&results.rows)?;
        self.write(|transaction| {
            transaction
                .prepare_cached(
                    "INSERT INTO log_query (account, region, id, text, log_groups, first_second,
                        last_second, created_at, matched, scanned, skipped, bytes, rows)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
                )?
                .execute((
                    &tenant.account,
                    &tenant.region,
                    &id,
                    new.query.text(),
                    groups,
                    new.start,
                    new.end,
                    created_at,
                    results.records_matched.cast_signed(),
                    results.records_scanned.cast_signed(),
                    results.records_left_out.cast_signed(),
                    results.bytes_scanned.cast_signed(),
                    rows,
                ))?;
            forget_old(transaction, created_at)
        })?;
        Ok(id)
    }

    fn run_log_query(&self, tenant: &Tenant, new: &NewLogQuery<'_>) -> Result<Results, Fault> {
        let mut execution = Execution::new(new.query, new.limit);
        let mut log = String::new();
        let mut group = String::new();
        self.scan_log_events(
            tenant,
            &new.groups,
            new.start.saturating_mul(1000),
            new.end.saturating_mul(1000).saturating_add(999),
            |view| {
                if log.is_empty() || group != view.group {
                    view.group.clone_into(&mut group);
                    log = format!("{}:{group}", tenant.account);
                }
                execution.feed(&Event {
                    timestamp_ms: view.timestamp,
                    ingestion_ms: view.ingested_at,
                    message: view.message,
                    log_stream: view.stream,
                    log: &log,
                    ptr: &view.key,
                });
                ControlFlow::Continue(())
            },
        )?;
        Ok(execution.finish())
    }

    /// What a query came to, a page of it.
    pub fn log_query_rows(
        &self,
        tenant: &Tenant,
        id: &str,
        page: &PageRequest,
    ) -> Result<LogQueryRows, Fault> {
        let token_of = format!("{} {id}", tenant.arn("logs", "query-results"));
        let start: usize = match &page.token {
            None => 0,
            Some(token) => paging::read(&token_of, token)
                .and_then(|place| place.parse().ok())
                .ok_or_else(invalid_token)?,
        };
        let found = self.reading(|connection| {
            let found = connection
                .prepare_cached(
                    "SELECT log_groups, matched, scanned, skipped, bytes, rows FROM log_query
                     WHERE account = ?1 AND region = ?2 AND id = ?3",
                )?
                .query_row((&tenant.account, &tenant.region, id), |row| {
                    let number = |index: usize| row.get(index).map(i64::cast_unsigned);
                    let groups: String = row.get(0)?;
                    let rows: String = row.get(5)?;
                    Ok((
                        groups,
                        [number(1)?, number(2)?, number(3)?, number(4)?],
                        rows,
                    ))
                })
                .optional()?;
            Ok(found)
        })?;
        let Some((groups, [matched, scanned, skipped, bytes], rows)) = found else {
            return Err(no_query(id));
        };
        let rows: Vec<Vec<(String, String)>> =
            serde_json::from_str(&rows).map_err(|error| Fault::internal(error.to_string()))?;
        let count = rows.len();
        let limit = page.limit.unwrap_or(PAGE).min(self.page_limit);
        let end = count.min(start.saturating_add(limit));
        let next_token = (end < count).then(|| paging::mint(&token_of, &end.to_string()));
        Ok(LogQueryRows {
            rows: rows.into_iter().skip(start).take(limit).collect(),
            next_token,
            count,
            groups: names(&groups).len(),
            matched,
            scanned,
            skipped,
            bytes,
        })
    }

    /// A query that was run.
    pub fn log_query(&self, tenant: &Tenant, id: &str) -> Result<LogQuery, Fault> {
        let queries = self.reading(|connection| all(connection, tenant))?;
        queries
            .into_iter()
            .find(|query| query.id == id)
            .ok_or_else(|| no_query(id))
    }

    /// The queries of a group, or of all, the newest first.
    pub fn log_queries(
        &self,
        tenant: &Tenant,
        group: Option<&str>,
        page: &PageRequest,
    ) -> Result<Page<LogQuery>, Fault> {
        let mut items = self.reading(|connection| {
            if let Some(group) = group {
                log_groups::require(connection, tenant, group)?;
            }
            all(connection, tenant)
        })?;
        items.retain(|query| group.is_none_or(|group| query.groups.iter().any(|of| of == group)));
        Listing {
            query: format!("{} {group:?}", tenant.arn("logs", "queries")),
            items,
            key: |query: &LogQuery| format!("{:020}", query.sequence),
            descending: true,
        }
        .page(
            page.token.as_deref(),
            page.limit.unwrap_or(QUERIES_PAGE).min(self.page_limit),
        )
        .map_err(|InvalidToken| invalid_token())
    }
}

fn no_query(id: &str) -> Fault {
    Fault::not_found(format!("The query {id} does not exist."))
}

/// AWS names group and account here, unlike elsewhere.
fn require(connection: &Connection, tenant: &Tenant, group: &str) -> Result<(), Fault> {
    log_groups::require(connection, tenant, group)
        .map(drop)
        .map_err(|fault| match fault.code {
            "ResourceNotFoundException" => Fault::not_found(format!(
                "Log group '{group}' does not exist for account ID '{}'",
                tenant.account
            )),
            _ => fault,
        })
}

/// An id as AWS gives it, a UUID.
fn new_id() -> String {
    let random = format!("{:032x}", fastrand::u128(..));
    format!(
        "{}-{}-{}-{}-{}",
        &random[..8],
        &random[8..12],
        &random[12..16],
        &random[16..20],
        &random[20..]
    )
}

/// Removes what is too old, and the oldest where there is too much; the newest stays.
fn forget_old(transaction: &Transaction<'_>, now: i64) -> Result<(), Fault> {
    transaction
        .prepare_cached("DELETE FROM log_query WHERE created_at < ?1")?
        .execute([now.saturating_sub(KEPT)])?;
    transaction
        .prepare_cached(
            "DELETE FROM log_query WHERE sequence IN (
                SELECT sequence FROM (
                    SELECT sequence,
                        row_number() OVER newest AS place,
                        sum(length(rows)) OVER newest AS bytes
                    FROM log_query WINDOW newest AS (ORDER BY sequence DESC)
                ) WHERE place > ?1 OR place > 1 AND bytes > ?2
            )",
        )?
        .execute([MOST, MOST_BYTES])?;
    Ok(())
}

/// All queries of a tenant, the newest first.
fn all(connection: &Connection, tenant: &Tenant) -> Result<Vec<LogQuery>, Fault> {
    let mut statement = connection.prepare_cached(
        "SELECT id, text, log_groups, first_second, last_second, created_at, sequence
         FROM log_query WHERE account = ?1 AND region = ?2 ORDER BY sequence DESC",
    )?;
    let queries = statement
        .query_map((&tenant.account, &tenant.region), |row| {
            let groups: String = row.get(2)?;
            Ok(LogQuery {
                id: row.get(0)?,
                text: row.get(1)?,
                groups: names(&groups),
                start: row.get(3)?,
                end: row.get(4)?,
                created_at: row.get(5)?,
                sequence: row.get(6)?,
            })
        })?
        .collect::<Result<_, _>>()?;
    Ok(queries)
}

fn names(json: &str) -> Vec<String> {
    serde_json::from_str(json).unwrap_or_default()
}
