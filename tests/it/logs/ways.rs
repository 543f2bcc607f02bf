//! The same lines by every way: the service's search, our check, and queries.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::service::now;
use crate::world::{Server, World, post, repository};

/// Account and region of a request that is signed by nobody in particular.
const SIGNED: &str = "AWS4-HMAC-SHA256 Credential=sandbox/20261124/us-east-1/logs/aws4_request, SignedHeaders=host, Signature=0";

fn ask(server: &Server, operation: &str, body: &Value) -> Value {
    let target = format!("Logs_20140328.{operation}");
    let headers = [("Authorization", SIGNED), ("X-Amz-Target", &target)];
    let reply = post(server.url(), "/", &headers, body.to_string());
    assert_eq!(reply.status, 200, "{operation}: {}", reply.body);
    serde_json::from_str(&reply.body).unwrap_or(Value::Null)
}

/// A group of a class with these lines.
fn write(server: &Server, group: &str, class: &str, lines: &[String]) {
    let body = json!({"logGroupName": group, "logGroupClass": class});
    ask(server, "CreateLogGroup", &body);
    let body = json!({"logGroupName": group, "logStreamName": "s"});
    ask(server, "CreateLogStream", &body);
    let start = now() - 60_000;
    let events: Vec<Value> = lines
        .iter()
        .zip(start..)
        .map(|(line, at)| json!({"timestamp": at, "message": line}))
        .collect();
    let body = json!({"logGroupName": group, "logStreamName": "s", "logEvents": events});
    ask(server, "PutLogEvents", &body);
}

/// The patterns of the table, and which of its messages each matches.
fn table() -> BTreeMap<String, Vec<(String, bool)>> {
    let path = repository().join("tests/scenarios/filter_patterns.jsonl");
    let text = std::fs::read_to_string(path).expect("the table is there");
    let mut table: BTreeMap<String, Vec<(String, bool)>> = BTreeMap::new();
    for line in text.lines() {
        let row: Value = serde_json::from_str(line).expect("a row is JSON");
        let word = |name: &str| row[name].as_str().expect("a text").to_owned();
        let matches = row["matches"].as_bool().expect("true or false");
        // An event without a message cannot be put, and raw lines hide where one begins.
        if !word("message").is_empty() && !word("message").contains(['\n', '\r']) {
            let rows = table.entry(word("pattern")).or_default();
            rows.push((word("message"), matches));
        }
    }
    table
}

#[test]
fn every_pattern_of_the_table_by_search_and_by_query() {
    let table = table();
    let lines: BTreeSet<String> = table.values().flatten().map(|row| row.0.clone()).collect();
    let lines: Vec<String> = lines.into_iter().collect();
    let world = World::new();
    let server = Server::start(&world, "--memory");
    write(&server, "/searched", "STANDARD", &lines);
    write(&server, "/queried", "INFREQUENT_ACCESS", &lines);
    let world = world.pointed_at(server.url());
    let found = |group: &str, pattern: &str| -> BTreeSet<String> {
        // A pattern may begin with a dash.
        let words = [
            "logs", "search", "-g", group, "-o", "raw", "-q", "--", pattern,
        ];
        let run = world.run_with(words, "").exits(0);
        run.raw.lines().map(str::to_owned).collect()
    };
    let mut wrong = Vec::new();
    for (place, (pattern, rows)) in table.iter().enumerate() {
        let searched = found("/searched", pattern);
        for (message, matches) in rows {
            if searched.contains(message.trim_end_matches(['\n', '\r'])) != *matches {
                wrong.push(format!("{pattern} on {message}: not {matches}"));
            }
        }
        let by_service = ask(
            &server,
            "FilterLogEvents",
            &json!({"logGroupName": "/searched", "filterPattern": pattern}),
        );
        let by_service: BTreeSet<String> = by_service["events"]
            .as_array()
            .expect("events")
            .iter()
            .map(|event| event["message"].as_str().expect("a text").to_owned())
            .collect();
        assert_eq!(searched, by_service, "{pattern}: our check agrees");
        // A query takes its time; some will do.
        if place % 24 == 0 {
            assert_eq!(searched, found("/queried", pattern), "{pattern} by query");
        }
    }
    assert!(table.len() > 120, "{}", table.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_group_of_infrequent_access_is_followed_by_query() {
    let world = World::new();
    let server = Server::start(&world, "--memory");
    let lines = ["one", "two"].map(str::to_owned);
    write(&server, "/rare", "INFREQUENT_ACCESS", &lines);
    let world = world.pointed_at(server.url());
    let run = world.run("logs tail /rare --live --idle-exit 1s -o raw");
    insta::assert_snapshot!(run.exits(0), @"
    one
    two
    --- stderr ---
    following /rare; stop with Ctrl-C
    log group /rare is of class INFREQUENT_ACCESS, which can only be read by query: slower, and AWS charges what is scanned
    warning: no Live Tail: log group /rare is of class INFREQUENT_ACCESS; searching instead
    no line for 1s: stopped after 2 lines
    ");
}
