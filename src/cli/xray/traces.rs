//! `xray traces`.

use indicatif::HumanCount;

use super::super::context::Context;
use super::super::time_window::WindowArgs;
use super::filter::{about_group, checked};
use super::nothing::{Empty, explain};
use crate::error::Result;
use crate::remote::{FoundTraces, Progress};
use crate::view::traces::{Search, TracesView};

/// List traces, the newest first
///
/// A filter is checked here before X-Ray is asked, for X-Ray takes one that matches nothing without
/// a word. Put it in single quotes: 'service("backend-flask") AND fault'.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Args {
    /// Only traces that match this filter expression
    #[arg(long, value_name = "EXPRESSION")]
    filter: Option<String>,
    /// Only traces of this group
    #[arg(long, value_name = "NAME")]
    group: Option<String>,
    #[command(flatten)]
    window: WindowArgs,
    /// At most so many traces
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    limit: u32,
}

pub(in crate::cli) async fn run(context: &Context<'_>, args: Args) -> Result<()> {
    let group = args.group.as_deref();
    let filter = checked(context, args.filter.as_deref(), group)?;
    let meant = args.window.window()?;
    let clients = context.clients().await?;
    let output = context.output;
    if meant.is_cut {
        output.note("X-Ray keeps traces for 30 days: the window begins there");
    }
    let progress = output.progress("searching traces");
    let say = |read: Progress| {
        let part = if read.of > 1 {
            format!("part {} of {}, ", read.done + 1, read.of)
        } else {
            String::new()
        };
        progress.say(&format!(
            "searching traces: {part}{} scanned",
            HumanCount(read.scanned)
        ));
    };
    let limit = usize::try_from(args.limit).unwrap_or(usize::MAX);
    let searching = clients
        .xray
        .trace_summaries(meant.window, filter.as_deref(), limit, &say);
    let found = match Box::pin(context.until_stopped(searching)).await {
        Ok(found) => found,
        Err(error) => return Err(about_group(clients, group, error).await),
    };
    drop(progress);
    let zone = args.window.zone();
    if found.unread > 0 {
        output.warning(&format!(
            "left out {} summaries without a trace id",
            found.unread
        ));
    }
    if found.summaries.is_empty() {
        let empty = Empty {
            noun: "trace",
            command: "xray traces",
            window: meant.window,
            zone: &zone,
            group,
            filter: args.filter.as_deref(),
        };
        explain(context, clients, &empty).await?;
    } else {
        summarise(context, &found, args.limit, filter.is_some());
    }
    let first = found.summaries.first().map(|summary| summary.id);
    output.emit(&TracesView::new(
        Search {
            window: meant.window,
            zone,
            filter_expression: filter,
            scanned: found.scanned,
            complete: found.whole_window,
        },
        found.summaries,
    ))?;
    if let Some(id) = first {
        output.next(&context.command(&format!("xray trace {id}")));
    }
    Ok(())
}

/// Says how many of how many there are, and whether there may be more.
fn summarise(context: &Context<'_>, found: &FoundTraces, limit: u32, filtered: bool) {
    let shown = found.summaries.len() as u64;
    // Not every service counts what it looked at.
    let scanned = found.scanned.max(shown);
    let output = context.output;
    if found.whole_window {
        output.status(&if filtered {
            format!(
                "{} of {} scanned traces match",
                HumanCount(shown),
                HumanCount(scanned)
            )
        } else {
            format!("{} traces", HumanCount(shown)).replace("1 traces", "1 trace")
        });
    } else {
        output.status(&format!(
            "the newest {} traces{}; there are more: --limit {}",
            HumanCount(shown),
            if filtered {
                format!(" that match, of {} scanned", HumanCount(scanned))
            } else {
                String::new()
            },
            limit.saturating_mul(10).min(100_000)
        ));
    }
}
