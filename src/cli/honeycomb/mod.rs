//! `honeycomb …`: whose key it is, and whether a span arrives.

mod key;
mod region;
mod send;
mod whoami;

use super::context::Context;
use crate::error::Result;

/// Check a Honeycomb key, and send a test span
#[derive(Debug, clap::Subcommand)]
pub(in crate::cli) enum Command {
    Whoami(whoami::Args),
    Send(send::Args),
}

pub(in crate::cli) async fn run(context: &Context<'_>, command: Command) -> Result<()> {
    match command {
        Command::Whoami(args) => Box::pin(whoami::run(context, args)).await,
        Command::Send(args) => Box::pin(send::run(context, args)).await,
    }
}
