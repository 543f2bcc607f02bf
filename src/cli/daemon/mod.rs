//! `daemon`: a drop-in for AWS's X-Ray daemon.

mod configuration;
mod probe;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use super::context::Context;
use super::format::FormatArgument;
use crate::daemon::{Daemon, Log, Settings, SpoolSettings};
use crate::error::{Error, Result};
use crate::remote::{self, Clients, Route};
use crate::sandbox;
use crate::settings::{Environment, Flags, Origin, Sandbox, Setting};
use crate::xray::daemon_address::HostPort;
use crate::xray::daemon_configuration::{DaemonConfiguration, LogLevel};

/// Send what X-Ray SDKs emit to X-Ray: a drop-in for AWS's X-Ray daemon
///
/// Takes segments on UDP, sends them in batches, and answers samplers on TCP. What does not arrive
/// waits on disk and is sent again, in order, when X-Ray answers; on SIGTERM everything that was
/// received is sent or spooled. Flags, short names and the configuration file (/etc/amazon/xray/cfg.yaml,
/// ./cfg.yaml) are those of AWS's daemon, so -o is --local-mode here and not the global --output.
/// The log goes to stderr.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "On the TCP port, GET /healthz says how it is (503 when uploads have failed for a minute and\n\
                  segments wait) and GET /metrics counts, for Prometheus."
)]
pub(super) struct Args {
    /// Take segments here, on UDP; port 0 picks a free one [default: 127.0.0.1:2000]
    #[arg(short = 'b', long, value_name = "HOST:PORT")]
    bind: Option<HostPort>,
    /// Answer samplers and probes here, on TCP [default: 127.0.0.1:2000]
    #[arg(short = 't', long, value_name = "HOST:PORT")]
    bind_tcp: Option<HostPort>,
    // The ids of the next three are those of global options, whose place and value they take.
    /// AWS region [default: AWS_REGION, AWS_DEFAULT_REGION, the profile's]
    #[arg(id = "region", short = 'n', long = "region", value_name = "REGION")]
    region: Option<String>,
    /// Send to this URL instead of AWS; --endpoint is the same
    #[arg(
        id = "endpoint_url",
        long = "endpoint-url",
        alias = "endpoint",
        value_name = "URL"
    )]
    endpoint_url: Option<String>,
    /// Never ask for the metadata of an EC2 instance, which this daemon does not do anyway
    #[arg(
        id = "output",
        short = 'o',
        long = "local-mode",
        num_args = 0,
        default_missing_value = "text"
    )]
    local_mode: Option<FormatArgument>,
    /// Megabytes of segments in memory, at least 3 [default: 1 % of the machine's, at most 32]
    #[arg(short = 'm', long, value_name = "MB")]
    buffer_memory: Option<u32>,
    /// Call X-Ray as this role
    #[arg(short = 'r', long, value_name = "ARN")]
    role_arn: Option<String>,
    /// The resource that telemetry records name
    #[arg(short = 'a', long, value_name = "ARN")]
    resource_arn: Option<String>,
    /// Read this configuration file, YAML
    #[arg(short = 'c', long, value_name = "PATH")]
    config: Option<PathBuf>,
    /// Write the log to this file, put aside at 50 MB [default: stderr]
    #[arg(short = 'f', long, value_name = "PATH")]
    log_file: Option<PathBuf>,
    /// How much is logged: dev, debug, info, warn, error or prod [default: prod]
    #[arg(short = 'l', long, value_name = "LEVEL", value_parser = log_level)]
    log_level: Option<LogLevel>,
    /// Call X-Ray through this proxy [default: HTTPS_PROXY]
    #[arg(short = 'p', long, value_name = "URL")]
    proxy_address: Option<String>,
    /// Sign and pass on every request on the TCP port, for anyone who can reach it
    #[arg(long)]
    proxy_all: bool,
    /// Keep what does not arrive in this directory [default: in the user's data directory]
    #[arg(long, value_name = "DIR")]
    spool: Option<PathBuf>,
    /// Keep at most so many megabytes of it; 0 keeps it in memory
    #[arg(long, value_name = "MB", default_value_t = 64)]
    spool_size: u32,
    /// Write the addresses and process id here, as JSON, when segments can come
    #[arg(long, value_name = "PATH")]
    ready_file: Option<PathBuf>,
    /// Ask the daemon that runs at --bind-tcp how it is: exit 0 when it is well, else 7
    #[arg(long)]
    healthcheck: bool,
}

fn log_level(text: &str) -> std::result::Result<LogLevel, String> {
    text.parse()
}

/// Lets the configuration file speak where a flag is silent; before settings are resolved, for
/// they decide on region, endpoint and profile.
pub(super) fn amend(args: &Args, flags: &mut Flags, environment: &Environment) -> Result<()> {
    let configuration = configuration::read(args, environment)?;
    let fill = |flag: &mut Option<String>, value: Option<String>| {
        if flag.is_none() {
            *flag = value;
        }
    };
    fill(&mut flags.region, configuration.region);
    fill(&mut flags.endpoint_url, configuration.endpoint);
    fill(&mut flags.profile, configuration.profile);
    Ok(())
}

pub(super) async fn run(context: &Context<'_>, args: Args) -> Result<ExitCode> {
    let configuration = configuration::read(&args, &context.environment)?;
    if args.healthcheck {
        return probe::run(context, &configuration.tcp).await;
    }
    let log = log(&configuration, context)?;
    let clients = connect(context, &configuration).await?;
    let region = clients.facts.region.clone();
    let settings = settings(context, args, &configuration, region, log.clone())?;
    if settings.proxy_all && !is_loopback(&settings.tcp.host) {
        log.warn("--proxy-all on an address that others can reach: whoever reaches it calls X-Ray as you; fix: --bind-tcp 127.0.0.1:2000");
    }
    let daemon = Daemon::bind(settings, clients.xray.clone())?;
    log.info(&format!(
        "cruddur-obs daemon {}: segments on udp {}, samplers on tcp {}, X-Ray at {} in {} (from {})",
        env!("CARGO_PKG_VERSION"),
        daemon.udp_address(),
        daemon.tcp_address(),
        clients.xray.endpoint(),
        clients.facts.region,
        clients.facts.region_origin,
    ));
    daemon.serve(context.stop.clone()).await?;
    Ok(ExitCode::SUCCESS)
}

fn settings(
    context: &Context<'_>,
    args: Args,
    configuration: &DaemonConfiguration,
    region: String,
    log: Log,
) -> Result<Settings> {
    let here = |path: PathBuf| context.environment.working_directory().join(path);
    let asked_for = args.spool.is_some();
    let directory = match args.spool {
        _ if args.spool_size == 0 => None,
        Some(directory) => Some(here(directory)),
        None => Some(context.settings.data_directory()?.value.join("daemon")),
    };
    let megabytes = |number: u32| u64::from(number) * 1024 * 1024;
    let buffer = configuration
        .buffer_megabytes
        .unwrap_or_else(configuration::usual_buffer);
    let variable = |name| context.environment.variable(name).map(str::to_owned);
    Ok(Settings {
        udp: configuration.udp.clone(),
        tcp: configuration.tcp.clone(),
        buffer: usize::try_from(megabytes(buffer)).unwrap_or(usize::MAX),
        concurrency: configuration.concurrency as usize,
        spool: SpoolSettings {
            directory,
            asked_for,
            capacity: megabytes(args.spool_size),
        },
        proxy_all: args.proxy_all,
        hostname: variable("AWS_HOSTNAME").or_else(configuration::hostname),
        instance: variable("AWS_INSTANCE_ID"),
        resource_arn: configuration.resource_arn.clone(),
        ready_file: args.ready_file.map(here),
        notify_socket: variable("NOTIFY_SOCKET"),
        patience: Duration::from_secs(5),
        log,
        ..Settings::new(region)
    })
}

/// The clients; a sandbox has to run, for one in this process would take the data from everybody.
async fn connect(context: &Context<'_>, configuration: &DaemonConfiguration) -> Result<Clients> {
    let mut access = context
        .settings
        .aws(&context.environment, jiff::Timestamp::now())?;
    if let Some(Sandbox::InProcess) = context.settings.sandbox().map(|setting| &setting.value) {
        let directory = &context.settings.data_directory()?.value;
        let server = sandbox::running(directory).ok_or_else(|| {
            Error::unreachable("no sandbox is running")
                .code("no-sandbox")
                .cause("a daemon sends to a server, and --sandbox without a URL means the one on this machine")
                .fix("start it in another terminal: cruddur-obs sandbox")
        })?;
        let endpoint = Some(Setting::new(server.url, Origin::Sandbox));
        access.endpoint_xray.clone_from(&endpoint);
        access.endpoint_logs.clone_from(&endpoint);
        access.endpoint_sts = endpoint;
    }
    let route = Route {
        role_arn: configuration.role_arn.clone(),
        proxy: configuration.proxy_address.clone(),
    };
    let ca_bundle = context.settings.ca_bundle().map(|setting| setting.value);
    remote::connect_by(&route, &access, ca_bundle.as_deref(), None).await
}

fn log(configuration: &DaemonConfiguration, context: &Context<'_>) -> Result<Log> {
    let log = match &configuration.log_path {
        None => Log::stderr(),
        Some(path) => {
            let path = context.environment.working_directory().join(path);
            Log::file(&path, configuration.rotates_log).map_err(|error| {
                Error::configuration(format!("the log file {} cannot be written", path.display()))
                    .cause(error.to_string())
                    .fix("name a file in a directory that exists and can be written: --log-file PATH")
                    .source(error)
            })?
        }
    };
    Ok(log.at_least(configuration.log_level))
}

fn is_loopback(host: &str) -> bool {
    host == "localhost"
        || host
            .parse()
            .is_ok_and(|address: std::net::IpAddr| address.is_loopback())
}
