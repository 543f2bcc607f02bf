//! What the seeds' Flask app really sent, through the official Python SDK.

use std::fs;
use std::path::Path;

use super::{graph_lines, rows, tree};
use crate::trace::graph::Graph;
use crate::trace::summary::Summary;
use crate::trace::{Document, Trace};

/// The documents of the captured datagrams whose file names begin so.
fn captured(prefix: &str) -> Vec<Document> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/seed-app");
    let mut paths: Vec<_> = fs::read_dir(directory)
        .expect("the directory can be read")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    paths.sort();
    let documents: Vec<Document> = paths
        .iter()
        .filter(|path| {
            path.file_name()
                .is_some_and(|name| name.to_string_lossy().starts_with(prefix))
        })
        .map(|path| {
            let datagram = fs::read_to_string(path).expect("a datagram");
            let (_, text) = datagram.split_once('\n').expect("a header");
            let document = Document::parse(text).expect("a document");
            assert_eq!(document.text(), text);
            document.check_inside().expect("good names");
            document
        })
        .collect();
    assert!(!documents.is_empty(), "{prefix}");
    documents
}

fn only(prefix: &str) -> Trace {
    let mut traces = Trace::all(&captured(prefix));
    assert_eq!(traces.len(), 1);
    traces.remove(0)
}

fn lines(traces: &[Trace]) -> String {
    graph_lines(&Graph::of(traces)).join("\n")
}

#[test]
fn home_is_a_client_and_a_service() {
    let trace = only("01-home");
    assert_eq!(tree(&trace), ["Cruddur", "  home_endpoint"]);
    insta::assert_snapshot!(lines(&[trace]), @r"
    Cruddur (-) active, root: 1 ok, 0 error, 0 throttle, 0 fault, 0.002 s
    Cruddur (client) unknown
      -> Cruddur (-): 1 ok, 0 error, 0 throttle, 0 fault, 0.002 s
    ");
}

#[test]
fn the_subsegments_of_user_are_one_in_the_other() {
    let trace = only("03-user");
    assert_eq!(
        rows(&trace),
        [
            "Cruddur 0+1",
            "  user_endpoint 0+0",
            "    subsegment_mock 0+0"
        ]
    );
    let metadata = trace[2].span.metadata.as_deref();
    assert_eq!(
        metadata,
        Some(r#"{"namespace": {"key": {"now": "2026-11-20T09:42:11.842454", "results-size": 1}}}"#)
    );
    insta::assert_snapshot!(lines(&[trace]), @r"
    Cruddur (-) active, root: 1 ok, 0 error, 0 throttle, 0 fault, 0.001 s
    Cruddur (client) unknown
      -> Cruddur (-): 1 ok, 0 error, 0 throttle, 0 fault, 0.001 s
    ");
}

#[test]
fn an_exception_stands_where_it_was_captured() {
    let trace = only("20-error-raise");
    let causes = Summary::of(&trace).fault_root_causes;
    assert_eq!(causes.len(), 1);
    assert!(causes[0].client_impacting);
    let path = &causes[0].services[0].path;
    let names: Vec<&str> = path.iter().map(|entity| entity.name.as_str()).collect();
    assert_eq!(names, ["Cruddur", "raise_endpoint"]);
    assert!(
        path[0].exceptions.is_empty(),
        "the segment only refers to it"
    );
    let exception = &path[1].exceptions[0];
    assert_eq!(
        exception.message.as_deref(),
        Some("deliberate failure for telemetry")
    );
    assert_eq!(exception.stack.len(), 8);
}

#[test]
fn annotations_and_a_throttled_call() {
    let trace = only("32-annotate");
    let summary = Summary::of(&trace);
    let keys: Vec<&str> = summary.annotations.keys().map(String::as_str).collect();
    assert_eq!(keys, ["attempt", "cached", "shard"]);
    insta::assert_snapshot!(lines(&[trace]), @r"
    Cruddur (-) active, root: 1 ok, 0 error, 0 throttle, 0 fault, 0.001 s
      -> inner (remote): 0 ok, 0 error, 1 throttle, 0 fault, 0.000 s
    Cruddur (client) unknown
      -> Cruddur (-): 1 ok, 0 error, 0 throttle, 0 fault, 0.001 s
    inner (remote) unknown: 0 ok, 0 error, 1 throttle, 0 fault, 0.000 s
    ");
}

#[test]
fn an_unpatched_outbound_call_makes_no_node() {
    insta::assert_snapshot!(lines(&[only("33-outbound")]), @r"
    Cruddur (-) active, root: 1 ok, 0 error, 0 throttle, 0 fault, 0.005 s
    Cruddur (client) unknown
      -> Cruddur (-): 1 ok, 0 error, 0 throttle, 0 fault, 0.005 s
    ");
}

#[test]
fn a_caller_who_sent_nothing_is_no_client() {
    let trace = only("36-xray-header-sampled");
    assert_eq!(
        tree(&trace),
        ["Cruddur [misses 53995c3f42cd8ad8]", "  home_endpoint"]
    );
    insta::assert_snapshot!(lines(&[trace]), @"Cruddur (-) active: 1 ok, 0 error, 0 throttle, 0 fault, 0.001 s");
}

#[test]
fn the_whole_session() {
    let traces = Trace::all(&captured(""));
    assert_eq!(traces.len(), 17, "two requests came with one trace id");
    insta::assert_snapshot!(lines(&traces), @r"
    Cruddur (-) active, root: 13 ok, 2 error, 0 throttle, 3 fault, 0.049 s
      -> inner (remote): 0 ok, 0 error, 1 throttle, 0 fault, 0.000 s
    Cruddur (client) unknown
      -> Cruddur (-): 12 ok, 2 error, 0 throttle, 3 fault, 0.048 s
    inner (remote) unknown: 0 ok, 0 error, 1 throttle, 0 fault, 0.000 s
    ");
}
