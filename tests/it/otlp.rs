//! OTLP by the front door: the port of a collector, chunks, and what is left after a crash.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

use crate::world::{Server, World, get, post, repository};

const START: u64 = 1_700_000_000;

fn health(server: &Server) -> Value {
    serde_json::from_str(&get(server.url(), "/_sandbox/health").body).expect("JSON")
}

/// The URL of the port that needs no key.
fn collector(server: &Server) -> String {
    let address = health(server)["otlp"].as_str().map(str::to_owned);
    format!("http://{}", address.expect("a collector's port"))
}

/// A request of one span, in a trace of this number.
fn traces(number: u64) -> String {
    let start = START + number;
    json!({ "resourceSpans": [{
        "resource": { "attributes": [{ "key": "service.name", "value": { "stringValue": "web" } }] },
        "scopeSpans": [{ "spans": [{
            "traceId": format!("{number:032x}"), "spanId": format!("{number:016x}"), "name": "GET", "kind": 2,
            "startTimeUnixNano": format!("{start}000000000"), "endTimeUnixNano": format!("{start}500000000"),
        }]}],
    }]})
    .to_string()
}

/// Asks X-Ray as whoever has no account.
fn xray(server: &Server, path: &str, body: &Value) -> Value {
    let signature = "AWS4-HMAC-SHA256 Credential=sandbox/20261120/us-east-1/xray/aws4_request, SignedHeaders=host, Signature=0";
    let headers = [("authorization", signature)];
    let reply = post(server.url(), path, &headers, body.to_string());
    assert_eq!(reply.status, 200, "{reply:?}");
    serde_json::from_str(&reply.body).expect("JSON")
}

fn world() -> World {
    World::new().with("AWS_REGION", "us-east-1")
}

#[test]
fn the_port_of_a_collector_needs_no_key() {
    let world = world();
    let server = Server::start(&world, "--memory").tolerant();
    let collector = collector(&server);
    let json = [("content-type", "application/json")];
    let reply = post(&collector, "/v1/traces", &json, traces(1));
    assert_eq!((reply.status, reply.body.as_str()), (200, "{}"));
    let reply = post(server.url(), "/v1/traces", &json, traces(2));
    assert_eq!(reply.status, 401, "the other port is Honeycomb's");
    let reply = post(&collector, "/v1/profiles", &json, "{}");
    assert_eq!(reply.status, 404);
    let said: Value = serde_json::from_str(&reply.body).expect("JSON");
    assert_eq!(
        said["message"],
        "there is no /v1/profiles here; this port takes POST /v1/traces, /v1/logs and /v1/metrics"
    );
    let reply = post(
        &collector,
        "/v1/traces",
        &[("content-type", "text/html")],
        "",
    );
    assert_eq!(reply.status, 415);
    let foreign = [json[0], ("host", "evil.example")];
    assert_eq!(
        post(&collector, "/v1/traces", &foreign, traces(3)).status,
        403
    );
    let range = json!({ "StartTime": START, "EndTime": START + 60 });
    let found = xray(&server, "/TraceSummaries", &range);
    assert_eq!(found["TraceSummaries"].as_array().map(Vec::len), Some(1));
    assert_eq!(health(&server)["otlp_requests"]["spans"], 1);
}

#[test]
fn a_port_that_was_asked_for_and_is_taken_is_an_error() {
    let world = world();
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = taken.local_addr().expect("its address").port();
    let run = world
        .run(&format!(
            "sandbox --memory --port 0 --xray-port 0 --otlp-port {port}"
        ))
        .exits(5);
    assert!(run.stderr.contains("is taken"), "{run}");
    assert!(run.stderr.contains("--otlp-port 0"), "{run}");
}

#[test]
fn chunks_are_put_together() {
    let world = world();
    let server = Server::start(&world, "--memory");
    let collector = collector(&server);
    let address = collector.trim_start_matches("http://");
    let mut stream = TcpStream::connect(address).expect("it listens");
    let mut request = format!(
        "POST /v1/traces HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\
         Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
    );
    for chunk in traces(1).as_bytes().chunks(50) {
        let text = String::from_utf8_lossy(chunk);
        request.push_str(&format!("{:x}\r\n{text}\r\n", chunk.len()));
    }
    request.push_str("0\r\n\r\n");
    stream.write_all(request.as_bytes()).expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("answered");
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert_eq!(health(&server)["otlp_requests"]["spans"], 1);
}

#[test]
fn what_the_seeds_app_sent_is_taken_byte_for_byte() {
    let world = world();
    let server = Server::start(&world, "--memory");
    let collector = collector(&server);
    let headers = [
        ("content-type", "application/x-protobuf"),
        ("x-honeycomb-team", "test-honeycomb-key"),
    ];
    let directory = repository().join("tests/fixtures/otlp");
    for entry in fs::read_dir(directory).expect("the fixtures") {
        let body = fs::read(entry.expect("an entry").path()).expect("a file");
        let reply = post(&collector, "/v1/traces", &headers, &body);
        assert_eq!((reply.status, reply.body.as_str()), (200, ""));
        let reply = post(server.url(), "/v1/traces", &headers, &body);
        assert_eq!(reply.status, 401, "their key is none");
    }
    let calls = world.run(&format!(
        "--sandbox={} xray graph --since 2026-11-20T09:00:00Z --until 2026-11-20T12:00:00Z -o json",
        server.url()
    ));
    let graph = calls.exits(0).json();
    assert!(graph.to_string().contains("backend-flask"), "{graph:#}");
}

#[test]
fn what_a_killed_server_acknowledged_is_there_after_it() {
    let world = world();
    let data = world.path("store").display().to_string();
    let mut acknowledged: Vec<u64> = Vec::new();
    for round in 0..6 {
        let mut server = Server::start(&world, &format!("--dir {data}"));
        let collector = collector(&server);
        let written = thread::scope(|scope| {
            let writers: Vec<_> = (0..3)
                .map(|writer| {
                    let collector = collector.as_str();
                    let first = 1 + round * 30_000 + writer * 10_000;
                    scope.spawn(move || write_until_it_dies(collector, first))
                })
                .collect();
            thread::sleep(Duration::from_millis(60 + 31 * round));
            server.kill();
            let ended = writers
                .into_iter()
                .map(|writer| writer.join().expect("it ends"));
            ended.flatten().collect::<Vec<u64>>()
        });
        acknowledged.extend(written);
    }
    assert!(
        acknowledged.len() > 30,
        "{} were acknowledged",
        acknowledged.len()
    );
    let server = Server::start(&world, &format!("--dir {data}"));
    for five in acknowledged.chunks(5) {
        let ids: Vec<String> = five.iter().map(|number| format!("{number:032x}")).collect();
        let answer = xray(&server, "/Traces", &json!({ "TraceIds": ids }));
        assert_eq!(
            answer["UnprocessedTraceIds"],
            json!([]),
            "acknowledged and lost"
        );
    }
}

/// Sends requests one after another; gives the numbers of those that were taken.
fn write_until_it_dies(collector: &str, first: u64) -> Vec<u64> {
    let address = collector.trim_start_matches("http://");
    let mut written = Vec::new();
    for number in first.. {
        let body = traces(number);
        let Ok(mut stream) = TcpStream::connect(address) else {
            break;
        };
        let request = format!(
            "POST /v1/traces HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        let mut answer = String::new();
        if stream.write_all(request.as_bytes()).is_err()
            || stream.read_to_string(&mut answer).is_err()
        {
            break;
        }
        if answer.starts_with("HTTP/1.1 200") {
            written.push(number);
        }
    }
    written
}
