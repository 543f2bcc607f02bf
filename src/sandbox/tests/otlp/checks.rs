//! What is checked of a request, in which order, and what is said.

use std::io::Write as _;

use axum::http::Request;
use flate2::Compression;
use flate2::write::GzEncoder;
use prost::Message;
use serde_json::json;

use super::{JSON, PROTOBUF, TRACE, caller, protobuf, reader, request, span};
use crate::sandbox::api::fault_switch::Switchboard;
use crate::sandbox::tests::{Location, Log, Store, api, local};
use crate::sandbox::{FaultSwitch, HONEYCOMB_KEY};

#[derive(Clone, PartialEq, Message)]
struct Status {
    #[prost(string, tag = "2")]
    message: String,
}

const KEY: (&str, &str) = ("x-honeycomb-team", HONEYCOMB_KEY);
const CLASSIC: (&str, &str) = ("x-honeycomb-team", "f63ab2cf0d61d85bc1d19e5f5e2b7c8a");

#[tokio::test]
async fn checks_come_in_honeycombs_order() {
    let caller = caller();
    let bad = b"\xff\xff not spans".to_vec();
    let wrong_type = [("content-type", "text/plain")];
    let answer = caller.export("/v1/traces", &wrong_type, bad.clone()).await;
    assert_eq!((answer.status, &*answer.content_type), (415, "text/plain"));
    assert_eq!(
        answer.text(),
        "unsupported content-type, valid types are: application/protobuf, application/x-protobuf, application/json"
    );
    let no_type = caller.export("/v1/traces", &[KEY], bad.clone()).await;
    assert_eq!(no_type.status, 415);

    let json = ("content-type", JSON);
    for (headers, status, message) in [
        (vec![json], 401, "missing 'x-honeycomb-team' header"),
        (
            vec![json, ("x-honeycomb-team", "no key at all")],
            401,
            "unknown API key - check your credentials",
        ),
        (
            vec![json, ("x-honeycomb-team", "aaaaaaaaaaaadisabled00")],
            401,
            "attempted to use disabled API key",
        ),
        (
            vec![json, CLASSIC],
            401,
            "missing 'x-honeycomb-dataset' header",
        ),
        (
            vec![json, ("x-honeycomb-team", "aaaaaaaaaaaareadonly00")],
            403,
            "this API key does not have permission to send events",
        ),
        (
            vec![json, ("x-honeycomb-team", "aaaaaaaaaaoverquota000")],
            429,
            "Request dropped due to rate limiting.",
        ),
    ] {
        let answer = caller.export("/v1/traces", &headers, bad.clone()).await;
        assert_eq!((answer.status, &*answer.content_type), (status, JSON));
        assert_eq!(answer.json(), json!({ "message": message }));
    }
    let answer = caller.export("/v1/traces", &[json, KEY], bad.clone()).await;
    assert_eq!(answer.status, 400);
    let said = answer.json()["message"].as_str().unwrap().to_owned();
    assert!(
        said.starts_with("failed to parse OTLP request body: expected value"),
        "{said}"
    );
    let dataset = ("x-honeycomb-dataset", "cruddur");
    let answer = caller
        .export("/v1/traces", &[json, CLASSIC, dataset], "{}")
        .await;
    assert_eq!((answer.status, answer.text()), (200, "{}".to_owned()));
    let logs = caller.export("/v1/logs", &[json, CLASSIC], "{}").await;
    assert_eq!(logs.status, 200, "logs name their own dataset");
}

#[tokio::test]
async fn refusals_are_in_the_requests_encoding() {
    let caller = caller();
    for content_type in [PROTOBUF, "application/protobuf"] {
        let headers = [("content-type", content_type)];
        let answer = caller.export("/v1/logs", &headers, "").await;
        assert_eq!((answer.status, &*answer.content_type), (401, content_type));
        let status = Status::decode(&*answer.body).unwrap();
        assert_eq!(status.message, "missing 'x-honeycomb-team' header");
    }
}

#[tokio::test]
async fn every_path_takes_every_encoding() {
    let caller = caller();
    let body = request("web", &[span(1, None, 2, "GET", &json!({}))]);
    let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
    gzip.write_all(body.to_string().as_bytes()).unwrap();
    let gzip = gzip.finish().unwrap();
    let zstd = zstd::encode_all(&*protobuf(&body), 1).unwrap();
    for path in ["/v1/traces", "/v1/traces/"] {
        let plain = caller.export_json(path, &body).await;
        assert_eq!((plain.status, &*plain.content_type), (200, JSON));
        assert_eq!(plain.text(), "{}");
        for (content_type, encoding, body) in [
            ("application/json; charset=utf-8", "gzip", &gzip),
            (PROTOBUF, "zstd", &zstd),
        ] {
            let headers = [
                ("content-type", content_type),
                ("content-encoding", encoding),
                KEY,
            ];
            let answer = caller.export(path, &headers, body.clone()).await;
            assert_eq!(answer.status, 200, "{answer:?}");
        }
    }
    for path in ["/v1/logs", "/v1/metrics", "/v1/logs/", "/v1/metrics/"] {
        assert_eq!(caller.export_json(path, &json!({})).await.status, 200);
    }
    let documents = caller.documents_of(TRACE).await;
    assert_eq!(documents.len(), 1, "the same span six times is one span");
    let headers = [("content-type", JSON), ("content-encoding", "br"), KEY];
    let answer = caller.export("/v1/traces", &headers, "x").await;
    assert_eq!(answer.status, 400);
    assert!(answer.text().contains("content-encoding"), "{answer:?}");
}

#[tokio::test]
async fn a_body_that_is_too_long_is_refused() {
    let caller = caller();
    let headers = [("content-type", PROTOBUF), KEY];
    let long = vec![0; 20 * 1024 * 1024 + 1];
    let answer = caller.export("/v1/traces", &headers, long).await;
    assert_eq!(answer.status, 413);
    let bomb = zstd::encode_all(&*vec![0; 64 * 1024 * 1024 + 1], 1).unwrap();
    let headers = [headers[0], KEY, ("content-encoding", "zstd")];
    let answer = caller.export("/v1/traces", &headers, bomb).await;
    assert_eq!(answer.status, 413);
}

#[tokio::test]
async fn unknown_members_and_all_ways_to_write_numbers_are_taken() {
    let caller = caller();
    let one = json!({ "startTimeUnixNano": super::START, "x-new": { "deep": [1] }, "attributes": [
        { "key": "a", "value": { "intValue": "5" } }, { "key": "b", "value": { "intValue": 5 } },
        { "key": "c", "value": { "newValue": 5 } }, { "key": "d", "value": {} },
    ]});
    let mut body = request("web", &[span(1, None, 2, "GET", &one)]);
    body["resourceSpans"][0]["entityRefs"] = json!([]);
    let answer = caller.export_json("/v1/traces", &body).await;
    assert_eq!((answer.status, answer.text()), (200, "{}".to_owned()));
    let document = &caller.documents_of(TRACE).await[0];
    let metadata = &document["metadata"]["default"];
    assert_eq!((&metadata["a"], &metadata["b"]), (&json!(5), &json!(5)));
}

#[tokio::test]
async fn spans_that_cannot_be_kept_are_named_and_the_others_kept() {
    let caller = caller();
    let spans = [
        span(1, None, 2, "good", &json!({})),
        span(2, None, 2, "short", &json!({ "traceId": "5759e988" })),
        span(3, None, 2, "zero", &json!({ "spanId": "0000000000000000" })),
        span(4, None, 2, "never", &json!({ "startTimeUnixNano": "0" })),
        span(
            5,
            None,
            2,
            "late",
            &json!({ "endTimeUnixNano": u64::MAX.to_string() }),
        ),
    ];
    let body = request("web", &spans);
    let answer = caller.export_json("/v1/traces", &body).await;
    assert_eq!(answer.status, 200);
    assert_eq!(
        answer.json(),
        json!({ "partialSuccess": {
            "rejectedSpans": "4",
            "errorMessage": "4 spans were not kept, the first: \"short\" has a trace id of 4 bytes; it has 16",
        }})
    );
    assert_eq!(caller.documents_of(TRACE).await.len(), 1);
    let headers = [("content-type", PROTOBUF), KEY];
    let answer = caller.export("/v1/traces", &headers, protobuf(&body)).await;
    let text = answer.text();
    assert!(text.contains("4 spans were not kept"), "{text:?}");
    assert_eq!(&answer.body[2..4], [8, 4], "field 1 of field 1 is 4");
}

#[tokio::test]
async fn the_root_asks_whether_traces_were_meant() {
    let caller = caller();
    for content_type in [JSON, PROTOBUF] {
        let headers = [("content-type", content_type), KEY];
        let answer = caller.export("/", &headers, "").await;
        assert_eq!((answer.status, &*answer.content_type), (400, content_type));
        assert!(answer.text().contains("did you mean /v1/traces?"));
    }
    let get = Request::get("/v1/traces").body("".into()).unwrap();
    assert_eq!(caller.send(get).await.status(), 405);
}

#[tokio::test]
async fn faults_on_purpose_say_what_exporters_understand() {
    for (switch, path, status, retry_after) in [
        ("throttle@ExportTraces=1", "/v1/traces", 429, Some("1")),
        ("fail@ExportLogs=1", "/v1/logs", 503, None),
        ("deny@ExportMetrics=1", "/v1/metrics", 401, None),
    ] {
        let switch: FaultSwitch = switch.parse().unwrap();
        let store = Store::open(&Location::Memory).unwrap();
        let log = Log::to(std::io::sink());
        let mut caller = reader(store.clone());
        let mut service = api::Service::new(store, "us-east-1".to_owned(), log);
        service.switchboard = Switchboard::new(&[switch], 0);
        caller.service = local::local(service);
        let answer = caller.export_json(path, &json!({})).await;
        assert_eq!(answer.status, status);
        assert_eq!(answer.retry_after.as_deref(), retry_after);
        let other = if path == "/v1/logs" {
            "/v1/traces"
        } else {
            "/v1/logs"
        };
        assert_eq!(caller.export_json(other, &json!({})).await.status, 200);
    }
}
