//! Metric filters in the sandbox.

use serde_json::{Value, json};

use super::{Caller, caller, memory, on};

async fn with_group(caller: Caller) -> Caller {
    let group = json!({"logGroupName": "g"});
    caller.done("CreateLogGroup", group).await;
    caller
}

fn filter(name: &str, pattern: &str) -> Value {
    json!({
        "logGroupName": "g",
        "filterName": name,
        "filterPattern": pattern,
        "metricTransformations": [
            {"metricName": "m", "metricNamespace": "n", "metricValue": "1"},
        ],
    })
}

#[tokio::test]
async fn a_filter_is_put_shown_counted_and_removed() {
    let caller = with_group(caller()).await;
    caller.done("PutMetricFilter", filter("f", "ERROR")).await;
    let shown = caller.done("DescribeMetricFilters", json!({})).await;
    assert_eq!(
        shown["metricFilters"],
        json!([{
            "filterName": "f",
            "filterPattern": "ERROR",
            "metricTransformations": [
                {"metricName": "m", "metricNamespace": "n", "metricValue": "1"},
            ],
            "creationTime": 1_528_317_567_891_i64,
            "logGroupName": "g",
            "applyOnTransformedLogs": false,
        }])
    );
    let groups = caller.done("DescribeLogGroups", json!({})).await;
    assert_eq!(groups["logGroups"][0]["metricFilterCount"], 1);
    let name = json!({"logGroupName": "g", "filterName": "f"});
    caller.done("DeleteMetricFilter", name.clone()).await;
    let refused = caller.logs("DeleteMetricFilter", name).await;
    refused.is_refused(400, "ResourceNotFoundException", "does not exist");
}

#[tokio::test]
async fn patterns_that_are_none_are_refused() {
    let caller = with_group(caller()).await;
    for pattern in ["user-id", "{ level = 1 }", "[a", "%(x)%"] {
        let refused = caller.logs("PutMetricFilter", filter("f", pattern)).await;
        refused.is_refused(
            400,
            "InvalidParameterException",
            "Invalid metric filter pattern: column ",
        );
        let test = json!({"filterPattern": pattern, "logEventMessages": ["x"]});
        let refused = caller.logs("TestMetricFilter", test).await;
        refused.is_refused(400, "InvalidParameterException", "column ");
    }
    let shown = caller.done("DescribeMetricFilters", json!({})).await;
    assert_eq!(shown["metricFilters"], json!([]));
}

#[tokio::test]
async fn dimensions_need_fields_and_no_default() {
    let caller = with_group(caller()).await;
    let put = |pattern: &str, change: Value| {
        let mut request = filter("f", pattern);
        for (member, value) in change.as_object().unwrap() {
            request["metricTransformations"][0][member] = value.clone();
        }
        request
    };
    let dimensions = json!({"dimensions": {"a": "$.a"}});
    for (request, part) in [
        (put("ERROR", dimensions.clone()), "does not support"),
        (
            put(
                "{$.a=*}",
                json!({"dimensions": {"a": "$.a"}, "defaultValue": 0}),
            ),
            "mutually exclusive",
        ),
        (
            put(
                "{$.a=*}",
                json!({"dimensions": {"a": "1", "b": "2", "c": "3", "d": "4"}}),
            ),
            "at most 3",
        ),
    ] {
        let refused = caller.logs("PutMetricFilter", request).await;
        refused.is_refused(400, "InvalidParameterException", part);
    }
    caller
        .done("PutMetricFilter", put("{$.a=*}", dimensions))
        .await;
}

#[tokio::test]
async fn pages_and_tenants() {
    let caller = with_group(on(memory().with_page_limit(1))).await;
    for name in ["b", "a"] {
        caller.done("PutMetricFilter", filter(name, "x")).await;
    }
    let first = caller.done("DescribeMetricFilters", json!({})).await;
    assert_eq!(first["metricFilters"][0]["filterName"], "a");
    let rest = json!({"nextToken": first["nextToken"]});
    let second = caller.done("DescribeMetricFilters", rest).await;
    assert_eq!(second["metricFilters"][0]["filterName"], "b");
    assert!(second["nextToken"].is_null());
    let other = caller.in_region("eu-west-1");
    let shown = other.done("DescribeMetricFilters", json!({})).await;
    assert_eq!(shown["metricFilters"], json!([]));
}
