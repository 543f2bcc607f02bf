//! Logs Insights: a query is started, asked for, and stopped.

use super::super::explain::explain;
use super::super::logs::LogsClient;
use super::few_attempts;
use crate::error::{Error, Result};

const START: &str = "logs:StartQuery";
const RESULTS: &str = "logs:GetQueryResults";

/// A row: fields and their values, in the order of the query.
pub type QueryRow = Vec<(String, String)>;

/// What has become of a query.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QueryStatus {
    /// Waiting or under way.
    Running,
    /// Whole.
    Complete,
    /// Failed on the service's side.
    Failed,
    /// Stopped by somebody.
    Cancelled,
    /// Not done within an hour.
    TimedOut,
}

/// What a query has found so far.
#[derive(Debug, Clone)]
pub struct QueryAnswer {
    /// What has become of it.
    pub status: QueryStatus,
    /// The rows.
    pub rows: Vec<QueryRow>,
    /// Lines that match.
    pub records_matched: u64,
    /// Lines that were looked at.
    pub records_scanned: u64,
    /// Bytes that were looked at, which are what AWS charges.
    pub bytes_scanned: u64,
}

impl LogsClient {
    /// Starts a query over groups and a stretch of time in seconds, both ends within it; gives its
    /// id.
    pub async fn start_query(
        &self,
        groups: &[String],
        query: &str,
        (start, end): (i64, i64),
        limit: Option<i32>,
    ) -> Result<String> {
        let sent = self
            .client
            .start_query()
            .set_log_group_names(Some(groups.to_vec()))
            .query_string(query)
            .start_time(start)
            .end_time(end)
            .set_limit(limit)
            .customize()
            .config_override(few_attempts())
            .send()
            .await;
        let answer = sent.map_err(|error| match error.as_service_error() {
            Some(refusal) if refusal.is_malformed_query_exception() => {
                malformed(query, &error_text(refusal))
            }
            Some(refusal) if refusal.is_resource_not_found_exception() => {
                Error::usage("a log group of the query does not exist")
                    .code(super::NO_LOG_GROUP)
                    .tried(self.facts.where_to(START))
                    .cause(error_text(refusal))
                    .fix("see which there are: cruddur-obs logs groups")
            }
            Some(refusal) if refusal.is_limit_exceeded_exception() => {
                Error::unreachable("too many queries are running in this account")
                    .code("throttled")
                    .tried(self.facts.where_to(START))
                    .cause(error_text(refusal))
                    .fix("wait until one is done, and run the command again")
            }
            _ => explain(&self.facts, START, &error),
        })?;
        answer
            .query_id
            .ok_or_else(|| super::super::service_error::hollow(&self.facts, START, "queryId"))
    }

    /// What a query has found so far.
    pub async fn query_results(&self, id: &str) -> Result<QueryAnswer> {
        use aws_sdk_cloudwatchlogs::types::{QueryStatistics, QueryStatus as Theirs};
        let mut answer: Option<QueryAnswer> = None;
        let mut token = None;
        loop {
            let page = self
                .client
                .get_query_results()
                .query_id(id)
                .set_next_token(token)
                .customize()
                .config_override(few_attempts())
                .send()
                .await
                .map_err(|error| explain(&self.facts, RESULTS, &error))?;
            let status = match page.status() {
                Some(Theirs::Complete) => QueryStatus::Complete,
                Some(Theirs::Failed) => QueryStatus::Failed,
                Some(Theirs::Cancelled) => QueryStatus::Cancelled,
                Some(Theirs::Timeout) => QueryStatus::TimedOut,
                _ => QueryStatus::Running,
            };
            let figures = page.statistics();
            let figure = |figure: Option<f64>| count(figure.unwrap_or_default());
            let known = answer.get_or_insert_with(|| QueryAnswer {
                status,
                rows: Vec::new(),
                records_matched: figure(figures.map(QueryStatistics::records_matched)),
                records_scanned: figure(figures.map(QueryStatistics::records_scanned)),
                bytes_scanned: figure(figures.map(QueryStatistics::bytes_scanned)),
            });
            token = page.next_token().map(str::to_owned);
            known
                .rows
                .extend(page.results.unwrap_or_default().into_iter().map(|row| {
                    row.into_iter()
                        .map(|cell| {
                            (
                                cell.field.unwrap_or_default(),
                                cell.value.unwrap_or_default(),
                            )
                        })
                        .collect::<QueryRow>()
                }));
            if token.is_none() || status != QueryStatus::Complete {
                break;
            }
        }
        answer.ok_or_else(|| Error::unexpected("a query has no answer"))
    }

    /// Stops a query; one that is over is no failure.
    pub async fn stop_query(&self, id: &str) {
        drop(self.client.stop_query().query_id(id).send().await);
    }
}

/// Counts come as numbers with a fraction.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "as saturates, and counts are neither negative nor beyond all integers"
)]
fn count(figure: f64) -> u64 {
    figure as u64
}

fn error_text(error: &impl aws_sdk_cloudwatchlogs::error::ProvideErrorMetadata) -> String {
    error.message().unwrap_or_default().to_owned()
}

fn malformed(query: &str, said: &str) -> Error {
    Error::usage("CloudWatch Logs cannot read the query")
        .code("query-syntax")
        .tried(query.to_owned())
        .cause(said.to_owned())
        .fix("commands are fields, filter, parse, stats … by, sort, dedup, limit, display, with | between them")
}
