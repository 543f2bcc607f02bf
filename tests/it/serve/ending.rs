//! The stop: requests in flight are answered, what waits is sent, and the counts are said.

use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::backend::{Backend, answer_of};
use super::sinks::Sinks;
use crate::world::{Answer, Stub, World, until};

/// A service that answers when it is let go.
fn held() -> (Stub, Arc<AtomicBool>) {
    let is_free = Arc::new(AtomicBool::new(false));
    let gate = Arc::clone(&is_free);
    let stub = Stub::start(move |_| {
        until("the answer is let go", || gate.load(Ordering::Relaxed));
        Answer::page(200, "late")
    });
    (stub, is_free)
}

#[test]
fn requests_in_flight_are_answered_and_everything_is_sent() {
    let sinks = Sinks::start();
    let (other, is_free) = held();
    let world = sinks.world();
    let backend = Backend::start(&world, "-o json");
    backend.get("/api/activities/home");
    let path = format!("/debug/outbound?url={}", other.url());
    let stream = backend.begin("GET", &path, &[], "");
    until("the request is in flight", || !other.asked().is_empty());
    backend.terminate();
    let address = backend.url().trim_start_matches("http://").to_owned();
    until("nobody is let in", || TcpStream::connect(&address).is_err());
    is_free.store(true, Ordering::Relaxed);
    assert_eq!(answer_of(stream, "GET").status, 200);
    let ended = backend.ended();
    assert_eq!(ended.code, Some(0), "{}", ended.err);
    assert_eq!(ended.counts("X-Ray"), [2, 2, 0, 0], "{}", ended.err);
    assert_eq!(ended.counts("traces (OTLP)"), [4, 4, 0, 0]);
    assert_eq!(ended.counts("CloudWatch Logs"), [4, 4, 0, 0]);
    assert_eq!(ended.counts("Rollbar"), [0, 0, 0, 0]);
    // The other service goes on with the trace.
    let asked = &other.asked()[0];
    let call = asked.header("traceparent").to_owned();
    let traced: Vec<_> = sinks
        .segments()
        .iter()
        .map(|one| one["trace_id"].clone())
        .collect();
    let root = asked.header("x-amzn-trace-id").to_owned();
    assert!(
        traced.iter().filter_map(|id| id.as_str()).any(|id| {
            let plain = id.trim_start_matches("1-").replace('-', "");
            root.contains(id) && call.contains(&plain)
        }),
        "{traced:?} {root} {call}"
    );
}

#[test]
fn a_second_signal_ends_at_once() {
    let (other, _is_free) = held();
    let world = World::new();
    let backend = Backend::start(&world, "--xray off");
    let path = format!("/debug/outbound?url={}", other.url());
    let stream = backend.begin("GET", &path, &[], "");
    until("the request is in flight", || !other.asked().is_empty());
    backend.terminate();
    let address = backend.url().trim_start_matches("http://").to_owned();
    until("nobody is let in", || TcpStream::connect(&address).is_err());
    backend.terminate();
    assert_eq!(backend.ended().code, Some(130));
    drop(stream);
}

#[test]
fn a_client_that_goes_away_is_counted() {
    let sinks = Sinks::start();
    let (other, is_free) = held();
    let world = sinks.world();
    let backend = Backend::start(&world, "-o json");
    let path = format!("/debug/outbound?url={}", other.url());
    let stream = backend.begin("GET", &path, &[], "");
    until("the request is in flight", || !other.asked().is_empty());
    drop(stream);
    until("its end is noticed", || {
        backend.said().contains(" 499 CLIENT CLOSED REQUEST")
    });
    is_free.store(true, Ordering::Relaxed);
    let ended = backend.end();
    assert_eq!(ended.counts("X-Ray"), [1, 1, 0, 0], "{}", ended.err);
    until("the segment is here", || !sinks.segments().is_empty());
    assert_eq!(sinks.segments()[0]["http"]["response"]["status"], 499);
}

#[test]
fn what_it_says() {
    let world = World::new();
    let backend = Backend::start(&world, "--xray off");
    backend.get("/nope%0Abroken?token=abc");
    until("the line is shown", || {
        backend.said().contains("404 NOT FOUND")
    });
    let ended = backend.end();
    let stable = world.stable(&ended.err);
    let stable: Vec<&str> = stable
        .lines()
        .map(|line| match line.split_once("] ") {
            Some((time, rest)) if time.starts_with("[20") => rest,
            _ => line,
        })
        .collect();
    assert!(ended.out.is_empty());
    insta::assert_snapshot!(stable.join("\n"), @"
    serving http://127.0.0.1:[PORT]
      traces (OTLP)     off  no endpoint: set OTEL_EXPORTER_OTLP_ENDPOINT, or HONEYCOMB_API_KEY for Honeycomb
      X-Ray             off  --xray off
      CloudWatch Logs   off  no AWS region, and no AWS credentials; fix: export AWS_REGION=us-east-1
      Rollbar           off  no token; fix: export ROLLBAR_ACCESS_TOKEN=…
    next: curl http://127.0.0.1:[PORT]/api/activities/home
    some message
    127.0.0.1 GET http /nope%0Abroken?token=REDACTED 404 NOT FOUND
    stopped
                       given  sent  dropped  rejected
      traces (OTLP)        0     0        0         0  off
      X-Ray                0     0        0         0  off
      CloudWatch Logs      0     0        0         0  off
      Rollbar              0     0        0         0  off
    ");
}

#[test]
fn a_taken_port_is_named() {
    let world = World::new();
    let backend = Backend::start(&world, "--xray off");
    let port = backend.url().rsplit(':').next().expect("it has a port");
    let run = world
        .run(&format!("serve --xray off --port {port}"))
        .exits(5);
    insta::assert_snapshot!(run.to_string().replace(port, "PORT"), @"
    --- stderr ---
    error[port-taken]: port PORT of 127.0.0.1 is taken
      cause: Address already in use (os error 98)
      fix:   pick a free one: cruddur-obs serve --port 0
             or end the program that has it
    [exit code 5]
    ");
}

#[test]
fn patience_has_an_end() {
    // A service that never answers: the stop does not wait for it.
    let (other, _is_free) = held();
    let world = World::new();
    let backend = Backend::start(&world, "--xray off");
    let path = format!("/debug/outbound?url={}", other.url());
    let stream = backend.begin("GET", &path, &[], "");
    until("the request is in flight", || !other.asked().is_empty());
    let begun = std::time::Instant::now();
    let ended = backend.end();
    assert_eq!(ended.code, Some(0));
    assert!(ended.err.contains("cut 1 request"), "{}", ended.err);
    assert!(begun.elapsed() < Duration::from_secs(9));
    drop(stream);
}
