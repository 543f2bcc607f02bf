//! `logs search`: what is found, and what stands around it.

use super::service::{Line, Service, now};
use crate::world::{Stub, World};

fn world(stub: &Stub) -> World {
    World::new().pointed_at(stub.url())
}

/// Ten lines of two streams, every third an error.
fn lines() -> Vec<Line> {
    let start = now() - 60_000;
    (0..10)
        .map(|nth| {
            let word = if nth % 3 == 1 { "ERROR" } else { "INFO" };
            let stream = if nth < 7 { "web-1" } else { "web-2" };
            Line(start + nth * 1000, stream, format!("{word} {nth}"))
        })
        .collect()
}

fn stub() -> Stub {
    let service = Service::of("/app", lines());
    Stub::start(move |asked| service.answer(asked))
}

/// The words and what came of them, without times.
fn searched(stub: &Stub, words: &str) -> String {
    let run = world(stub).run(&format!(
        "logs search -g /app --columns stream,message {words}"
    ));
    let said = run.stderr.split(", 20").next().unwrap_or_default();
    format!("{}--- {said}", run.stdout)
}

#[test]
fn lines_are_found() {
    let stub = stub();
    insta::assert_snapshot!(searched(&stub, "ERROR"), @"
    web-1 ERROR 1
    web-1 ERROR 4
    web-2 ERROR 7
    --- 3 lines in /app
    ");
    insta::assert_snapshot!(searched(&stub, "ERROR --not 4 --limit 1"), @"
    web-1 ERROR 1
    --- 1 line in /app
    ");
    let run = world(&stub)
        .run("logs search -g /app ERROR --count")
        .exits(0);
    insta::assert_snapshot!(run, @"
    NAME  LINES
    /app      3
    ");
    insta::assert_snapshot!(searched(&stub, "nothing"), @"--- no such line in /app");
}

#[test]
fn lines_stand_with_those_around_them() {
    let stub = stub();
    insta::assert_snapshot!(searched(&stub, "ERROR -C 1"), @"
    web-1 INFO 0
    web-1 ERROR 1
    web-1 INFO 2
    --
    web-1 INFO 3
    web-1 ERROR 4
    web-1 INFO 5
    --
    web-2 ERROR 7
    web-2 INFO 8
    --- 3 lines in /app
    ");
    insta::assert_snapshot!(searched(&stub, "ERROR -A 3"), @"
    web-1 ERROR 1
    web-1 INFO 2
    web-1 INFO 3
    web-1 ERROR 4
    web-1 INFO 5
    web-1 INFO 6
    --
    web-2 ERROR 7
    web-2 INFO 8
    web-2 INFO 9
    --- 3 lines in /app
    ");
    insta::assert_snapshot!(searched(&stub, "7 -B 9"), @"
    web-2 ERROR 7
    --- 1 line in /app
    ");
    let run = world(&stub).run("logs search -g /app --grep ERROR -B 1 -o json");
    let contexts: Vec<bool> = run
        .raw
        .lines()
        .map(|line| serde_json::from_str(line).expect("each line is JSON"))
        .map(|line: serde_json::Value| line["context"] == serde_json::json!(true))
        .collect();
    assert_eq!(contexts, [true, false, true, false, false]);
}

#[test]
fn a_group_that_only_answers_queries_says_so() {
    let mut service = Service::of("/app", lines());
    service.classes.insert("/app", "INFREQUENT_ACCESS");
    let stub = Stub::start(move |asked| match asked.operation.as_str() {
        "StartQuery" => crate::world::Answer::new(200, r#"{"queryId": "q"}"#),
        "GetQueryResults" => crate::world::Answer::new(200, &results().to_string()),
        _ => service.answer(asked),
    });
    insta::assert_snapshot!(searched(&stub, "ERROR"), @"
    web-1 ERROR 1
    web-1 ERROR 4
    web-2 ERROR 7
    --- log group /app is of class INFREQUENT_ACCESS, which can only be read by query: slower, and AWS charges what is scanned
    3 lines in /app
    ");
    let asked = stub.asked();
    assert!(
        asked
            .iter()
            .all(|asked| asked.operation != "FilterLogEvents")
    );
}

fn results() -> serde_json::Value {
    let rows: Vec<serde_json::Value> = lines()
        .iter()
        .map(|line| {
            let at = jiff::Timestamp::from_millisecond(line.0).expect("a time");
            let at = at.strftime("%F %T%.3f").to_string();
            serde_json::json!([
                {"field": "@timestamp", "value": at},
                {"field": "@logStream", "value": line.1},
                {"field": "@message", "value": line.2},
                {"field": "@ptr", "value": "x"},
            ])
        })
        .collect();
    serde_json::json!({"status": "Complete", "results": rows, "statistics": {"recordsMatched": 10.0, "recordsScanned": 10.0, "bytesScanned": 100.0}})
}
