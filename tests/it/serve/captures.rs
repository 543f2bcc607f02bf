//! For each request that was captured: the same request to our server, and what it tells the four
//! services, field by field. What differs stands in `differences`, with its reason; what differs
//! otherwise fails, and so does an entry that is not needed.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use super::backend::Backend;
use super::differences::{Difference, LISTED};
use super::flat::{Flat, flatten, spans};
use super::sinks::Sinks;
use crate::world::{Answer, Stub, repository, until};

/// A captured request that our server can be sent.
struct Request {
    folder: &'static str,
    method: &'static str,
    path: &'static str,
    header: Option<(&'static str, &'static str)>,
    times: usize,
}

const fn get(folder: &'static str, path: &'static str) -> Request {
    Request {
        folder,
        method: "GET",
        path,
        header: None,
        times: 1,
    }
}

const HOME: &str = "/api/activities/home";

fn requests() -> Vec<Request> {
    let with = |folder, name, value| Request {
        header: Some((name, value)),
        ..get(folder, HOME)
    };
    let xray = "X-Amzn-Trace-Id";
    let root = "Root=1-5759e988-bd862e3fe1be46a994272793";
    let parent = |sampled: &str| -> &'static str {
        match sampled {
            "1" => "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1",
            "0" => "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=0",
            _ => "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=?",
        }
    };
    assert!(parent("1").starts_with(root));
    vec![
        get("01-home", HOME),
        get("03-user", "/api/activities/@adaquill"),
        get("05-search-blank-422", "/api/activities/search"),
        get(
            "06-show",
            "/api/activities/0a1b2c3d-0001-4000-8000-00000000a001",
        ),
        get("19-rollbar-test", "/rollbar/test"),
        get("20-error-raise", "/debug/error?q=1&password=sesame"),
        get("21-error-chain", "/debug/error?kind=chain"),
        get("22-error-span", "/debug/error?kind=span"),
        get("23-not-found", "/nope"),
        Request {
            method: "HEAD",
            ..get("31-head-home", HOME)
        },
        get("33-outbound", "/debug/outbound?url=OTHER/hello"),
        with(
            "34-w3c-parent",
            "traceparent",
            "00-11112222333344445555666677778888-9999aaaabbbbcccc-01",
        ),
        with("36-xray-header-sampled", xray, parent("1")),
        with("37-xray-header-unsampled", xray, parent("0")),
        with("38-xray-header-ask", xray, parent("?")),
        Request {
            times: 40,
            ..get("41-burst", HOME)
        },
    ]
}

/// What was told about a request: by service, as paths and values.
type Told = BTreeMap<&'static str, Flat>;

/// Puts several together; of the same path the first counts.
fn merged(all: impl IntoIterator<Item = Value>) -> Flat {
    let mut merged = Flat::new();
    for one in all {
        for (path, value) in flatten(&one) {
            merged.entry(path).or_insert(value);
        }
    }
    merged
}

fn captured(folder: &Path) -> Told {
    let mut files: Vec<_> = fs::read_dir(folder)
        .expect("the fixture is there")
        .map(|entry| entry.expect("it can be read").path())
        .collect();
    files.sort();
    let of = |end: &str| -> Vec<Value> {
        let files = files
            .iter()
            .filter(|path| path.to_string_lossy().ends_with(end));
        files
            .map(|path| {
                let text = fs::read_to_string(path).expect("it can be read");
                serde_json::from_str(&text).expect("it is JSON")
            })
            .collect()
    };
    let events = of("aws.body.json")
        .into_iter()
        .filter(|body| body.get("logEvents").is_some());
    Told::from([
        ("X-Ray", merged(of("xrayudp.pretty.json"))),
        ("spans", flatten(&spans(&of("otlp.decoded.json")))),
        (
            "logs",
            lines(
                events.flat_map(|body| body["logEvents"].as_array().cloned().unwrap_or_default()),
            ),
        ),
        (
            "Rollbar",
            merged(
                of("rollbar.pretty.json")
                    .into_iter()
                    .map(|item| item["data"].clone()),
            ),
        ),
    ])
}

/// Log events by what they say, for their order is that of the clock.
fn lines(events: impl IntoIterator<Item = Value>) -> Flat {
    let told = events.into_iter().map(|event| {
        let flat = flatten(&event);
        (
            format!("line {}", flat["message"]),
            flat["timestamp"].clone(),
        )
    });
    told.collect()
}

fn ours(request: &Request) -> Told {
    let sinks = Sinks::start();
    let other = Stub::always(Answer::page(200, "hello"));
    let world = sinks
        .world()
        .with("AWS_XRAY_URL", "*4567-gitpod.example.test*")
        .with("BACKEND_URL", "http://127.0.0.1:28567")
        .with("FRONTEND_URL", "http://localhost:3000");
    let backend = Backend::start(&world, "--log-format text -q -o json");
    let path = request.path.replace("OTHER", other.url());
    let headers: Vec<_> = request.header.into_iter().collect();
    for _ in 0..request.times {
        backend.ask(request.method, &path, &headers, "");
    }
    let ended = backend.end();
    assert_eq!(ended.code, Some(0), "{}", ended.err);
    // UDP takes its time to be read; how much there must be is known.
    let [_, sent, ..] = ended.counts("X-Ray");
    until("the segments are here", || {
        sinks.segments().len() as u64 >= sent
    });
    let greeting = |event: &Value| event["message"] != "some message";
    Told::from([
        ("X-Ray", merged(sinks.segments())),
        ("spans", flatten(&spans(&sinks.spans()))),
        ("logs", lines(sinks.events().into_iter().filter(greeting))),
        (
            "Rollbar",
            merged(sinks.items().into_iter().map(|item| item["data"].clone())),
        ),
    ])
}

#[test]
fn every_captured_request() {
    let root = repository().join("tests/fixtures/serve");
    let (mut found, mut used) = (Vec::new(), BTreeSet::new());
    for request in requests() {
        let theirs = captured(&root.join(request.folder));
        let ours = ours(&request);
        for (service, theirs) in &theirs {
            let ours = &ours[service];
            let paths: BTreeSet<&String> = theirs.keys().chain(ours.keys()).collect();
            for path in paths {
                let (before, after) = (theirs.get(path), ours.get(path));
                if before == after {
                    continue;
                }
                let listed: Vec<usize> = (0..LISTED.len())
                    .filter(|index| {
                        LISTED[*index].covers(request.folder, service, path, before, after)
                    })
                    .collect();
                if listed.is_empty() {
                    let shown =
                        |value: Option<&String>| value.map_or("(absent)", |text| text).to_owned();
                    found.push(format!(
                        "{} {service} {path}: {} became {}",
                        request.folder,
                        shown(before),
                        shown(after)
                    ));
                }
                used.extend(listed);
            }
        }
    }
    assert!(
        found.is_empty(),
        "{} unlisted:\n{}",
        found.len(),
        found.join("\n")
    );
    let unused: Vec<&Difference> = LISTED
        .iter()
        .enumerate()
        .filter(|(index, _)| !used.contains(index))
        .map(|(_, difference)| difference)
        .collect();
    assert!(unused.is_empty(), "these are not needed: {unused:#?}");
}

#[test]
fn the_start() {
    let folder = repository().join("tests/fixtures/serve/00-startup");
    let greeting: Value = serde_json::from_str(
        &fs::read_to_string(folder.join("0003-aws.body.json")).expect("it can be read"),
    )
    .expect("it is JSON");
    let sinks = Sinks::of(
        Stub::start(super::sinks::well),
        Stub::start(|asked| match (asked.operation.as_str(), asked.nth) {
            ("PutLogEvents" | "CreateLogStream", 0) => Answer::error(
                400,
                "ResourceNotFoundException",
                "The specified log group does not exist.",
            ),
            _ => Answer::new(200, "{}"),
        }),
        Stub::start(super::sinks::well),
        Stub::start(super::sinks::well),
    );
    let world = sinks.world();
    let backend = Backend::start(&world, "--log-format text -o json");
    let ended = backend.end();
    assert_eq!(
        ended.counts("CloudWatch Logs"),
        [1, 1, 0, 0],
        "{}",
        ended.err
    );
    let last = sinks.events().pop().expect("there is an event");
    assert_eq!(last["message"], greeting["logEvents"][0]["message"]);
    let created: Vec<Value> = sinks
        .logs
        .asked()
        .iter()
        .filter(|asked| {
            asked.operation == "CreateLogGroup" || asked.operation == "PutRetentionPolicy"
        })
        .map(|asked| serde_json::from_slice(&asked.body).expect("it is JSON"))
        .collect();
    assert_eq!(created[0]["logGroupName"], "cruddur");
    assert_eq!(
        created[1],
        json!({"logGroupName": "cruddur", "retentionInDays": 7})
    );
    let put = sinks
        .logs
        .asked()
        .into_iter()
        .find(|one| one.operation == "PutLogEvents");
    let put: Value = serde_json::from_slice(&put.expect("it is sent").body).expect("it is JSON");
    let stream = put["logStreamName"].as_str().expect("it has a stream");
    let parts: Vec<&str> = stream.split('/').collect();
    assert_eq!(
        (parts.len(), parts[1], parts[2]),
        (4, "cruddur-obs", "app"),
        "{stream}"
    );
}
