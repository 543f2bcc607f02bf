//! What X-Ray has of a request.

use super::super::context::Context;
use super::super::logs::around_trace::Known;
use super::failed;
use crate::error::Result;
use crate::trace::TraceId;
use crate::view::request::{Part, Reason};
use crate::view::trace::TraceView;

/// The segments, and where they say that lines are to be looked for.
pub(super) async fn read(
    context: &Context<'_>,
    id: TraceId,
    utc: bool,
) -> (Part<TraceView>, Option<Known>) {
    match fetched(context, id, utc).await {
        Ok(Some(view)) => {
            let known = Known::of(&view.trace);
            (Part::Found { found: view }, Some(known))
        }
        Ok(None) => {
            let reason = "X-Ray does not know the trace: not sampled, of another region, older than 30 days, or seconds old";
            let reason = Reason::new(reason).next(context.command("xray rules"));
            (Part::Nothing(reason), Some(Known::default()))
        }
        Err(error) => (failed(&error), None),
    }
}

async fn fetched(context: &Context<'_>, id: TraceId, utc: bool) -> Result<Option<TraceView>> {
    let clients = context.clients().await?;
    let fetched = Box::pin(clients.xray.batch_get_traces(&[id])).await?;
    Ok(fetched.traces.into_iter().next().map(|fetched| TraceView {
        trace: fetched.trace,
        documents: fetched.documents,
        limit_exceeded: fetched.limit_exceeded,
        utc,
    }))
}
