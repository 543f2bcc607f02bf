//! What the course asks, over what its own backend sent.

use serde_json::json;

use super::*;

const REQUESTS: [&[u8]; 7] = [
    include_bytes!("../../../../tests/fixtures/otlp/01-home.0008.protobuf"),
    include_bytes!("../../../../tests/fixtures/otlp/19-rollbar-test.0064.protobuf"),
    include_bytes!("../../../../tests/fixtures/otlp/20-error-raise.0068.protobuf"),
    include_bytes!("../../../../tests/fixtures/otlp/33-outbound.0112.protobuf"),
    include_bytes!("../../../../tests/fixtures/otlp/41-burst.0135.protobuf"),
    include_bytes!("../../../../tests/fixtures/otlp/41-burst.0137.protobuf"),
    include_bytes!("../../../../tests/fixtures/otlp/41-burst.0138.protobuf"),
];

/// When the recording was made, in seconds.
const START: i64 = 1_795_167_000;
const END: i64 = 1_795_168_000;

async fn replayed() -> Keyed {
    let honeycomb = usual();
    for request in REQUESTS {
        let headers = [("content-type", "application/x-protobuf")];
        let answer = honeycomb
            .send("POST", "/v1/traces", &headers, request)
            .await;
        assert_eq!(answer.status(), 200);
    }
    honeycomb
}

fn lesson(mut query: Value) -> Value {
    query["start_time"] = json!(START);
    query["end_time"] = json!(END);
    query
}

#[tokio::test]
async fn the_heatmap_of_the_course_by_address() {
    let honeycomb = replayed().await;
    let query = lesson(json!({
        "calculations": [
            { "op": "HEATMAP", "column": "duration_ms" },
            { "op": "P90", "column": "duration_ms" },
            { "op": "MAX", "column": "duration_ms" },
        ],
        "breakdowns": ["http.url"],
        "orders": [{ "op": "MAX", "column": "duration_ms", "order": "descending" }],
    }));
    let rows = honeycomb.rows("backend-flask", query).await;
    let shown: Vec<(&Value, &Value)> = rows
        .iter()
        .map(|row| (&row["http.url"], &row["P90(duration_ms)"]))
        .collect();
    assert_eq!(
        shown,
        [
            (&json!(null), &json!(1.521_851)),
            (&json!("http://127.0.0.1:28980/hello"), &json!(3.897_356)),
            (
                &json!("http://127.0.0.1:28899/api/1/item/"),
                &json!(3.732_57)
            ),
        ]
    );
    let heat: u64 = rows[0]["HEATMAP(duration_ms)"]
        .as_array()
        .unwrap()
        .iter()
        .map(|band| band["count"].as_u64().unwrap())
        .sum();
    assert_eq!(heat, 85);
}

#[tokio::test]
async fn the_span_made_by_hand_by_its_attribute() {
    let honeycomb = replayed().await;
    let query = lesson(json!({
        "filters": [{ "column": "app.result_length", "op": "exists" }],
        "breakdowns": ["app.result_length", "name"],
    }));
    assert_eq!(
        honeycomb.rows("backend-flask", query).await,
        [json!({ "app.result_length": 3, "name": "home-activities-mock-data", "COUNT": 41 })]
    );
}

#[tokio::test]
async fn roots_statuses_and_errors() {
    let honeycomb = replayed().await;
    let roots =
        lesson(json!({ "filters": [{ "column": "trace.parent_id", "op": "does-not-exist" }] }));
    assert_eq!(
        honeycomb.rows("backend-flask", roots).await,
        [json!({ "COUNT": 46 })]
    );
    // Newer names find what older SDKs sent.
    let statuses = lesson(json!({
        "filters": [{ "column": "http.response.status_code", "op": ">=", "value": 500 }],
        "breakdowns": ["http.route", "url.path", "exception.type"],
    }));
    assert_eq!(
        honeycomb.rows("backend-flask", statuses).await,
        [json!({
            "http.route": "/debug/raise", "url.path": "/debug/raise", "exception.type": "__main__.DeliberateError", "COUNT": 1,
        })]
    );
    let errors = lesson(json!({
        "filters": [{ "column": "error", "op": "=", "value": true }],
        "breakdowns": ["name", "meta.annotation_type"],
    }));
    assert_eq!(
        honeycomb.rows("__all__", errors).await,
        [
            json!({ "name": "GET /debug/raise", "meta.annotation_type": null, "COUNT": 1 }),
            json!({ "name": "exception", "meta.annotation_type": "span_event", "COUNT": 1 }),
        ]
    );
}

#[tokio::test]
async fn a_dataset_comes_of_the_first_span() {
    let honeycomb = replayed().await;
    let (_, datasets) = honeycomb.get("/1/datasets").await;
    assert_eq!(datasets.as_array().unwrap().len(), 1);
    assert_eq!(datasets[0]["slug"], json!("backend-flask"));
    let (_, columns) = honeycomb
        .get("/1/columns/backend-flask?key_name=duration_ms")
        .await;
    assert_eq!(columns["type"], json!("float"));
    // Deleted, it is empty; X-Ray still has its traces.
    assert_eq!(
        honeycomb
            .ask("DELETE", "/1/datasets/backend-flask", Value::Null)
            .await
            .0,
        202
    );
    assert_eq!(honeycomb.get("/1/datasets").await, (200, json!([])));
    assert_eq!(
        honeycomb.rows("__all__", lesson(json!({}))).await,
        [json!({ "COUNT": 0 })]
    );
}
