//! CloudWatch Logs Insights in the sandbox.

use serde_json::{Value, json};

use super::{Caller, caller, memory, on};
use crate::logs::insights::Query;
use crate::sandbox::store::{NewLogEvent, NewLogGroup, NewLogQuery, PageRequest, Tenant};
use crate::sandbox::{Location, Store};

/// When it is, in seconds.
const NOW: i64 = 1_528_317_567;

async fn with_events(caller: Caller, messages: &[&str]) -> Caller {
    let group = json!({"logGroupName": "g"});
    caller.done("CreateLogGroup", group).await;
    let stream = json!({"logGroupName": "g", "logStreamName": "s"});
    caller.done("CreateLogStream", stream).await;
    let events: Vec<Value> = messages
        .iter()
        .zip(0..)
        .map(|(message, offset)| json!({"timestamp": NOW * 1000 + offset, "message": message}))
        .collect();
    let request = json!({"logGroupName": "g", "logStreamName": "s", "logEvents": events});
    caller.done("PutLogEvents", request).await;
    caller
}

fn request(text: &str) -> Value {
    json!({"logGroupName": "g", "startTime": NOW, "endTime": NOW, "queryString": text})
}

impl Caller {
    async fn ask(&self, text: &str) -> Value {
        let started = self.done("StartQuery", request(text)).await;
        self.done("GetQueryResults", started).await
    }
}

#[tokio::test]
async fn a_query_is_complete_at_the_first_look() {
    let caller = with_events(caller(), &["{\"ms\": 2}", "{\"ms\": 3}", "text"]).await;
    let answer = caller.ask("stats count(*) as n, sum(ms) as total").await;
    assert_eq!(answer["status"], "Complete");
    assert_eq!(
        answer["results"],
        json!([[{"field": "n", "value": "3"}, {"field": "total", "value": "5"}]])
    );
    let scanned = &answer["statistics"]["recordsScanned"];
    assert_eq!(scanned.as_f64(), Some(3.0));
}

#[tokio::test]
async fn a_pointer_is_the_id_of_the_event() {
    let caller = with_events(caller(), &["a"]).await;
    let answer = caller.ask("fields @message").await;
    let events = json!({"logGroupName": "g"});
    let found = caller.done("FilterLogEvents", events).await;
    assert_eq!(
        answer["results"][0][1],
        json!({"field": "@ptr", "value": found["events"][0]["eventId"]})
    );
}

#[tokio::test]
async fn a_place_in_a_query_is_counted_in_characters() {
    let caller = with_events(caller(), &["a"]).await;
    let refused = caller
        .logs("StartQuery", request("fields \"größe\" | fitler a"))
        .await;
    refused.is_refused(400, "MalformedQueryException", "did you mean filter?");
    let place = &refused.body["queryCompileError"]["location"];
    assert_eq!(place, &json!({"startCharOffset": 17, "endCharOffset": 23}));
}

#[tokio::test]
async fn other_tenants_see_neither_queries_nor_results() {
    let caller = with_events(caller(), &["a"]).await;
    let started = caller.done("StartQuery", request("limit 1")).await;
    for other in [
        caller.in_region("eu-west-1"),
        caller.with_key("210987654321"),
    ] {
        let refused = other.logs("GetQueryResults", started.clone()).await;
        refused.is_refused(400, "ResourceNotFoundException", "does not exist");
        let listed = other.done("DescribeQueries", json!({})).await;
        assert_eq!(listed, json!({"queries": []}));
    }
}

#[tokio::test]
async fn pages_are_as_short_as_they_are_told() {
    let caller = with_events(on(memory().with_page_limit(2)), &["a", "b", "c"]).await;
    let mut request = caller.done("StartQuery", request("fields @message")).await;
    let mut seen = Vec::new();
    loop {
        let page = caller.done("GetQueryResults", request.clone()).await;
        let rows = page["results"].as_array().unwrap();
        assert!(rows.len() <= 2);
        seen.extend(rows.iter().map(|row| row[0]["value"].clone()));
        if page["nextToken"].is_null() {
            break;
        }
        request["nextToken"] = page["nextToken"].clone();
    }
    assert_eq!(seen, ["c", "b", "a"]);
}

fn tenant() -> Tenant {
    Tenant::new("123456789012", "eu-west-1")
}

fn start(store: &Store, text: &str) -> String {
    let new = NewLogQuery {
        query: &Query::parse(text).unwrap(),
        groups: vec!["g".to_owned()],
        start: 0,
        end: i64::MAX,
        limit: None,
    };
    store.start_log_query(&tenant(), &new).unwrap()
}

#[test]
fn results_outlive_the_process_and_what_they_were_made_of() {
    let directory = tempfile::tempdir().unwrap();
    let location = Location::Directory(directory.path().to_owned());
    let open = || Store::open(&location).unwrap();
    let store = open();
    let group = NewLogGroup {
        name: "g".to_owned(),
        ..Default::default()
    };
    store.create_log_group(&tenant(), &group).unwrap();
    store.create_log_stream(&tenant(), "g", "s").unwrap();
    let now = jiff::Timestamp::now().as_millisecond();
    let events = [NewLogEvent {
        timestamp: now,
        message: "kept",
    }];
    store.put_log_events(&tenant(), "g", "s", &events).unwrap();
    let id = start(&store, "fields @message");
    store.delete_log_group(&tenant(), "g").unwrap();
    drop(store);
    let found = open()
        .log_query_rows(&tenant(), &id, &PageRequest::default())
        .unwrap();
    assert_eq!(found.rows[0][0], ("@message".to_owned(), "kept".to_owned()));
}

#[test]
fn a_thousand_queries_are_kept() {
    let store = memory();
    let group = NewLogGroup {
        name: "g".to_owned(),
        ..Default::default()
    };
    store.create_log_group(&tenant(), &group).unwrap();
    let first = start(&store, "limit 1");
    let second = start(&store, "limit 1");
    for _ in 0..999 {
        start(&store, "limit 1");
    }
    let page = PageRequest::default();
    assert!(store.log_query_rows(&tenant(), &first, &page).is_err());
    assert!(store.log_query_rows(&tenant(), &second, &page).is_ok());
}
