//! `sandbox …`: the services on this machine.

mod control;
mod env;
mod https;
mod reset;
mod run;
mod serve;
mod wait;

use std::process::ExitCode;

use super::context::Context;
use crate::error::Result;

pub(super) use env::daemon_of;
pub(super) use serve::region;

/// Run the services on this machine, or use them
///
/// Without a command it serves until stopped. Every official AWS client works against it: see
/// `cruddur-obs sandbox env`.
#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(super) struct Args {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    serve: serve::Args,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    Env(env::Args),
    Run(run::Args),
    Reset(reset::Args),
    Wait(wait::Args),
}

pub(super) async fn run(context: &Context<'_>, args: Args) -> Result<ExitCode> {
    match args.command {
        None => serve::run(context, args.serve).await,
        Some(Command::Env(args)) => env::run(context, args).await,
        Some(Command::Run(args)) => run::run(context, args).await,
        Some(Command::Reset(args)) => reset::run(context, args).await,
        Some(Command::Wait(args)) => wait::run(context, args).await,
    }
}

/// What a running sandbox says of itself.
pub(super) async fn health(url: &str) -> Result<serde_json::Value> {
    control::get(url, "health").await
}
