//! `xray …`: what AWS X-Ray holds.

pub(super) mod filter;
mod graph;
mod groups;
mod nothing;
mod rules;
mod stats;
mod trace;
mod traces;

use super::context::Context;
use super::format::{FormatArgument, TEXT_AND_JSON};
use crate::error::Result;

/// Look at what AWS X-Ray holds
#[derive(Debug, clap::Subcommand)]
pub(in crate::cli) enum Command {
    Graph(graph::Args),
    Traces(traces::Args),
    Trace(trace::Args),
    Groups(groups::Args),
    Rules(rules::Args),
    Stats(stats::Args),
}

impl Command {
    /// The forms that the command's data can have.
    pub(in crate::cli) fn forms(&self) -> &'static [FormatArgument] {
        match self {
            Self::Graph(_) => graph::FORMS,
            Self::Trace(_) => trace::FORMS,
            Self::Traces(_) | Self::Groups(_) | Self::Rules(_) | Self::Stats(_) => TEXT_AND_JSON,
        }
    }
}

pub(in crate::cli) async fn run(context: &Context<'_>, command: Command) -> Result<()> {
    match command {
        Command::Graph(args) => Box::pin(graph::run(context, args)).await,
        Command::Traces(args) => Box::pin(traces::run(context, args)).await,
        Command::Trace(args) => Box::pin(trace::run(context, args)).await,
        Command::Groups(args) => groups::run(context, args).await,
        Command::Rules(args) => rules::run(context, args).await,
        Command::Stats(args) => Box::pin(stats::run(context, args)).await,
    }
}
