//! What is kept, for whom, and how long.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use serde_json::{Value, json};

use super::{START, TRACE, caller, protobuf, reader, request, span};
use crate::sandbox::store::{Clock, Location, Retention, Signal, Store};
use crate::trace::Time;
use crate::trace::graph::Window;

/// Signal, dataset and body of what an environment has.
fn payloads(
    store: &Store,
    environment: &str,
    signal: Option<Signal>,
    window: Window,
) -> Vec<(Signal, Option<String>, Vec<u8>)> {
    let mut all = Vec::new();
    let mut visit = |payload: crate::sandbox::store::OtlpPayload<'_>| {
        // The store may be used meanwhile.
        store.stored_otlp().unwrap();
        all.push((
            payload.signal,
            payload.dataset.map(str::to_owned),
            payload.body.to_vec(),
        ));
        ControlFlow::Continue(())
    };
    store
        .otlp_payloads(environment, signal, window, &mut visit)
        .unwrap();
    all
}

fn body(id: u64) -> Value {
    request("web", &[span(id, None, 2, "GET", &json!({}))])
}

#[tokio::test]
async fn payloads_are_given_back_by_environment() {
    let store = Store::open(&Location::Memory).unwrap();
    let caller = reader(store.clone());
    let bytes = protobuf(&body(1));
    caller.exported("/v1/traces", bytes.clone()).await;
    let classic = [
        ("content-type", "application/json"),
        ("x-honeycomb-team", "f63ab2cf0d61d85bc1d19e5f5e2b7c8a"),
        ("x-honeycomb-dataset", " old "),
    ];
    caller
        .export("/v1/traces", &classic, body(2).to_string())
        .await;
    caller
        .export_json(
            "/v1/logs",
            &json!({ "resourceLogs": [{ "scopeLogs": [{ "logRecords": [
                { "timeUnixNano": START.to_string(), "body": { "stringValue": "hello" } }, {},
            ]}]}]}),
        )
        .await;
    let signed = caller
        .signed("xray")
        .uri("/v1/traces")
        .header("content-type", "application/json");
    caller
        .send(signed.body(body(3).to_string().into()).unwrap())
        .await;

    let all = payloads(&store, "test", None, Window::ALWAYS);
    assert_eq!(all.len(), 2, "neither the classic one nor the signed one");
    assert_eq!(all[0], (Signal::Traces, None, bytes), "byte for byte");
    assert_eq!(all[1].0, Signal::Logs);
    let old = payloads(&store, "", Some(Signal::Traces), Window::ALWAYS);
    assert_eq!((old.len(), old[0].1.as_deref()), (1, Some("old")));
    assert_eq!(old[0].2, protobuf(&body(2)), "JSON has become protobuf");
    let at = |offset: i64| Time::from_micros(i64::try_from(START / 1000).unwrap() + offset);
    let window = |start, end| Window {
        start: at(start),
        end: at(end),
    };
    assert_eq!(
        payloads(&store, "test", Some(Signal::Traces), window(0, 2000)).len(),
        1
    );
    assert_eq!(
        payloads(&store, "test", Some(Signal::Traces), window(0, 1000)).len(),
        0
    );
    assert_eq!(
        payloads(&store, "test", Some(Signal::Logs), window(0, 1)).len(),
        1
    );
    let stored = store.stored_otlp().unwrap();
    assert_eq!((stored.requests, stored.log_records), (4, 2));
}

#[tokio::test]
async fn a_span_that_is_sent_twice_counts_once() {
    let caller = caller();
    let both = request(
        "web",
        &[
            span(1, None, 2, "a", &json!({})),
            span(2, Some(1), 1, "b", &json!({})),
        ],
    );
    caller.export_json("/v1/traces", &body(1)).await;
    caller.export_json("/v1/traces", &both).await;
    caller.export_json("/v1/traces", &both).await;
    let health = caller
        .send(
            axum::http::Request::get("/_sandbox/health")
                .body("".into())
                .unwrap(),
        )
        .await;
    let health: Value = serde_json::from_slice(health.body()).unwrap();
    assert_eq!(health["otlp_requests"]["requests"], json!(3));
    assert_eq!(health["otlp_requests"]["spans"], json!(2));
    let documents = caller.documents_of(TRACE).await;
    assert_eq!(documents.len(), 1);
    assert_eq!(
        documents[0]["subsegments"].as_array().map(Vec::len),
        Some(1)
    );
    caller
        .send(
            axum::http::Request::post("/_sandbox/reset")
                .body("".into())
                .unwrap(),
        )
        .await;
    assert!(caller.documents_of(TRACE).await.is_empty());
}

#[tokio::test]
async fn the_oldest_go_by_size_and_by_age() {
    let now = Arc::new(AtomicI64::new(1_000_000));
    let clock = Arc::clone(&now);
    let store = Store::open(&Location::Memory)
        .unwrap()
        .with_clock(Clock::from_fn(move || clock.load(Ordering::Relaxed)))
        .with_retention(Retention {
            bytes: 600,
            age: Duration::from_mins(1),
        });
    let caller = reader(store.clone());
    for id in 1..=20 {
        caller.exported("/v1/traces", protobuf(&body(id))).await;
        caller.export_json("/v1/logs", &json!({})).await;
    }
    let stored = store.stored_otlp().unwrap();
    assert!(stored.bytes <= 600 && stored.spans > 2, "{stored:?}");
    let documents = caller.documents_of(TRACE).await;
    assert_eq!(documents.len() as u64, stored.spans);
    assert_eq!(documents.last().unwrap()["id"], json!("0000000000000014"));
    now.fetch_add(61_000, Ordering::Relaxed);
    assert_eq!(store.stored_otlp().unwrap().requests, 0);
    assert!(caller.documents_of(TRACE).await.is_empty());
}

#[tokio::test]
async fn another_process_sees_the_same() {
    let directory = tempfile::tempdir().unwrap();
    let open = || Store::open(&Location::Directory(directory.path().to_owned())).unwrap();
    let (one, other) = (reader(open()), reader(open()));
    assert!(other.documents_of(TRACE).await.is_empty());
    one.exported("/v1/traces", protobuf(&body(1))).await;
    assert_eq!(other.documents_of(TRACE).await.len(), 1);
    other.exported("/v1/traces", protobuf(&body(2))).await;
    one.exported("/v1/traces", protobuf(&body(3))).await;
    assert_eq!(one.documents_of(TRACE).await.len(), 3);
    assert_eq!(other.documents_of(TRACE).await.len(), 3);
    let third = open();
    assert_eq!(third.stored_otlp().unwrap().spans, 3);
    assert_eq!(payloads(&third, "test", None, Window::ALWAYS).len(), 3);
}

/// Sends a thousand traces, and lets `before` do something before the graph is asked.
async fn servers_in_the_graph(before: impl FnOnce(Store)) -> Value {
    let store = Store::open(&Location::Memory).unwrap();
    let now = i64::try_from(START / 1_000_000).unwrap() + 5_000;
    let store = store.with_clock(Clock::frozen(now));
    let caller = reader(store.clone());
    let spans: Vec<Value> = (1..=1000)
        .map(|number| {
            let trace = json!({ "traceId": format!("{number:032x}") });
            span(number, None, 2, "GET", &trace)
        })
        .collect();
    for spans in spans.chunks(300) {
        let request = request("web", spans);
        caller.export_json("/v1/traces", &request).await;
    }
    before(store);
    let start = START / 1_000_000_000;
    let range = json!({ "StartTime": start - 60, "EndTime": start + 60 });
    let graph = caller.done("/ServiceGraph", range).await;
    let services = graph["Services"].as_array().unwrap();
    let web = services
        .iter()
        .find(|one| one["Name"] == json!("web") && one["Root"] == json!(true));
    web.map_or(Value::Null, |web| {
        web["SummaryStatistics"]["TotalCount"].clone()
    })
}

#[tokio::test]
async fn many_traces_that_nobody_has_read_are_all_in_the_graph() {
    assert_eq!(servers_in_the_graph(drop).await, json!(1000));
}

#[tokio::test]
async fn traces_that_another_reads_just_now_are_waited_for() {
    let seen = servers_in_the_graph(|store| {
        std::thread::spawn(move || store.settle_segments());
        // Long enough for it to begin, and not to end.
        std::thread::sleep(Duration::from_millis(20));
    });
    assert_eq!(seen.await, json!(1000));
}
