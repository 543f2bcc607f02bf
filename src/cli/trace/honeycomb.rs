//! What Honeycomb has of a request.

use super::super::context::Context;
use super::super::honeycomb::{OfTrace, of_trace};
use super::failed;
use crate::remote::{EventsOfTrace, TraceEvent};
use crate::trace::TraceId;
use crate::view::request::{EventRow, Events, Part, Reason};

/// The code of the error that says that there is no key.
const NO_KEY: &str = "no-honeycomb-key";

pub(super) async fn read(context: &Context<'_>, id: TraceId) -> Part<Events> {
    let OfTrace { events, page } = match of_trace(context, id).await {
        Ok(told) => told,
        Err(error) if error.known_as() == Some(NO_KEY) => {
            return Part::NotAsked(
                Reason::new("there is no key of Honeycomb").next("export HONEYCOMB_API_KEY=…"),
            );
        }
        Err(error) => return failed(&error),
    };
    let leading = |reason: String| {
        let reason = Reason::new(reason);
        match &page {
            Some(page) => reason.next(page.clone()),
            None => reason,
        }
    };
    match events {
        Some(EventsOfTrace::Found { events, link }) if !events.is_empty() => Part::Found {
            found: Events::new(
                events.into_iter().map(row).collect(),
                page.or(link.filter(|_| context.settings.sandbox().is_none())),
            ),
        },
        Some(EventsOfTrace::Found { .. }) => Part::Nothing(leading(
            "no event of the last 7 days is of this trace".to_owned(),
        )),
        Some(EventsOfTrace::NotAllowed { said }) => Part::NotAsked(leading(format!(
            "reading by the API needs a key that may run queries, and a plan that has it ({said}); the page shows the trace"
        ))),
        None => Part::NotAsked(leading(
            "a key of this kind cannot read; the page shows the trace".to_owned(),
        )),
    }
}

fn row(event: TraceEvent) -> EventRow {
    EventRow {
        timestamp: None,
        service: event.service,
        name: event.name,
        kind: event.kind,
        duration_ms: event.duration_ms,
        error: event.error,
        span_id: event.span_id,
        parent_id: event.parent_id,
    }
}
