//! `iam-policy`: the smallest policy that the commands need.

use super::context::Context;
use super::files::FileArgs;
use crate::error::{Error, Result};
use crate::provision::permissions::{COMMANDS, policy};
use crate::view::policy::PolicyView;

/// Print the smallest IAM policy that the commands need
///
/// Resources are those of aws/json/xray.json and aws/json/logs.json, in the configured region
/// (else in every one). No request is made.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Only for these commands, separated by commas
    #[arg(long = "for", value_name = "COMMANDS", value_delimiter = ',', value_parser = COMMANDS)]
    commands: Vec<String>,
    /// Only what looks and changes nothing
    #[arg(long)]
    read_only: bool,
    /// The account's number [default: every account]
    #[arg(long, value_name = "ACCOUNT", value_parser = account)]
    account: Option<String>,
    #[command(flatten)]
    files: FileArgs,
}

fn account(text: &str) -> Result<String, String> {
    if text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        Ok(text.to_owned())
    } else {
        Err("an account number has 12 digits".to_owned())
    }
}

pub(super) fn run(context: &Context<'_>, args: &Args) -> Result<()> {
    let desired = args.files.load(context)?;
    let commands: Vec<&str> = if args.commands.is_empty() {
        COMMANDS.to_vec()
    } else {
        args.commands.iter().map(String::as_str).collect()
    };
    let region = context
        .settings
        .region()
        .map(|setting| setting.value)
        .filter(|region| !region.is_empty());
    let document = policy(
        &desired,
        &commands,
        args.read_only,
        region.as_deref(),
        args.account.as_deref(),
    );
    if document["Statement"].as_array().is_some_and(Vec::is_empty) {
        // IAM takes no policy without a statement.
        return Err(
            Error::usage("of these commands nothing is left with --read-only")
                .code("policy-empty")
                .cause("all that they call changes something, or is limited to what no file names")
                .fix("leave --read-only out, or name other commands with --for"),
        );
    }
    context.output.emit(&PolicyView(document))
}
