//! `sandbox run`: start a command as a client of the sandbox.

use std::ffi::OsString;
use std::process::ExitCode;

use tokio::process::Command;
use tokio_util::sync::CancellationToken;

use super::super::context::Context;
use super::env::leading_elsewhere;
use super::https::{self, HttpsArgs};
use super::serve::{self, FaultArgs, StoreArgs};
use crate::error::{Error, Kind, Result};
use crate::sandbox::{
    Location, Log, Options, Running, Sandbox, SidePort, client_environment, running,
};

/// Start a command with the sandbox's variables, and a sandbox if none is running
///
/// Exits as the command does.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    https: HttpsArgs,
    #[command(flatten)]
    store: StoreArgs,
    #[command(flatten)]
    faults: FaultArgs,
    /// The command and its arguments, after --
    #[arg(
        required = true,
        last = true,
        value_name = "COMMAND",
        help_heading = "Arguments"
    )]
    command: Vec<OsString>,
}

pub(super) async fn run(context: &Context<'_>, args: Args) -> Result<ExitCode> {
    let location = args.store.location(context)?;
    let already = match &location {
        Location::Directory(directory) => running(directory),
        Location::Memory => None,
    };
    let region = serve::region(context);
    let Some(server) = already else {
        let sandbox = Sandbox::bind(Options {
            location,
            port: 0,
            daemon_port: SidePort::Exactly(0),
            default_region: region.clone(),
            fault_switches: args.faults.switches.clone(),
            fault_seed: args.faults.fault_seed,
            page_limit: args.faults.page_limit.map(usize::from),
            log: Log::stderr(),
            ..Options::default()
        })?;
        let server = Running {
            url: sandbox.url(),
            daemon: sandbox.daemon_address().map(|address| address.to_string()),
        };
        let stop = CancellationToken::new();
        let serving = sandbox.serve(stop.clone());
        let command = async {
            let code = as_client(context, &args, &server, &region, true).await;
            stop.cancel();
            code
        };
        let (ended, code) = futures::join!(serving, command);
        ended?;
        return code;
    };
    as_client(context, &args, &server, &region, false).await
}

/// Starts the command; a server that ends with it leaves nothing behind.
async fn as_client(
    context: &Context<'_>,
    args: &Args,
    server: &Running,
    region: &str,
    ends_with_it: bool,
) -> Result<ExitCode> {
    let mut variables = client_environment(&server.url, server.daemon.as_deref(), region);
    if !args.https.https {
        return start(context, &args.command, variables).await;
    }
    let https = https::lead(context, &server.url).await?;
    variables.extend(https.variables);
    let code = start(context, &args.command, variables).await;
    if ends_with_it {
        drop(std::fs::remove_file(https.bundle));
    }
    code
}

async fn start(
    context: &Context<'_>,
    command: &[OsString],
    variables: Vec<(&'static str, String)>,
) -> Result<ExitCode> {
    let Some((program, arguments)) = command.split_first() else {
        return Err(Error::usage("no command was given"));
    };
    let mut child = Command::new(program);
    child.args(arguments).envs(variables).kill_on_drop(true);
    for name in leading_elsewhere(&context.environment) {
        child.env_remove(name);
    }
    let shown = program.to_string_lossy().into_owned();
    let mut child = child.spawn().map_err(|error| {
        Error::usage(format!("cannot start {shown}"))
            .code("command")
            .cause(error.to_string())
            .fix("check the command after --")
    })?;
    // Ctrl-C reaches the command as it reaches us, and it decides what to do; a polite stop of
    // this process alone is passed on by ending it.
    let status = tokio::select! {
        status = child.wait() => status,
        () = context.stop.cancelled() => {
            match tokio::time::timeout(std::time::Duration::from_secs(5), child.wait()).await {
                Ok(status) => status,
                Err(_) => return Err(Error::new(Kind::Interrupted, format!("stopped {shown}"))),
            }
        }
    };
    let status = status
        .map_err(|error| Error::unexpected(format!("cannot wait for {shown}")).source(error))?;
    Ok(ExitCode::from(exit_code(status)))
}

/// The command's own code; 128 and the signal where a signal ended it, as a shell has it.
fn exit_code(status: std::process::ExitStatus) -> u8 {
    #[cfg(unix)]
    {
        use std::os::unix::process::ExitStatusExt as _;
        if let Some(signal) = status.signal() {
            return u8::try_from(128 + signal).unwrap_or(u8::MAX);
        }
    }
    status
        .code()
        .and_then(|code| u8::try_from(code).ok())
        .unwrap_or(1)
}
