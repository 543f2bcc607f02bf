//! What is said when there is nothing: what was seen, what may be, and no more than that.

use serde_json::{Value, json};

use super::{answering, fixture, nothing, without_times, world};
use crate::world::{Answer, Stub};

fn groups() -> Value {
    json!({"Groups": [
        {"GroupName": "Cruddur", "GroupARN": "arn:1", "FilterExpression": "service(\"backend-flask\")"},
        {"GroupName": "Everything", "GroupARN": "arn:2"},
    ]})
}

fn sampled(rows: &[(&str, u64, u64, u64)]) -> Value {
    let now = jiff::Timestamp::now().as_second();
    let rows: Vec<Value> = rows
        .iter()
        .map(|(rule, requests, taken, borrowed)| {
            json!({"RuleName": rule, "Timestamp": now - 60, "RequestCount": requests, "SampledCount": taken, "BorrowCount": borrowed})
        })
        .collect();
    json!({"SamplingStatisticSummaries": rows})
}

fn said(stub: &Stub, words: &[&str]) -> String {
    let words = ["xray"].iter().chain(words).copied();
    let run = world(stub).run_with(words, "").exits(0);
    assert_eq!(run.stdout, "");
    without_times(&run.stderr)
}

#[test]
fn everything_was_sampled_out() {
    let stub = answering([(
        "/SamplingStatisticSummaries",
        sampled(&[("Cruddur", 40, 0, 0), ("Default", 10, 0, 1)]),
    )]);
    insta::assert_snapshot!(said(&stub, &["graph"]), @"");
}

#[test]
fn a_group_whose_filter_misses() {
    let stub = answering([
        ("/Groups", groups()),
        ("/TraceSummaries", fixture("trace-summaries.json")),
    ]);
    insta::assert_snapshot!(said(&stub, &["graph", "--group", "Cruddur"]), @"");
    insta::assert_snapshot!(said(&stub, &["graph", "--group", "Everything"]), @"");
}

#[test]
fn a_group_that_is_not_there() {
    let stub = answering([("/Groups", groups())]);
    insta::assert_snapshot!(said(&stub, &["graph", "--group", "cruddr"]), @"");
    insta::assert_snapshot!(said(&stub, &["traces", "--group", "Nothing-Like-It"]), @"");
    let stub = answering([]);
    insta::assert_snapshot!(said(&stub, &["traces", "--group", "Cruddur"]), @"");
}

/// Where there is no trace at all, it is not the group's fault.
#[test]
fn a_group_of_an_empty_region() {
    let stub = answering([("/Groups", groups())]);
    let text = said(&stub, &["graph", "--group", "Cruddur", "--minutes", "5"]);
    assert!(!text.contains("backend-flask"), "{text}");
    assert!(text.contains("seen   no sampler has reported"), "{text}");
}

#[test]
fn a_filter_that_misses() {
    let stub = Stub::start(|asked| {
        let answer = match asked.operation.as_str() {
            "/TraceSummaries" if super::body(asked)["FilterExpression"].is_null() => {
                fixture("trace-summaries.json")
            }
            other => nothing(other),
        };
        Answer::new(200, &answer.to_string())
    });
    insta::assert_snapshot!(said(&stub, &["traces", "--filter", "service(\"nobody\")"]), @"");
}

#[test]
fn transaction_search_hides_traces() {
    let stub = answering([(
        "/GetTraceSegmentDestination",
        json!({"Destination": "CloudWatchLogs", "Status": "ACTIVE"}),
    )]);
    let text = said(&stub, &["traces"]);
    assert!(
        text.lines()
            .nth(1)
            .is_some_and(|line| line.starts_with("  seen   Transaction Search is on: ")),
        "{text}"
    );
}

/// What cannot be looked at is said, and nothing is claimed of it.
#[test]
fn what_is_denied_is_not_claimed() {
    let stub = Stub::start(|asked| match asked.operation.as_str() {
        "/ServiceGraph" => Answer::new(200, &nothing("/ServiceGraph").to_string()),
        _ => Answer::error(403, "AccessDeniedException", "is not authorized"),
    });
    insta::assert_snapshot!(said(&stub, &["graph", "--group", "Cruddur"]), @"");
}

#[test]
fn quiet_is_quiet() {
    let stub = answering([]);
    let run = world(&stub).run("xray graph -q").exits(0);
    assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("", ""));
}
