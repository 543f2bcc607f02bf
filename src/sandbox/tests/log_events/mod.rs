//! Log events of CloudWatch Logs.

mod filter;
mod get;
mod keeping;
pub(super) mod patterns;
mod put;
mod scan;
mod seeds;

use serde_json::{Value, json};

use super::{Caller, caller, memory, on};

/// When it is.
const NOW: i64 = 1_528_317_567_891;

const PARAMETER: &str = "InvalidParameterException";

/// A caller with a group `g` and these streams.
pub(super) async fn with_streams(caller: Caller, streams: &[&str]) -> Caller {
    caller
        .done("CreateLogGroup", json!({"logGroupName": "g"}))
        .await;
    for stream in streams {
        caller
            .done(
                "CreateLogStream",
                json!({"logGroupName": "g", "logStreamName": stream}),
            )
            .await;
    }
    caller
}

fn events(events: &[(i64, &str)]) -> Value {
    let shown = events
        .iter()
        .map(|(offset, message)| json!({"timestamp": NOW + offset, "message": message}));
    shown.collect()
}

fn request(stream: &str, all: &[(i64, &str)]) -> Value {
    json!({"logGroupName": "g", "logStreamName": stream, "logEvents": events(all)})
}

impl Caller {
    /// Puts events at these distances from now.
    pub(super) async fn write(&self, stream: &str, all: &[(i64, &str)]) -> Value {
        self.done("PutLogEvents", request(stream, all)).await
    }

    async fn get(&self, members: Value) -> Value {
        self.done(
            "GetLogEvents",
            with(json!({"logGroupName": "g", "logStreamName": "s"}), members),
        )
        .await
    }

    async fn filter(&self, members: Value) -> Value {
        self.done(
            "FilterLogEvents",
            with(json!({"logGroupName": "g"}), members),
        )
        .await
    }
}

/// The request with more members.
fn with(mut request: Value, members: Value) -> Value {
    let Value::Object(members) = members else {
        panic!("no members: {members}");
    };
    for (name, value) in members {
        request[name] = value;
    }
    request
}

/// What the events of an answer say.
fn messages(answer: &Value) -> Vec<String> {
    let events = answer["events"].as_array().unwrap();
    events
        .iter()
        .map(|event| event["message"].as_str().unwrap().to_owned())
        .collect()
}
