//! Where a desired-state file is.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};
use crate::settings::Environment;

/// The copies for use outside any checkout.
pub(super) const BUILT_IN_XRAY: &str = include_str!("../../../aws/json/xray.json");
pub(super) const BUILT_IN_LOGS: &str = include_str!("../../../aws/json/logs.json");

/// No desired state is anywhere near this size; a larger file is a mistake.
const LARGEST: u64 = 1024 * 1024;

/// A file's text and the path as it is shown.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) shown: String,
    pub(super) text: String,
}

/// Finds and reads a file.
pub(super) fn find(
    given: Option<&Path>,
    name: &str,
    built_in: &str,
    environment: &Environment,
) -> Result<Found> {
    let path = match given {
        Some(path) => Some(environment.working_directory().join(path)),
        None => nearest(environment.working_directory(), name),
    };
    match path {
        Some(path) => {
            let shown = shown(&path, environment);
            let text = read(&path, &shown)?;
            Ok(Found { shown, text })
        }
        None => Ok(Found {
            shown: format!("built-in {name}"),
            text: built_in.to_owned(),
        }),
    }
}

fn nearest(from: &Path, name: &str) -> Option<PathBuf> {
    from.ancestors()
        .map(|directory| directory.join("aws").join("json").join(name))
        .find(|path| path.is_file())
}

/// The path relative to the working directory where it lies below, else in full.
fn shown(path: &Path, environment: &Environment) -> String {
    let below = path
        .strip_prefix(environment.working_directory())
        .unwrap_or(path);
    if below.as_os_str().is_empty() {
        ".".to_owned()
    } else {
        below.display().to_string()
    }
}

fn read(path: &Path, shown: &str) -> Result<String> {
    let unreadable = |cause: String| {
        Error::usage(format!("cannot read {shown}"))
            .code("desired-file")
            .cause(cause)
            .fix("name another file with --file or --logs-file")
    };
    let metadata = fs::metadata(path).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => unreadable("there is no such file".to_owned()),
        _ => unreadable(error.to_string()),
    })?;
    if metadata.is_dir() {
        return Err(unreadable("it is a directory".to_owned()));
    }
    if metadata.len() > LARGEST {
        return Err(unreadable(format!(
            "it is larger than {} KiB",
            LARGEST / 1024
        )));
    }
    let bytes = fs::read(path).map_err(|error| unreadable(error.to_string()))?;
    let text = String::from_utf8(bytes).map_err(|error| {
        let before = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let line = before.split(|byte| *byte == b'\n').count();
        unreadable(format!("line {line} is not UTF-8"))
    })?;
    // Editors on Windows put a byte-order mark in front.
    Ok(text
        .strip_prefix('\u{feff}')
        .map(str::to_owned)
        .unwrap_or(text))
}
