//! The built binary, started as its user starts it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use super::Result;

/// The program that is measured.
pub(crate) const BINARY: &str = env!("CARGO_BIN_EXE_cruddur-obs");

/// A process that serves, in a directory of its own; ends with this.
pub(crate) struct Process {
    child: Child,
    /// What it wrote when it was ready.
    pub(crate) ready: Value,
}

impl Process {
    /// Starts the binary with these words and waits until it is ready.
    pub(crate) fn start(directory: &Path, words: &[&str]) -> Result<Self> {
        let ready = directory.join("ready.json");
        drop(fs::remove_file(&ready));
        let mut command = command(directory);
        command.args(words).arg("--ready-file").arg(&ready);
        Self::spawn(command, || fs::read_to_string(&ready).ok())
    }

    /// Starts a command and waits until `ready` says what a process says when it is.
    pub(crate) fn spawn(mut command: Command, ready: impl Fn() -> Option<String>) -> Result<Self> {
        let child = command
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        let mut process = Self {
            child,
            ready: Value::Null,
        };
        let deadline = Instant::now() + Duration::from_secs(30);
        while Instant::now() < deadline {
            if let Some(text) = ready().filter(|text| !text.is_empty()) {
                process.ready = serde_json::from_str(&text)?;
                return Ok(process);
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        Err("the process was not ready in time".into())
    }

    /// Something that it wrote when it was ready.
    pub(crate) fn said(&self, name: &str) -> Result<&str> {
        let said = self.ready[name].as_str();
        said.ok_or_else(|| format!("the ready file has no {name}").into())
    }

    /// Processor time of all its threads so far.
    pub(crate) fn processor_time(&self) -> Result<Duration> {
        let text = fs::read_to_string(format!("/proc/{}/stat", self.child.id()))?;
        // … (name) state … utime stime
        let after_name = text.rsplit_once(')').map_or("", |(_, rest)| rest);
        let columns: Vec<&str> = after_name.split_whitespace().collect();
        let ticks = |place: usize| columns.get(place).and_then(|text| text.parse::<u64>().ok());
        let ticks = ticks(11).zip(ticks(12)).ok_or("no processor time")?;
        Ok(Duration::from_millis((ticks.0 + ticks.1) * 10))
    }

    /// The most memory that it had, in kilobytes.
    pub(crate) fn peak_memory(&self) -> Result<u64> {
        let text = fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = text.lines().find(|line| line.starts_with("VmHWM"));
        let figure = line.and_then(|line| line.split_whitespace().nth(1)?.parse().ok());
        figure.ok_or_else(|| "no memory figure".into())
    }

    /// Ends it at once, as a power cut would.
    pub(crate) fn kill(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}

/// The binary in a world without settings.
pub(crate) fn command(directory: &Path) -> Command {
    program(Path::new(BINARY), directory)
}

/// Any program in the same world.
pub(crate) fn program(program: &Path, directory: &Path) -> Command {
    let mut command = Command::new(program);
    command
        .env_clear()
        .env("HOME", directory)
        .env("XDG_DATA_HOME", directory)
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("AWS_REGION", "us-east-1")
        // The first AWS CLI reads this one only.
        .env("AWS_DEFAULT_REGION", "us-east-1")
        .env("AWS_ACCESS_KEY_ID", "sandbox")
        .env("AWS_SECRET_ACCESS_KEY", "sandbox")
        .current_dir(directory);
    command
}

/// A directory on a disk, not in memory: what is durable must be written somewhere.
pub(crate) fn directory() -> Result<tempfile::TempDir> {
    let target = PathBuf::from(BINARY).parent().map(Path::to_owned);
    Ok(tempfile::tempdir_in(target.ok_or("no directory")?)?)
}
