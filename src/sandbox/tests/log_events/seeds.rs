//! What the seeds' app sent: every request of its watchtower, byte for byte.

use axum::body::Bytes;

use super::*;
use crate::sandbox::store::Clock;

/// When the last of it was sent.
const THEN: i64 = 1_795_167_795_000;

#[tokio::test]
async fn the_seeds_app_logs_and_its_lines_are_read_back() {
    let caller = on(memory().with_clock(Clock::frozen(THEN)));
    let captured = include_str!(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/fixtures/cloudwatch-logs/seed-app.jsonl"
    ));
    let mut sent: Vec<String> = Vec::new();
    let mut refusals = Vec::new();
    for line in captured.lines() {
        let one: Value = serde_json::from_str(line).unwrap();
        let (operation, body) = (
            one["operation"].as_str().unwrap(),
            one["body"].as_str().unwrap(),
        );
        let request = caller
            .signed("logs")
            .header("content-type", "application/x-amz-json-1.1")
            .header("x-amz-target", format!("Logs_20140328.{operation}"))
            .body(Bytes::from(body.to_owned()));
        let response = caller.send(request.unwrap()).await;
        if response.status() != 200 {
            refusals.push(format!(
                "{operation} {}",
                super::super::Answer::read(&response).body["message"]
            ));
            continue;
        }
        if operation == "PutLogEvents" {
            let request: Value = serde_json::from_str(body).unwrap();
            let events = request["logEvents"].as_array().unwrap();
            sent.extend(
                events
                    .iter()
                    .map(|event| event["message"].as_str().unwrap().to_owned()),
            );
        }
    }
    // The stream is made when it is missed.
    assert_eq!(
        refusals,
        [r#"PutLogEvents "The specified log stream does not exist.""#]
    );
    assert!(sent.len() > 30, "{}", sent.len());
    let search = async |pattern: &str| {
        let body = json!({"logGroupName": "cruddur", "filterPattern": pattern});
        messages(&caller.done("FilterLogEvents", body).await)
    };
    assert_eq!(search("").await, sent);
    let failed = search("500").await;
    assert!(
        !failed.is_empty() && failed.iter().all(|line| line.contains("500")),
        "{failed:?}"
    );
    let columns = search(
        "[time, zone, ip, method, scheme, path=\"*/api/activities/home*\", status=200, ...]",
    )
    .await;
    assert!(
        columns
            .iter()
            .all(|line| line.contains("/api/activities/home? 200 OK")),
        "{columns:?}"
    );
    let head = json!({"logGroupName": "cruddur", "logStreamName": "vm/app.py/__main__/2338", "startFromHead": true});
    assert_eq!(messages(&caller.done("GetLogEvents", head).await), sent);
}
