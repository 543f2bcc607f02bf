//! A sandbox in a process of its own.

use std::fs::{self, File};
use std::path::PathBuf;
use std::process::{Child, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::{World, get};

/// A running `cruddur-obs sandbox`; ends with the test, which fails if anybody called an
/// operation that the sandbox does not know.
pub(crate) struct Server {
    child: Child,
    url: String,
    log: PathBuf,
    knows_all: bool,
}

impl Server {
    /// Starts one in the world, with further words on its command line.
    pub(crate) fn start(world: &World, words: &str) -> Self {
        Self::start_at(world, "0", words)
    }

    /// Starts one on this port, where one was before.
    pub(crate) fn start_at(world: &World, port: &str, words: &str) -> Self {
        let ready = world.path(&format!("ready-{:?}.json", thread::current().id()));
        drop(fs::remove_file(&ready));
        let ready_text = ready.display().to_string();
        let mut all = vec![
            "sandbox",
            "--port",
            port,
            "--xray-port",
            "0",
            "--otlp-port",
            "0",
            "--ready-file",
            &ready_text,
        ];
        all.extend(words.split_whitespace());
        let log = ready.with_extension("log");
        let mut child = world
            .command(all)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(File::create(&log).expect("a file can be made"))
            .spawn()
            .expect("the sandbox starts");
        let mut text = String::new();
        until("the sandbox is ready", || {
            if let Ok(Some(status)) = child.try_wait() {
                let said = fs::read_to_string(&log).unwrap_or_default();
                panic!("the sandbox ended with {status}: {said}");
            }
            text = fs::read_to_string(&ready).unwrap_or_default();
            !text.is_empty()
        });
        let url = serde_json::from_str::<Value>(&text).expect("the ready file is JSON")["url"]
            .as_str()
            .expect("the ready file names the URL")
            .to_owned();
        Self {
            child,
            url,
            log,
            knows_all: true,
        }
    }

    /// Where it listens.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// What it has said so far.
    pub(crate) fn log(&self) -> String {
        fs::read_to_string(&self.log).expect("the log can be read")
    }

    /// Unknown operations are part of the test.
    pub(crate) fn tolerant(mut self) -> Self {
        self.knows_all = false;
        self
    }

    /// The operations that were called and change something, oldest first.
    pub(crate) fn writes(&self) -> Vec<String> {
        let log = self.call_log();
        let calls = log["calls"].as_array().expect("the call log is a list");
        calls
            .iter()
            .filter(|call| call["writes"] == Value::Bool(true))
            .map(|call| call["operation"].as_str().unwrap_or_default().to_owned())
            .collect()
    }

    /// How many calls there were.
    pub(crate) fn calls(&self) -> u64 {
        self.call_log()["totals"]["calls"].as_u64().unwrap_or(0)
    }

    fn call_log(&self) -> Value {
        serde_json::from_str(&get(&self.url, "/_sandbox/calls").body).expect("the call log is JSON")
    }

    /// Ends it as Ctrl-C does.
    pub(crate) fn stop(mut self) -> ExitStatus {
        self.knows_all = false;
        let killed = std::process::Command::new("kill")
            .arg("-TERM")
            .arg(self.child.id().to_string())
            .status();
        assert!(killed.expect("kill runs").success());
        self.child.wait().expect("it ends")
    }

    /// Ends it without a word, as a crash would.
    pub(crate) fn kill(&mut self) {
        self.knows_all = false;
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let log = (self.knows_all && !thread::panicking()).then(|| self.call_log());
        drop(self.child.kill());
        drop(self.child.wait());
        if let Some(log) = log {
            assert_eq!(
                log["totals"]["unknown_operations"], 0,
                "unknown operations were called: {log:#}"
            );
        }
    }
}

/// Waits for something to become true, at most half a minute.
pub(crate) fn until(what: &str, mut is_true: impl FnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(30);
    while !is_true() {
        assert!(Instant::now() < deadline, "waited in vain until {what}");
        thread::sleep(Duration::from_millis(2));
    }
}
