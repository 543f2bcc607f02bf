//! `--https`: what leads clients to the sandbox that take no address for their service.

use std::path::PathBuf;

use super::super::context::Context;
use super::control;
use crate::error::Result;
use crate::sandbox::{HOSTS, https_environment, write_bundle};

/// Whether HTTPS is led to the sandbox.
#[derive(Debug, clap::Args)]
#[group(skip)]
pub(super) struct HttpsArgs {
    /// Be api.rollbar.com, api.honeycomb.io and api.eu1.honeycomb.io too, for clients that take no other address;
    /// HTTPS to anywhere else is refused
    #[arg(long)]
    pub(super) https: bool,
}

/// The variables, and the file of certificates that they name.
pub(super) struct Https {
    pub(super) variables: Vec<(&'static str, String)>,
    pub(super) bundle: PathBuf,
}

/// Asks the sandbox at `url` for its authority, and writes down that it is to be trusted.
pub(super) async fn lead(context: &Context<'_>, url: &str) -> Result<Https> {
    let authority = context.until_stopped(control::authority(url)).await?;
    let directory = &context.settings.data_directory()?.value;
    let bundle = write_bundle(directory, url, &authority)?;
    let not_through = ["no_proxy", "NO_PROXY"]
        .into_iter()
        .filter_map(|name| context.environment.variable(name))
        .find(|value| !value.is_empty())
        .unwrap_or_default();
    Ok(Https {
        variables: https_environment(url, &bundle.to_string_lossy(), not_through),
        bundle,
    })
}

/// What nobody should have to find out.
pub(super) fn warn(context: &Context<'_>) {
    context.output.status(&format!(
        "HTTPS leads to the sandbox, as {}; to anywhere else it is refused in this shell",
        HOSTS.join(", ")
    ));
    context
        .output
        .next("cruddur-obs sandbox run --https -- COMMAND    # for one command only");
}
