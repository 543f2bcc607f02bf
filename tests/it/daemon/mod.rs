//! The daemon in a process of its own, between sockets of the tests.

mod configuration;
mod faults;
mod gateway;
mod outage;
mod segments;

use std::fs;
use std::net::UdpSocket;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::world::{Answer, Asked, Stub, World, get, until};

/// What X-Ray says when it took everything.
pub(super) fn taken() -> Answer {
    Answer::new(200, r#"{"UnprocessedTraceSegments": []}"#)
}

/// X-Ray that takes everything.
pub(super) fn xray() -> Stub {
    Stub::always(taken())
}

/// The documents of one request.
pub(super) fn documents_of(asked: &Asked) -> Vec<String> {
    let body: Value = serde_json::from_slice(&asked.body).expect("the body is JSON");
    body["TraceSegmentDocuments"]
        .as_array()
        .expect("there are documents")
        .iter()
        .map(|document| document.as_str().expect("a document is text").to_owned())
        .collect()
}

/// The requests that carried documents.
pub(super) fn batches(stub: &Stub) -> Vec<Vec<String>> {
    let asked = stub.asked();
    let puts = asked
        .iter()
        .filter(|asked| asked.operation == "/TraceSegments");
    puts.map(documents_of).collect()
}

/// A segment with a number.
pub(super) fn segment(number: usize) -> String {
    format!(
        r#"{{"id": "{number:016x}", "trace_id": "1-5759e988-{number:024x}", "name": "a", "start_time": 1, "end_time": 2}}"#
    )
}

/// A running daemon; it is killed with the test.
pub(super) struct Daemon {
    child: Child,
    pub(super) udp: String,
    pub(super) url: String,
    log: std::path::PathBuf,
    socket: UdpSocket,
}

impl Daemon {
    /// Starts one on free ports, with further words on its command line.
    pub(super) fn start(world: &World, words: &str) -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let ready = world.path(&format!("daemon-{number}.json"));
        let log = world.path(&format!("daemon-{number}.log"));
        let ready_text = ready.display().to_string();
        let mut all = vec!["daemon", "-o", "-b", "127.0.0.1:0", "-t", "127.0.0.1:0"];
        all.extend(["--ready-file", &ready_text]);
        all.extend(words.split_whitespace());
        let mut child = world
            .command(all)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(fs::File::create(&log).expect("the log can be made"))
            .spawn()
            .expect("the daemon starts");
        let mut text = String::new();
        until("the daemon is ready", || {
            if let Ok(Some(status)) = child.try_wait() {
                let said = fs::read_to_string(&log).unwrap_or_default();
                panic!("the daemon ended with {status}: {said}");
            }
            text = fs::read_to_string(&ready).unwrap_or_default();
            !text.is_empty()
        });
        let ready: Value = serde_json::from_str(&text).expect("the ready file is JSON");
        let address = |name: &str| ready[name].as_str().expect("it is there").to_owned();
        Self {
            child,
            udp: address("udp"),
            url: address("url"),
            log,
            socket: UdpSocket::bind("127.0.0.1:0").expect("a port is free"),
        }
    }

    /// Sends bytes as one datagram.
    pub(super) fn datagram(&self, bytes: &[u8]) {
        self.socket
            .send_to(bytes, &self.udp)
            .expect("the datagram can be sent");
    }

    /// Sends a document behind a header.
    pub(super) fn send(&self, document: &str) {
        self.datagram(format!("{{\"format\": \"json\", \"version\": 1}}\n{document}").as_bytes());
    }

    /// What `/healthz` says.
    pub(super) fn health(&self) -> Value {
        serde_json::from_str(&get(&self.url, "/healthz").body).expect("health is JSON")
    }

    /// A number of `/metrics`; the name without its prefix, with labels if there are any.
    pub(super) fn metric(&self, name: &str) -> u64 {
        let text = get(&self.url, "/metrics").body;
        let start = format!("cruddur_obs_daemon_{name} ");
        text.lines()
            .find_map(|line| line.strip_prefix(&start))
            .unwrap_or_else(|| panic!("no {name} in\n{text}"))
            .parse()
            .expect("it is a number")
    }

    /// The log so far.
    pub(super) fn log(&self) -> String {
        fs::read_to_string(&self.log).expect("the log can be read")
    }

    /// Waits until so many documents wait in the spool.
    pub(super) fn until_spooled(&self, documents: u64) {
        until("the documents wait in the spool", || {
            self.health()["spool"]["documents"] == documents
        });
    }

    /// Ends it as a crash would.
    pub(super) fn kill(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }

    /// Asks it to end, and waits until it has; the log is complete then.
    pub(super) fn stop(&mut self) -> (ExitStatus, Duration) {
        let started = Instant::now();
        let asked = Command::new("kill")
            .args(["-TERM", &self.child.id().to_string()])
            .status()
            .expect("kill is there");
        assert!(asked.success());
        let mut ended = None;
        until("the daemon ends", || {
            ended = self.child.try_wait().expect("it can be asked");
            ended.is_some()
        });
        (ended.expect("it ended"), started.elapsed())
    }

    /// The numbers of the line of truth: received, of an earlier run, sent, rejected, spooled,
    /// dropped.
    pub(super) fn truth(&self) -> [u64; 6] {
        let log = self.log();
        let line = log
            .lines()
            .find_map(|line| line.split_once("Stopped: ").map(|(_, line)| line))
            .unwrap_or_else(|| panic!("no line of truth in\n{log}"));
        let after = |word: &str| {
            let rest = line.split_once(word).map_or("0", |(_, rest)| rest);
            let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
            digits.parse().expect("it is a number")
        };
        [
            "received ",
            " and ",
            "sent ",
            "rejected ",
            "spooled ",
            "dropped ",
        ]
        .map(after)
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        self.kill();
    }
}
