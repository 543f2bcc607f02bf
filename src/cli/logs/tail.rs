//! `logs tail`.

use std::time::Duration;

use super::super::context::Context;
use super::super::format::{self, FormatArgument};
use super::super::patience::{self, Patience};
use super::super::time_window::WindowArgs;
use super::chosen::{Chosen, LineArgs, chosen, marks};
use super::shown::{ColumnArgs, FORMS, Printer, form};
use crate::error::Result;
use crate::log_reader::{self, Ended, Follow, Following, Rhythm, Sink as _};
use crate::logs::glob::Glob;

/// Show the lines of log groups, and go on as new ones come
///
/// Without a group those of aws/json/logs.json. Names may have wildcards, in quotes: '/aws/*'; new
/// groups and streams are taken up. Throttling, failures and groups that come and go are waited
/// out, and said.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Args {
    /// The groups
    #[arg(value_name = "GROUP")]
    groups: Vec<Glob>,
    /// Only lines that match this filter pattern of CloudWatch Logs
    #[arg(long, value_name = "PATTERN")]
    pattern: Option<String>,
    #[command(flatten)]
    lines: LineArgs,
    #[command(flatten)]
    window: WindowArgs,
    /// Go on as new lines come; this is how it is without --until
    #[arg(short, long, conflicts_with_all = ["until", "no_follow"])]
    follow: bool,
    /// Show what is there and stop
    #[arg(long)]
    no_follow: bool,
    /// Use Live Tail, which shows lines within a second; AWS charges each minute of it
    #[arg(long, conflicts_with_all = ["until", "no_follow"])]
    live: bool,
    /// Stop when no line came for so long: 30s, 5m
    #[arg(long, value_name = "TIME", value_parser = patience::of_a_wait, conflicts_with_all = ["until", "no_follow"])]
    idle_exit: Option<Patience>,
    #[command(flatten)]
    columns: ColumnArgs,
    // The global option of this id gives its place and value to this one.
    /// How lines are written to stdout: JSON is an object a line, raw the message alone
    #[arg(id = "output", short, long, value_name = "FORMAT", default_value = "text", value_parser = format::parser(FORMS, |_| true))]
    output: FormatArgument,
}

pub(in crate::cli) async fn run(context: &Context<'_>, args: Args) -> Result<()> {
    let filter = args.lines.filter(args.pattern.as_deref())?;
    let selection = args.lines.selection(&filter);
    let clients = context.clients().await?;
    let Chosen { groups, globs } = chosen(context, clients, &args.groups).await?;
    let window = args.window.window_at(clients.calls.now())?;
    let several = groups.len() > 1 || !globs.is_empty();
    let mut printer = Printer::new(
        context,
        form(args.output),
        args.columns.columns(several),
        args.window.zone(),
        marks(&filter),
    );
    let since = window.start.as_millisecond();
    if args.window.has_end() || args.no_follow {
        let end = window.end.as_millisecond() - 1;
        let patience = super::patience(clients);
        let reading = whole(
            clients,
            &groups,
            &selection,
            (since, end),
            patience,
            &mut printer,
        );
        Box::pin(context.until_stopped(reading)).await?;
        return Ok(());
    }
    let names: Vec<&str> = groups.iter().map(|group| &*group.name).collect();
    context.output.status(&format!(
        "following {}; stop with Ctrl-C",
        super::several(&names)
    ));
    for group in groups.iter().filter(|group| !group.is_searchable()) {
        printer.notice(&super::by_query(group));
    }
    let following = Following {
        groups,
        globs,
        selection,
        since,
        live: args.live,
        idle_exit: args.idle_exit.map(Patience::duration),
    };
    let follow = Follow::new(clients, following, Rhythm::default());
    let ended = tokio::select! {
        biased;
        // That is how it ends: no failure.
        () = context.stop.cancelled() => None,
        ended = Box::pin(follow.run(&mut printer)) => Some(ended?),
    };
    let lines = super::counted(printer.lines, "line");
    match ended {
        None => context.output.status(&format!("stopped after {lines}")),
        Some(Ended::Idle) => context.output.status(&format!(
            "no line for {}: stopped after {lines}",
            length(args.idle_exit.map_or(Duration::ZERO, Patience::duration))
        )),
        Some(Ended::Unread) => {}
    }
    Ok(())
}

/// Shows a stretch of time that is over.
async fn whole(
    clients: &crate::remote::Clients,
    groups: &[log_reader::Group],
    selection: &std::sync::Arc<log_reader::Selection>,
    (since, end): (i64, i64),
    (patience, mut notices): (
        log_reader::Patience,
        tokio::sync::mpsc::UnboundedReceiver<log_reader::Notice>,
    ),
    printer: &mut Printer<'_>,
) -> Result<()> {
    for group in groups.iter().filter(|group| !group.is_searchable()) {
        printer.notice(&super::by_query(group));
    }
    let mut lines = log_reader::read(
        &clients.logs,
        groups,
        selection,
        (since, Some(end)),
        &patience,
    );
    loop {
        let batch = tokio::select! {
            biased;
            Some(notice) = notices.recv() => {
                printer.notice(&notice);
                continue;
            }
            batch = lines.next() => batch.map_err(|trouble| trouble.error)?,
        };
        match batch {
            Some(events) if !printer.lines(&events)? => return Ok(()),
            Some(_) => {}
            None => return Ok(()),
        }
    }
}

fn length(duration: Duration) -> String {
    jiff::SignedDuration::try_from(duration).map_or_else(
        |_| format!("{} s", duration.as_secs()),
        |all| format!("{all:#}"),
    )
}
