use serde_json::json;

use super::*;

#[tokio::test]
async fn a_query_is_saved_run_and_polled() {
    let honeycomb = usual();
    honeycomb.post("/1/events/a", json!({ "ms": 5 })).await;
    let specification =
        json!({ "calculations": [{ "op": "MAX", "column": "ms" }], "time_range": 600 });
    let (status, query) = honeycomb.post("/1/queries/a", specification.clone()).await;
    assert_eq!(status, 200);
    let id = query["id"].as_str().unwrap();
    assert_eq!(query["time_range"], json!(600));
    assert_eq!(
        honeycomb.get(&format!("/1/queries/a/{id}")).await,
        (200, query.clone())
    );
    let body = json!({ "query_id": id, "disable_series": true }).to_string();
    let answer = honeycomb
        .send(
            "POST",
            "/1/query_results/a",
            &[("host", "localhost:4000")],
            body,
        )
        .await;
    assert_eq!(answer.status(), 201);
    let (_, run) = read(&answer);
    let place = format!("/1/query_results/a/{}", run["id"].as_str().unwrap());
    assert_eq!(
        answer.headers()["location"],
        format!("http://localhost:4000{place}").as_str()
    );
    assert!(run["links"]["query_url"].is_string() && run["links"]["graph_image_url"].is_string());
    assert!(run.get("data").is_none());
    let (_, result) = honeycomb.get(&place).await;
    assert_eq!(
        result["data"],
        json!({ "results": [{ "data": { "MAX(ms)": 5 } }] })
    );
    assert_eq!(result["query"], query);
}

#[tokio::test]
async fn what_is_not_there_is_not_found() {
    let honeycomb = usual();
    honeycomb.post("/1/events/a", json!({ "ms": 5 })).await;
    for path in [
        "/1/queries/b/x",
        "/1/queries/a/x",
        "/1/query_results/a/x",
        "/1/query_results/b/x",
    ] {
        let (status, body) = honeycomb.get(path).await;
        assert_eq!(
            (status, &body["title"]),
            (404, &json!("The requested resource cannot be found."))
        );
    }
    assert_eq!(honeycomb.post("/1/queries/b", json!({})).await.0, 404);
    assert_eq!(
        honeycomb
            .post("/1/query_results/a", json!({ "query_id": "x" }))
            .await
            .0,
        404
    );
    assert_eq!(honeycomb.post("/1/query_results/a", json!({})).await.0, 422);
    // A query of one dataset is no query of another.
    let (_, query) = honeycomb.post("/1/queries/a", json!({})).await;
    let run = json!({ "query_id": query["id"] });
    assert_eq!(honeycomb.post("/1/query_results/__all__", run).await.0, 404);
}

#[tokio::test]
async fn a_query_that_is_wrong_is_told_where() {
    let (status, refusal) = usual()
        .post(
            "/1/queries/__all__",
            json!({ "calculations": [{ "op": "P42", "column": "a" }], "calculated_fields": [1] }),
        )
        .await;
    assert_eq!(status, 422);
    assert_eq!(
        refusal["type"],
        json!("https://api.honeycomb.io/problems/validation-failed")
    );
    assert_eq!(refusal["status"], json!(422));
    assert_eq!(
        refusal["type_detail"][0]["field"],
        json!("calculated_fields")
    );
    assert_eq!(
        refusal["type_detail"][1]["field"],
        json!("calculations[0].op")
    );
    assert_eq!(refusal["type_detail"][1]["code"], json!("invalid"));
}

#[tokio::test]
async fn more_groups_are_shown_without_a_series() {
    let honeycomb = usual();
    let batch: Value = (0..1500)
        .map(|number| json!({ "data": { "n": number } }))
        .collect();
    honeycomb.post("/1/batch/a", batch).await;
    let (_, query) = honeycomb
        .post("/1/queries/a", json!({ "breakdowns": ["n"] }))
        .await;
    let run = json!({ "query_id": query["id"], "disable_series": true, "limit": 1200, "disable_total_by_aggregate": false });
    let (status, run) = honeycomb.post("/1/query_results/a", run).await;
    assert_eq!(status, 201);
    let (_, result) = honeycomb
        .get(&format!(
            "/1/query_results/a/{}",
            run["id"].as_str().unwrap()
        ))
        .await;
    assert_eq!(result["data"]["results"].as_array().unwrap().len(), 1200);
    assert_eq!(
        result["data"]["total_by_aggregate"],
        json!({ "COUNT": 1500 })
    );
    let run = json!({ "query_id": query["id"], "limit": 1200 });
    assert_eq!(honeycomb.post("/1/query_results/a", run).await.0, 422);
}

#[tokio::test]
async fn all_datasets_are_asked_at_once() {
    let honeycomb = usual();
    honeycomb.post("/1/events/a", json!({ "ms": 5 })).await;
    honeycomb.post("/1/events/b", json!({ "ms": 7 })).await;
    let sum = json!({ "calculations": [{ "op": "SUM", "column": "ms" }] });
    assert_eq!(
        honeycomb.rows("__all__", sum.clone()).await,
        [json!({ "SUM(ms)": 12 })]
    );
    assert_eq!(honeycomb.rows("b", sum).await, [json!({ "SUM(ms)": 7 })]);
}
