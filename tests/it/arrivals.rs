//! Segments that arrive: over UDP, over HTTP, through a crash; and those who wait for them.

use std::net::UdpSocket;
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

use crate::world::{Server, World, get, post, repository, until};

/// Account and region of a request that is signed by nobody in particular.
const SIGNED: [(&str, &str); 1] = [(
    "Authorization",
    "AWS4-HMAC-SHA256 Credential=sandbox/20261124/us-east-1/xray/aws4_request, SignedHeaders=host, Signature=0",
)];

fn ask(server: &Server, path: &str, body: &Value) -> Value {
    let reply = post(server.url(), path, &SIGNED, body.to_string());
    assert_eq!(reply.status, 200, "{path}: {}", reply.body);
    serde_json::from_str(&reply.body).expect("JSON")
}

fn health(server: &Server) -> Value {
    serde_json::from_str(&get(server.url(), "/_sandbox/health").body).expect("JSON")
}

/// A segment of a trace of its own.
fn segment(number: u64, name: &str) -> String {
    json!({
        "trace_id": format!("1-{number:08x}-{number:024x}"), "id": format!("{number:016x}"),
        "name": name, "start_time": 100.5, "end_time": 101.25,
    })
    .to_string()
}

fn send(server: &Server, datagrams: &[Vec<u8>]) {
    let health = health(server);
    let address = health["xray_daemon"].as_str().expect("a daemon's port");
    let socket = UdpSocket::bind("127.0.0.1:0").expect("a socket");
    for datagram in datagrams {
        socket.send_to(datagram, address).expect("sent");
    }
}

/// The datagrams of the seeds' app, by file name.
fn captured() -> Vec<(String, Vec<u8>)> {
    let directory = repository().join("tests/fixtures/seed-app");
    let mut captured: Vec<(String, Vec<u8>)> = std::fs::read_dir(directory)
        .expect("the directory can be read")
        .map(|entry| {
            let path = entry.expect("an entry").path();
            let bytes = std::fs::read(&path).expect("the file can be read");
            (path.display().to_string(), bytes)
        })
        .collect();
    captured.sort();
    captured
}

#[test]
fn what_comes_over_udp_is_given_back_byte_for_byte() {
    let world = World::new().with("AWS_REGION", "us-east-1");
    let server = Server::start(&world, "--memory");
    let captured = captured();
    let datagrams: Vec<Vec<u8>> = captured.iter().map(|(_, bytes)| bytes.clone()).collect();
    send(&server, &datagrams);
    until("every datagram is in the store", || {
        health(&server)["datagrams"]["stored"] == json!(captured.len())
    });
    for (name, datagram) in &captured {
        let text = String::from_utf8(datagram.clone()).expect("UTF-8");
        let (_, document) = text.split_once('\n').expect("a header");
        let sent: Value = serde_json::from_str(document).expect("JSON");
        let answer = ask(&server, "/Traces", &json!({"TraceIds": [sent["trace_id"]]}));
        let segments = answer["Traces"][0]["Segments"]
            .as_array()
            .expect("segments");
        assert!(
            segments
                .iter()
                .any(|one| one["Document"] == json!(document)),
            "{name}: {answer:#}"
        );
    }
    let graph = ask(&server, "/ServiceGraph", &of_all_time(&captured));
    let nodes: Vec<String> = graph["Services"]
        .as_array()
        .expect("services")
        .iter()
        .map(|node| format!("{} {}", node["Name"], node["Type"]).replace('"', ""))
        .collect();
    assert_eq!(nodes, ["Cruddur null", "Cruddur client", "inner remote"]);
}

/// A window around what was captured.
fn of_all_time(captured: &[(String, Vec<u8>)]) -> Value {
    let starts = captured.iter().map(|(_, datagram)| {
        let text = String::from_utf8_lossy(datagram);
        let (_, document) = text.split_once('\n').expect("a header");
        let document: Value = serde_json::from_str(document).expect("JSON");
        document["start_time"].as_f64().expect("a time")
    });
    let first = starts.fold(f64::MAX, f64::min);
    json!({"StartTime": first - 3600.0, "EndTime": first + 3600.0})
}

#[test]
fn datagrams_that_carry_nothing_are_refused_and_counted() {
    let world = World::new().with("AWS_REGION", "us-east-1");
    let server = Server::start(&world, "--memory");
    let good = segment(1, "a");
    let datagrams = [
        format!("{{\"format\": \"json\", \"version\": 1}}\n{good}"),
        format!("{{\"version\":1,\"format\":\"JSON\"}}\n{}", segment(2, "b")),
        format!("{{\"format\": \"json\", \"version\": 2}}\n{good}"),
        good.clone(),
        "{\"format\": \"json\", \"version\": 1}\n{}".to_owned(),
        String::new(),
    ];
    send(&server, &datagrams.map(String::into_bytes));
    until("all are counted", || {
        let counts = health(&server)["datagrams"].clone();
        let count = |name: &str| counts[name].as_u64().unwrap_or(0);
        count("received") == 6 && count("stored") == 2 && count("refused") == 4
    });
    let health = health(&server);
    assert_eq!(health["datagrams"]["dropped"], json!(0));
    assert_eq!(health["segments"]["traces"], json!(2));
}

#[test]
fn samplers_get_rules_and_targets_on_the_daemons_port_and_nothing_else() {
    let world = World::new().with("AWS_REGION", "us-east-1");
    let server = Server::start(&world, "--memory");
    let health = health(&server);
    let daemon = format!("http://{}", health["xray_daemon"].as_str().expect("a port"));
    let rules = post(&daemon, "/GetSamplingRules", &[], "{\"NextToken\": null}");
    assert_eq!(rules.status, 200);
    assert!(
        rules.body.contains("\"RuleName\":\"Default\""),
        "{}",
        rules.body
    );
    let targets = post(
        &daemon,
        "/SamplingTargets",
        &[],
        r#"{"SamplingStatisticsDocuments": []}"#,
    );
    assert!(
        targets.body.contains("LastRuleModification"),
        "{}",
        targets.body
    );
    let other = post(&daemon, "/CreateGroup", &SIGNED, r#"{"GroupName": "g"}"#);
    assert_eq!(other.status, 403);
    assert_eq!(get(&daemon, "/healthz").status, 200);
}

#[test]
fn what_a_killed_server_acknowledged_is_there_after_it() {
    let world = World::new().with("AWS_REGION", "us-east-1");
    let data = world.path("store").display().to_string();
    let mut acknowledged: Vec<u64> = Vec::new();
    for round in 0..6 {
        let mut server = Server::start(&world, &format!("--dir {data}"));
        let url = server.url().to_owned();
        let written: Vec<Vec<u64>> = thread::scope(|scope| {
            // Several at once share commits.
            let writers: Vec<_> = (0..4)
                .map(|writer| {
                    let first = (round * 4 + writer) * 1_000_000 + 1;
                    scope.spawn({
                        let url = &url;
                        move || write_until_it_dies(url, first)
                    })
                })
                .collect();
            thread::sleep(Duration::from_millis(30 + 17 * round));
            server.kill();
            let ends = writers.into_iter().map(|one| one.join().expect("it ends"));
            ends.collect()
        });
        acknowledged.extend(written.into_iter().flatten());
    }
    assert!(acknowledged.len() > 50, "only {}", acknowledged.len());
    let server = Server::start(&world, &format!("--dir {data}"));
    for five in acknowledged.chunks(5) {
        let ids: Vec<String> = five
            .iter()
            .map(|number| format!("1-{number:08x}-{number:024x}"))
            .collect();
        let answer = ask(&server, "/Traces", &json!({ "TraceIds": ids }));
        assert_eq!(answer["UnprocessedTraceIds"], json!([]), "lost");
    }
}

/// Sends segments one after another; gives the numbers of those that were acknowledged.
fn write_until_it_dies(url: &str, first: u64) -> Vec<u64> {
    use std::io::{Read as _, Write as _};
    let address = url.trim_start_matches("http://");
    let mut written = Vec::new();
    for number in first.. {
        let Ok(mut stream) = std::net::TcpStream::connect(address) else {
            break;
        };
        let body = json!({"TraceSegmentDocuments": [segment(number, "a")]}).to_string();
        let request = format!(
            "POST /TraceSegments HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nContent-Length: {}\r\n{}: {}\r\n\r\n{body}",
            body.len(),
            SIGNED[0].0,
            SIGNED[0].1
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

#[test]
fn a_wait_ends_when_enough_traces_match() {
    let world = World::new().with("AWS_REGION", "us-east-1");
    let server = Server::start(&world, "");
    let waiting = thread::scope(|scope| {
        let waiting = scope.spawn(|| {
            let words = [
                "--sandbox",
                "sandbox",
                "wait",
                "--until",
                "service(\"shop\")",
            ];
            world.run_with(words.into_iter().chain(["--count", "2", "-o", "json"]), "")
        });
        for number in 1..=2 {
            // The first alone is not enough; who waits may look before, between or after.
            let body = json!({"TraceSegmentDocuments": [segment(number, "shop")]});
            ask(&server, "/TraceSegments", &body);
        }
        waiting.join().expect("it ends")
    });
    let found = waiting.exits(0).json();
    assert_eq!(found["matching"], json!(2));
    assert_eq!(found["newest"][0]["service"], json!("shop"));
}

#[test]
fn a_wait_in_vain_says_what_came_instead() {
    let world = World::new().with("AWS_REGION", "us-east-1");
    let server = Server::start(&world, "");
    let wait = |filter: &str| {
        let words = [
            "--sandbox",
            "sandbox",
            "wait",
            "--until",
            filter,
            "--timeout",
            "50ms",
        ];
        world.run_with(words, "")
    };
    insta::assert_snapshot!(wait("fault"), @r#"
    --- stderr ---
    error[not-arrived]: 0 of 1 wanted traces match after 50ms
      cause: no trace at all has come; with a server, /_sandbox/health counts datagrams
      fix:   eval "$(cruddur-obs sandbox env)"    # in the shell that starts your app
    [exit code 4]
    "#);
    let body = json!({"TraceSegmentDocuments": [segment(1, "shop")]});
    ask(&server, "/TraceSegments", &body);
    insta::assert_snapshot!(wait("fault"), @"
    TRACE                                SERVICE  STATE  REQUEST  REGION
    1-00000001-000000000000000000000001  shop     ok     —        us-east-1
    --- stderr ---
    error[not-arrived]: 0 of 1 wanted traces match after 50ms
      cause: one trace is there
      fix:   cruddur-obs --sandbox xray traces --since 7d
    [exit code 4]
    ");
    insta::assert_snapshot!(wait("fault AND"), @"
    --- stderr ---
    error[filter]: --until: nothing follows AND
      cause: fault AND
                   ^^^
      fix:   the language: https://docs.aws.amazon.com/xray/latest/devguide/xray-console-filters.html
    [exit code 2]
    ");
}

#[test]
fn a_wait_needs_no_server() {
    let world = World::new().with("AWS_REGION", "us-east-1");
    let mut server = Server::start(&world, "");
    let body = json!({"TraceSegmentDocuments": [segment(1, "shop")]});
    ask(&server, "/TraceSegments", &body);
    server.kill();
    let _found = world
        .run("--sandbox sandbox wait --until service(\"shop\")")
        .exits(0);
    let _not_found = world
        .run("--sandbox sandbox wait --until service(\"mail\") --timeout 0")
        .exits(4);
}
