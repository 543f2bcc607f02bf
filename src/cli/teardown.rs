//! `teardown`: remove what `setup` manages.

use std::path::PathBuf;
use std::process::ExitCode;

use super::context::Context;
use super::provisioning::{Consent, Words, carry_out, command_line};
use crate::error::Result;
use crate::provision::desired;
use crate::provision::plan::remove;

/// Delete what setup manages; log data stays unless --logs is given
///
/// Deletes the X-Ray groups and sampling rules that the files name, after a question or with
/// --yes. The rule Default cannot be deleted, and a protected log group is refused.
#[derive(Debug, clap::Args)]
#[expect(clippy::struct_excessive_bools, reason = "one per flag")]
pub(super) struct Args {
    /// Show the plan and stop
    #[arg(long)]
    plan: bool,
    /// Do not ask
    #[arg(short, long)]
    yes: bool,
    /// With --plan, exit 3 if there is something to delete
    #[arg(long)]
    exit_code: bool,
    /// Delete the log groups too, with all they hold
    #[arg(long)]
    logs: bool,
    /// The X-Ray file [default: the nearest aws/json/xray.json, else built-in]
    #[arg(long, value_name = "PATH")]
    file: Option<PathBuf>,
    /// The log groups file [default: the nearest aws/json/logs.json, else built-in]
    #[arg(long, value_name = "PATH")]
    logs_file: Option<PathBuf>,
}

pub(super) async fn run(context: &Context<'_>, args: Args) -> Result<ExitCode> {
    let desired = desired::load(
        args.file.as_deref(),
        args.logs_file.as_deref(),
        &context.environment,
    )?;
    let clients = context.clients().await?;
    let plan = context
        .until_stopped(remove(clients, &desired, args.logs))
        .await?;
    let consent = Consent {
        plan_only: args.plan,
        yes: args.yes,
        exit_code: args.exit_code,
    };
    let words = Words {
        nothing: "nothing to delete",
        again: command_line(
            if args.logs {
                "teardown --logs"
            } else {
                "teardown"
            },
            args.file.as_deref(),
            args.logs_file.as_deref(),
        ),
    };
    let (code, _) = carry_out(context, clients, &desired, plan, consent, words).await?;
    Ok(code)
}
