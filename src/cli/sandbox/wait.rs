//! `sandbox wait`: for tests that send traces and must know when they have arrived.

use std::process::ExitCode;
use std::time::{Duration, Instant};

use jiff::SignedDuration;
use serde_json::json;

use super::super::context::Context;
use super::super::patience::{self, Patience};
use super::super::xray::filter;
use super::control;
use crate::error::{Error, Kind, Result};
use crate::sandbox::{self, Location, Store, running};
use crate::settings::Sandbox;
use crate::view::arrivals::ArrivalsView;

/// How long is waited where nothing is said.
const USUAL: Duration = Duration::from_secs(10);

/// The pause between two looks.
const PAUSE: Duration = Duration::from_millis(100);

/// Wait until so many traces in the sandbox match, whoever sent them
///
/// Exits with 0 when they do, and with 4 when the time is over; then it says what came instead.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The filter expression that traces must match, such as 'service("backend-flask")'
    #[arg(long, value_name = "EXPRESSION")]
    until: String,
    /// How many must
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    count: u32,
    /// How long to wait: 10s, 500ms, 2m; a bare number is seconds [default: 10s]
    #[arg(long, value_name = "TIME", value_parser = patience::of_a_wait)]
    timeout: Option<Patience>,
    /// The directory of its data [default: the user's data directory]
    #[arg(long, value_name = "PATH")]
    dir: Option<std::path::PathBuf>,
}

/// The least that one look may take.
const LEAST: Duration = Duration::from_secs(1);

fn silent(timeout: Duration) -> Error {
    Error::unreachable(format!("the sandbox did not answer within {timeout:?}"))
        .code("unreachable")
        .fix("end what listens there, then start it again: cruddur-obs sandbox")
}

/// Where traces are counted.
enum Place {
    Server(String),
    Store(Store),
}

impl Place {
    fn of(context: &Context<'_>, dir: Option<std::path::PathBuf>) -> Result<Self> {
        if let (Some(Sandbox::At(url)), None) =
            (context.settings.sandbox().map(|one| &one.value), &dir)
        {
            return Ok(Self::Server(url.clone()));
        }
        let directory = match dir {
            Some(directory) => context.environment.working_directory().join(directory),
            None => context.settings.data_directory()?.value.clone(),
        };
        match running(&directory) {
            Some(server) => Ok(Self::Server(server.url)),
            None => Store::open(&Location::Directory(directory)).map(Self::Store),
        }
    }

    async fn count(&self, filter: &str) -> Result<ArrivalsView> {
        let answer = match self {
            Self::Server(url) => {
                control::ask(url, "matching", &json!({ "filter": filter })).await?
            }
            Self::Store(store) => sandbox::matching(store, filter)?,
        };
        serde_json::from_value(answer)
            .map_err(|error| Error::unexpected("the sandbox's answer cannot be read").source(error))
    }
}

pub(super) async fn run(context: &Context<'_>, args: Args) -> Result<ExitCode> {
    filter::check(context, "--until", &args.until)?;
    let place = Place::of(context, args.dir)?;
    let wanted = args.count as usize;
    let timeout = args.timeout.map_or(USUAL, Patience::duration);
    let deadline = Instant::now() + timeout;
    let progress = context.output.progress("waiting for traces");
    let arrivals = loop {
        // A sandbox that hangs must not hold the wait up for longer than was asked for.
        let left = deadline.saturating_duration_since(Instant::now());
        let look = tokio::time::timeout(left.max(LEAST), place.count(&args.until));
        let look = async { look.await.unwrap_or_else(|_| Err(silent(timeout))) };
        let arrivals = context.until_stopped(look).await?;
        let left = deadline.saturating_duration_since(Instant::now());
        if arrivals.matching >= wanted || left.is_zero() {
            break arrivals;
        }
        progress.say(&format!(
            "waiting for traces: {} of {wanted} match, {} in all",
            arrivals.matching, arrivals.traces
        ));
        let pause = async {
            tokio::time::sleep(PAUSE.min(left)).await;
            Ok(())
        };
        context.until_stopped(pause).await?;
    };
    drop(progress);
    context.output.emit(&arrivals)?;
    let matching = arrivals.matching;
    if matching >= wanted {
        context.output.status(&arrivals.sentence(wanted));
        return Ok(ExitCode::SUCCESS);
    }
    let elapsed = SignedDuration::try_from(timeout).unwrap_or_default();
    let error = Error::new(
        Kind::CheckFailed,
        format!("{} after {elapsed:#}", arrivals.sentence(wanted)),
    )
    .code("not-arrived");
    Err(if arrivals.traces == 0 {
        error
            .cause("no trace at all has come; with a server, /_sandbox/health counts datagrams")
            .fix("eval \"$(cruddur-obs sandbox env)\"    # in the shell that starts your app")
    } else {
        error
            .cause(if arrivals.traces == 1 {
                "one trace is there".to_owned()
            } else {
                format!("{} traces are there", arrivals.traces)
            })
            .fix(context.command("xray traces --since 7d"))
    })
}
