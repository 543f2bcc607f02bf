//! `trace`: one request from all four tools.

mod honeycomb;
mod logs;
mod rollbar;
mod xray;

use super::context::Context;
use crate::error::{Error, Result};
use crate::trace::TraceId;
use crate::view::request::{Part, Reason, RequestView};

/// Show one request from all four tools: waterfall, log lines, events, errors
///
/// X-Ray, CloudWatch Logs, Honeycomb and Rollbar are asked at once. What one of them does not have, or does
/// not tell, takes nothing from the others, and is said. The id is taken as X-Ray writes it,
/// 1-5759e988-bd862e3fe1be46a994272793, and as W3C does, 32 hex digits; `serve` answers every request with
/// both.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The id
    #[arg(value_name = "ID")]
    id: TraceId,
    /// Look for lines in this log group, or these: '/aws/*' [default: those that the trace names,
    /// else those of aws/json/logs.json] (can be repeated)
    #[arg(short, long = "group", value_name = "GROUP")]
    groups: Vec<crate::logs::glob::Glob>,
    /// Show times in UTC and not in local time
    #[arg(long)]
    utc: bool,
}

pub(super) async fn run(context: &Context<'_>, args: Args) -> Result<()> {
    let view = gather(context, args.id, &args.groups, args.utc).await?;
    context.output.emit(&view)?;
    if view.is_found() {
        return Ok(());
    }
    if !view.is_answered() {
        return Err(Error::configuration(format!(
            "none of the four could be asked for trace {}",
            args.id
        ))
        .code("nobody-asked")
        .cause("each says above what it is missing")
        .fix("add `--sandbox` to try it without an account"));
    }
    Err(Error::usage(format!("none of the four knows trace {}", args.id))
        .code("no-such-trace")
        .cause("the id is mistyped, the request was not recorded, or it arrived seconds ago and is not to be found yet")
        .fix(format!("find it in the list: {}", context.command("xray traces --since 1d"))))
}

/// Asks all four.
pub(super) async fn gather(
    context: &Context<'_>,
    id: TraceId,
    groups: &[crate::logs::glob::Glob],
    utc: bool,
) -> Result<RequestView> {
    let progress = context
        .output
        .progress("asking X-Ray, CloudWatch Logs, Honeycomb and Rollbar");
    let work = async {
        // The lines are looked for where and when the segments say, so these come first.
        let aws = async {
            let (xray, known) = xray::read(context, id, utc).await;
            let logs = logs::read(context, id, groups, known).await;
            (xray, logs)
        };
        let ((xray, logs), honeycomb, rollbar) = futures::join!(
            Box::pin(aws),
            Box::pin(honeycomb::read(context, id)),
            Box::pin(rollbar::read(context, id)),
        );
        Ok(RequestView::new(id, xray, logs, honeycomb, rollbar))
    };
    let view = Box::pin(context.until_stopped(work)).await;
    drop(progress);
    view
}

/// A part that could not be read, with the first thing to try.
fn failed<T>(error: &Error) -> Part<T> {
    let cause = error
        .reason()
        .map_or_else(String::new, |cause| format!(": {cause}"));
    let reason = Reason::new(format!("{}{cause}", error.message()));
    Part::Failed(match error.fixes().first() {
        Some(fix) => reason.next(fix.clone()),
        None => reason,
    })
}
