//! `sandbox env`: the variables that turn any app into a client.

use std::process::ExitCode;

use super::super::context::Context;
use super::serve;
use crate::error::Result;
use crate::sandbox::{client_environment, running};
use crate::settings::{Environment, Sandbox};
use crate::view::variables::VariablesView;

/// Where the sandbox is unless something says otherwise.
const USUAL: &str = "http://127.0.0.1:4000";

/// What leads to a real account, and would be sent along or preferred by some client.
const LEADING_ELSEWHERE: [&str; 10] = [
    "AWS_PROFILE",
    "AWS_DEFAULT_PROFILE",
    "AWS_SESSION_TOKEN",
    "AWS_SECURITY_TOKEN",
    "AWS_ENDPOINT_URL_XRAY",
    "AWS_ENDPOINT_URL_CLOUDWATCH_LOGS",
    "AWS_ENDPOINT_URL_STS",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
];

/// Print the variables that turn any app into a client of the sandbox
///
/// Use it as: eval "$(cruddur-obs sandbox env)"
#[derive(Debug, clap::Args)]
pub(super) struct Args {}

pub(super) fn run(context: &Context<'_>, _args: Args) -> Result<ExitCode> {
    let given = context
        .settings
        .sandbox()
        .and_then(|setting| match &setting.value {
            Sandbox::At(url) => Some(url.clone()),
            Sandbox::InProcess => None,
        });
    let url = match given {
        Some(url) => url,
        None => running(&context.settings.data_directory()?.value).unwrap_or_else(|| {
            context
                .output
                .status("no sandbox is running; these will be right once it is");
            context.output.next("cruddur-obs sandbox");
            USUAL.to_owned()
        }),
    };
    let region = serve::region(context);
    let set = client_environment(&url, &region)
        .into_iter()
        .map(|(name, value)| (name, Some(value)));
    let unset = leading_elsewhere(&context.environment).map(|name| (name, None));
    context
        .output
        .emit(&VariablesView(set.chain(unset).collect()))?;
    Ok(ExitCode::SUCCESS)
}

/// Those variables of the environment that must not reach a client of the sandbox.
pub(super) fn leading_elsewhere(environment: &Environment) -> impl Iterator<Item = &'static str> {
    LEADING_ELSEWHERE
        .into_iter()
        .filter(|name| environment.variable(name).is_some())
}
