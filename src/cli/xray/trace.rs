//! `xray trace`.

use super::super::context::Context;
use super::super::format::{self, FormatArgument};
use crate::error::{Error, Result};
use crate::remote::Clients;
use crate::trace::TraceId;
use crate::view::fetched::FetchedView;
use crate::view::plain::plain;

/// The forms that traces have.
pub(super) const FORMS: &[FormatArgument] = &[
    FormatArgument::Text,
    FormatArgument::Json,
    FormatArgument::Svg,
];

/// Show traces by their ids: who did what when, and for how long
///
/// A waterfall, with X-Ray's own inferred segments in it. Ids are taken as X-Ray writes them,
/// 1-5759e988-bd862e3fe1be46a994272793, and as W3C does, 32 hex digits. What is not found is named,
/// and makes the exit code 2.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Args {
    /// The ids
    #[arg(value_name = "ID", required = true)]
    ids: Vec<TraceId>,
    /// Show times in UTC and not in local time
    #[arg(long)]
    utc: bool,
    // The global option of this id gives its place and value to this one.
    /// How the traces are written to stdout
    #[arg(id = "output", short, long, value_name = "FORMAT", default_value = "text", value_parser = format::parser(FORMS, |_| true))]
    output: FormatArgument,
}

pub(in crate::cli) async fn run(context: &Context<'_>, args: Args) -> Result<()> {
    let is_drawing = args.output == FormatArgument::Svg;
    let is_one = args.ids.iter().all(|id| *id == args.ids[0]);
    if is_drawing && !is_one {
        return Err(
            Error::usage("a drawing is of one trace, and several are named")
                .code("output-format")
                .tried("-o svg")
                .fix("draw each into a file of its own: cruddur-obs xray trace ID -o svg"),
        );
    }
    let clients = context.clients().await?;
    let output = context.output;
    let progress = output.progress("reading traces");
    let fetching = clients.xray.batch_get_traces(&args.ids);
    let fetched = Box::pin(context.until_stopped(fetching)).await?;
    drop(progress);
    for trace in &fetched.traces {
        let id = trace.trace.id();
        for unread in &trace.unread {
            output.warning(&format!(
                "trace {id}: left out a document that cannot be read: {}",
                plain(&unread.reason)
            ));
        }
        if trace.limit_exceeded {
            output.warning(&format!(
                "trace {id} is larger than X-Ray keeps: documents are missing from it"
            ));
        }
    }
    let missing = fetched.missing.clone();
    let view = FetchedView::new(fetched, args.utc);
    if is_drawing {
        output.data(&view.svg(output.page()))?;
    } else {
        output.emit(&view)?;
    }
    not_found(clients, &missing).await
}

/// An error where something that was asked for is not there.
async fn not_found(clients: &Clients, missing: &[TraceId]) -> Result<()> {
    if missing.is_empty() {
        return Ok(());
    }
    let named: Vec<String> = missing.iter().map(TraceId::to_string).collect();
    let searched = clients.xray.has_transaction_search().await;
    let mut error = Error::usage(format!("X-Ray does not know {}", named.join(", ")))
        .code("no-such-trace")
        .tried(format!(
            "region {} from {}",
            clients.facts.region, clients.facts.region_origin
        ));
    error = if let Ok(true) = searched {
        error.cause("Transaction Search is on: X-Ray finds only the traces that it indexes, 1 % of them unless told otherwise")
    } else {
        error.cause("the id is mistyped, the trace is of another region, older than 30 days, was not sampled, or arrived seconds ago and is not indexed yet")
    };
    Err(error.fix("find it in the list: cruddur-obs xray traces --since 1d"))
}
