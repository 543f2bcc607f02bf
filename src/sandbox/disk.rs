//! Directories and files that only their owner may read.

use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

use crate::error::{Error, Result};

/// How another directory is named, for a command and for a server.
pub(super) const ELSEWHERE: &str = "CRUDDUR_OBS_DATA_DIR=…, or `sandbox --dir …`";

/// Makes the directory, for its owner only, unless it exists.
pub(super) fn create_private_directory(directory: &Path) -> Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(directory).map_err(|error| {
        Error::configuration(format!(
            "the sandbox's directory {} cannot be created",
            directory.display()
        ))
        .cause(error.to_string())
        .fix(format!(
            "make its parent writable, or use another directory: {ELSEWHERE}"
        ))
        .source(error)
    })
}

/// Writes a file so that a reader sees all of it or nothing.
pub(super) fn write_whole(path: &Path, contents: &[u8]) -> io::Result<()> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.new", std::process::id()));
    let temporary = path.with_file_name(name);
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options
        .open(&temporary)
        .and_then(|mut file| file.write_all(contents))
        .and_then(|()| fs::rename(&temporary, path));
    if written.is_err() {
        // What failed is reported; a leftover of it need not be.
        drop(fs::remove_file(&temporary));
    }
    written
}
