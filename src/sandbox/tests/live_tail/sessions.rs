//! What a session shows.

use std::collections::BTreeSet;

use super::super::log_events::patterns;
use super::*;

#[tokio::test]
async fn what_comes_after_the_start_is_shown() {
    let live = live().await;
    live.caller.write("s", &[(0, "ERROR before")]).await;
    let mut session = live
        .start(json!({"logGroupIdentifiers": [ARN], "logEventFilterPattern": "ERROR"}))
        .await;
    let opening = session.opening().await;
    assert_eq!(opening["logGroupIdentifiers"], json!([ARN]));
    assert_eq!(opening["logEventFilterPattern"], "ERROR");
    assert!(opening.get("logStreamNames").is_none());
    assert!(opening["sessionId"].is_string() && opening["requestId"].is_string());
    assert_eq!(
        session.update().await,
        json!({"sessionMetadata": {"sampled": false}, "sessionResults": []}),
        "updates come when nothing does"
    );
    let now = 1_528_317_567_891_i64;
    // When it happened does not matter, when it came does.
    live.caller
        .write("t1", &[(-5000, "ERROR a"), (0, "fine")])
        .await;
    assert_eq!(
        session.results().await,
        json!({"sessionMetadata": {"sampled": false}, "sessionResults": [{
            "logGroupIdentifier": "123456789012:g", "logStreamName": "t1", "message": "ERROR a",
            "timestamp": now - 5000, "ingestionTime": now,
        }]})
    );
    // A stream that is made later is one of the group's.
    let later = json!({"logGroupName": "g", "logStreamName": "later"});
    live.caller.done("CreateLogStream", later).await;
    live.caller.write("later", &[(0, "ERROR b")]).await;
    let update = session.results().await;
    assert_eq!(update["sessionResults"][0]["logStreamName"], "later");
}

#[tokio::test]
async fn streams_narrow_it_down_and_groups_are_apart() {
    let live = live().await;
    live.caller
        .done("CreateLogGroup", json!({"logGroupName": "h"}))
        .await;
    let other = json!({"logGroupName": "h", "logStreamName": "s"});
    live.caller.done("CreateLogStream", other).await;
    let arn_of_h = ARN.replace(":g", ":h");
    let mut sessions = Vec::new();
    for (body, expected) in [
        (
            json!({"logGroupIdentifiers": [ARN], "logStreamNames": ["s"]}),
            vec!["g s"],
        ),
        (
            json!({"logGroupIdentifiers": [ARN], "logStreamNamePrefixes": ["x", "t"]}),
            vec!["g t1"],
        ),
        (
            json!({"logGroupIdentifiers": [ARN, ARN]}),
            vec!["g s", "g t1"],
        ),
        (json!({"logGroupIdentifiers": [arn_of_h]}), vec!["h s"]),
        (
            json!({"logGroupIdentifiers": [arn_of_h, ARN]}),
            vec!["g s", "g t1", "h s"],
        ),
    ] {
        let mut session = live.start(body).await;
        session.opening().await;
        sessions.push((session, expected));
    }
    live.caller.write("s", &[(0, "g s")]).await;
    live.caller.write("t1", &[(0, "g t1")]).await;
    let events = json!([{"timestamp": 1_528_317_567_891_i64, "message": "h s"}]);
    let put = json!({"logGroupName": "h", "logStreamName": "s", "logEvents": events});
    live.caller.done("PutLogEvents", put).await;
    for (mut session, expected) in sessions {
        let mut seen = Vec::new();
        while seen.len() < expected.len() {
            let update = session.results().await;
            let results = update["sessionResults"].as_array().unwrap().clone();
            seen.extend(
                results
                    .iter()
                    .map(|one| one["message"].as_str().unwrap().to_owned()),
            );
        }
        assert_eq!(seen, expected);
    }
}

#[tokio::test]
async fn every_row_of_the_table_of_patterns_through_a_session() {
    let table = patterns::table();
    let lines = patterns::lines(&table);
    assert!(lines.len() <= 500, "more would be sampled");
    let events: Vec<(i64, &str)> = lines.iter().map(|line| (0, line.as_str())).collect();
    let live = live().await;
    let patterns: Vec<&String> = table.keys().collect();
    let mut wrong = Vec::new();
    for some in patterns.chunks(10) {
        let mut sessions = Vec::new();
        for pattern in some {
            let body = json!({"logGroupIdentifiers": [ARN], "logEventFilterPattern": pattern});
            let mut session = live.start(body).await;
            session.opening().await;
            sessions.push(session);
        }
        live.caller.write("s", &events).await;
        // All are read at once: who does not read loses updates.
        let read = sessions.into_iter().map(async |mut session| {
            let mut found = BTreeSet::new();
            // Those that were waiting when the lines came, and two that began after it.
            for _ in 0..13 {
                let update = session.update().await;
                let results = update["sessionResults"].as_array().unwrap();
                found.extend(
                    results
                        .iter()
                        .map(|one| one["message"].as_str().unwrap().to_owned()),
                );
            }
            found
        });
        for (pattern, found) in some.iter().zip(futures::future::join_all(read).await) {
            for (message, matches) in &table[*pattern] {
                if found.contains(message) != *matches {
                    wrong.push(format!("{pattern} on {message}: not {matches}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
