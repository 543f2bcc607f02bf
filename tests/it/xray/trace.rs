//! `xray trace`: whole traces by their ids.

use serde_json::{Value, json};

use super::{answering, bodies, body, fixture, nothing, world};
use crate::world::{Answer, Stub, World};

const ID: &str = "1-5880168b-fd5158284b67678a3bb5a78c";

/// X-Ray that knows every trace but those that end in `f`.
fn knowing() -> Stub {
    Stub::start(|asked| {
        if asked.operation != "/Traces" {
            return Answer::new(200, &nothing(&asked.operation).to_string());
        }
        let asked = body(asked);
        if asked.get("NextToken").is_some() {
            return Answer::error(
                400,
                "InvalidRequestException",
                "NextToken is currently not supported",
            );
        }
        let ids = asked["TraceIds"].as_array().expect("ids").clone();
        if ids.len() > 5 {
            return Answer::error(
                400,
                "InvalidRequestException",
                "Exceeding maximum query size: 5",
            );
        }
        let (missing, known): (Vec<Value>, Vec<Value>) = ids
            .into_iter()
            .partition(|id| id.as_str().expect("text").ends_with('f'));
        let mut traces: Vec<Value> = known
            .iter()
            .map(|id| {
                let text = fixture("trace.json").to_string();
                serde_json::from_str(&text.replace(ID, id.as_str().expect("text"))).expect("JSON")
            })
            .collect();
        // X-Ray keeps no order.
        traces.reverse();
        Answer::new(
            200,
            &json!({"Traces": traces, "UnprocessedTraceIds": missing}).to_string(),
        )
    })
}

fn ids(numbers: impl Iterator<Item = u32>) -> Vec<String> {
    numbers
        .map(|number| format!("1-5880168b-{number:023x}0"))
        .collect()
}

#[test]
fn documents_come_as_x_ray_keeps_them() {
    let stub = knowing();
    let run = world(&stub)
        .run(&format!("xray trace {ID} -o json"))
        .exits(0);
    let trace = &run.json()["traces"][0];
    assert_eq!(trace["trace_id"], ID);
    let documents = trace["documents"].as_array().expect("documents");
    assert_eq!(documents.len(), 2);
    assert_eq!(documents[0]["unknown_to_everybody"], json!({"kept": true}));
    assert_eq!(documents[1]["inferred"], true);
    assert_eq!(run.stderr, "");
}

#[test]
fn a_waterfall_and_a_drawing() {
    let stub = knowing();
    let world = world(&stub);
    insta::assert_snapshot!(world.run(&format!("xray trace {ID} --utc")).exits(0), @"
    1-5880168b-fd5158284b67678a3bb5a78c  2026-11-20 09:40:47.500 UTC
    120 ms, 3 spans of 2 services
    PUT http://scorekeep.example/api/user/6 → 200

                                            0                        50 ms                    100 ms
    NAME          HTTP     STATUS     TIME  ┬────────────────────────┬────────────────────────┬─────────
    Scorekeep     PUT 200  ok       120 ms  ████████████████████████████████████████████████████████████
    └ DynamoDB    200      ok      90.0 ms       █████████████████████████████████████████████
      └ DynamoDB  200      ok      90.0 ms       █████████████████████████████████████████████

    Scorekeep  94b110774b22ebc8
      request     PUT http://scorekeep.example/api/user/6 → 200
      runs on     AWS::EC2::Instance

    DynamoDB  53995c3f42cd8ad8
      request     → 200
      aws         UpdateItem, table scorekeep-user

    DynamoDB  5bc33bd3f0c7b1c1
      request     → 200
      runs on     AWS::DynamoDB::Table
      aws         UpdateItem, table scorekeep-user
    ");
    let run = world.run(&format!("xray trace {ID} -o svg")).exits(0);
    assert!(
        run.stdout.starts_with("<svg") && run.stdout.ends_with("</svg>\n"),
        "{run}"
    );
    assert_eq!(run.stderr, "");
    let other = "1-5880168b-000000000000000000000000";
    let run = world.run(&format!("xray trace {ID} {other}")).exits(0);
    assert_eq!(run.stdout.matches("Scorekeep").count() % 2, 0, "{run}");
    assert!(
        run.stdout.contains(ID) && run.stdout.contains(other),
        "{run}"
    );
    insta::assert_snapshot!(world.run(&format!("xray trace {ID} {other} -o svg")).exits(2), @"
    --- stderr ---
    error[output-format]: a drawing is of one trace, and several are named
      tried: -o svg
      fix:   draw each into a file of its own: cruddur-obs xray trace ID -o svg
    [exit code 2]
    ");
}

#[test]
fn both_spellings_are_one_id_and_is_asked_for_once() {
    let stub = knowing();
    let plain = "5880168bfd5158284b67678a3bb5a78c";
    let run = world(&stub)
        .run(&format!(
            "xray trace {plain} {ID} {} -o json",
            plain.to_uppercase()
        ))
        .exits(0);
    assert_eq!(run.json()["traces"].as_array().map(Vec::len), Some(1));
    assert_eq!(bodies(&stub, "/Traces"), [json!({"TraceIds": [ID]})]);
}

#[test]
fn five_ids_a_call_in_the_order_that_was_asked() {
    let stub = knowing();
    let ids = ids(0..12);
    let words = ["xray", "trace", "-o", "json"]
        .into_iter()
        .chain(ids.iter().map(String::as_str));
    let run = world(&stub).run_with(words, "").exits(0);
    let shown: Vec<String> = run.json()["traces"]
        .as_array()
        .expect("traces")
        .iter()
        .map(|trace| trace["trace_id"].as_str().expect("an id").to_owned())
        .collect();
    assert_eq!(shown, ids);
    let mut sizes: Vec<usize> = bodies(&stub, "/Traces")
        .iter()
        .map(|call| call["TraceIds"].as_array().expect("ids").len())
        .collect();
    sizes.sort_unstable();
    assert_eq!(sizes, [2, 5, 5]);
}

#[test]
fn what_is_not_there_is_named_and_the_rest_is_shown() {
    let stub = knowing();
    let unknown = "1-5880168b-00000000000000000000000f";
    let run = world(&stub)
        .run(&format!("xray trace {ID} {unknown} -o json"))
        .exits(2);
    assert_eq!(run.json()["traces"][0]["trace_id"], ID);
    assert_eq!(run.json()["missing"], json!([unknown]));
    let error: Value = serde_json::from_str(&run.stderr).expect("one JSON object");
    assert_eq!(error["error"]["code"], "no-such-trace");
    // Silence about an id is the same.
    let stub = answering([]);
    insta::assert_snapshot!(super::world(&stub).run(&format!("xray trace {ID}")).exits(2), @"
    --- stderr ---
    error[no-such-trace]: X-Ray does not know 1-5880168b-fd5158284b67678a3bb5a78c
      tried: region us-east-1 from AWS_REGION
      cause: the id is mistyped, the trace is of another region, older than 30 days, was not sampled, or arrived seconds ago and is not indexed yet
      fix:   find it in the list: cruddur-obs xray traces --since 1d
    [exit code 2]
    ");
    let stub = answering([(
        "/GetTraceSegmentDestination",
        json!({"Destination": "CloudWatchLogs", "Status": "ACTIVE"}),
    )]);
    let run = super::world(&stub)
        .run(&format!("xray trace {ID}"))
        .exits(2);
    assert!(
        run.stderr.contains("cause: Transaction Search is on: "),
        "{run}"
    );
    let run = world(&stub)
        .run(&format!("xray trace {ID} -o json"))
        .exits(2);
    assert_ne!(run.stderr, "");
}

#[test]
fn what_cannot_be_read_is_left_out_and_told() {
    let mut trace = fixture("trace.json");
    let segments = trace["Segments"].as_array_mut().expect("segments");
    segments.push(json!({"Id": "1111111111111111", "Document": "{\"id\": \"1111111111111111\""}));
    segments.push(json!({"Id": "2222222222222222"}));
    let stub = answering([(
        "/Traces",
        json!({"Traces": [trace], "UnprocessedTraceIds": []}),
    )]);
    let run = world(&stub)
        .run(&format!("xray trace {ID} -o json"))
        .exits(0);
    assert_eq!(
        run.json()["traces"][0]["documents"]
            .as_array()
            .map(Vec::len),
        Some(2)
    );
    assert_eq!(
        run.json()["traces"][0]["unread"].as_array().map(Vec::len),
        Some(2)
    );
    assert_eq!(
        run.stderr
            .matches("left out a document that cannot be read")
            .count(),
        2,
        "{run}"
    );
}

/// Put together from many parts, a document may be longer than any that can be sent.
#[test]
fn a_document_of_a_hundred_kilobytes() {
    let mut trace = fixture("trace.json");
    let document = trace["Segments"][0]["Document"]
        .as_str()
        .expect("text")
        .to_owned();
    let filler = "x".repeat(100 * 1024);
    let long = document.replacen(
        '{',
        &format!("{{\"metadata\": {{\"filler\": \"{filler}\"}}, "),
        1,
    );
    trace["Segments"][0]["Document"] = json!(long);
    trace["LimitExceeded"] = json!(true);
    let stub = answering([(
        "/Traces",
        json!({"Traces": [trace], "UnprocessedTraceIds": []}),
    )]);
    let run = world(&stub)
        .run(&format!("xray trace {ID} -o json"))
        .exits(0);
    assert_eq!(
        run.json()["traces"][0]["documents"]
            .as_array()
            .map(Vec::len),
        Some(2)
    );
    assert!(run.stderr.contains("larger than X-Ray keeps"), "{run}");
}

#[test]
fn what_is_no_id_is_a_usage_error() {
    let run = World::new().run("xray trace 1-5880168b").exits(2);
    insta::assert_snapshot!(run.stderr, @"
    error: invalid value '1-5880168b' for '<ID>...': has 10 characters; a trace id is 1-, 8 hex digits, - and 24 hex digits, or 32 hex digits on their own

    For more information, try '--help'.
    ");
    drop(World::new().run("xray trace").exits(2));
}
