//! `logs tail` beside a sandbox that comes and goes: with Live Tail, and without.

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, ChildStdout, Command, Stdio};

use serde_json::json;

use super::service::{Line, Service, now};
use crate::world::{Answer, Server, Stub, World, post, until};

/// Account and region of a request that is signed by nobody in particular.
const SIGNED: &str = "AWS4-HMAC-SHA256 Credential=sandbox/20261124/us-east-1/logs/aws4_request, SignedHeaders=host, Signature=0";

fn ask(server: &Server, operation: &str, body: &serde_json::Value) {
    let target = format!("Logs_20140328.{operation}");
    let headers = [("Authorization", SIGNED), ("X-Amz-Target", &target)];
    let reply = post(server.url(), "/", &headers, body.to_string());
    assert_eq!(reply.status, 200, "{operation}: {}", reply.body);
}

fn create(server: &Server) {
    ask(server, "CreateLogGroup", &json!({"logGroupName": "/app"}));
    let body = json!({"logGroupName": "/app", "logStreamName": "web-1"});
    ask(server, "CreateLogStream", &body);
}

fn put(server: &Server, late: i64, text: &str) {
    let body = json!({
        "logGroupName": "/app",
        "logStreamName": "web-1",
        "logEvents": [{"timestamp": now() - late, "message": text}],
    });
    ask(server, "PutLogEvents", &body);
}

/// A tail in a process of its own.
struct Tail {
    child: Child,
    lines: BufReader<ChildStdout>,
    said: std::path::PathBuf,
}

impl Tail {
    fn start(world: &World, words: &str) -> Self {
        let said = world.path("said");
        let mut child = world
            .command(format!("logs tail /app -o raw {words}").split_whitespace())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(std::fs::File::create(&said).expect("a file can be made"))
            .spawn()
            .expect("the command starts");
        let lines = BufReader::new(child.stdout.take().expect("stdout is piped"));
        Self { child, lines, said }
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.lines.read_line(&mut line).expect("it can be read");
        line.trim_end().to_owned()
    }

    fn said(&self) -> String {
        std::fs::read_to_string(&self.said).expect("it can be read")
    }

    fn wait_until_it_says(&self, what: &str) {
        until(what, || self.said().contains(what));
    }

    /// Ends it as Ctrl-C does; gives the lines that were not read, and what it said.
    fn interrupt(mut self) -> (String, String) {
        let signalled = Command::new("kill")
            .args(["-INT", &self.child.id().to_string()])
            .status();
        assert!(signalled.expect("kill runs").success());
        let mut rest = String::new();
        self.lines
            .read_to_string(&mut rest)
            .expect("it can be read");
        let status = self.child.wait().expect("it ends");
        assert_eq!(status.code(), Some(0), "{}", self.said());
        (rest, self.said())
    }
}

impl Drop for Tail {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

#[test]
fn live_tail_through_the_ends_of_its_sessions() {
    let world = World::new();
    let server = Server::start(&world, "--memory --fault live-tail-timeout=2s");
    create(&server);
    put(&server, 1000, "before");
    let world = world.pointed_at(server.url());
    let mut tail = Tail::start(&world, "--live");
    assert_eq!(tail.line(), "before");
    tail.wait_until_it_says("Live Tail is on");
    let mut number = 0;
    while tail.said().matches("three hours").count() < 3 {
        number += 1;
        // Some are late, and alike but for the number.
        let late = if number % 3 == 0 { 20_000 } else { 0 };
        put(&server, late, &format!("line {number}"));
        assert_eq!(tail.line(), format!("line {number}"));
    }
    let (rest, said) = tail.interrupt();
    assert_eq!(rest, "", "nothing comes twice");
    assert!(number >= 3);
    let said: Vec<&str> = said.lines().collect();
    let ends = said.iter().filter(|line| line.contains("three hours"));
    assert!(ends.count() >= 3);
    insta::assert_snapshot!(said[..3].join("\n"), @"
    following /app; stop with Ctrl-C
    Live Tail is on: AWS charges each minute of it
    the Live Tail session ended after its three hours: beginning another, no line is lost
    ");
}

#[test]
fn live_tail_through_a_server_that_dies_and_comes_back() {
    let world = World::new();
    let data = world.path("store").display().to_string();
    let mut server = Server::start(&world, &format!("--dir {data}"));
    create(&server);
    let port = server.url().rsplit(':').next().expect("a port").to_owned();
    let world = world.pointed_at(server.url());
    let mut tail = Tail::start(&world, "--live");
    tail.wait_until_it_says("Live Tail is on");
    put(&server, 0, "one");
    assert_eq!(tail.line(), "one");
    server.kill();
    tail.wait_until_it_says("the Live Tail session ended");
    let server = Server::start_at(&world, &port, &format!("--dir {data}"));
    put(&server, 0, "two");
    assert_eq!(tail.line(), "two");
    put(&server, 0, "three");
    assert_eq!(tail.line(), "three");
    let (rest, said) = tail.interrupt();
    assert_eq!(rest, "");
    // How much of it is noticed depends on how soon the server is back.
    assert!(said.contains("the Live Tail session ended: "), "{said}");
    assert!(said.ends_with("stopped after 3 lines\n"), "{said}");
}

#[test]
fn a_group_that_is_deleted_and_made_again() {
    let world = World::new();
    let server = Server::start(&world, "--memory");
    create(&server);
    let world = world.pointed_at(server.url());
    for words in ["", "--live"] {
        let mut tail = Tail::start(&world, words);
        tail.wait_until_it_says(if words.is_empty() {
            "following"
        } else {
            "is on"
        });
        put(&server, 0, "one");
        assert_eq!(tail.line(), "one");
        ask(&server, "DeleteLogGroup", &json!({"logGroupName": "/app"}));
        tail.wait_until_it_says("/app is gone");
        create(&server);
        put(&server, 0, "two");
        assert_eq!(tail.line(), "two");
        put(&server, 0, "three");
        assert_eq!(tail.line(), "three");
        let (rest, said) = tail.interrupt();
        assert_eq!(rest, "");
        assert!(said.contains("/app is back"), "{said}");
        ask(&server, "DeleteLogGroup", &json!({"logGroupName": "/app"}));
        create(&server);
    }
}

#[test]
fn what_live_tail_cannot_do_is_said_and_done_otherwise() {
    let world = World::new();
    let server = Server::start(&world, "--memory --fault deny@StartLiveTail=100%");
    create(&server);
    let world = world.pointed_at(server.url());
    put(&server, 0, "one");
    let run = world
        .run("logs tail /app --live --idle-exit 2s -o raw")
        .exits(0);
    insta::assert_snapshot!(run, @"
    one
    --- stderr ---
    following /app; stop with Ctrl-C
    warning: no Live Tail: AWS refused logs:StartLiveTail; searching instead
    no line for 2s: stopped after 1 line
    ");
}

#[test]
fn without_a_server_the_store_itself_is_followed() {
    let world = World::new();
    drop(world.run("--sandbox logs create /app").exits(0));
    let run = world
        .run("--sandbox logs tail /app --live --idle-exit 1s")
        .exits(0);
    insta::assert_snapshot!(run, @"
    --- stderr ---
    following /app; stop with Ctrl-C
    warning: no Live Tail: StartLiveTail needs a sandbox that serves: start one with `cruddur-obs sandbox`; searching instead
    no line for 1s: stopped after 0 lines
    ");
}

#[test]
fn the_first_line_of_a_search_does_not_wait_for_the_last() {
    let start = now() - 60_000;
    let stub = Stub::start(move |asked| {
        if asked.operation == "FilterLogEvents" && asked.nth > 0 {
            return Answer::Hang;
        }
        let lines = (0..3).map(|nth| Line(start + nth, "web-1", format!("line {nth}")));
        let mut service = Service::of("/app", lines.collect());
        service.page = 1;
        service.answer(asked)
    });
    let world = World::new().pointed_at(stub.url());
    let mut search = world
        .command("logs search -g /app -o raw line".split_whitespace())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("the command starts");
    let mut line = String::new();
    let stdout = search.stdout.take().expect("stdout is piped");
    let read = BufReader::new(stdout).read_line(&mut line);
    drop(search.kill());
    drop(search.wait());
    assert_eq!((read.expect("a line"), &*line), (7, "line 0\n"));
}
