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
    insta::assert_snapshot!(said(&stub, &["graph"]), @r#"
    no service from [DATE] [TIME] to [TIME] UTC, region us-east-1
      seen   sampled out: rule "Cruddur" matched 40 requests in the last 30 minutes and recorded none of them
             cruddur-obs xray rules
      seen   samplers recorded 1 of 50 requests in the last 30 minutes: what they recorded is outside of this window, or did not arrive
             cruddur-obs daemon --healthcheck
      maybe  they are in another region: this looked in us-east-1, from AWS_REGION
             cruddur-obs config
      maybe  they are older, or only seconds old: X-Ray shows a trace some seconds after it was sent
             cruddur-obs xray graph --since 1d
    "#);
}

#[test]
fn a_group_whose_filter_misses() {
    let stub = answering([
        ("/Groups", groups()),
        ("/TraceSummaries", fixture("trace-summaries.json")),
    ]);
    insta::assert_snapshot!(said(&stub, &["graph", "--group", "Cruddur"]), @r#"
    no service of group "Cruddur" from [DATE] [TIME] to [TIME] UTC, region us-east-1
      seen   there are traces in this window, and service("backend-flask"), the filter of group "Cruddur", matches none of them
             cruddur-obs xray traces
    "#);
    insta::assert_snapshot!(said(&stub, &["graph", "--group", "Everything"]), @r#"
    no service of group "Everything" from [DATE] [TIME] to [TIME] UTC, region us-east-1
      seen   there are traces in this window, and group "Everything" matches none of them
             cruddur-obs xray traces
    "#);
}

#[test]
fn a_group_that_is_not_there() {
    let stub = answering([("/Groups", groups())]);
    insta::assert_snapshot!(said(&stub, &["graph", "--group", "cruddr"]), @r#"
    no service of group "cruddr" from [DATE] [TIME] to [TIME] UTC, region us-east-1
      seen   there is no group "cruddr"; did you mean "Cruddur"?
             cruddur-obs xray groups
    "#);
    insta::assert_snapshot!(said(&stub, &["traces", "--group", "Nothing-Like-It"]), @r#"
    no trace of group "Nothing-Like-It" from [DATE] [TIME] to [TIME] UTC, region us-east-1
      seen   there is no group "Nothing-Like-It"; there are "Cruddur", "Everything"
             cruddur-obs xray groups
    "#);
    let stub = answering([]);
    insta::assert_snapshot!(said(&stub, &["traces", "--group", "Cruddur"]), @r#"
    no trace of group "Cruddur" from [DATE] [TIME] to [TIME] UTC, region us-east-1
      seen   there is no group "Cruddur", nor any other group
             cruddur-obs xray groups
    "#);
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
    insta::assert_snapshot!(said(&stub, &["traces", "--filter", "service(\"nobody\")"]), @"
    no trace that matches from [DATE] [TIME] to [TIME] UTC, region us-east-1
      seen   there are traces in this window, and the filter matches none of them
             cruddur-obs xray traces
    ");
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
    insta::assert_snapshot!(said(&stub, &["graph", "--group", "Cruddur"]), @r#"
    no service of group "Cruddur" from [DATE] [TIME] to [TIME] UTC, region us-east-1
      maybe  group "Cruddur" matches none (whether there are others could not be read: AWS refused xray:GetTraceSummaries)
             cruddur-obs xray traces
      maybe  nothing was sent, or all was sampled out (what samplers reported could not be read: AWS refused xray:GetSamplingStatisticSummaries)
             cruddur-obs xray stats
      maybe  they are in another region: this looked in us-east-1, from AWS_REGION
             cruddur-obs config
      maybe  they are older, or only seconds old: X-Ray shows a trace some seconds after it was sent
             cruddur-obs xray graph --since 1d
    "#);
}

#[test]
fn quiet_is_quiet() {
    let stub = answering([]);
    let run = world(&stub).run("xray graph -q").exits(0);
    assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("", ""));
}
