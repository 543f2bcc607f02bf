use serde_json::json;

use super::*;

#[tokio::test]
async fn datasets_come_of_events_and_by_hand() {
    let honeycomb = usual();
    honeycomb
        .post("/1/events/Back%20End", json!({ "a": 1, "b": "x" }))
        .await;
    honeycomb
        .post("/1/events/BACK%20END", json!({ "a": 2 }))
        .await;
    let (status, made) = honeycomb
        .post(
            "/1/datasets",
            json!({ "name": "By Hand", "description": "mine", "expand_json_depth": 2 }),
        )
        .await;
    assert_eq!(status, 201);
    assert_eq!(made["slug"], json!("by-hand"));
    assert_eq!(made["last_written_at"], json!(null));
    assert_eq!(
        honeycomb
            .post("/1/datasets", json!({ "name": "by hand" }))
            .await
            .0,
        200
    );
    let (_, datasets) = honeycomb.get("/1/datasets").await;
    assert_eq!(datasets[1], made);
    assert_eq!(
        datasets[0],
        json!({
            "name": "Back End", "slug": "back-end", "description": "", "expand_json_depth": 0,
            "settings": { "delete_protected": false }, "regular_columns_count": 2,
            "created_at": "2018-06-06T20:39:27.891Z", "last_written_at": "2018-06-06T20:39:27.891Z",
        })
    );
    assert_eq!(
        honeycomb.get("/1/datasets/BACK-END").await,
        (200, datasets[0].clone())
    );
}

#[tokio::test]
async fn a_protected_dataset_stays() {
    let honeycomb = usual();
    honeycomb.post("/1/events/a", json!({ "x": 1 })).await;
    let protect = |protect: bool| json!({ "settings": { "delete_protected": protect } });
    let (status, dataset) = honeycomb.ask("PUT", "/1/datasets/a", protect(true)).await;
    assert_eq!(
        (status, &dataset["settings"]["delete_protected"]),
        (200, &json!(true))
    );
    assert_eq!(
        honeycomb
            .ask("DELETE", "/1/datasets/a", Value::Null)
            .await
            .0,
        409
    );
    honeycomb.ask("PUT", "/1/datasets/a", protect(false)).await;
    assert_eq!(
        honeycomb
            .ask("DELETE", "/1/datasets/a", Value::Null)
            .await
            .0,
        202
    );
    let (status, body) = honeycomb.get("/1/datasets/a").await;
    assert_eq!((status, &body["error"]), (404, &json!("Dataset not found")));
    assert_eq!(
        body["type"],
        json!("https://api.honeycomb.io/problems/not-found")
    );
    assert_eq!(honeycomb.get("/1/columns/a").await.0, 404);
    honeycomb.post("/1/events/a", json!({ "y": 1 })).await;
    let (_, columns) = honeycomb.get("/1/columns/a").await;
    assert_eq!(
        columns.as_array().unwrap().len(),
        1,
        "the old events are gone"
    );
}

#[tokio::test]
async fn columns_are_what_was_seen() {
    let honeycomb = usual();
    honeycomb
        .post(
            "/1/batch/a",
            json!([{ "data": { "i": 1, "f": 1, "s": "x", "b": true } }, { "data": { "f": 1.5 } }]),
        )
        .await;
    let (status, columns) = honeycomb.get("/1/columns/a").await;
    assert_eq!(status, 200);
    let types: Vec<(&str, &str)> = columns
        .as_array()
        .unwrap()
        .iter()
        .map(|column| {
            (
                column["key_name"].as_str().unwrap(),
                column["type"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        types,
        [
            ("b", "boolean"),
            ("f", "float"),
            ("i", "integer"),
            ("s", "string")
        ]
    );
    let id = columns[0]["id"].as_str().unwrap();
    assert_eq!(
        honeycomb.get(&format!("/1/columns/a/{id}")).await,
        (200, columns[0].clone())
    );
    assert_eq!(
        honeycomb.get("/1/columns/a?key_name=b").await,
        (200, columns[0].clone())
    );
    assert_eq!(honeycomb.get("/1/columns/a?key_name=%62").await.0, 200);
    assert_eq!(honeycomb.get("/1/columns/a?key_name=no").await.0, 404);
    let (status, column) = honeycomb
        .post(
            "/1/columns/a",
            json!({ "key_name": "new", "type": "float", "description": "d" }),
        )
        .await;
    assert_eq!(
        (status, &column["type"], &column["last_written"]),
        (201, &json!("float"), &json!(null))
    );
    assert_eq!(
        honeycomb
            .post("/1/columns/a", json!({ "key_name": "new" }))
            .await
            .0,
        409
    );
    assert_eq!(honeycomb.post("/1/columns/a", json!({})).await.0, 422);
    assert_eq!(honeycomb.get("/1/columns/__all__").await.0, 200);
}

#[tokio::test]
async fn markers_are_made_listed_changed_and_deleted() {
    let honeycomb = usual();
    assert_eq!(honeycomb.post("/1/markers/nowhere", json!({})).await.0, 404);
    let (status, marker) = honeycomb
        .post(
            "/1/markers/__all__",
            json!({ "message": "deploy #5", "type": "deploys", "url": "https://example.com" }),
        )
        .await;
    assert_eq!(
        (status, &marker["start_time"]),
        (201, &json!(1_528_317_567))
    );
    let path = format!("/1/markers/__all__/{}", marker["id"].as_str().unwrap());
    assert_eq!(
        honeycomb.get("/1/markers/__all__").await,
        (200, json!([marker]))
    );
    let (status, changed) = honeycomb
        .ask("PUT", &path, json!({ "message": "again" }))
        .await;
    assert_eq!((status, &changed["message"]), (200, &json!("again")));
    assert!(changed.get("type").is_none(), "what is left out is erased");
    assert_eq!(
        honeycomb.ask("DELETE", &path, Value::Null).await,
        (200, changed)
    );
    assert_eq!(honeycomb.ask("DELETE", &path, Value::Null).await.0, 404);
    let (status, refusal) = honeycomb
        .post("/1/markers/__all__", json!({ "start_time": "soon" }))
        .await;
    assert_eq!(status, 422);
    assert_eq!(
        refusal["type_detail"],
        json!([{ "field": "start_time", "code": "incorrect_type", "description": "start_time must be a whole number" }])
    );
}

#[tokio::test]
async fn what_is_not_emulated_says_so() {
    let honeycomb = usual();
    for (method, path) in [
        ("GET", "/1/boards"),
        ("POST", "/1/triggers/a"),
        ("GET", "/1/slos/a"),
        ("GET", "/1/recipients"),
        ("DELETE", "/1/columns/a/b"),
        ("PATCH", "/1/auth"),
    ] {
        let (status, body) = honeycomb.ask(method, path, Value::Null).await;
        assert_eq!(status, 404, "{method} {path}");
        assert_eq!(
            body["error"],
            json!(format!("The sandbox does not emulate {method} {path}"))
        );
    }
    let answer = honeycomb.send("GET", "/2/teams/a/api-keys", &[], "").await;
    assert_eq!(answer.headers()["content-type"], "application/vnd.api+json");
    let (_, calls) = honeycomb.get("/_sandbox/calls").await;
    assert_eq!(calls["totals"]["unknown_operations"], json!(7));
}

#[tokio::test]
async fn configuration_is_bounded_and_parsed() {
    let honeycomb = usual();
    let long = "x".repeat(100_001);
    let answer = honeycomb.send("POST", "/1/datasets", &[], long).await;
    assert_eq!(answer.status(), 413);
    assert_eq!(
        read(&answer).1["type"],
        json!("https://api.honeycomb.io/problems/payload-too-large")
    );
    for (body, status) in [
        ("{", 400),
        ("[]", 400),
        ("{}", 422),
        (r#"{"name": 1}"#, 422),
        (r#"{"name": "__all__"}"#, 422),
    ] {
        let answer = honeycomb.send("POST", "/1/datasets", &[], body).await;
        assert_eq!(answer.status(), status, "{body}");
        assert_eq!(answer.headers()["content-type"], "application/problem+json");
    }
    let ingest = honeycomb.with_key(INGEST);
    assert_eq!(
        ingest.post("/1/datasets", json!({ "name": "a" })).await.0,
        403
    );
    assert_eq!(ingest.get("/1/markers/__all__").await.0, 403);
    let queries = honeycomb.with_key("noqueries0000000000000");
    assert_eq!(
        queries.post("/1/query_results/__all__", json!({})).await.0,
        403
    );
}
