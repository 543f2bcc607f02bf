//! Finding traces: filters, ranges of time, pages.

use serde_json::{Value, json};

use super::segments::segment;
use super::{Caller, caller, memory, on};

/// A segment of the trace of this number.
fn in_trace(number: u64, mut document: Value) -> Value {
    document["trace_id"] = json!(format!("1-{number:08x}-{number:024x}"));
    document
}

/// A trace that begins so many seconds after the epoch and takes one.
fn at(second: u64, more: &Value) -> Value {
    #[expect(clippy::cast_precision_loss, reason = "a small number")]
    let start = second as f64;
    in_trace(second, segment(second, "shop", (start, start + 1.0), more))
}

impl Caller {
    async fn find(&self, body: Value) -> Value {
        self.done("/TraceSummaries", body).await
    }

    /// The traces that match, by the second in which they begin.
    async fn found(&self, filter: &str) -> Vec<u64> {
        let body = json!({"StartTime": 0, "EndTime": 1000, "FilterExpression": filter});
        seconds(&self.find(body).await)
    }
}

fn seconds(answer: &Value) -> Vec<u64> {
    let summaries = answer["TraceSummaries"].as_array().unwrap();
    let ids = summaries.iter().map(|one| one["Id"].as_str().unwrap());
    ids.map(|id| u64::from_str_radix(&id[2..10], 16).unwrap())
        .collect()
}

#[tokio::test]
async fn the_newest_come_first_and_filters_choose() {
    let caller = caller();
    caller
        .put(&[
            at(10, &json!({})),
            at(30, &json!({"fault": true, "annotations": {"user": "ann"}})),
            at(20, &json!({"error": true, "user": "bob"})),
        ])
        .await;
    assert_eq!(caller.found("").await, [30, 20, 10]);
    assert_eq!(caller.found("fault").await, [30]);
    assert_eq!(caller.found("!ok").await, [30, 20]);
    assert_eq!(caller.found(r#"annotation.user = "ann""#).await, [30]);
    assert_eq!(caller.found(r#"user = "bob" OR fault"#).await, [30, 20]);
    assert_eq!(caller.found("responseTime > 2").await, [0; 0]);
    assert_eq!(
        caller.found(r#"service("shop") {fault OR error}"#).await,
        [30, 20]
    );
    let all = caller.find(json!({"StartTime": 0, "EndTime": 1000})).await;
    assert_eq!(all["TracesProcessedCount"], json!(3));
    assert_eq!(all["ApproximateTime"], json!(0.0));
    assert_eq!(all["NextToken"], json!(null));
}

#[tokio::test]
async fn a_filter_that_cannot_be_read_is_refused_and_never_matches_all() {
    let caller = caller();
    caller.put(&[at(10, &json!({}))]).await;
    for filter in ["nonsense !!!", "fault AND", r#"service("x"#, "annotation."] {
        let body = json!({"StartTime": 0, "EndTime": 1000, "FilterExpression": filter});
        let answer = caller.xray("/TraceSummaries", body).await;
        answer.is_refused(400, "InvalidRequestException", "Invalid filter expression");
    }
}

#[tokio::test]
async fn the_range_is_of_the_start_the_whole_or_the_segments_ends() {
    let caller = caller();
    let long = in_trace(5, segment(5, "shop", (5.0, 15.0), &json!({})));
    caller.put(&[long, at(12, &json!({}))]).await;
    let find = |range: &'static str, start: u64, end: u64| {
        let body = json!({"StartTime": start, "EndTime": end, "TimeRangeType": range});
        let caller = caller.clone();
        async move { seconds(&caller.find(body).await) }
    };
    assert_eq!(find("TraceId", 10, 20).await, [12]);
    assert_eq!(find("TraceId", 0, 12).await, [5], "the end is not in it");
    assert_eq!(find("Event", 10, 12).await, [5]);
    assert_eq!(find("Event", 10, 20).await, [12, 5]);
    assert_eq!(find("Service", 14, 16).await, [5]);
    assert_eq!(find("Service", 12, 14).await, [12]);
    let body = json!({"StartTime": 10, "EndTime": 11, "TimeRangeType": "Event"});
    let answer = caller.find(body).await;
    assert_eq!(answer["TraceSummaries"][0]["MatchedEventTime"], json!(10.0));
    let body = json!({"StartTime": 10, "EndTime": 11, "TimeRangeType": "Never"});
    let answer = caller.xray("/TraceSummaries", body).await;
    answer.is_refused(400, "InvalidRequestException", "TimeRangeType");
}

#[tokio::test]
async fn windows_that_are_empty_or_no_times_are_refused() {
    let caller = caller();
    for (body, part) in [
        (json!({"StartTime": 5, "EndTime": 5}), "before EndTime"),
        (json!({"StartTime": 6, "EndTime": 5}), "before EndTime"),
        (json!({"EndTime": 5}), "StartTime"),
        (json!({"StartTime": 5}), "EndTime"),
        (json!({"StartTime": 0, "EndTime": 1e300}), "EndTime"),
    ] {
        for path in [
            "/TraceSummaries",
            "/ServiceGraph",
            "/TimeSeriesServiceStatistics",
        ] {
            let answer = caller.xray(path, body.clone()).await;
            answer.is_refused(400, "InvalidRequestException", part);
        }
    }
}

#[tokio::test]
async fn pages_go_back_in_time_and_may_be_empty_before_the_last() {
    let caller = on(memory().with_page_limit(2));
    let faulty = json!({"fault": true});
    let documents: Vec<Value> = (1..=5)
        .map(|second| at(second, if second == 1 { &faulty } else { &Value::Null }))
        .collect();
    caller.put(&documents).await;
    let mut body = json!({"StartTime": 0, "EndTime": 10, "FilterExpression": "fault"});
    let mut pages = Vec::new();
    loop {
        let answer = caller.find(body.clone()).await;
        pages.push((
            seconds(&answer),
            answer["TracesProcessedCount"].clone(),
            answer["ApproximateTime"].clone(),
        ));
        match answer["NextToken"].as_str() {
            Some(token) => body["NextToken"] = json!(token),
            None => break,
        }
    }
    let expected = [
        (vec![], json!(2), json!(4.0)),
        (vec![], json!(2), json!(2.0)),
        (vec![1], json!(1), json!(0.0)),
    ];
    assert_eq!(pages, expected);
    body["FilterExpression"] = json!("ok");
    let foreign = caller.xray("/TraceSummaries", body).await;
    foreign.is_refused(400, "InvalidRequestException", "Invalid NextToken");
}

#[tokio::test]
async fn a_group_in_a_filter_is_the_groups_own_filter() {
    let caller = caller();
    for (name, filter) in [
        ("faulty", "fault"),
        ("both", r#"group.name = "faulty" OR error"#),
        ("ring", r#"group.name = "ring""#),
    ] {
        let body = json!({"GroupName": name, "FilterExpression": filter});
        caller.done("/CreateGroup", body).await;
    }
    caller
        .put(&[
            at(10, &json!({"fault": true})),
            at(20, &json!({"error": true})),
            at(30, &json!({})),
        ])
        .await;
    assert_eq!(caller.found(r#"group.name = "faulty""#).await, [10]);
    assert_eq!(caller.found(r#"group.name = "both""#).await, [20, 10]);
    assert_eq!(caller.found(r#"group.name = "ring""#).await, [0; 0]);
    assert_eq!(caller.found(r#"group.name = "nobody""#).await, [0; 0]);
    assert_eq!(
        caller.found(r#"group.name = "Default""#).await,
        [30, 20, 10]
    );
    assert_eq!(caller.found(r#"group.name != "faulty""#).await, [30, 20]);
}

#[tokio::test]
async fn a_share_of_the_traces_is_the_same_share_every_time() {
    let caller = caller();
    let documents: Vec<Value> = (1..=200)
        .map(|number| {
            let mut document = at(number, &json!({}));
            let random = number.wrapping_mul(0x9e37_79b9_7f4a_7c15);
            document["trace_id"] = json!(format!("1-{number:08x}-{random:024x}"));
            document
        })
        .collect();
    caller.put(&documents).await;
    let body = json!({"StartTime": 0, "EndTime": 1000, "Sampling": true,
        "SamplingStrategy": {"Name": "FixedRate", "Value": 0.25}});
    let first = seconds(&caller.find(body.clone()).await);
    assert!((20..=80).contains(&first.len()), "{}", first.len());
    assert_eq!(seconds(&caller.find(body).await), first);
}
