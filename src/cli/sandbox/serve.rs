//! `sandbox`: serve until stopped.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use super::super::context::Context;
use crate::error::Result;
use crate::sandbox::{FaultSwitch, Location, Log, Options, Retention, Sandbox, SidePort};

/// The port when none is asked for.
const PORT: u16 = 4000;

/// The port of the X-Ray daemon when none is asked for.
const XRAY_PORT: u16 = 2000;

/// The port of an OpenTelemetry collector when none is asked for.
const OTLP_PORT: u16 = 4318;

/// How to serve.
#[derive(Debug, clap::Args)]
#[group(skip)]
pub(super) struct Args {
    /// The address to listen on
    #[arg(long, default_value = "127.0.0.1")]
    host: String,
    /// The port to listen on; 0 picks a free one [default: 4000, or a free one if that is taken]
    #[arg(long)]
    port: Option<u16>,
    /// The port for X-Ray segments (UDP) and samplers (TCP); 0 picks a free one [default: 2000,
    /// or none if that is taken]
    #[arg(long, value_name = "PORT")]
    xray_port: Option<u16>,
    /// The port for OTLP without a key; 0 picks a free one [default: 4318, or none if that is taken]
    #[arg(long, value_name = "PORT")]
    otlp_port: Option<u16>,
    #[command(flatten)]
    store: StoreArgs,
    /// Keep at most so many megabytes of traces, as many of log events, and as many of OTLP
    #[arg(long, value_name = "MB", default_value_t = 1024, value_parser = clap::value_parser!(u32).range(1..))]
    keep_size: u32,
    /// Keep all of them at most so many days
    #[arg(long, value_name = "DAYS", default_value_t = 7, value_parser = clap::value_parser!(u32).range(1..=3650))]
    keep_days: u32,
    /// Write the URL and process id here, as JSON, when requests can come
    #[arg(long, value_name = "PATH")]
    ready_file: Option<PathBuf>,
    /// Accept requests for this host name too (can be repeated)
    #[arg(long = "allow-host", value_name = "NAME")]
    allowed_hosts: Vec<String>,
    #[command(flatten)]
    faults: FaultArgs,
}

/// Where the store is.
#[derive(Debug, clap::Args)]
#[group(skip)]
pub(super) struct StoreArgs {
    /// Keep the data in this directory [default: the user's data directory]
    #[arg(long, value_name = "PATH", conflicts_with = "memory")]
    dir: Option<PathBuf>,
    /// Keep the data in memory only
    #[arg(long)]
    memory: bool,
}

/// What goes wrong on purpose, for tests.
#[derive(Debug, clap::Args)]
#[group(skip)]
#[command(next_help_heading = "Faults on purpose")]
pub(super) struct FaultArgs {
    /// KIND[@OPERATION]=RATE, such as throttle=30%, drop@CreateGroup=once or delay=200ms; kinds are
    /// throttle, abort, delay, lag, live-tail-timeout, drop, refuse, deny and fail (can be repeated)
    #[arg(long = "fault", value_name = "FAULT")]
    pub(super) switches: Vec<FaultSwitch>,
    /// Makes the shares of faults repeatable
    #[arg(long, value_name = "NUMBER", default_value_t = 0)]
    pub(super) fault_seed: u64,
    /// At most this many items on a page, so that clients have to follow tokens
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u16).range(1..))]
    pub(super) page_limit: Option<u16>,
}

impl StoreArgs {
    /// The directory or memory that was asked for, else the user's data directory.
    pub(super) fn location(&self, context: &Context<'_>) -> Result<Location> {
        if self.memory {
            return Ok(Location::Memory);
        }
        match &self.dir {
            Some(directory) => Ok(Location::Directory(
                context.environment.working_directory().join(directory),
            )),
            None => Ok(Location::Directory(
                context.settings.data_directory()?.value.clone(),
            )),
        }
    }
}

pub(super) async fn run(context: &Context<'_>, args: Args) -> Result<ExitCode> {
    let output = context.output;
    let location = args.store.location(context)?;
    let is_usual = args.store.dir.is_none() && !args.store.memory;
    let place = match &location {
        Location::Memory => "memory".to_owned(),
        Location::Directory(directory) => context.environment.shown(directory),
    };
    let options = Options {
        location,
        host: args.host,
        port: args.port.unwrap_or(PORT),
        daemon_port: args
            .xray_port
            .map_or(SidePort::IfFree(XRAY_PORT), SidePort::Exactly),
        otlp_port: args
            .otlp_port
            .map_or(SidePort::IfFree(OTLP_PORT), SidePort::Exactly),
        retention: Retention {
            bytes: u64::from(args.keep_size) * 1024 * 1024,
            age: Duration::from_hours(u64::from(args.keep_days) * 24),
        },
        ready_file: args.ready_file,
        default_region: region(context),
        allowed_hosts: args.allowed_hosts,
        fault_switches: args.faults.switches,
        fault_seed: args.faults.fault_seed,
        page_limit: args.faults.page_limit.map(usize::from),
        log: Log::stderr(),
    };
    let sandbox = match Sandbox::bind(options.clone()) {
        // Nobody asked for this very port: another will do as well.
        Err(error) if args.port.is_none() && error.known_as() == Some("port-taken") => {
            output.status(&format!("port {PORT} is taken, using a free one"));
            Sandbox::bind(Options { port: 0, ..options })?
        }
        bound => bound?,
    };
    let style = output.status_style();
    output.status(&format!(
        "{} {}  {} {place}",
        style.accent("sandbox"),
        sandbox.url(),
        style.dim("data in")
    ));
    if let Some(address) = sandbox.daemon_address() {
        output.status(&format!(
            "{} {address}  UDP for segments, TCP for samplers",
            style.dim("daemon")
        ));
    }
    if let Some(url) = sandbox.otlp_url() {
        output.status(&format!(
            "{} {url}  OTLP without a key",
            style.dim("collector")
        ));
    }
    output.status(&format!(
        "{} X-Ray, CloudWatch Logs, STS, Honeycomb, OTLP, Rollbar",
        style.dim("speaks")
    ));
    output.status(&format!(
        "{} clients need AWS_DISABLE_HOST_PREFIX_INJECTION=true, which `sandbox env` sets",
        style.dim("Live Tail")
    ));
    let whose = if is_usual {
        String::new()
    } else {
        format!("--sandbox={} ", sandbox.url())
    };
    output.next(&format!(
        "eval \"$(cruddur-obs {whose}sandbox env)\"    # in another terminal; stop with Ctrl-C"
    ));
    sandbox.serve(context.stop.clone()).await?;
    output.status("stopped");
    Ok(ExitCode::SUCCESS)
}

/// The region of callers that name none.
pub(in crate::cli) fn region(context: &Context<'_>) -> String {
    context
        .settings
        .region()
        .map(|setting| setting.value)
        .filter(|region| !region.is_empty())
        .unwrap_or_else(|| "us-east-1".to_owned())
}
