//! The file of certificates that clients of the sandbox trust: those of this machine, and its own.

use std::path::{Path, PathBuf};

use super::{authority, disk};
use crate::error::{Error, Result};

/// Writes the bundle for the sandbox at `url`, whose authority has this certificate. One for each
/// address: it is replaced when another sandbox is there.
pub fn write_bundle(directory: &Path, url: &str, authority: &str) -> Result<PathBuf> {
    disk::create_private_directory(directory)?;
    let (_, address) = url.split_once("://").unwrap_or(("", url));
    let address: String = address
        .trim_end_matches('/')
        .chars()
        .map(|character| {
            if character.is_ascii_alphanumeric() || character == '.' {
                character
            } else {
                '-'
            }
        })
        .collect();
    let path = directory.join(format!("trusted-{address}.pem"));
    disk::write_whole(&path, bundle(authority).as_bytes()).map_err(|error| {
        Error::configuration(format!(
            "the certificates cannot be written to {}",
            path.display()
        ))
        .cause(error.to_string())
        .fix("make its directory writable, or use another one: CRUDDUR_OBS_DATA_DIR=…")
        .source(error)
    })?;
    Ok(path)
}

fn bundle(authority: &str) -> String {
    let roots = rustls_native_certs::load_native_certs().certs;
    // In a shell that is a client of a sandbox already, this machine's are an earlier bundle.
    let name = authority::NAME.as_bytes();
    let is_ours = |root: &[u8]| root.windows(name.len()).any(|part| part == name);
    let mut text = authority.to_owned();
    for root in roots.iter().filter(|root| !is_ours(root)) {
        text.push_str(&authority::armoured(root));
    }
    text
}
