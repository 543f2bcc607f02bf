//! `sandbox reset`: forget everything.

use std::process::ExitCode;
use std::time::Duration;

use super::super::context::Context;
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
        reset_server(url).await?;
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
    if let Some(url) = running(&directory) {
        reset_server(&url).await?;
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

async fn reset_server(url: &str) -> Result<()> {
    let failed = |cause: String| {
        Error::unreachable(format!("the sandbox at {url} could not be emptied"))
            .code("unreachable")
            .cause(cause)
            .fix("cruddur-obs sandbox")
    };
    let client = reqwest::Client::builder()
        .no_proxy()
        .timeout(Duration::from_secs(10))
        .build()
        .map_err(|error| Error::unexpected("could not build an HTTP client").source(error))?;
    let answer = client
        .post(format!("{}/_sandbox/reset", url.trim_end_matches('/')))
        .send()
        .await
        .map_err(|error| {
            let mut cause = error.to_string();
            let mut next = std::error::Error::source(&error);
            while let Some(source) = next {
                cause = source.to_string();
                next = source.source();
            }
            failed(cause)
        })?;
    if answer.status().is_success() {
        Ok(())
    } else {
        Err(failed(format!(
            "it answered HTTP {}",
            answer.status().as_u16()
        )))
    }
}
