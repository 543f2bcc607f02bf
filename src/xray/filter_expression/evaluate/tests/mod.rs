//! Expressions tried on small traces.

mod inside;
mod properties;
mod whole;

use serde_json::{Value, json};

use super::super::keyword::GroupKeyword;
use super::super::parse;
use super::Subject;
use crate::trace::{Document, Trace};

/// The only trace that some documents make.
fn trace(documents: &[Value]) -> Trace {
    let documents: Vec<Document> = documents
        .iter()
        .map(|value| {
            let mut value = value.clone();
            value["trace_id"] = "1-5759e988-bd862e3fe1be46a994272793".into();
            Document::parse(&value.to_string()).expect("a document")
        })
        .collect();
    let mut traces = Trace::all(&documents);
    assert_eq!(traces.len(), 1, "one trace");
    traces.remove(0)
}

/// The trace belongs to the groups `slow` and `arn:slow`, and to no other.
fn is_in_group(keyword: GroupKeyword, value: &str) -> bool {
    match keyword {
        GroupKeyword::Name => value == "slow",
        GroupKeyword::Arn => value == "arn:slow",
    }
}

fn matches(text: &str, trace: &Trace) -> bool {
    let expression = parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
    expression.matches(&Subject::of(trace), &is_in_group)
}

/// Tries expressions, the ones that match marked with +, the others with -.
fn check(trace: &Trace, table: &[&str]) {
    for line in table {
        let (mark, text) = line.split_at(1);
        assert_eq!(matches(text, trace), mark == "+", "{line}");
        assert_ne!(matches(&format!("!({text})"), trace), mark == "+", "{line}");
    }
}

/// A shop: a call to a service that fails and is not traced on, a table, a host that answers
/// with 404, a database in progress; the fault of the service is swallowed.
fn shop() -> Trace {
    trace(&[
        json!({
            "id": "0000000000000001", "name": "backend-flask", "start_time": 10, "end_time": 12.5,
            "origin": "AWS::EC2::Instance", "resource_arn": "arn:web", "user": "alice",
            "aws": {"account_id": "111", "ec2": {"instance_id": "i-1", "availability_zone": "eu-1a"}},
            "http": {
                "request": {"url": "http://example.com/api/game", "method": "GET",
                            "user_agent": "curl/8", "client_ip": "10.0.0.1"},
                "response": {"status": 200},
            },
            "annotations": {"age": 30, "paid": true, "game": "chess", "digits": "30"},
            "subsegments": [
                {"id": "0000000000000002", "name": "pay.example.com", "namespace": "remote",
                 "start_time": 10.25, "end_time": 11.25, "error": true,
                 "http": {"response": {"status": 502}}},
                {"id": "0000000000000003", "name": "dynamodb", "namespace": "aws", "start_time": 11.25,
                 "end_time": 11.5, "throttle": true, "error": true, "aws": {"table_name": "users", "operation": "GetItem"}},
                {"id": "0000000000000004", "name": "host", "namespace": "remote", "start_time": 11.5,
                 "end_time": 11.625, "http": {"response": {"status": 404}}},
                {"id": "0000000000000005", "name": "own", "namespace": "local", "start_time": 11.5,
                 "end_time": 13, "annotations": {"depth": -1.5},
                 "subsegments": [{"id": "0000000000000006", "name": "db@host", "namespace": "remote",
                    "sql": {}, "start_time": 11.75, "in_progress": true}]},
            ],
        }),
        json!({
            "id": "0000000000000011", "parent_id": "0000000000000002", "name": "pay", "start_time": 10.5,
            "end_time": 11, "origin": "AWS::Lambda::Function", "fault": true, "user": "bob",
            "resource_arn": "arn:pay", "aws": {"account_id": "222"},
            "http": {"response": {"status": 500}},
            "cause": "00000000000000aa",
            "subsegments": [
                {"id": "0000000000000012", "name": "charge", "start_time": 10.5, "end_time": 10.75, "fault": true,
                 "cause": {"exceptions": [
                    {"id": "00000000000000aa", "type": "CardError", "message": "card refused"},
                    {"id": "00000000000000bb", "type": "IoError", "message": "no answer", "remote": true}]}},
            ],
        }),
        json!({
            "id": "0000000000000021", "parent_id": "00000000000000ff", "name": "stray", "type": "subsegment",
            "start_time": 12, "end_time": 12.25, "namespace": "local",
            "subsegments": [{"id": "0000000000000022", "name": "S3", "namespace": "aws", "start_time": 12, "end_time": 12.25}],
        }),
    ])
}

/// A service that failed at once, and told of nothing else.
fn failed() -> Trace {
    trace(&[json!({
        "id": "0000000000000001", "name": "backend-flask", "start_time": 1, "end_time": 1.5, "fault": true,
        "error": true, "throttle": true, "http": {"response": {"status": 500}},
        "cause": {"exceptions": [{"id": "00000000000000aa", "type": "KeyError", "message": "'user'"}]},
    })])
}
