//! Signed requests: X-Ray's own endpoint, with limits of its own.

use axum::body::Bytes;
use serde_json::{Value, json};

use super::{Caller, JSON, START, TRACE, caller, request, span};

impl Caller {
    async fn signed_export(&self, path: &str, body: &Value) -> (u16, Value) {
        let request = self.signed("xray").uri(path).header("content-type", JSON);
        let response = self
            .send(request.body(Bytes::from(body.to_string())).unwrap())
            .await;
        let body = serde_json::from_slice(response.body()).unwrap();
        (response.status().as_u16(), body)
    }
}

#[tokio::test]
async fn spans_belong_to_whoever_signed() {
    let caller = caller().in_region("eu-west-1").with_key("123456789012");
    let body = request("web", &[span(1, None, 2, "GET", &json!({}))]);
    assert_eq!(
        caller.signed_export("/v1/traces", &body).await,
        (200, json!({}))
    );
    assert_eq!(caller.documents_of(TRACE).await.len(), 1);
    let elsewhere = caller.in_region("us-east-1").with_key("sandbox");
    assert!(elsewhere.documents_of(TRACE).await.is_empty());
    for path in ["/v1/logs", "/v1/metrics"] {
        let (status, answer) = caller.signed_export(path, &json!({})).await;
        assert_eq!(status, 404, "{answer}");
    }
}

#[tokio::test]
async fn its_limits_hold() {
    let caller = caller();
    let hour = 3_600_000_000_000_u64;
    let at = |start: u64| json!({ "startTimeUnixNano": start.to_string(), "endTimeUnixNano": start.to_string() });
    let long = json!({ "attributes": [{ "key": "x", "value": { "stringValue": "x".repeat(200 * 1024) } }] });
    let body = request(
        "web",
        &[
            span(1, None, 2, "good", &json!({})),
            span(2, None, 2, "ahead", &at(START + 3 * hour)),
            span(3, None, 2, "long", &long),
        ],
    );
    let (status, answer) = caller.signed_export("/v1/traces", &body).await;
    assert_eq!(status, 200);
    let partial = &answer["partialSuccess"];
    assert_eq!(partial["rejectedSpans"], json!("2"));
    assert_eq!(
        partial["errorMessage"],
        json!("2 spans were not kept, the first: \"ahead\" starts more than 2 hours from now")
    );
    let old = request(
        "web",
        &[span(1, None, 2, "old", &at(START - 15 * 24 * hour))],
    );
    let (status, answer) = caller.signed_export("/v1/traces", &old).await;
    assert_eq!(
        (status, &answer["partialSuccess"]["rejectedSpans"]),
        (200, &json!("1"))
    );
    let apart = request(
        "web",
        &[
            span(1, None, 2, "now", &json!({})),
            span(2, None, 2, "yesterday", &at(START - 25 * hour)),
        ],
    );
    let many = request("web", &vec![span(1, None, 2, "x", &json!({})); 10_001]);
    let mut origin = request("web", &[span(1, None, 2, "x", &json!({}))]);
    origin["resourceSpans"][0]["resource"]["attributes"][0]["value"]["stringValue"] =
        json!("x".repeat(17_000));
    for body in [apart, many, origin] {
        let (status, answer) = caller.signed_export("/v1/traces", &body).await;
        assert_eq!(status, 400, "{answer}");
    }
    let (status, _) = caller
        .signed_export("/v1/traces", &json!({ "x": "x".repeat(6 * 1024 * 1024) }))
        .await;
    assert_eq!(status, 413);
}
