//! Queries and their rows, out of a file that other suites read too.

use serde_json::{Map, Value};

use super::super::{Event, Execution, Query};
use super::{START, run};

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    query: String,
    /// The rows without their `@ptr`.
    rows: Vec<Map<String, Value>>,
}

fn table() -> Vec<Row> {
    include_str!(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/scenarios/insights/queries.jsonl"
    ))
    .lines()
    .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}")))
    .collect()
}

#[test]
fn every_query_of_the_table() {
    let mut wrong = Vec::new();
    for expected in table() {
        let query = &expected.query;
        let parsed = match Query::parse(query) {
            Ok(parsed) => parsed,
            Err(error) => {
                wrong.push(format!("{error}\n{}", error.caret(query)));
                continue;
            }
        };
        let rows: Vec<Map<String, Value>> = run(&parsed, None)
            .rows
            .into_iter()
            .map(|row| {
                row.into_iter()
                    .filter(|(name, _)| name != "@ptr")
                    .map(|(name, value)| (name, Value::from(value)))
                    .collect()
            })
            .collect();
        // The order of columns counts.
        let said = serde_json::json!({ "query": query, "rows": rows }).to_string();
        let wanted = serde_json::json!({ "query": query, "rows": expected.rows }).to_string();
        if said != wanted {
            wrong.push(said);
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn what_was_scanned_and_what_matched() {
    let query = Query::parse("filter ispresent(level) | limit 1").expect("valid");
    let results = run(&query, None);
    assert_eq!((results.records_scanned, results.records_matched), (10, 4));
    let bytes: usize = super::lines().iter().map(|line| line.message.len()).sum();
    assert_eq!(results.bytes_scanned, bytes as u64);
    assert_eq!(results.records_left_out, 0);
}

#[test]
fn the_pointer_is_the_last_field_of_an_event_and_of_no_group() {
    let row = |text: &str| {
        let query = Query::parse(text).expect("valid");
        let results = run(&query, None);
        let names = results.rows[0].iter().map(|(name, _)| name.clone());
        names.collect::<Vec<_>>()
    };
    assert_eq!(row("limit 1"), ["@timestamp", "@message", "@ptr"]);
    assert_eq!(row("fields @ptr, @log"), ["@ptr", "@log"]);
    assert_eq!(row("stats count(*)"), ["count(*)"]);
}

#[test]
fn limits() {
    let many = |text: &str, limit: Option<usize>| {
        let query = Query::parse(text).expect("valid");
        let mut execution = Execution::new(&query, limit);
        for number in 0..20_000_i64 {
            execution.feed(&Event {
                timestamp_ms: START + number * 7919 % 20_000,
                ingestion_ms: START,
                message: "{\"a\": 1}",
                log_stream: "s",
                log: "1:g",
                ptr: &"p",
            });
        }
        execution.finish().rows
    };
    let latest = many("fields toMillis(@timestamp) as t", None);
    assert_eq!(latest.len(), 10_000);
    assert_eq!(latest[0][0].1, (START + 19_999).to_string());
    assert_eq!(latest[9_999][0].1, (START + 10_000).to_string());
    assert_eq!(many("fields a", Some(3)).len(), 3);
    assert_eq!(many("fields a | limit 15000", Some(3)).len(), 15_000);
    assert_eq!(many("stats count(*) by @timestamp", Some(5)).len(), 5);
    assert_eq!(
        many("stats count(*) by @timestamp | limit 7", Some(5)).len(),
        7
    );
}
