//! What was reported to Rollbar during a request.

use std::time::Duration;

use jiff::Timestamp;

use super::super::context::Context;
use super::super::rollbar::read_access;
use super::failed;
use crate::error::Result;
use crate::remote::{Occurrence, RollbarClient};
use crate::rollbar::occurrence_link;
use crate::trace::TraceId;
use crate::view::request::{ItemRow, Items, Part, Reason};

/// Rollbar cannot be asked for a trace, so the latest occurrences are looked through: so many pages.
const PAGES: u32 = 10;

/// How long one page may take.
const PATIENCE: Duration = Duration::from_secs(10);

pub(super) async fn read(context: &Context<'_>, id: TraceId) -> Part<Items> {
    match found(context, id).await {
        Ok(Some((items, _))) if !items.is_empty() => {
            let is_sandbox = context.settings.sandbox().is_some();
            let rows = items.into_iter().map(|item| row(item, is_sandbox));
            Part::Found {
                found: Items::new(rows.collect()),
            }
        }
        Ok(Some((_, looked_at))) => Part::Nothing(Reason::new(format!(
            "none of the latest {looked_at} occurrences is of this trace"
        ))),
        Ok(None) => Part::NotAsked(
            Reason::new("reading needs a token with the scope read: ROLLBAR_READ_TOKEN is not set")
                .next("export ROLLBAR_READ_TOKEN=…"),
        ),
        Err(error) => failed(&error),
    }
}

/// The occurrences of the trace, and how many were looked at.
async fn found(context: &Context<'_>, id: TraceId) -> Result<Option<(Vec<Occurrence>, usize)>> {
    let Some(access) = read_access(context)? else {
        return Ok(None);
    };
    let client = RollbarClient::new(
        context.http()?.clone(),
        access.base.as_deref(),
        access.token.value,
    );
    let mut items = Vec::new();
    let mut looked_at = 0;
    for page in 1..=PAGES {
        let all = client.occurrences(page, PATIENCE).await?;
        if all.is_empty() {
            break;
        }
        looked_at += all.len();
        items.extend(
            all.into_iter()
                .filter(|occurrence| occurrence.trace_id == Some(id)),
        );
    }
    items.reverse();
    Ok(Some((items, looked_at)))
}

fn row(occurrence: Occurrence, is_sandbox: bool) -> ItemRow {
    let link = occurrence.uuid.as_deref().map(occurrence_link);
    ItemRow {
        timestamp: occurrence
            .timestamp
            .and_then(|second| Timestamp::from_second(second).ok()),
        level: occurrence.level,
        title: occurrence.title,
        environment: occurrence.environment,
        link: link.filter(|_| !is_sandbox),
        uuid: occurrence.uuid,
    }
}
