//! `teardown`: remove what `setup` manages.

use std::process::ExitCode;

use super::context::Context;
use super::files::FileArgs;
use super::provisioning::{Consent, Words, carry_out};
use crate::error::Result;
use crate::provision::plan::remove;

/// Delete what setup manages; log data stays unless --logs is given
///
/// Deletes the X-Ray groups and sampling rules that the files name, after a question or with
/// --yes. The rule Default cannot be deleted, and a protected log group is refused.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    consent: Consent,
    /// Delete the log groups too, with all they hold
    #[arg(long)]
    logs: bool,
    #[command(flatten)]
    files: FileArgs,
}

pub(super) async fn run(context: &Context<'_>, args: Args) -> Result<ExitCode> {
    let desired = args.files.load(context)?;
    let clients = context.clients().await?;
    let plan = context
        .until_stopped(remove(clients, &desired, args.logs))
        .await?;
    let words = Words {
        nothing: "nothing to delete",
        again: args.files.after(if args.logs {
            "teardown --logs"
        } else {
            "teardown"
        }),
    };
    let (code, _) = carry_out(context, clients, &desired, plan, args.consent, words).await?;
    Ok(code)
}
