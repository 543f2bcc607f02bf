//! The claim of a server on its directory, and how others find that server.
//!
//! An exclusive lock on `server.lock` says that a server lives; the operating system lets go of it
//! however the process ends. `server.json` says where the server listens and counts only while the
//! lock is held.

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::disk;
use crate::error::{Error, Result};

const LOCK: &str = "server.lock";
const ADDRESS: &str = "server.json";

/// Longer than anybody who only asks holds the lock.
const PATIENCE: Duration = Duration::from_millis(300);

/// A server that serves a directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Running {
    /// Its URL.
    pub url: String,
    /// Where it takes segments over UDP and answers samplers, as host and port, if it does.
    pub daemon: Option<String>,
}

/// The server that serves `directory`, if there is one.
pub fn running(directory: &Path) -> Option<Running> {
    let lock = File::open(directory.join(LOCK)).ok()?;
    match lock.try_lock_shared() {
        Err(TryLockError::WouldBlock) => address(directory),
        // Nobody serves it: what the file says is stale.
        Ok(()) | Err(TryLockError::Error(_)) => None,
    }
}

fn address(directory: &Path) -> Option<Running> {
    let text = std::fs::read(directory.join(ADDRESS)).ok()?;
    let value: Value = serde_json::from_slice(&text).ok()?;
    let text = |name| Some(value.get(name)?.as_str()?.to_owned());
    Some(Running {
        url: text("url")?,
        daemon: text("xray_daemon"),
    })
}

/// A directory that is this server's until the claim is dropped.
#[derive(Debug)]
pub(super) struct Claim {
    directory: PathBuf,
    /// Held, never read: closing it lets go of the lock.
    _lock: File,
}

impl Claim {
    /// Claims the directory, or says who has it.
    pub(super) fn new(directory: &Path) -> Result<Self> {
        disk::create_private_directory(directory)?;
        let lock = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(false)
            .open(directory.join(LOCK))
            .map_err(|error| unusable(directory, error))?;
        let deadline = Instant::now() + PATIENCE;
        loop {
            match lock.try_lock() {
                Ok(()) => break,
                Err(TryLockError::WouldBlock) if Instant::now() < deadline => {
                    std::thread::sleep(Duration::from_millis(10));
                }
                Err(TryLockError::WouldBlock) => return Err(taken(directory)),
                Err(TryLockError::Error(error)) => return Err(unusable(directory, error)),
            }
        }
        Ok(Self {
            directory: directory.to_owned(),
            _lock: lock,
        })
    }

    /// Tells others where the server listens.
    pub(super) fn announce(&self, url: &str, daemon: Option<SocketAddr>) -> Result<()> {
        let contents = json!({
            "url": url,
            "pid": std::process::id(),
            "xray_daemon": daemon.map(|address| address.to_string()),
        })
        .to_string();
        disk::write_whole(&self.directory.join(ADDRESS), contents.as_bytes())
            .map_err(|error| unusable(&self.directory, error))
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        // Left behind, the file is stale and says so by the free lock.
        drop(std::fs::remove_file(self.directory.join(ADDRESS)));
    }
}

fn taken(directory: &Path) -> Error {
    let shown = directory.display();
    match address(directory) {
        Some(Running { url, .. }) => Error::configuration(format!(
            "a sandbox already serves {shown} at {url}"
        ))
        .code("sandbox-running")
        .fix(format!(
            "use that one: `cruddur-obs --sandbox={url} …`, or give this one its own `--dir`"
        )),
        None => Error::configuration(format!("a sandbox already serves {shown}"))
            .fix("end it, or give this one its own `--dir`"),
    }
}

fn unusable(directory: &Path, error: io::Error) -> Error {
    let what_to_do = if error.kind() == io::ErrorKind::StorageFull {
        "make room on its disk"
    } else {
        "make the directory and its files writable"
    };
    Error::configuration(format!(
        "the sandbox's directory {} cannot be used",
        directory.display()
    ))
    .cause(error.to_string())
    .fix(format!(
        "{what_to_do}, or use another one: {}",
        disk::ELSEWHERE
    ))
    .source(error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_claimed_directory_names_its_server_until_the_claim_ends() {
        let directory = tempfile::tempdir().unwrap();
        assert_eq!(running(directory.path()), None);
        let claim = Claim::new(directory.path()).unwrap();
        assert_eq!(running(directory.path()), None, "not announced yet");
        let daemon = "127.0.0.1:2000".parse().ok();
        claim.announce("http://127.0.0.1:4000", daemon).unwrap();
        assert_eq!(
            running(directory.path()),
            Some(Running {
                url: "http://127.0.0.1:4000".to_owned(),
                daemon: Some("127.0.0.1:2000".to_owned()),
            })
        );
        let refusal = Claim::new(directory.path()).unwrap_err();
        assert!(
            refusal.message().ends_with("at http://127.0.0.1:4000"),
            "{refusal}"
        );
        drop(claim);
        assert_eq!(running(directory.path()), None);
        Claim::new(directory.path()).unwrap();
    }

    #[test]
    fn an_address_that_a_killed_server_left_is_stale() {
        let directory = tempfile::tempdir().unwrap();
        std::fs::write(directory.path().join(LOCK), "").unwrap();
        std::fs::write(
            directory.path().join(ADDRESS),
            r#"{"url": "http://127.0.0.1:1"}"#,
        )
        .unwrap();
        assert_eq!(running(directory.path()), None);
    }
}
