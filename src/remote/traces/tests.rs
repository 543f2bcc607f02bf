use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use axum::body::Bytes;
use axum::http::{Request, Response};
use futures::FutureExt as _;
use serde_json::{Value, json};

use super::*;
use crate::remote::{Clients, LocalService, connect};
use crate::settings::{Environment, Flags, Settings};
use crate::trace::TraceId;

type Asked = Arc<Mutex<Vec<(String, Value)>>>;

/// Clients of an X-Ray in this process.
async fn clients(answers: fn(&str, &Value) -> Value) -> (Clients, Asked) {
    let asked = Asked::default();
    let seen = Arc::clone(&asked);
    let service: LocalService = Arc::new(move |request: Request<Bytes>| {
        let path = request.uri().path().to_owned();
        let body = serde_json::from_slice(request.body()).unwrap_or_default();
        let answer = answers(&path, &body);
        seen.lock().expect("no thread panicked").push((path, body));
        async move { Response::new(Bytes::from(answer.to_string())) }.boxed()
    });
    let flags = Flags {
        sandbox: Some(None),
        ..Flags::default()
    };
    let nowhere = PathBuf::from("/nowhere");
    let environment = Environment::of([], nowhere.clone(), Some(nowhere));
    let settings = Settings::resolve(&flags, &environment).expect("the settings are usable");
    let access = settings
        .aws(&environment, Timestamp::UNIX_EPOCH)
        .expect("a sandbox needs nothing");
    let clients = connect(&access, None, Some(service))
        .await
        .expect("nothing is in the way");
    (clients, asked)
}

fn ids(count: u128) -> Vec<TraceId> {
    (1..=count).map(TraceId::new).collect()
}

#[tokio::test]
async fn the_graph_of_traces_is_asked_for_five_at_a_time_and_put_together() {
    let (clients, asked) = clients(|_, body| {
        let traces = body["TraceIds"].as_array().map_or(0, Vec::len);
        json!({"Services": [{
            "ReferenceId": 3, "Name": "web", "Names": ["web"], "State": "active",
            "SummaryStatistics": {"OkCount": traces, "TotalCount": traces, "TotalResponseTime": 0.5},
        }]})
    })
    .await;
    let graph = clients.xray.trace_graph(&ids(12)).await.expect("a graph");
    assert_eq!(graph.nodes.len(), 1);
    assert_eq!(graph.nodes[0].reference_id, 0);
    let statistics = graph.nodes[0].statistics.expect("requests");
    assert_eq!((statistics.ok, statistics.total_micros), (12, 1_500_000));
    let sizes: Vec<usize> = asked
        .lock()
        .expect("no thread panicked")
        .iter()
        .map(|(path, body)| {
            assert_eq!(path, "/TraceGraph");
            body["TraceIds"].as_array().map_or(0, Vec::len)
        })
        .collect();
    assert_eq!(sizes, [5, 5, 2]);
}

#[tokio::test]
async fn progress_tells_part_by_part() {
    let (clients, _) = clients(|path, _| match path {
        "/ServiceGraph" => json!({"Services": []}),
        _ => json!({"TraceSummaries": [], "TracesProcessedCount": 7}),
    })
    .await;
    let window = Window {
        start: Timestamp::UNIX_EPOCH,
        end: Timestamp::from_second(30 * 3600).expect("a time"),
    };
    let told = Mutex::new(Vec::new());
    let tell = |progress: Progress| {
        told.lock().expect("no thread panicked").push((
            progress.done,
            progress.of,
            progress.scanned,
        ));
    };
    let read = clients.xray.service_graph(window, None, &tell).await;
    assert_eq!(read.expect("a graph"), ServiceGraph::default());
    let graph = std::mem::take(&mut *told.lock().expect("no thread panicked"));
    assert_eq!(graph, [0, 1, 2, 3, 4, 5].map(|done| (done, 5, 0)));
    let found = clients.xray.trace_summaries(window, None, 10, &tell).await;
    assert_eq!(found.expect("an answer").scanned, 14);
    let search = told.into_inner().expect("no thread panicked");
    assert_eq!(search, [(0, 2, 0), (1, 2, 7)]);
}

#[test]
fn times_survive_the_way_to_the_sdk_and_back() {
    for text in [
        "2026-11-20T09:40:47.25Z",
        "1969-12-31T23:59:59.75Z",
        "1970-01-01T00:00:00Z",
    ] {
        let at: Timestamp = text.parse().expect("a time");
        assert_eq!(time(&sdk_time(at)).micros(), at.as_microsecond(), "{text}");
    }
    assert_eq!(micros(f64::NAN), None);
    assert_eq!(micros(0.25), Some(250_000));
    assert_eq!(count(Some(-1)), 0);
}
