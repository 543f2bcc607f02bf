//! The command in the middle of a pipe.

use std::fs::{self, File};
use std::io::Write as _;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::world::{Stub, World, post, until};

/// A running `logs ship` to the group `web` and its stream `one`; it is killed with the test.
pub(super) struct Pipe {
    child: Child,
    stdin: Option<ChildStdin>,
    out: std::path::PathBuf,
    err: std::path::PathBuf,
}

/// How it ended.
#[derive(Debug)]
pub(super) struct Ended {
    pub(super) code: Option<i32>,
    pub(super) out: Vec<u8>,
    pub(super) err: String,
    pub(super) took: Duration,
}

impl Pipe {
    /// Starts one, with further words on its command line.
    pub(super) fn start(world: &World, words: &str) -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let (out, err) = (
            world.path(&format!("ship-{number}.out")),
            world.path(&format!("ship-{number}.err")),
        );
        let file = |path| File::create(path).expect("a file can be made");
        let mut all = vec!["logs", "ship", "web", "--stream", "one"];
        all.extend(words.split_whitespace());
        let mut child = world
            .command(all)
            .stdin(Stdio::piped())
            .stdout(file(&out))
            .stderr(file(&err))
            .spawn()
            .expect("the command starts");
        Self {
            stdin: child.stdin.take(),
            child,
            out,
            err,
        }
    }

    /// Writes to it, which may have to wait.
    pub(super) fn write(&mut self, bytes: impl AsRef<[u8]>) {
        let stdin = self.stdin.as_mut().expect("stdin is open");
        stdin.write_all(bytes.as_ref()).expect("it reads on");
    }

    /// Writes numbered lines.
    pub(super) fn lines(&mut self, numbers: std::ops::Range<usize>) {
        self.write(numbers.map(line).collect::<String>());
    }

    /// What it has said so far.
    pub(super) fn said(&self) -> String {
        fs::read_to_string(&self.err).expect("the file is there")
    }

    /// Asks it to end, and leaves stdin open.
    pub(super) fn terminate(&self) {
        let asked = Command::new("kill")
            .args(["-TERM", &self.child.id().to_string()])
            .status()
            .expect("kill is there");
        assert!(asked.success());
    }

    /// Ends it as a crash would.
    pub(super) fn kill(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }

    /// Closes stdin, and waits for the end.
    pub(super) fn close(mut self) -> Ended {
        drop(self.stdin.take());
        self.wait()
    }

    /// Waits for the end, with stdin as it is.
    pub(super) fn wait(mut self) -> Ended {
        let started = Instant::now();
        let mut code = None;
        until("the command ends", || {
            code = self.child.try_wait().expect("it can be asked");
            code.is_some()
        });
        Ended {
            code: code.and_then(|status| status.code()),
            out: fs::read(&self.out).expect("the file is there"),
            err: self.said(),
            took: started.elapsed(),
        }
    }
}

impl Drop for Pipe {
    fn drop(&mut self) {
        self.kill();
    }
}

impl Ended {
    /// The line of truth, when the exit code is this one.
    pub(super) fn truth(&self, code: i32) -> &str {
        assert_eq!(self.code, Some(code), "{}", self.err);
        let mut truths = self.err.lines().filter(|line| line.starts_with("logs: "));
        let truth = truths
            .next()
            .unwrap_or_else(|| panic!("no truth in {}", self.err));
        assert_eq!(truths.next(), None, "{}", self.err);
        truth
    }
}

/// A line with a number.
pub(super) fn line(number: usize) -> String {
    format!("line {number:06}\n")
}

/// The messages that a stub got and took, in order.
pub(super) fn taken(stub: &Stub, was_taken: impl Fn(usize) -> bool) -> Vec<String> {
    let puts = stub.asked().into_iter();
    puts.filter(|asked| asked.operation == "PutLogEvents" && was_taken(asked.nth))
        .flat_map(|asked| {
            let body: Value = serde_json::from_slice(&asked.body).expect("the body is JSON");
            messages(&body["logEvents"])
        })
        .collect()
}

fn messages(events: &Value) -> Vec<String> {
    let events = events.as_array().expect("there are events");
    events
        .iter()
        .map(|event| event["message"].as_str().expect("it is text").to_owned())
        .collect()
}

/// A call of CloudWatch Logs, straight on the wire.
pub(super) fn call(url: &str, operation: &str, body: &Value) -> Value {
    let reply = post(
        url,
        "/",
        &[
            ("X-Amz-Target", &format!("Logs_20140328.{operation}")),
            ("Content-Type", "application/x-amz-json-1.1"),
            (
                "Authorization",
                "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20261120/us-east-1/logs/aws4_request, SignedHeaders=host, Signature=0",
            ),
        ],
        body.to_string(),
    );
    assert_eq!(reply.status, 200, "{}", reply.body);
    serde_json::from_str(&reply.body).unwrap_or_default()
}

/// The messages that a sandbox holds in the stream, in order.
pub(super) fn stored(url: &str) -> Vec<String> {
    let mut all = Vec::new();
    let mut token = Value::Null;
    loop {
        let page = call(
            url,
            "GetLogEvents",
            &json!({"logGroupName": "web", "logStreamName": "one", "startFromHead": true, "nextToken": token}),
        );
        let events = messages(&page["events"]);
        if events.is_empty() {
            return all;
        }
        all.extend(events);
        token = page["nextForwardToken"].clone();
    }
}
