//! `xray graph`, `traces`, `trace` and `stats`: what X-Ray answers, as users read it.

mod forms;
mod graph;
mod nothing;
mod sandbox;
mod stats;
mod trace;
mod traces;
mod watch;
mod windows;

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::world::{Answer, Asked, Stub, World, repository};

/// An answer of `tests/fixtures/xray`.
fn fixture(name: &str) -> Value {
    let path = repository().join("tests/fixtures/xray").join(name);
    let text = std::fs::read_to_string(&path).expect("the fixture is there");
    serde_json::from_str(&text).expect("the fixture is JSON")
}

/// The body of a request.
fn body(asked: &Asked) -> Value {
    serde_json::from_slice(&asked.body).unwrap_or_default()
}

/// What was asked of one operation.
fn bodies(stub: &Stub, operation: &str) -> Vec<Value> {
    let asked = stub.asked();
    let of_it = asked.iter().filter(|asked| asked.operation == operation);
    of_it.map(body).collect()
}

/// X-Ray in which nothing was ever recorded.
fn nothing(operation: &str) -> Value {
    match operation {
        "/ServiceGraph" => json!({"Services": [], "ContainsOldGroupVersions": false}),
        "/TraceSummaries" => json!({"TraceSummaries": [], "TracesProcessedCount": 0}),
        "/Traces" => json!({"Traces": [], "UnprocessedTraceIds": []}),
        "/SamplingStatisticSummaries" => json!({"SamplingStatisticSummaries": []}),
        "/GetSamplingRules" => json!({"SamplingRuleRecords": []}),
        "/Groups" => json!({"Groups": []}),
        "/GetTraceSegmentDestination" => json!({"Destination": "XRay", "Status": "ACTIVE"}),
        other => panic!("nobody should ask for {other}"),
    }
}

/// X-Ray with fixed answers to some operations and nothing else.
fn answering<const N: usize>(answers: [(&'static str, Value); N]) -> Stub {
    let answers = BTreeMap::from(answers);
    Stub::start(move |asked| {
        let operation = asked.operation.as_str();
        let answer = answers.get(operation).cloned();
        Answer::new(
            200,
            &answer.unwrap_or_else(|| nothing(operation)).to_string(),
        )
    })
}

/// A world that calls a stub.
fn world(stub: &Stub) -> World {
    World::new().pointed_at(stub.url())
}

/// A text without the times of this run's window.
fn without_times(text: &str) -> String {
    let mut stable = String::new();
    for line in text.split_inclusive('\n') {
        let words: Vec<&str> = line.split(' ').collect();
        let words = words.into_iter().map(|word| {
            let bytes = word.as_bytes();
            let digit = |place: usize| bytes.get(place).is_some_and(u8::is_ascii_digit);
            match (bytes.get(4), bytes.get(2)) {
                (Some(b'-'), _) if bytes.len() == 10 && digit(0) && digit(9) => "[DATE]",
                (_, Some(b':')) if bytes.len() == 8 && digit(0) && digit(7) => "[TIME]",
                _ => word,
            }
        });
        stable.push_str(&words.collect::<Vec<_>>().join(" "));
    }
    stable
}
