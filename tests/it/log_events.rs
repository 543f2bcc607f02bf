//! Log events that arrive: through a crash, and read back.

use std::collections::HashSet;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

use crate::world::{Server, World, post};

/// Account and region of a request that is signed by nobody in particular.
const SIGNED: &str = "AWS4-HMAC-SHA256 Credential=sandbox/20261124/us-east-1/logs/aws4_request, SignedHeaders=host, Signature=0";

fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    u64::try_from(since.expect("after 1970").as_millis()).expect("it fits")
}

fn ask(server: &Server, operation: &str, body: &Value) -> Value {
    let target = format!("Logs_20140328.{operation}");
    let headers = [("Authorization", SIGNED), ("X-Amz-Target", &target)];
    let reply = post(server.url(), "/", &headers, body.to_string());
    assert_eq!(reply.status, 200, "{operation}: {}", reply.body);
    serde_json::from_str(&reply.body).unwrap_or(Value::Null)
}

/// Everything that a search finds, page after page.
fn filtered(server: &Server, mut request: Value) -> Vec<String> {
    let mut found = Vec::new();
    loop {
        let page = ask(server, "FilterLogEvents", &request);
        let events = page["events"].as_array().expect("events");
        found.extend(
            events
                .iter()
                .map(|event| event["message"].as_str().expect("a message").to_owned()),
        );
        if page["nextToken"].is_null() {
            return found;
        }
        request["nextToken"] = page["nextToken"].clone();
    }
}

#[test]
fn lines_that_a_killed_server_acknowledged_are_there_after_it() {
    let world = World::new().with("AWS_REGION", "us-east-1");
    let data = world.path("store").display().to_string();
    let mut acknowledged: Vec<String> = Vec::new();
    let mut server = Server::start(&world, &format!("--dir {data}"));
    ask(&server, "CreateLogGroup", &json!({"logGroupName": "g"}));
    for stream in 0..4 {
        let name = format!("s{stream}");
        let body = json!({"logGroupName": "g", "logStreamName": name});
        ask(&server, "CreateLogStream", &body);
    }
    for round in 0..6 {
        let url = server.url().to_owned();
        let written: Vec<Vec<String>> = thread::scope(|scope| {
            // Several at once share commits.
            let writers: Vec<_> = (0..4)
                .map(|writer| {
                    let url = &url;
                    scope.spawn(move || write_until_it_dies(url, round, writer))
                })
                .collect();
            thread::sleep(Duration::from_millis(30 + 17 * round));
            server.kill();
            let ends = writers.into_iter().map(|one| one.join().expect("it ends"));
            ends.collect()
        });
        acknowledged.extend(written.into_iter().flatten());
        server = Server::start(&world, &format!("--dir {data}"));
    }
    assert!(acknowledged.len() > 50, "only {}", acknowledged.len());
    let found = filtered(&server, json!({"logGroupName": "g"}));
    let there: HashSet<&str> = found.iter().map(String::as_str).collect();
    assert_eq!(there.len(), found.len(), "nothing is there twice");
    for line in &acknowledged {
        assert!(there.contains(line.as_str()), "lost: {line}");
    }
    // A request is there whole or not at all.
    for line in &found {
        let (request, _) = line.rsplit_once(' ').expect("two parts");
        for part in 0..3 {
            let other = format!("{request} {part}");
            assert!(there.contains(other.as_str()), "{line} without {other}");
        }
    }
}

/// Sends three lines at a time; gives those that were acknowledged.
fn write_until_it_dies(url: &str, round: u64, writer: u64) -> Vec<String> {
    let address = url.trim_start_matches("http://");
    let mut written = Vec::new();
    for number in 0.. {
        let Ok(mut stream) = TcpStream::connect(address) else {
            break;
        };
        let lines: Vec<String> = (0..3)
            .map(|part| format!("round {round} writer {writer} request {number} {part}"))
            .collect();
        let events: Vec<Value> = lines
            .iter()
            .map(|line| json!({"timestamp": now(), "message": line}))
            .collect();
        let body = json!({"logGroupName": "g", "logStreamName": format!("s{writer}"), "logEvents": events});
        let body = body.to_string();
        let request = format!(
            "POST / HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nContent-Length: {}\r\n\
             X-Amz-Target: Logs_20140328.PutLogEvents\r\nAuthorization: {SIGNED}\r\n\r\n{body}",
            body.len(),
        );
        let mut answer = String::new();
        if stream.write_all(request.as_bytes()).is_err()
            || stream.read_to_string(&mut answer).is_err()
        {
            break;
        }
        if answer.starts_with("HTTP/1.1 200") {
            written.extend(lines);
        }
    }
    written
}
