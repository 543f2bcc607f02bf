//! The tree of `--help`: one file per command, arguments in, a view out.
//!
//! A command is `Args` and `run(&Context, Args)`. What it knows about the world it gets from the
//! context; what it does, the other rooms do.

mod arguments;
mod config;
mod context;
mod daemon;
mod demo;
mod files;
mod format;
mod honeycomb;
mod iam_policy;
mod logs;
mod patience;
mod provisioning;
mod rollbar;
mod sandbox;
mod serve;
mod setup;
mod stream_name;
mod teardown;
mod time_window;
mod trace;
mod xray;

use std::process::ExitCode;

use clap::Parser as _;

use crate::error::{Error, Kind, Result};
use crate::output::Output;
use crate::settings::{Environment, Settings};
use arguments::{Arguments, Command};
use context::Context;
use format::FormatArgument;

/// The whole program: everything but the process itself.
pub fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            // Help and version are successes for stdout, mistakes are for stderr; clap knows.
            drop(error.print());
            return ExitCode::from(if error.use_stderr() {
                Kind::Usage.exit_code()
            } else {
                0
            });
        }
    };
    let environment = Environment::of_this_process();
    let output = Output::of_this_process(arguments.global.output_options(), |name| {
        environment.variable(name)
    });
    let result = run(arguments, environment, &output);
    match result {
        Ok(code) => code,
        Err(error) => {
            output.failure(&error);
            ExitCode::from(error.kind().exit_code())
        }
    }
}

fn run(arguments: Arguments, environment: Environment, output: &Output) -> Result<ExitCode> {
    format::check(arguments.global.output, arguments.command.forms())?;
    let mut flags = arguments.global.flags();
    if let Command::Daemon(args) = &arguments.command {
        daemon::amend(args, &mut flags, &environment)?;
    }
    let settings = Settings::resolve(&flags, &environment)?;
    for warning in settings.warnings() {
        output.warning(warning);
    }
    let runtime = runtime_for(&arguments.command)
        .enable_all()
        .build()
        .map_err(|error| Error::unexpected("could not start the runtime").source(error))?;
    let result = runtime.block_on(async {
        let context = Context::new(settings, environment, output);
        context.watch_signals();
        Box::pin(dispatch(
            &context,
            arguments.command,
            arguments.global.output,
        ))
        .await
    });
    // A blocked read of the terminal must not hold the process.
    runtime.shutdown_background();
    result
}

/// Servers get threads; a command that waits for a few answers needs none, and less memory.
fn runtime_for(command: &Command) -> tokio::runtime::Builder {
    match command {
        Command::Sandbox(_) | Command::Daemon(_) | Command::Demo(_) | Command::Serve(_) => {
            tokio::runtime::Builder::new_multi_thread()
        }
        _ => tokio::runtime::Builder::new_current_thread(),
    }
}

async fn dispatch(
    context: &Context<'_>,
    command: Command,
    form: FormatArgument,
) -> Result<ExitCode> {
    let done = |()| ExitCode::SUCCESS;
    match command {
        Command::Setup(args) => setup::run(context, args).await,
        Command::Teardown(args) => teardown::run(context, args).await,
        Command::Xray(command) => xray::run(context, command).await.map(done),
        Command::Rollbar(command) => rollbar::run(context, command).await.map(done),
        Command::Demo(args) => Box::pin(demo::run(context, args)).await,
        Command::Trace(args) => trace::run(context, args).await.map(done),
        Command::Logs(args) => logs::run(context, *args, form).await,
        Command::Honeycomb(command) => honeycomb::run(context, command).await.map(done),
        Command::Sandbox(args) => sandbox::run(context, args).await,
        Command::Serve(args) => Box::pin(serve::run(context, *args)).await,
        Command::Daemon(args) => daemon::run(context, *args).await,
        Command::IamPolicy(args) => iam_policy::run(context, &args).map(done),
        Command::Config(args) => config::run(context, args).map(done),
    }
}
