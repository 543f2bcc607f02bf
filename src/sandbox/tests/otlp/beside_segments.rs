//! Spans beside segments of the same trace, and the same request told twice.

use serde_json::json;

use super::{Caller, START, TRACE, XRAY_TRACE, caller, request, span};

impl Caller {
    async fn put_native(&self, document: &serde_json::Value) {
        let body = json!({ "TraceSegmentDocuments": [document.to_string()] });
        let answer = self.done("/TraceSegments", body).await;
        assert_eq!(answer["UnprocessedTraceSegments"], json!([]));
    }
}

#[expect(clippy::cast_precision_loss, reason = "to the microsecond")]
fn seconds(after: u64) -> f64 {
    (START / 1000 + after) as f64 / 1e6
}

#[tokio::test]
async fn a_span_whose_segment_is_there_is_left_out_with_its_parts() {
    let caller = caller();
    let spans = [
        span(1, None, 2, "GET /", &json!({})),
        span(2, Some(1), 1, "work", &json!({})),
        span(3, Some(2), 1, "work inside", &json!({})),
        span(4, Some(1), 3, "call", &json!({})),
    ];
    caller
        .export_json("/v1/traces", &request("web", &spans))
        .await;
    let other = [span(5, Some(4), 2, "POST /", &json!({}))];
    caller
        .export_json("/v1/traces", &request("pay", &other))
        .await;
    let native = json!({
        "trace_id": XRAY_TRACE, "id": "0000000000000001", "name": "Web", "start_time": seconds(1000), "end_time": seconds(9000),
        "subsegments": [{ "id": "0000000000000004", "name": "pay.example", "namespace": "remote",
                          "start_time": seconds(2000), "end_time": seconds(8000) }],
    });
    caller.put_native(&native).await;
    let documents = caller.documents_of(TRACE).await;
    let names: Vec<_> = documents.iter().map(|document| &document["name"]).collect();
    assert_eq!(names, ["Web", "pay"], "{documents:#?}");
    assert_eq!(
        documents[0]["subsegments"].as_array().map(Vec::len),
        Some(1)
    );
    let range = json!({ "StartTime": 1_465_510_000, "EndTime": 1_465_511_000 });
    let graph = caller.done("/ServiceGraph", range).await;
    let services = graph["Services"].as_array().unwrap();
    let mut names: Vec<_> = services
        .iter()
        .map(|one| one["Name"].as_str().unwrap())
        .collect();
    names.sort_unstable();
    assert_eq!(names, ["Web", "Web", "pay"], "the second is its client");
}

#[tokio::test]
async fn a_trace_may_be_of_both() {
    let caller = caller();
    caller
        .put_native(&json!({
            "trace_id": XRAY_TRACE, "id": "00000000000000aa", "name": "Gate", "start_time": seconds(0), "end_time": seconds(9000),
            "subsegments": [{ "id": "00000000000000ab", "name": "web.example", "namespace": "remote",
                              "start_time": seconds(100), "end_time": seconds(8000) }],
        }))
        .await;
    let spans = [span(1, Some(0xab), 2, "GET /", &json!({}))];
    caller
        .export_json("/v1/traces", &request("web", &spans))
        .await;
    let documents = caller.documents_of(TRACE).await;
    let names: Vec<_> = documents.iter().map(|document| &document["name"]).collect();
    assert_eq!(names, ["Gate", "web"], "no inferred one beside it");
}
