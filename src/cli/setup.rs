//! `setup`: plan, confirm, converge.

use std::path::PathBuf;
use std::process::ExitCode;

use super::context::Context;
use super::provisioning::{Consent, Words, carry_out, command_line};
use crate::error::Result;
use crate::provision::desired;
use crate::provision::plan::{Choices, converge};

/// Create or update the X-Ray group, sampling rule and log groups
///
/// Reads aws/json/xray.json and aws/json/logs.json (the nearest upwards, else built-in ones),
/// compares them with what is there, shows the difference and makes it come true. What is not
/// there is created at once; what exists is changed only after a question, or with --yes.
/// Without a terminal and without --yes it exits 3 and touches nothing.
#[derive(Debug, clap::Args)]
#[expect(clippy::struct_excessive_bools, reason = "one per flag")]
pub(super) struct Args {
    /// Show the plan and stop
    #[arg(long)]
    plan: bool,
    /// Do not ask
    #[arg(short, long)]
    yes: bool,
    /// With --plan, exit 3 if there are changes
    #[arg(long)]
    exit_code: bool,
    /// Delete and create a group whose filter changed, so that its graphs do not mix old and new
    #[arg(long)]
    replace: bool,
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
    let choices = Choices {
        replace: args.replace,
    };
    let progress = context.output.progress("looking");
    let plan = context
        .until_stopped(converge(clients, &desired, choices))
        .await?;
    drop(progress);
    let consent = Consent {
        plan_only: args.plan,
        yes: args.yes,
        exit_code: args.exit_code,
    };
    let words = Words {
        nothing: "everything is as the files say",
        again: command_line("setup", args.file.as_deref(), args.logs_file.as_deref()),
    };
    let (code, changed) = carry_out(context, clients, &desired, plan, consent, words).await?;
    if changed {
        if !desired.rules.is_empty() {
            context
                .output
                .note("X-Ray SDKs pick sampling rules up within about 5 minutes");
        }
        context.output.next(&context.command("xray rules"));
    }
    Ok(code)
}
