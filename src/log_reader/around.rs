//! The lines that stand around a line in its stream.

use crate::error::Result;
use crate::logs::event::LogEvent;
use crate::remote::LogsClient;

use super::Patience;

/// How many more lines are asked for, for several may share a millisecond.
const SHARED: usize = 100;

/// The most pages that are read for one line: a page may be empty without being the last.
const MOST_PAGES: usize = 20;

/// What stands around a line, in the order of the stream.
#[derive(Debug, Clone, Default)]
pub struct Around {
    /// The lines before it.
    pub before: Vec<LogEvent>,
    /// The lines after it.
    pub after: Vec<LogEvent>,
}

/// Reads up to so many lines before and after a line.
pub async fn around(
    client: &LogsClient,
    event: &LogEvent,
    (before, after): (usize, usize),
    patience: &Patience,
) -> Result<Around> {
    let at = event.timestamp;
    let mut found = Around::default();
    if before > 0 {
        let lines = lines(client, event, (None, Some(at)), before + SHARED, patience).await?;
        // The newest of those that are alike.
        let place = lines.iter().rposition(|line| is_same(line, event));
        let end = place.unwrap_or_else(|| lines.partition_point(|line| line.timestamp < at));
        found.before = lines[end.saturating_sub(before)..end].to_vec();
    }
    if after > 0 {
        let lines = lines(client, event, (Some(at), None), after + SHARED, patience).await?;
        let place = lines.iter().position(|line| is_same(line, event));
        let start = place.map_or_else(
            || lines.partition_point(|line| line.timestamp <= at),
            |place| place + 1,
        );
        found.after = lines[start..].iter().take(after).cloned().collect();
    }
    Ok(found)
}

fn is_same(line: &LogEvent, event: &LogEvent) -> bool {
    line.timestamp == event.timestamp && line.message == event.message
}

async fn lines(
    client: &LogsClient,
    event: &LogEvent,
    stretch: (Option<i64>, Option<i64>),
    wanted: usize,
    patience: &Patience,
) -> Result<Vec<LogEvent>> {
    let forward = stretch.0.is_some();
    let stream = (&event.group, &event.stream);
    let mut lines: Vec<LogEvent> = Vec::new();
    let mut token: Option<String> = None;
    for _ in 0..MOST_PAGES {
        let limit = i32::try_from(wanted - lines.len()).unwrap_or(10_000);
        let mut page = patience
            .until_answered(|| client.get_log_events(stream, stretch, limit, token.as_deref()))
            .await?;
        if forward {
            lines.append(&mut page.events);
        } else {
            page.events.append(&mut lines);
            lines = page.events;
        }
        if lines.len() >= wanted || page.next.is_none() || page.next == token {
            break;
        }
        token = page.next;
    }
    Ok(lines)
}
