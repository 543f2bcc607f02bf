//! `rollbar …`: does Rollbar take what is reported?

mod access;
mod test;

use super::context::Context;
use crate::error::Result;

pub(super) use access::{access, no_token, read_access};

/// Find out whether Rollbar takes what is reported
#[derive(Debug, clap::Subcommand)]
pub(super) enum Command {
    Test(test::Args),
}

pub(super) async fn run(context: &Context<'_>, command: Command) -> Result<()> {
    match command {
        Command::Test(args) => test::run(context, args).await,
    }
}
