//! The service graph as clients ask for it: windows, groups, pages, series.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use serde_json::{Value, json};

use super::segments::segment;
use super::{Caller, caller, memory, on};
use crate::sandbox::store::Clock;

const CALLS: &str = r#"{"subsegments": [
    {"id": "00000000000000f1", "name": "dynamodb", "namespace": "aws", "start_time": 100.1, "end_time": 100.2,
     "aws": {"operation": "UpdateItem", "table_name": "users"}},
    {"id": "00000000000000f2", "name": "work", "namespace": "local", "start_time": 100.3, "end_time": 100.4}]}"#;

fn shop() -> Value {
    let calls: Value = serde_json::from_str(CALLS).unwrap();
    segment(1, "shop", (100.0, 100.5), &calls)
}

impl Caller {
    async fn graph(&self, body: Value) -> Value {
        self.done("/ServiceGraph", body).await
    }

    /// Names and types of the nodes.
    async fn nodes(&self, body: Value) -> Vec<String> {
        let answer = self.graph(body).await;
        let services = answer["Services"].as_array().unwrap();
        let node = |one: &Value| format!("{} {}", one["Name"], one["Type"]).replace('"', "");
        services.iter().map(node).collect()
    }
}

#[tokio::test]
async fn a_service_its_client_and_what_it_calls() {
    let caller = caller();
    caller.put(&[shop()]).await;
    let all = json!({"StartTime": 0, "EndTime": 1000});
    assert_eq!(
        caller.nodes(all.clone()).await,
        ["shop null", "shop client", "users AWS::DynamoDB::Table"]
    );
    let answer = caller.graph(all).await;
    assert_eq!(answer["StartTime"], json!(0.0));
    assert_eq!(answer["EndTime"], json!(1000.0));
    assert_eq!(answer["ContainsOldGroupVersions"], json!(false));
    let before = json!({"StartTime": 0, "EndTime": 100});
    assert_eq!(caller.nodes(before).await, [""; 0]);
    let during = json!({"StartTime": 100.2, "EndTime": 100.3});
    assert_eq!(caller.nodes(during).await.len(), 3);
}

#[tokio::test]
async fn six_hours_are_taken_and_one_second_more_is_not() {
    let caller = caller();
    caller
        .graph(json!({"StartTime": 0, "EndTime": 21_600}))
        .await;
    let body = json!({"StartTime": 0, "EndTime": 21_601});
    let answer = caller.xray("/ServiceGraph", body).await;
    answer.is_refused(
        400,
        "InvalidRequestException",
        "Time range cannot be longer than 6 hours",
    );
}

#[tokio::test]
async fn a_group_has_its_traces_alone() {
    let caller = caller();
    let body = json!({"GroupName": "faulty", "FilterExpression": "fault"});
    let made = caller.done("/CreateGroup", body).await;
    caller.put(&[shop()]).await;
    let mut broken = segment(2, "mail", (100.0, 100.5), &json!({"fault": true}));
    broken["trace_id"] = json!("1-00000000-000000000000000000000002");
    caller.put(&[broken]).await;
    let by_name = json!({"StartTime": 0, "EndTime": 1000, "GroupName": "faulty"});
    assert_eq!(
        caller.nodes(by_name.clone()).await,
        ["mail null", "mail client"]
    );
    let by_arn = json!({"StartTime": 0, "EndTime": 1000, "GroupARN": made["Group"]["GroupARN"]});
    assert_eq!(caller.nodes(by_arn).await.len(), 2);
    let default = json!({"StartTime": 0, "EndTime": 1000, "GroupName": "Default"});
    assert_eq!(caller.nodes(default).await.len(), 5);
    let nobody = json!({"StartTime": 0, "EndTime": 1000, "GroupName": "nobody"});
    let answer = caller.xray("/ServiceGraph", nobody).await;
    answer.is_refused(400, "InvalidRequestException", "Group not found");
    // What comes later to a trace that was judged already counts.
    let late = json!({"fault": true});
    caller
        .put(&[segment(1, "shop", (100.0, 100.5), &late)])
        .await;
    assert_eq!(caller.nodes(by_name).await.len(), 5);
}

#[tokio::test]
async fn a_filter_that_was_another_one_when_traces_came_is_told() {
    let time = Arc::new(AtomicI64::new(50_000));
    let told = Arc::clone(&time);
    let clock = Clock::from_fn(move || told.load(Ordering::Relaxed));
    let caller = on(memory().with_clock(clock));
    let body = json!({"GroupName": "g", "FilterExpression": "ok"});
    caller.done("/CreateGroup", body).await;
    time.store(101_000, Ordering::Relaxed);
    caller.put(&[shop()]).await;
    let asked = json!({"StartTime": 0, "EndTime": 1000, "GroupName": "g"});
    let is_old = async || caller.graph(asked.clone()).await["ContainsOldGroupVersions"].clone();
    assert_eq!(is_old().await, json!(false));
    time.store(200_000, Ordering::Relaxed);
    let same = json!({"GroupName": "g", "FilterExpression": "ok"});
    caller.done("/UpdateGroup", same).await;
    assert_eq!(is_old().await, json!(false), "it is the same filter");
    let other = json!({"GroupName": "g", "FilterExpression": "!fault"});
    caller.done("/UpdateGroup", other).await;
    assert_eq!(is_old().await, json!(true));
    let later = json!({"StartTime": 101, "EndTime": 1000, "GroupName": "g"});
    let answer = caller.graph(later).await;
    assert_eq!(answer["ContainsOldGroupVersions"], json!(false));
}

#[tokio::test]
async fn a_long_graph_comes_in_pages() {
    let caller = on(memory().with_page_limit(2));
    caller.put(&[shop()]).await;
    let mut body = json!({"StartTime": 0, "EndTime": 1000});
    let first = caller.graph(body.clone()).await;
    assert_eq!(first["Services"].as_array().map(Vec::len), Some(2));
    body["NextToken"] = first["NextToken"].clone();
    let second = caller.graph(body).await;
    assert_eq!(second["Services"].as_array().map(Vec::len), Some(1));
    assert_eq!(second["NextToken"], json!(null));
}

#[tokio::test]
async fn the_graph_of_single_traces() {
    let caller = caller();
    caller.put(&[shop()]).await;
    let body = json!({"TraceIds": [super::segments::TRACE]});
    let answer = caller.done("/TraceGraph", body).await;
    assert_eq!(answer["Services"].as_array().map(Vec::len), Some(3));
    let none = json!({"TraceIds": ["1-00000000-000000000000000000000000"]});
    let answer = caller.done("/TraceGraph", none).await;
    assert_eq!(answer["Services"], json!([]));
}

#[tokio::test]
async fn a_link_finds_its_other_end_in_a_trace_of_another_time() {
    let caller = caller();
    caller.put(&[shop()]).await;
    let link = json!({"links": [{"trace_id": super::segments::TRACE, "id": "0000000000000001",
        "attributes": {"aws.xray.reserved.reference_type": "parent"}}]});
    let mut later = segment(9, "mailer", (500.0, 501.0), &link);
    later["trace_id"] = json!("1-00000000-000000000000000000000009");
    let mut again = segment(1, "shop", (600.0, 601.0), &json!({}));
    again["trace_id"] = json!("1-00000000-00000000000000000000000a");
    caller.put(&[later, again]).await;
    let body = json!({"StartTime": 400, "EndTime": 1000});
    let answer = caller.graph(body).await;
    let services = answer["Services"].as_array().unwrap();
    let shop = services
        .iter()
        .find(|one| one["Name"] == json!("shop") && one["Root"] == json!(true));
    let edge = &shop.unwrap_or_else(|| panic!("{answer:#}"))["Edges"][0];
    assert_eq!(edge["EdgeType"], json!("link"));
}

#[tokio::test]
async fn statistics_over_time() {
    let caller = caller();
    let mut second = segment(2, "shop", (170.0, 170.25), &json!({"fault": true}));
    second["trace_id"] = json!("1-00000000-000000000000000000000002");
    caller.put(&[shop(), second]).await;
    let ask = async |more: Value| {
        let mut body = json!({"StartTime": 0, "EndTime": 1000});
        for (name, value) in more.as_object().into_iter().flatten() {
            body[name] = value.clone();
        }
        caller.xray("/TimeSeriesServiceStatistics", body).await
    };
    let answer = ask(json!({"EntitySelectorExpression": r#"service("shop")"#})).await;
    let rows = &answer.body["TimeSeriesServiceStatistics"];
    insta::assert_snapshot!(format!("{rows:#}"), @r#"
    [
      {
        "Timestamp": 60.0,
        "ServiceSummaryStatistics": {
          "OkCount": 1,
          "ErrorStatistics": {
            "ThrottleCount": 0,
            "OtherCount": 0,
            "TotalCount": 0
          },
          "FaultStatistics": {
            "OtherCount": 0,
            "TotalCount": 0
          },
          "TotalCount": 1,
          "TotalResponseTime": 0.5
        },
        "ResponseTimeHistogram": [
          {
            "Value": 0.5,
            "Count": 1
          }
        ]
      },
      {
        "Timestamp": 120.0,
        "ServiceSummaryStatistics": {
          "OkCount": 0,
          "ErrorStatistics": {
            "ThrottleCount": 0,
            "OtherCount": 0,
            "TotalCount": 0
          },
          "FaultStatistics": {
            "OtherCount": 1,
            "TotalCount": 1
          },
          "TotalCount": 1,
          "TotalResponseTime": 0.25
        },
        "ResponseTimeHistogram": [
          {
            "Value": 0.25,
            "Count": 1
          }
        ]
      }
    ]
    "#);
    let edges =
        ask(json!({"EntitySelectorExpression": r#"edge("shop", "users")"#, "Period": 300})).await;
    let rows = edges.body["TimeSeriesServiceStatistics"]
        .as_array()
        .cloned();
    assert_eq!(rows.map(|rows| rows.len()), Some(1));
    let by_id = ask(
        json!({"EntitySelectorExpression": r#"id(name: "users", type: "AWS::DynamoDB::Table")"#}),
    )
    .await;
    assert_eq!(
        by_id.body["TimeSeriesServiceStatistics"][0]["ServiceSummaryStatistics"]["OkCount"],
        json!(1)
    );
    assert_eq!(by_id.body["ContainsOldGroupVersions"], json!(false));
    for (more, part) in [
        (
            json!({"EntitySelectorExpression": "annotation.a = 1"}),
            "only service()",
        ),
        (
            json!({"EntitySelectorExpression": r#"service("a") {fault}"#}),
            "only service()",
        ),
        (
            json!({"EntitySelectorExpression": "service("}),
            "Invalid entity selector",
        ),
        (json!({"Period": 0}), "Period"),
        (json!({"ForecastStatistics": true}), "id()"),
    ] {
        ask(more)
            .await
            .is_refused(400, "InvalidRequestException", part);
    }
}
