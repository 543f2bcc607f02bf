//! `logs query`.

use std::time::Duration;

use indicatif::{DecimalBytes, HumanCount};
use tokio::time::sleep;

use super::super::context::Context;
use super::super::format::{self, FormatArgument};
use super::super::time_window::WindowArgs;
use super::chosen::{Chosen, chosen};
use crate::error::{Error, Kind, Result};
use crate::logs::glob::Glob;
use crate::remote::{Clients, QueryAnswer, QueryStatus};
use crate::time_window::shown_window;
use crate::view::log_query::LogQueryView;

/// The forms that rows have.
pub(super) const FORMS: &[FormatArgument] = &[
    FormatArgument::Text,
    FormatArgument::Json,
    FormatArgument::Csv,
];

/// The first wait before asking whether a query is done.
const FIRST: Duration = Duration::from_millis(100);

/// The longest.
const LONGEST: Duration = Duration::from_secs(1);

/// The most groups of one query.
/// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_StartQuery.html>
const MOST_GROUPS: usize = 50;

/// Ask log groups a Logs Insights query
///
/// Put it in single quotes: 'fields @timestamp, @message | filter level = "ERROR" | sort @timestamp
/// desc | limit 20', or 'stats count(*) by bin(5m)'. AWS charges for the bytes that are scanned.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Args {
    /// The query
    #[arg(value_name = "QUERY")]
    query: String,
    /// The group, or groups: '/aws/*' [default: those of aws/json/logs.json] (can be repeated)
    #[arg(short, long = "group", value_name = "GROUP")]
    groups: Vec<Glob>,
    #[command(flatten)]
    window: WindowArgs,
    /// At most so many rows, unless the query has a limit of its own
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(i32).range(1..=100_000))]
    limit: Option<i32>,
    // The global option of this id gives its place and value to this one.
    /// How the rows are written to stdout
    #[arg(id = "output", short, long, value_name = "FORMAT", default_value = "text", value_parser = format::parser(FORMS, |_| true))]
    output: FormatArgument,
}

pub(in crate::cli) async fn run(context: &Context<'_>, args: Args) -> Result<()> {
    let clients = context.clients().await?;
    let Chosen { groups, .. } = chosen(context, clients, &args.groups).await?;
    if groups.len() > MOST_GROUPS {
        return Err(Error::usage(format!(
            "a query takes {MOST_GROUPS} log groups, and these are {}",
            groups.len()
        ))
        .code("too-many-groups")
        .fix("name fewer with --group"));
    }
    let names: Vec<String> = groups.iter().map(|group| group.name.to_string()).collect();
    let window = args.window.window_at(clients.calls.now())?;
    let seconds = (window.start.as_second(), window.end.as_second() - 1);
    let progress = context.output.progress("asking");
    let starting = clients
        .logs
        .start_query(&names, &args.query, seconds, args.limit);
    let id = Box::pin(context.until_stopped(starting)).await?;
    let say = |answer: &QueryAnswer| {
        progress.say(&format!(
            "asking: {} lines scanned, {} matched",
            HumanCount(answer.records_scanned),
            HumanCount(answer.records_matched)
        ));
    };
    let answer = match Box::pin(context.until_stopped(finished(clients, &id, say))).await {
        Ok(answer) => answer,
        Err(error) => {
            // A query that nobody waits for would go on, and be charged.
            if error.kind() == Kind::Interrupted {
                clients.logs.stop_query(&id).await;
            }
            return Err(error);
        }
    };
    drop(progress);
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let place = format!(
        "{}, {}",
        super::several(&names),
        shown_window(window, &args.window.zone())
    );
    context.output.status(&format!(
        "{} of {} scanned in {place}",
        super::counted(answer.rows.len() as u64, "row"),
        scanned(&answer),
    ));
    let view = LogQueryView::new(answer);
    if view.is_empty() {
        context.output.reason(
            "when",
            "what you look for may be older than that",
            &context.command(&format!(
                "logs query {} --since 1d",
                crate::output::quoted(&args.query)
            )),
        );
    }
    if args.output == FormatArgument::Csv {
        return context.output.data(&view.csv());
    }
    context.output.emit(&view)
}

async fn finished(clients: &Clients, id: &str, say: impl Fn(&QueryAnswer)) -> Result<QueryAnswer> {
    let mut wait = FIRST;
    loop {
        let answer = clients.logs.query_results(id).await?;
        say(&answer);
        let failed = |how: &str| {
            Err(Error::unreachable(format!("the query {how}"))
                .code("query-failed")
                .fix("run the command again, with a shorter stretch of time: --minutes 10"))
        };
        match answer.status {
            QueryStatus::Complete => return Ok(answer),
            QueryStatus::Failed => return failed("failed on the service's side"),
            QueryStatus::Cancelled => return failed("was stopped by somebody"),
            QueryStatus::TimedOut => return failed("was not done within an hour"),
            QueryStatus::Running => {}
        }
        sleep(wait).await;
        wait = (wait * 2).min(LONGEST);
    }
}

fn scanned(answer: &QueryAnswer) -> String {
    format!(
        "{} lines, {}",
        HumanCount(answer.records_scanned),
        DecimalBytes(answer.bytes_scanned)
    )
}
