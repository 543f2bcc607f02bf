//! The log lines of a request.

use super::super::context::Context;
use super::super::logs::around_trace::{self, Known};
use super::super::logs::chosen::{Chosen, chosen};
use super::failed;
use crate::error::Result;
use crate::log_reader;
use crate::logs::event::LogEvent;
use crate::logs::glob::Glob;
use crate::trace::TraceId;
use crate::view::request::{Lines, Part, Reason};

/// The most lines that are shown; `logs --trace` shows all.
const MOST: usize = 200;

/// The lines; `known` is what the segments say, nothing where they could not be read.
pub(super) async fn read(
    context: &Context<'_>,
    id: TraceId,
    groups: &[Glob],
    known: Option<Known>,
) -> Part<Lines> {
    let known = known.unwrap_or_default();
    let names = if groups.is_empty() {
        &known.groups
    } else {
        groups
    };
    match lines(context, id, names, &known).await {
        Ok((groups, events, is_cut)) if events.is_empty() => {
            debug_assert!(!is_cut);
            let reason = format!(
                "no line of {} has the id; lines carry it only where the application writes it",
                groups.join(", ")
            );
            Part::Nothing(Reason::new(reason).next(context.command("logs groups")))
        }
        Ok((groups, events, is_cut)) => {
            let origin = known
                .span
                .map_or_else(|| events[0].timestamp, |(first, _)| first);
            Part::Found {
                found: Lines::new(groups, &events, origin, is_cut),
            }
        }
        Err(error) => failed(&error),
    }
}

async fn lines(
    context: &Context<'_>,
    id: TraceId,
    names: &[Glob],
    known: &Known,
) -> Result<(Vec<String>, Vec<LogEvent>, bool)> {
    let clients = context.clients().await?;
    let Chosen { groups, .. } = chosen(context, clients, names).await?;
    let (start, end) = known.stretch(id, clients.calls.now())?;
    let (patience, _notices) = super::super::logs::patience(clients);
    let mut merged = log_reader::read(
        &clients.logs,
        &groups,
        &around_trace::selection(id),
        (start, Some(end)),
        &patience,
    );
    let mut events = Vec::new();
    while events.len() <= MOST
        && let Some(more) = merged.next().await.map_err(|trouble| trouble.error)?
    {
        events.extend(more);
    }
    let is_cut = events.len() > MOST;
    events.truncate(MOST);
    let names = groups.iter().map(|group| group.name.to_string()).collect();
    Ok((names, events, is_cut))
}
