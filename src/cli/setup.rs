//! `setup`: plan, confirm, converge.

use std::process::ExitCode;

use super::context::Context;
use super::files::FileArgs;
use super::provisioning::{Consent, Words, carry_out};
use crate::error::Result;
use crate::provision::plan::{Choices, converge};

/// Create or update the X-Ray group, sampling rule and log groups
///
/// Reads aws/json/xray.json and aws/json/logs.json (the nearest upwards, else built-in ones),
/// compares them with what is there, shows the difference and makes it come true. What is not
/// there is created at once; what exists is changed only after a question, or with --yes.
/// Without a terminal and without --yes it exits 3 and touches nothing.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    consent: Consent,
    /// Delete and create a group whose filter changed, so that its graphs do not mix old and new
    #[arg(long)]
    replace: bool,
    #[command(flatten)]
    files: FileArgs,
}

pub(super) async fn run(context: &Context<'_>, args: Args) -> Result<ExitCode> {
    let desired = args.files.load(context)?;
    let clients = context.clients().await?;
    let choices = Choices {
        replace: args.replace,
    };
    let progress = context.output.progress("looking");
    let plan = context
        .until_stopped(converge(clients, &desired, choices))
        .await?;
    drop(progress);
    let words = Words {
        nothing: "everything is as the files say",
        again: args.files.after("setup"),
    };
    let (code, changed) = carry_out(context, clients, &desired, plan, args.consent, words).await?;
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
