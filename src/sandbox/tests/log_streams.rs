//! Log streams of CloudWatch Logs.

use serde_json::{Value, json};

use super::{Caller, caller, memory, on};
use crate::sandbox::store::Clock;

const PARAMETER: &str = "InvalidParameterException";

async fn make(caller: &Caller, names: &[&str]) {
    caller
        .done("CreateLogGroup", json!({"logGroupName": "g"}))
        .await;
    for name in names {
        caller
            .done(
                "CreateLogStream",
                json!({"logGroupName": "g", "logStreamName": name}),
            )
            .await;
    }
}

async fn names(caller: &Caller, filter: Value) -> Vec<String> {
    let answer = caller.done("DescribeLogStreams", filter).await;
    let streams = answer["logStreams"].as_array().unwrap();
    streams
        .iter()
        .map(|stream| stream["logStreamName"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn a_stream_without_events_has_exactly_the_recorded_members() {
    let caller = caller();
    make(&caller, &["2026/11/20/[$LATEST]a b"]).await;
    assert_eq!(
        caller
            .done("DescribeLogStreams", json!({"logGroupName": "g"}))
            .await,
        json!({"logStreams": [{
            "logStreamName": "2026/11/20/[$LATEST]a b",
            "creationTime": 1_528_317_567_891_i64,
            "arn": "arn:aws:logs:ca-central-1:123456789012:log-group:g:log-stream:2026/11/20/[$LATEST]a b",
            "storedBytes": 0,
        }]})
    );
}

#[tokio::test]
async fn mistakes_with_streams_are_said_in_awss_words() {
    let caller = caller();
    make(&caller, &["s"]).await;
    let stream = |group: &str, name: &str| json!({"logGroupName": group, "logStreamName": name});
    let twice = caller.logs("CreateLogStream", stream("g", "s")).await;
    assert_eq!(
        twice.refusal(),
        (
            400,
            "ResourceAlreadyExistsException",
            "The specified log stream already exists"
        )
    );
    let no_group = caller.logs("CreateLogStream", stream("h", "s")).await;
    no_group.is_refused(
        400,
        "ResourceNotFoundException",
        "The specified log group does not exist.",
    );
    let no_stream = caller.logs("DeleteLogStream", stream("g", "t")).await;
    no_stream.is_refused(
        400,
        "ResourceNotFoundException",
        "The specified log stream does not exist.",
    );
    for name in ["a:b", "a*", ""] {
        caller
            .logs("CreateLogStream", stream("g", name))
            .await
            .is_refused(400, PARAMETER, "'logStreamName'");
    }
    let long = caller
        .logs("CreateLogStream", stream("g", &"a".repeat(513)))
        .await;
    long.is_refused(
        400,
        PARAMETER,
        "both must have length less than or equal to 512.",
    );
    let both = json!({"logGroupName": "g", "logGroupIdentifier": "g"});
    let refused = caller.logs("DescribeLogStreams", both).await;
    assert_eq!(
        refused.refusal(),
        (
            400,
            "ValidationException",
            "LogGroup name and LogGroup ARN are mutually exclusive parameters."
        )
    );
    for (filter, part) in [
        (json!({}), "'logGroupName'"),
        (
            json!({"logGroupName": "g", "orderBy": "Size"}),
            "enum value set",
        ),
        (
            json!({"logGroupName": "g", "orderBy": "LastEventTime", "logStreamNamePrefix": "a"}),
            "LastEventTime",
        ),
        (json!({"logGroupName": "g", "limit": 51}), "'limit'"),
        (
            json!({"logGroupName": "g", "nextToken": "made-up"}),
            "nextToken is invalid",
        ),
        (
            json!({"logGroupIdentifier": "arn:aws:logs:ca-central-1:123456789012:log-group:g:*"}),
            "logGroupIdentifier",
        ),
    ] {
        caller
            .logs("DescribeLogStreams", filter)
            .await
            .is_refused(400, PARAMETER, part);
    }
    let missing = caller
        .logs("DescribeLogStreams", json!({"logGroupName": "h"}))
        .await;
    missing.is_refused(
        400,
        "ResourceNotFoundException",
        "The specified log group does not exist.",
    );
}

#[tokio::test]
async fn streams_come_in_order_and_in_pages() {
    let time = std::sync::atomic::AtomicI64::new(1_000);
    let clock = Clock::from_fn(move || time.fetch_sub(1, std::sync::atomic::Ordering::Relaxed));
    let caller = on(memory().with_clock(clock));
    make(&caller, &["a", "c", "b", "b2"]).await;
    for (filter, expected) in [
        (json!({"logGroupName": "g"}), ["a", "b", "b2", "c"]),
        (
            json!({"logGroupName": "g", "descending": true}),
            ["c", "b2", "b", "a"],
        ),
        (
            json!({"logGroupName": "g", "orderBy": "LastEventTime"}),
            ["b2", "b", "c", "a"],
        ),
        (
            json!({"logGroupName": "g", "orderBy": "LastEventTime", "descending": true}),
            ["a", "c", "b", "b2"],
        ),
    ] {
        assert_eq!(names(&caller, filter.clone()).await, expected, "{filter}");
        let mut paged = Vec::new();
        let mut request = filter.clone();
        request["limit"] = json!(1);
        loop {
            let page = caller.done("DescribeLogStreams", request.clone()).await;
            paged.push(
                page["logStreams"][0]["logStreamName"]
                    .as_str()
                    .unwrap()
                    .to_owned(),
            );
            if page["nextToken"].is_null() {
                break;
            }
            request["nextToken"] = page["nextToken"].clone();
        }
        assert_eq!(paged, expected, "{filter}");
    }
    let by_arn = json!({
        "logGroupIdentifier": "arn:aws:logs:ca-central-1:123456789012:log-group:g", "logStreamNamePrefix": "b",
    });
    assert_eq!(names(&caller, by_arn).await, ["b", "b2"]);
    caller
        .done(
            "DeleteLogStream",
            json!({"logGroupName": "g", "logStreamName": "b"}),
        )
        .await;
    caller
        .done("DeleteLogGroup", json!({"logGroupName": "g"}))
        .await;
    caller
        .done("CreateLogGroup", json!({"logGroupName": "g"}))
        .await;
    assert!(
        names(&caller, json!({"logGroupName": "g"}))
            .await
            .is_empty(),
        "streams end with their group"
    );
}
