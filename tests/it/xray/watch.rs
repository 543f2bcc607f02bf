//! `xray graph --watch` in a pipe; the terminal is tested in `tests/conformance/test_terminal.py`.

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};

use super::{answering, fixture, world};
use crate::world::{Answer, Stub, World, until};

/// A watch in a process of its own.
struct Watch {
    child: std::process::Child,
    lines: BufReader<std::process::ChildStdout>,
}

impl Watch {
    fn start(world: &World, words: &str) -> Self {
        let mut child = world
            .command(words.split_whitespace())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the command starts");
        let lines = BufReader::new(child.stdout.take().expect("stdout is piped"));
        Self { child, lines }
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.lines.read_line(&mut line).expect("it can be read");
        line
    }

    /// Ends it as Ctrl-C does; gives its exit code and what it said on stderr.
    fn interrupt(mut self) -> (Option<i32>, String) {
        let signalled = Command::new("kill")
            .args(["-INT", &self.child.id().to_string()])
            .status();
        assert!(signalled.expect("kill runs").success());
        self.end()
    }

    fn end(&mut self) -> (Option<i32>, String) {
        let mut status = None;
        until("the watch ends", || {
            status = self.child.try_wait().expect("it can be asked");
            status.is_some()
        });
        let mut said = String::new();
        let mut stderr = self.child.stderr.take().expect("stderr is piped");
        stderr.read_to_string(&mut said).expect("it can be read");
        (status.and_then(|status| status.code()), said)
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

#[test]
fn json_is_a_line_for_each_answer_and_stopping_is_success() {
    let stub = answering([("/ServiceGraph", fixture("service-graph.json"))]);
    let mut watch = Watch::start(&world(&stub), "xray graph --watch 1 -o json");
    let answers: Vec<Value> = (0..2)
        .map(|_| serde_json::from_str(&watch.line()).expect("each line is one document"))
        .collect();
    assert_eq!(answers[0]["nodes"], answers[1]["nodes"]);
    assert_ne!(
        answers[0]["end"], answers[1]["end"],
        "the window goes on with the time"
    );
    assert_eq!(watch.interrupt(), (Some(0), String::new()));
}

#[test]
fn text_has_an_empty_line_between_answers() {
    let stub = answering([("/ServiceGraph", fixture("service-graph.json"))]);
    let mut watch = Watch::start(&world(&stub), "xray graph --watch 1 -o csv");
    let header = watch.line();
    let mut lines = Vec::new();
    loop {
        let line = watch.line();
        if line == header {
            break;
        }
        assert!(lines.len() < 50 && !line.is_empty(), "{lines:?}");
        lines.push(line);
    }
    assert_eq!(
        lines.iter().filter(|line| *line == "\n").count(),
        1,
        "{lines:?}"
    );
    assert_eq!(lines.last().map(String::as_str), Some("\n"));
}

#[test]
fn a_failure_that_passes_is_told_and_one_that_stays_ends_it() {
    let stub = Stub::start(|asked| match asked.nth {
        0 | 2 => Answer::new(200, &fixture("service-graph.json").to_string()),
        1 => Answer::error(503, "ServiceUnavailableException", ""),
        _ => Answer::error(403, "AccessDeniedException", "no"),
    });
    let mut watch = Watch::start(
        &world(&stub),
        "--max-attempts 1 xray graph --watch 1 -o json --utc",
    );
    for _ in 0..2 {
        assert!(watch.line().starts_with('{'));
    }
    let (code, said) = watch.end();
    assert_eq!(code, Some(6), "{said}");
    let mut lines = said.lines();
    let stale = lines.next().unwrap_or_default();
    assert!(
        stale.starts_with("warning: stale since 20")
            && stale.ends_with(" UTC: X-Ray failed on its side; trying again"),
        "{said}"
    );
}

#[test]
fn a_failure_at_the_first_is_a_failure() {
    let stub = Stub::always(Answer::error(503, "ServiceUnavailableException", ""));
    let run = world(&stub)
        .run("--max-attempts 1 xray graph --watch 1")
        .exits(7);
    assert!(run.stderr.starts_with("error[service-failure]"), "{run}");
}

#[test]
fn it_ends_when_nobody_reads_any_more() {
    let stub = answering([("/ServiceGraph", fixture("service-graph.json"))]);
    let world = world(&stub);
    let mut child = world
        .command("xray graph --watch 1 -o json".split_whitespace())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("the command starts");
    drop(child.stdout.take());
    let mut status = None;
    until("it has noticed", || {
        status = child.try_wait().expect("it can be asked");
        std::thread::sleep(Duration::from_millis(20));
        status.is_some()
    });
    assert_eq!(status.and_then(|status| status.code()), Some(0));
}

#[test]
fn waiting_for_the_first_service_is_told() {
    let stub = Stub::start(|asked| {
        let answer = if asked.nth == 0 {
            json!({"Services": []})
        } else {
            fixture("service-graph.json")
        };
        Answer::new(200, &answer.to_string())
    });
    let mut watch = Watch::start(&world(&stub), "xray graph --watch 1 -o table --utc");
    assert!(watch.line().contains("all traces"));
    let (code, said) = watch.interrupt();
    assert_eq!(code, Some(0));
    assert!(
        said.starts_with("no service from 20") && said.lines().count() == 1,
        "{said}"
    );
}
