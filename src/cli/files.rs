//! The flags that name the desired-state files, wherever a command reads them.

use std::path::PathBuf;

use super::context::Context;
use crate::error::Result;
use crate::output::quoted;
use crate::provision::desired::{self, Desired};

/// Which files to read.
#[derive(Debug, clap::Args)]
#[group(skip)]
pub(super) struct FileArgs {
    /// The X-Ray file [default: the nearest aws/json/xray.json, else built-in]
    #[arg(long, value_name = "PATH")]
    file: Option<PathBuf>,
    /// The log groups file [default: the nearest aws/json/logs.json, else built-in]
    #[arg(long, value_name = "PATH")]
    logs_file: Option<PathBuf>,
}

impl FileArgs {
    /// Reads the desired state.
    pub(super) fn load(&self, context: &Context<'_>) -> Result<Desired> {
        desired::load(
            self.file.as_deref(),
            self.logs_file.as_deref(),
            &context.environment,
        )
    }

    /// A command with the files it was given, as a shell reads it back.
    pub(super) fn after(&self, command: &str) -> String {
        let mut line = command.to_owned();
        for (flag, path) in [("--file", &self.file), ("--logs-file", &self.logs_file)] {
            if let Some(path) = path {
                line.push_str(&format!(" {flag} {}", quoted(&path.to_string_lossy())));
            }
        }
        line
    }
}
