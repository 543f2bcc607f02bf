//! Groups that only answer queries: those of the class Infrequent Access.
//!
//! A query gives no more than so many rows and knows whole seconds only, so a stretch that is too
//! full is asked for in halves.

use std::sync::Arc;
use std::time::Duration;

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use tokio::sync::mpsc::Sender;
use tokio::time::sleep;

use super::{Group, Notice, Patience, Selection};
use crate::error::{Error, Result};
use crate::logs::event::LogEvent;
use crate::remote::{LogsClient, QueryRow, QueryStatus};

/// The most rows that are asked for.
/// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_StartQuery.html>
const MOST_ROWS: usize = 10_000;

/// How long to wait before asking whether a query is done.
const FIRST_LOOK: Duration = Duration::from_millis(200);

/// The longest wait of that kind.
const LONGEST_LOOK: Duration = Duration::from_secs(2);

/// A stretch of time in milliseconds, both ends within it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stretch {
    pub(super) start: i64,
    pub(super) end: Option<i64>,
}

/// Reads a stretch by queries, its halves in their order.
pub(super) async fn read(
    client: &LogsClient,
    group: &Group,
    selection: &Selection,
    stretch: Stretch,
    patience: &Patience,
    sender: &Sender<Result<Vec<LogEvent>>>,
) -> Result<()> {
    let end = stretch
        .end
        // Events may lie two hours in the future, and no further.
        .unwrap_or_else(|| jiff::Timestamp::now().as_millisecond() + 2 * 3600 * 1000);
    // The stack holds what is still to be read, the earliest on top.
    let mut waiting = vec![(stretch.start.max(0).div_euclid(1000), end.div_euclid(1000))];
    while let Some((first, last)) = waiting.pop() {
        let rows = rows(client, group, (first, last), patience).await?;
        if rows.len() >= MOST_ROWS && last > first {
            let middle = first + (last - first) / 2;
            waiting.push((middle + 1, last));
            waiting.push((first, middle));
            continue;
        }
        if rows.len() >= MOST_ROWS {
            patience.say(Notice::QueryFull {
                group: group.name.to_string(),
                most: MOST_ROWS,
            });
        }
        let mut events: Vec<LogEvent> = rows
            .into_iter()
            .filter_map(|row| event(&group.name, row))
            .filter(|event| event.timestamp >= stretch.start)
            .filter(|event| stretch.end.is_none_or(|end| event.timestamp <= end))
            .filter(|event| selection.wants(event))
            .collect();
        events.sort_by_key(|event| event.timestamp);
        if sender.send(Ok(events)).await.is_err() {
            return Ok(());
        }
    }
    Ok(())
}

async fn rows(
    client: &LogsClient,
    group: &Group,
    seconds: (i64, i64),
    patience: &Patience,
) -> Result<Vec<QueryRow>> {
    const QUERY: &str =
        "fields @timestamp, @ingestionTime, @logStream, @message | sort @timestamp asc";
    let groups = [group.name.to_string()];
    let most = i32::try_from(MOST_ROWS).ok();
    let id = patience
        .until_answered(|| client.start_query(&groups, QUERY, seconds, most))
        .await?;
    let mut wait = FIRST_LOOK;
    loop {
        sleep(wait).await;
        wait = (wait * 2).min(LONGEST_LOOK);
        let answer = patience
            .until_answered(|| client.query_results(&id))
            .await?;
        match answer.status {
            QueryStatus::Running => {}
            QueryStatus::Complete => return Ok(answer.rows),
            QueryStatus::Failed | QueryStatus::Cancelled | QueryStatus::TimedOut => {
                return Err(Error::unreachable(format!(
                    "a query of log group {} failed",
                    group.name
                ))
                .code("query-failed")
                .fix("run the command again, with a shorter stretch of time"));
            }
        }
    }
}

/// The line that a row tells of.
fn event(group: &Arc<str>, row: QueryRow) -> Option<LogEvent> {
    let mut event = LogEvent {
        timestamp: 0,
        ingested_at: None,
        group: Arc::clone(group),
        stream: Arc::from(""),
        message: String::new(),
    };
    let mut timestamp = None;
    for (field, value) in row {
        match &*field {
            "@timestamp" => timestamp = milliseconds(&value),
            "@ingestionTime" => event.ingested_at = milliseconds(&value),
            "@logStream" => event.stream = Arc::from(value),
            "@message" => event.message = value,
            _ => {}
        }
    }
    event.timestamp = timestamp?;
    Some(event)
}

/// Queries write times as `2026-11-24 10:00:00.000`, in UTC; some servers as a number.
fn milliseconds(text: &str) -> Option<i64> {
    if let Ok(number) = text.parse() {
        return Some(number);
    }
    let civil: DateTime = text.parse().ok()?;
    let zoned = civil.to_zoned(TimeZone::UTC).ok()?;
    Some(zoned.timestamp().as_millisecond())
}

#[cfg(test)]
mod tests {
    use super::milliseconds;

    #[test]
    fn times_of_a_query() {
        assert_eq!(milliseconds("1970-01-01 00:00:01.250"), Some(1250));
        assert_eq!(milliseconds("1250"), Some(1250));
        assert_eq!(milliseconds("soon"), None);
    }
}
