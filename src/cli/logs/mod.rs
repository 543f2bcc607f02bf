//! `logs …`: what CloudWatch Logs holds.

mod create;
mod groups;

use super::context::Context;
use crate::error::Result;

/// Look at and create log groups of CloudWatch Logs
#[derive(Debug, clap::Subcommand)]
pub(in crate::cli) enum Command {
    Groups(groups::Args),
    Create(create::Args),
}

pub(in crate::cli) async fn run(context: &Context<'_>, command: Command) -> Result<()> {
    match command {
        Command::Groups(args) => groups::run(context, args).await,
        Command::Create(args) => create::run(context, args).await,
    }
}
