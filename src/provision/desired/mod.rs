//! Desired state: `aws/json/xray.json` and `aws/json/logs.json`, in the AWS APIs' own shapes.
//!
//! Everything that is wrong with a file is found here, before anything is asked of AWS, and is
//! named by file, line, column and key.

mod document;
mod fields;
mod locate;
mod logs;
mod substitute;
#[cfg(test)]
mod tests;
mod xray;

use std::path::Path;

pub use super::group::DesiredGroup;
pub use super::log_group::{DesiredLogGroup, Retention};
pub use super::sampling_rule::DesiredRule;

use crate::error::Result;
use crate::settings::Environment;
use document::Document;
use locate::Found;

/// All that `setup` manages.
#[derive(Debug, Clone, Default)]
pub struct Desired {
    /// X-Ray groups.
    pub groups: Vec<DesiredGroup>,
    /// X-Ray sampling rules.
    pub rules: Vec<DesiredRule>,
    /// CloudWatch Logs groups.
    pub log_groups: Vec<DesiredLogGroup>,
    /// The files it was read from, as they are shown.
    pub sources: Vec<String>,
}

/// Reads both files: those given, else the nearest upwards from the working directory, else the
/// copies that are built into the binary.
pub fn load(
    xray_file: Option<&Path>,
    logs_file: Option<&Path>,
    environment: &Environment,
) -> Result<Desired> {
    let mut desired = Desired::default();
    let xray = locate::find(xray_file, "xray.json", locate::BUILT_IN_XRAY, environment)?;
    let logs = locate::find(logs_file, "logs.json", locate::BUILT_IN_LOGS, environment)?;
    xray::read(&document(&xray, environment), &mut desired)?;
    logs::read(&document(&logs, environment), &mut desired)?;
    desired.sources = vec![xray.shown, logs.shown];
    Ok(desired)
}

fn document<'a>(found: &'a Found, environment: &'a Environment) -> Document<'a> {
    Document::new(&found.shown, &found.text, environment)
}
