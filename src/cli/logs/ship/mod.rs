//! `logs ship`: from a pipe to CloudWatch Logs.

mod input;
mod lines;

use std::process::ExitCode;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::super::context::Context;
use super::super::patience::{self, Patience};
use super::super::stream_name;
use super::create;
use crate::error::{Error, Result};
use crate::output::Format;
use crate::provision::desired::Retention;
use crate::provision::{MARKER_KEY, MARKER_VALUE};
use crate::remote::{Clients, Tags};
use crate::telemetry::{
    GiveUp, LogShipper, LogShipping, NewGroup, Notice, Settings, Totals, Undelivered,
};
use crate::view::shipped::ShippedView;
use input::{Input, Timestamps};

/// How long what waits may take on a stop, where nothing is said.
const USUAL_DRAIN: Duration = Duration::from_secs(10);

/// A group as people name them.
const EXAMPLE: &str = "/cruddur/api";

/// Ship the lines that come on stdin to a log group
///
/// Each line is one log event: myapp 2>&1 | cruddur-obs logs ship /cruddur/api. The stream is made when
/// it is not there. When CloudWatch Logs is slow or away, up to 100,000 lines or 64 MiB wait in memory
/// and are sent again with growing pauses; when that is full, the pipe waits. At the end of the input
/// everything is sent, giving up when nothing is taken for --timeout. On SIGTERM or Ctrl-C it reads on
/// until the input ends or is silent for a second, sends what it has, and ends within --drain-timeout.
/// At the end a line on stderr says what became of every line. Exits with 0 when every line was delivered, and
/// with 7 when some were not; empty lines are left out, and counted.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Args {
    /// The log group
    group: String,
    /// The log stream [default: HOST/START/PID]
    #[arg(long, value_name = "NAME")]
    stream: Option<String>,
    /// Create the log group when it is not there
    #[arg(long)]
    create_group: bool,
    /// Days after which events of a group that is created here go [default: never]
    #[arg(long, value_name = "DAYS", requires = "create_group")]
    retention: Option<String>,
    /// The time of an event: when the line came in, or the RFC 3339 time that it begins with, if it does
    #[arg(long, value_name = "WHICH", value_enum, default_value_t)]
    timestamps: Timestamps,
    /// Pass the input on to stdout, byte for byte
    #[arg(long)]
    tee: bool,
    /// Never let the pipe wait: when memory is full, the oldest lines go
    #[arg(long)]
    drop_when_full: bool,
    /// How long SIGTERM and Ctrl-C may take: 10s, 500ms, 2m; a number is seconds [default: 10s]
    #[arg(long, value_name = "TIME", value_parser = patience::of_a_wait)]
    drain_timeout: Option<Patience>,
}

pub(in crate::cli) async fn run(context: &Context<'_>, args: Args) -> Result<ExitCode> {
    let output = context.output;
    if args.tee && output.format() == Format::Json {
        return Err(Error::usage("--tee and -o json both write to stdout")
            .code("tee-json")
            .fix("leave one of them out"));
    }
    let clients = context.clients().await?;
    let settings = settings(&args, clients)?;
    let (group, stream) = (settings.group.clone(), settings.stream.clone());
    let shipping =
        LogShipping::bind(settings, clients.logs.clone()).map_err(|error| {
            match error.known_as() {
                Some("log-stream-name") => {
                    error.fix("leave --stream out, or name it without : and *")
                }
                _ => error.fix(format!("name a log group, such as {EXAMPLE}")),
            }
        })?;
    let shipper = shipping.shipper();
    output.status(&format!("shipping to log group {group}, stream {stream}"));

    let input = Input::new(&args, &context.stop);
    let reading = async {
        let read = input.give(&shipper).await;
        shipper.close();
        read
    };
    let (stopped, read) = tokio::join!(ship(context, shipping, &args.group), reading);
    let totals = shipper.totals();
    let replaced = *read.as_ref().unwrap_or(&0);
    if replaced > 0 {
        output.status(&format!(
            "{replaced} of the lines had bytes that are not UTF-8; they became U+FFFD"
        ));
    }
    output.status(&totals.to_string());
    let invalid_utf8 = read?;
    output.emit(&ShippedView::new(group, stream, &totals, invalid_utf8))?;
    match stopped {
        Some(code) => Ok(code),
        None if totals.lost() > 0 => Err(not_delivered(&totals)),
        None => {
            if totals.sent > 0 {
                output.next(&context.command(&format!("logs tail {}", args.group)));
            }
            Ok(ExitCode::SUCCESS)
        }
    }
}

/// Ships until all has found its place; the exit code where it had to stop before.
async fn ship(context: &Context<'_>, shipping: LogShipping, group: &str) -> Option<ExitCode> {
    let output = context.output;
    let say = |notice| match notice {
        Notice::Info(text) => output.status(&text),
        Notice::Warning(text) => output.warning(&text),
    };
    let cancel: CancellationToken = context.stop.clone();
    let mut error = Box::pin(shipping.serve(cancel, say)).await.err()?;
    if error.known_as() == Some("no-log-group") {
        error = error
            .fix(context.command(&format!("logs create {group} --retention 7")))
            .fix("or let this command do it: --create-group --retention 7");
    }
    let code = error.kind().exit_code();
    // At once, for the input may go on for days.
    output.failure(&error);
    output.warning(
        "nothing more is shipped; stdin is read to its end, so that its program can go on",
    );
    Some(ExitCode::from(code))
}

fn settings(args: &Args, clients: &Clients) -> Result<Settings> {
    let stream = match &args.stream {
        Some(stream) => stream.clone(),
        None => stream_name::of_this_process(),
    };
    let retention_days = match args.retention.as_deref().map(create::days).transpose()? {
        Some(Retention::Days(days)) => Some(days),
        Some(Retention::Forever) | None => None,
    };
    let timeout = Duration::from_secs(u64::from(clients.facts.timeout));
    let usual = Settings::new(&args.group, stream);
    Ok(Settings {
        create_group: args.create_group.then(|| NewGroup {
            retention_days,
            tags: Tags::from([(MARKER_KEY.to_owned(), MARKER_VALUE.to_owned())]),
        }),
        patience: usual.patience.min(timeout),
        give_up: GiveUp {
            attempts: clients.facts.max_attempts,
            after: timeout,
        },
        drain: drain(args),
        waits_for_close: true,
        ..usual
    })
}

fn drain(args: &Args) -> Duration {
    args.drain_timeout.map_or(USUAL_DRAIN, Patience::duration)
}

fn not_delivered(totals: &Totals) -> Error {
    let lines = if totals.given == 1 { "line" } else { "lines" };
    let reasons: Vec<String> = Undelivered::ALL
        .into_iter()
        .filter(|reason| *reason != Undelivered::Empty && totals.undelivered(*reason) > 0)
        .map(|reason| format!("{} {}", totals.undelivered(reason), reason.words()))
        .collect();
    let error = Error::unreachable(format!(
        "{} of {} {lines} were not delivered",
        totals.lost(),
        totals.given
    ))
    .code("not-delivered")
    .cause(reasons.join(", "));
    let advice = [
        (
            Undelivered::NotInTime,
            "give it more time: --timeout 600 at the end of the input, --drain-timeout 60s on a stop",
        ),
        (
            Undelivered::QueueFull,
            "let the pipe wait: leave --drop-when-full out",
        ),
        (
            Undelivered::Refused,
            "look at the warnings above: they say what CloudWatch Logs refused, and why",
        ),
        (
            Undelivered::TooOld,
            "CloudWatch Logs takes what is at most 14 days old: --timestamps ingest ships it as of now",
        ),
        (
            Undelivered::TooNew,
            "CloudWatch Logs takes what is at most 2 hours ahead: set the clock that wrote it",
        ),
        (
            Undelivered::Expired,
            "keep events longer: cruddur-obs logs create GROUP --retention 30",
        ),
    ];
    let met = advice
        .into_iter()
        .filter(|(reason, _)| totals.undelivered(*reason) > 0);
    met.fold(error, |error, (_, fix)| error.fix(fix))
}

/// Where lines go, whichever way they wait.
async fn give(shipper: &LogShipper, line: input::Line, drop_when_full: bool) {
    if drop_when_full {
        shipper.send_beginning(line.event, line.further);
    } else {
        shipper
            .send_when_there_is_room(line.event, line.further)
            .await;
    }
}
