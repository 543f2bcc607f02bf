//! Segment documents, held against what a Flask app with AWS's SDK sent for the same requests.

use std::path::Path;

use axum::http::{HeaderMap, Method};
use serde_json::{Value, json};
use tokio::net::UdpSocket;

use super::{Asked, Running, Stub, answer};
use crate::settings::OpenTelemetry;
use crate::telemetry::tracing::{
    Failure, Frame, TracedRequest, TracingSettings, XraySettings, XrayTransport,
};
use crate::xray::daemon_address::{DaemonAddress, HostPort};
use crate::xray::datagram;

/// Members whose values differ from run to run, or from language to language.
const VARYING: [&str; 12] = [
    "id",
    "parent_id",
    "start_time",
    "end_time",
    "trace_id",
    "sdk",
    "sdk_version",
    "working_directory",
    "now",
    "stack",
    // Python's has `runtime` and `runtime_version`. A Rust program has no runtime with a version
    // of its own; it says the version of the service instead.
    "service",
    "message",
];

/// A document with what varies left out; the order stays.
fn constant(value: &Value) -> Value {
    match value {
        Value::Object(members) => members
            .iter()
            .map(|(key, value)| {
                let is_reference = key == "cause" && value.is_string();
                let value = if VARYING.contains(&key.as_str()) || is_reference {
                    json!("…")
                } else {
                    constant(value)
                };
                (key.clone(), value)
            })
            .collect(),
        Value::Array(items) => items.iter().map(constant).collect(),
        other => other.clone(),
    }
}

fn captured(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/seed-app");
    let bytes = std::fs::read(folder.join(name)).unwrap();
    let document = serde_json::from_str(datagram::decode(&bytes).unwrap()).unwrap();
    serde_json::to_string_pretty(&constant(&document)).unwrap()
}

/// Settings whose segments go to this socket.
fn to(daemon: &UdpSocket) -> TracingSettings {
    let address = daemon.local_addr().unwrap();
    let address = HostPort {
        host: address.ip().to_string(),
        port: address.port(),
    };
    let daemon = DaemonAddress {
        udp: address.clone(),
        tcp: address,
    };
    let xray = XraySettings::new(XrayTransport::Daemon(daemon));
    TracingSettings::new(OpenTelemetry::default(), xray)
}

/// The documents that a request becomes, and its figures.
async fn documents(asked: &Asked, count: usize, work: impl FnOnce(&TracedRequest)) -> Vec<Value> {
    let daemon = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let stub = Stub::answering(vec![answer(404)]);
    let running = Running::start(&to(&daemon), &stub.client);
    let request = asked.begin(&running.tracer);
    assert!(request.is_recorded_by_xray());
    work(&request);
    drop(request);
    let mut documents = Vec::new();
    let mut buffer = vec![0; 70_000];
    for _ in 0..count {
        let length = daemon.recv(&mut buffer).await.unwrap();
        let text = datagram::decode(&buffer[..length]).unwrap();
        documents.push(serde_json::from_str(text).unwrap());
    }
    let (totals, _) = running.stop().await;
    assert_eq!(totals, ["X-Ray: given 1 · sent 1 · dropped 0 · rejected 0"]);
    documents
}

async fn is_like(capture: &str, asked: &Asked, work: impl FnOnce(&TracedRequest)) {
    let documents = documents(asked, 1, work).await;
    let ours = serde_json::to_string_pretty(&constant(&documents[0])).unwrap();
    pretty_equal(&ours, &captured(capture), capture);
}

fn pretty_equal(ours: &str, theirs: &str, what: &str) {
    assert!(ours == theirs, "{what}\nours: {ours}\ntheirs: {theirs}");
}

fn failure() -> Failure {
    Failure {
        type_name: "DeliberateError".to_owned(),
        message: "deliberate failure for telemetry".to_owned(),
        frames: (0..12)
            .map(|line| Frame {
                path: "/home/ada/src/server/debug.rs".to_owned(),
                line,
                label: format!("frame_{line}"),
            })
            .collect(),
    }
}

#[tokio::test]
async fn requests_of_the_seeds() {
    is_like("01-home.0006.datagram", &Asked::home(), |request| {
        drop(request.segment_part("home_endpoint"));
        request.finish(200, Some(949));
    })
    .await;
    let user = Asked::get("/api/activities/@adaquill", None);
    is_like("03-user.0013.datagram", &user, |request| {
        let part = request.segment_part("user_endpoint");
        let inner = part.segment_part("subsegment_mock");
        let value = json!({"now": "2026-11-20T09:42:11.842454", "results-size": 1});
        inner.put_metadata("namespace", "key", value);
        drop(inner);
        drop(part);
        request.finish(200, Some(183));
    })
    .await;
    // The query stays out.
    let search = Asked::get("/api/activities/search?term=", None);
    is_like("05-search-blank-422.0019.datagram", &search, |request| {
        request.finish(422, Some(22));
    })
    .await;
    let nope = Asked::get("/nope", None);
    is_like("23-not-found.0078.datagram", &nope, |request| {
        request.finish(404, Some(207));
    })
    .await;
    let header = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1";
    let sampled = Asked::home().with("x-amzn-trace-id", header);
    is_like(
        "36-xray-header-sampled.0118.datagram",
        &sampled,
        |request| {
            drop(request.segment_part("home_endpoint"));
            request.finish(200, Some(949));
        },
    )
    .await;
}

#[tokio::test]
async fn a_failure_within_a_part_and_one_without() {
    let asked = Asked::get("/debug/raise", None);
    is_like("20-error-raise.0066.datagram", &asked, |request| {
        let part = request.segment_part("raise_endpoint");
        part.failed(&failure());
        drop(part);
        request.failed(&failure());
        request.finish(500, Some(265));
    })
    .await;
    let asked = Asked::get("/debug/chain", None);
    is_like("21-error-chain.0070.datagram", &asked, |request| {
        request.failed(&failure());
        request.finish(500, Some(265));
    })
    .await;
    let documents = documents(&asked, 1, |request| {
        let part = request.segment_part("left by a panic");
        let panic = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            let _part = part;
            std::panic::resume_unwind(Box::new(()));
        }));
        assert!(panic.is_err());
        request.failed(&failure());
        request.finish(500, None);
    })
    .await;
    let part = &documents[0]["subsegments"][0];
    let exception = &part["cause"]["exceptions"][0];
    assert_eq!(exception["id"], documents[0]["cause"]);
    // The last ten lines, without their folders.
    let stack = exception["stack"].as_array().unwrap();
    assert_eq!(stack.len(), 10);
    assert_eq!(
        stack[0],
        json!({"path": "debug.rs", "line": 2, "label": "frame_2"})
    );
}

#[tokio::test]
async fn annotations_and_calls() {
    let asked = Asked::get("/debug/annotate", None);
    is_like("32-annotate.0106.datagram", &asked, |request| {
        request.annotate("shard", "blue");
        request.annotate("not plain", 1);
        request.annotate("nested", json!([1]));
        let outer = request.segment_part("outer");
        outer.annotate("attempt", 2);
        outer.annotate("cached", false);
        let inner = outer.call(&Method::GET, "http://inner/x");
        // Python's capture was made by hand, with a name and an address that do not belong together.
        drop(inner);
        drop(outer);
        request.0.with_segment(|segment| {
            segment.parts[1].name = "inner".to_owned();
            let call = segment.parts[1].call.as_mut().unwrap();
            call.url = "http://example.test/x".to_owned();
            call.status = Some(429);
        });
        request.finish(200, Some(12));
    })
    .await;
    let mut headers = HeaderMap::new();
    let asked = Asked::get("/debug/outbound", None);
    let documents = documents(&asked, 1, |request| {
        let call = request.call(&Method::GET, "http://127.0.0.1:28980/hello?token=x");
        call.write_headers(&mut headers);
        call.finish(200, Some(5));
        request
            .call(&Method::GET, "http://nowhere.test/")
            .failed("Name", "the name cannot be resolved");
        request.finish(200, Some(15));
    })
    .await;
    // Flask's has no subsegment for the call at all: the seeds never patch their client.
    let [call, failed] = &documents[0]["subsegments"].as_array().unwrap()[..] else {
        panic!("{documents:?}")
    };
    assert_eq!(call["name"], "127.0.0.1");
    assert_eq!(call["namespace"], "remote");
    assert_eq!(
        call["http"]["request"]["url"],
        "http://127.0.0.1:28980/hello"
    );
    assert_eq!(
        call["http"]["response"],
        json!({"status": 200, "content_length": 5})
    );
    let expected = format!(
        "Root={};Parent={};Sampled=1",
        documents[0]["trace_id"].as_str().unwrap(),
        call["id"].as_str().unwrap()
    );
    assert_eq!(headers["x-amzn-trace-id"], expected.as_str());
    assert_eq!(failed["fault"], true);
    assert_eq!(failed["cause"]["exceptions"][0]["remote"], true);
}

#[tokio::test]
async fn names_lose_what_x_ray_refuses() {
    let documents = documents(&Asked::home(), 1, |request| {
        for name in ["a?;*()!$~^<>b", "Zoë's [pipe|comma,]\n\"x\"", "", "()"] {
            drop(request.segment_part(name));
        }
        request.finish(200, None);
    })
    .await;
    let names: Vec<&str> = documents[0]["subsegments"]
        .as_array()
        .unwrap()
        .iter()
        .map(|part| part["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["ab", "Zoës pipecomma x", "unnamed", "unnamed"]);
}

/// Every id in documents, each once; with its parent's.
fn ids(documents: &[Value], found: &mut Vec<(String, String)>) {
    for document in documents {
        let text = |name: &str| document[name].as_str().unwrap_or_default().to_owned();
        found.push((text("id"), text("parent_id")));
        if let Some(parts) = document["subsegments"].as_array() {
            for part in parts {
                assert_eq!(part["parent_id"], document["id"]);
            }
            ids(parts, found);
        }
    }
}

#[tokio::test]
async fn many_parts_go_in_pieces_and_none_is_lost() {
    // Flask's SDK sent 45 parts in 32 datagrams; 16 are enough.
    let many = documents(&Asked::home(), 16, |request| {
        for _ in 0..45 {
            drop(request.segment_part("part"));
        }
        request.finish(200, None);
    })
    .await;
    let deep = documents(&Asked::home(), 2, |request| {
        let mut parts = vec![request.segment_part("outermost")];
        for _ in 0..30 {
            parts.push(parts[parts.len() - 1].segment_part("deeper"));
        }
        while parts.pop().is_some() {}
        request.finish(200, None);
    })
    .await;
    for (documents, parts) in [(many, 45), (deep, 31)] {
        let mut found = Vec::new();
        ids(&documents, &mut found);
        let mut only: Vec<&String> = found.iter().map(|(id, _)| id).collect();
        only.sort();
        only.dedup();
        assert_eq!((found.len(), only.len()), (parts + 1, parts + 1));
        let whole = documents.last().unwrap();
        for piece in &documents[..documents.len() - 1] {
            assert_eq!(piece["type"], "subsegment");
            assert_eq!(piece["trace_id"], whole["trace_id"]);
            let parent = piece["parent_id"].as_str().unwrap();
            assert!(found.iter().any(|(id, _)| id == parent));
        }
    }
}

#[tokio::test]
async fn what_is_too_long_for_a_datagram_goes_in_pieces() {
    let documents = documents(&Asked::home(), 4, |request| {
        for _ in 0..5 {
            let part = request.segment_part("large");
            part.put_metadata("big", "text", "x".repeat(30_000));
        }
        let part = request.segment_part("too large by itself");
        part.put_metadata("big", "text", "x".repeat(100_000));
        request.finish(200, None);
    })
    .await;
    let mut found = Vec::new();
    ids(&documents, &mut found);
    assert_eq!(found.len(), 7);
    let text = Value::Array(documents.clone()).to_string();
    assert!(
        text.contains("bytes of metadata, more than X-Ray takes"),
        "{text:.300}"
    );
    for document in &documents {
        assert!(document.to_string().len() <= 64_000);
    }
}
