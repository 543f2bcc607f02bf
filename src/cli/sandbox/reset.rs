//! `sandbox reset`: forget everything.

use std::process::ExitCode;

use super::super::context::Context;
use super::control;
use crate::error::{Error, Result};
use crate::sandbox::{Location, Store, running};
use crate::settings::Sandbox;

/// Empty the sandbox, running or not
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The directory of its data [default: the user's data directory]
    #[arg(long, value_name = "PATH")]
    dir: Option<std::path::PathBuf>,
}

pub(super) async fn run(context: &Context<'_>, args: Args) -> Result<ExitCode> {
    let elsewhere = context
        .settings
        .sandbox()
        .and_then(|setting| match &setting.value {
            Sandbox::At(url) => Some(url.clone()),
            Sandbox::InProcess => None,
        });
    if let (Some(url), None) = (&elsewhere, &args.dir) {
        control::post(url, "reset").await?;
        context
            .output
            .status(&format!("the sandbox at {url} is empty"));
        return Ok(ExitCode::SUCCESS);
    }
    let directory = match args.dir {
        Some(directory) => context.environment.working_directory().join(directory),
        None => context.settings.data_directory()?.value.clone(),
    };
    let shown = context.environment.shown(&directory);
    if let Some(server) = running(&directory) {
        control::post(&server.url, "reset").await?;
    } else if directory.exists() {
        Store::open(&Location::Directory(directory))?
            .reset()
            .map_err(|fault| {
                Error::unexpected("the sandbox could not be emptied").cause(fault.to_string())
            })?;
    }
    context
        .output
        .status(&format!("the sandbox in {shown} is empty"));
    Ok(ExitCode::SUCCESS)
}
