//! `xray …`: what AWS X-Ray holds.

mod groups;
mod rules;

use super::context::Context;
use crate::error::Result;

/// Look at what AWS X-Ray holds
#[derive(Debug, clap::Subcommand)]
pub(in crate::cli) enum Command {
    Groups(groups::Args),
    Rules(rules::Args),
}

pub(in crate::cli) async fn run(context: &Context<'_>, command: Command) -> Result<()> {
    match command {
        Command::Groups(args) => groups::run(context, args).await,
        Command::Rules(args) => rules::run(context, args).await,
    }
}
