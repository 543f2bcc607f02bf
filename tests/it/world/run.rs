//! One run of the command: all three channels.

use std::fmt;
use std::io::Write as _;
use std::process::Stdio;

use super::World;

/// What a run left behind.
#[must_use = "look at what came out: snapshot it, or check the exit code"]
#[derive(Debug)]
pub(crate) struct Run {
    /// stdout, made stable.
    pub(crate) stdout: String,
    /// stdout as it came.
    pub(crate) raw: String,
    /// stderr, made stable.
    pub(crate) stderr: String,
    /// The exit code; `None` when a signal ended it.
    pub(crate) code: Option<i32>,
}

pub(super) fn run<'w>(world: &World, words: impl IntoIterator<Item = &'w str>, input: &str) -> Run {
    let mut child = world
        .command(words)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the command starts");
    // The command may end without reading.
    drop(
        child
            .stdin
            .take()
            .expect("stdin is piped")
            .write_all(input.as_bytes()),
    );
    let output = child.wait_with_output().expect("the command ends");
    Run {
        stdout: world.stable(&String::from_utf8_lossy(&output.stdout)),
        raw: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: world.stable(&String::from_utf8_lossy(&output.stderr)),
        code: output.status.code(),
    }
}

impl Run {
    /// Checks the exit code, and shows everything when it is another.
    pub(crate) fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "unexpected exit code of\n{self}");
        self
    }

    /// stdout as JSON.
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.raw).unwrap_or_else(|error| panic!("{error} in\n{self}"))
    }
}

impl fmt::Display for Run {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.stdout)?;
        if !self.stderr.is_empty() {
            write!(formatter, "--- stderr ---\n{}", self.stderr)?;
        }
        match self.code {
            Some(0) => Ok(()),
            Some(code) => writeln!(formatter, "[exit code {code}]"),
            None => writeln!(formatter, "[ended by a signal]"),
        }
    }
}
