//! What Honeycomb tells of one trace, for the command that asks all four tools.

use super::super::context::Context;
use super::region::{Known, Site};
use super::whoami::PATIENCE;
use super::{key, region};
use crate::error::Result;
use crate::honeycomb::key::KeyKind;
use crate::honeycomb::link::Place;
use crate::remote::{EventsOfTrace, HoneycombClient};
use crate::settings::{KeyReader, Origin};
use crate::trace::TraceId;

/// What came of asking.
#[derive(Debug)]
pub(in crate::cli) struct OfTrace {
    /// The events, or why there are none to be had; nothing where the key is of a kind that only
    /// sends, or manages.
    pub(in crate::cli) events: Option<EventsOfTrace>,
    /// The page of the trace, where there is one.
    pub(in crate::cli) page: Option<String>,
}

/// Asks who the key is, and then for the events.
pub(in crate::cli) async fn of_trace(context: &Context<'_>, id: TraceId) -> Result<OfTrace> {
    let key = key::chosen(context, false, KeyReader::Program)?;
    let place = region::place(context, &key, Site::default(), None)?;
    let patience = context.settings.timeout_or(PATIENCE)?;
    let client = HoneycombClient::new(context.http()?.clone(), key.found.key.clone(), patience);
    let Known { auth, base, region } = Box::pin(region::ask(&client, &key, place)).await?;
    let kind = auth.kind.unwrap_or_else(|| key.kind());
    let w3c = id.w3c();
    let page = region
        .filter(|_| base.origin != Origin::Sandbox)
        .map(|region| {
            let environment = auth.environment.as_ref().map(|one| one.slug.clone());
            Place {
                region,
                team: auth.team.slug.clone(),
                environment: environment.unwrap_or_default(),
            }
            .trace(&w3c)
        });
    let events = match kind {
        KeyKind::Configuration => Some(
            client
                .events_of_trace(&base.value, "__all__", &w3c)
                .await
                .map_err(|failure| failure.explain())?,
        ),
        _ => None,
    };
    Ok(OfTrace { events, page })
}
