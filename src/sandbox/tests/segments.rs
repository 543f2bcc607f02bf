//! Segments in, traces out: what was sent is what is read back.

use serde_json::{Value, json};

use super::{Caller, caller, memory, on};

pub(super) const TRACE: &str = "1-5759e988-bd862e3fe1be46a994272793";

/// A segment document of [`TRACE`], with more members.
pub(super) fn segment(id: u64, name: &str, times: (f64, f64), more: &Value) -> Value {
    let mut document = json!({
        "trace_id": TRACE, "id": format!("{id:016x}"), "name": name,
        "start_time": times.0, "end_time": times.1,
    });
    for (name, value) in more.as_object().into_iter().flatten() {
        document[name] = value.clone();
    }
    document
}

impl Caller {
    /// Sends documents, and gives those that were refused.
    pub(super) async fn put(&self, documents: &[Value]) -> Value {
        let texts: Vec<String> = documents.iter().map(Value::to_string).collect();
        self.put_texts(&texts).await
    }

    pub(super) async fn put_texts(&self, texts: &[String]) -> Value {
        let body = json!({ "TraceSegmentDocuments": texts });
        let mut answer = self.done("/TraceSegments", body).await;
        answer["UnprocessedTraceSegments"].take()
    }

    /// The documents of [`TRACE`], as they are given back.
    pub(super) async fn documents(&self) -> Vec<Value> {
        let answer = self.done("/Traces", json!({ "TraceIds": [TRACE] })).await;
        let segments = answer["Traces"][0]["Segments"].as_array();
        segments
            .unwrap_or_else(|| panic!("{answer}"))
            .iter()
            .map(|segment| {
                let text = segment["Document"].as_str().unwrap();
                let document: Value = serde_json::from_str(text).unwrap();
                assert_eq!(document["id"], segment["Id"]);
                document
            })
            .collect()
    }
}

#[tokio::test]
async fn what_nobody_knows_survives_byte_for_byte() {
    let caller = caller();
    let text = format!(
        r#"{{ "trace_id":"{TRACE}",  "id":"00000000000000aa","name":"a","start_time":1.50,"end_time":1.478E9, "x-new":[1.0,  {{"é":null}}],"http":{{"request":{{"url":"/\u00e9"}}}}}}"#
    );
    assert_eq!(
        caller.put_texts(std::slice::from_ref(&text)).await,
        json!([])
    );
    let answer = caller.done("/Traces", json!({ "TraceIds": [TRACE] })).await;
    assert_eq!(answer["Traces"][0]["Segments"][0]["Document"], json!(text));
    assert_eq!(answer["Traces"][0]["Id"], json!(TRACE));
    assert_eq!(answer["UnprocessedTraceIds"], json!([]));
}

#[tokio::test]
async fn both_spellings_of_an_id_find_the_trace_and_an_unknown_one_is_named() {
    let caller = caller();
    caller.put(&[segment(1, "a", (1.0, 2.0), &json!({}))]).await;
    let w3c = TRACE[2..].replace('-', "");
    let nobody = "1-5759e988-000000000000000000000000";
    let answer = caller
        .done("/Traces", json!({ "TraceIds": [w3c, nobody, "x"] }))
        .await;
    assert_eq!(answer["Traces"].as_array().map(Vec::len), Some(1));
    assert_eq!(answer["UnprocessedTraceIds"], json!(["x", nobody]));
}

#[tokio::test]
async fn six_ids_and_a_token_are_refused() {
    let caller = caller();
    let ids = |count| vec![TRACE; count];
    let six = caller.xray("/Traces", json!({ "TraceIds": ids(6) })).await;
    six.is_refused(
        400,
        "InvalidRequestException",
        "Exceeding maximum query size: 5",
    );
    let body = json!({ "TraceIds": ids(5), "NextToken": "x" });
    let token = caller.xray("/Traces", body).await;
    token.is_refused(
        400,
        "InvalidRequestException",
        "NextToken is currently not supported",
    );
    caller.done("/Traces", json!({ "TraceIds": ids(5) })).await;
}

#[tokio::test]
async fn a_refused_document_keeps_no_other_out_and_says_what_to_change() {
    let caller = caller();
    let good = segment(1, "a", (1.0, 2.0), &json!({})).to_string();
    let bad = segment(2, "a, b", (1.0, 2.0), &json!({})).to_string();
    let inside = json!({"subsegments": [{"id": "00000000000000ff", "name": "GET?", "start_time": 1, "end_time": 2}]});
    let bad_inside = segment(3, "a", (1.0, 2.0), &inside).to_string();
    let refused = caller
        .put_texts(&[bad, "nonsense".to_owned(), good, bad_inside])
        .await;
    insta::assert_snapshot!(format!("{refused:#}"), @r#"
    [
      {
        "ErrorCode": "InvalidName",
        "Message": "Invalid segment. ErrorCode: InvalidName, Cause: name \"a, b\" has ',' at 2; allowed are letters, digits, space and _ . : / % & # = + - @",
        "Id": "0000000000000002"
      },
      {
        "ErrorCode": "InvalidSegment",
        "Message": "Invalid segment. ErrorCode: InvalidSegment, Cause: the document begins with 'n'; a segment is a JSON object"
      },
      {
        "ErrorCode": "InvalidName",
        "Message": "Invalid segment. ErrorCode: InvalidName, Cause: subsegment 00000000000000ff: name \"GET?\" has '?' at 4; allowed are letters, digits, space and _ . : / % & # = + - @",
        "Id": "0000000000000003"
      }
    ]
    "#);
    assert_eq!(caller.documents().await.len(), 1);
    let nothing = caller.xray("/TraceSegments", json!({})).await;
    nothing.is_refused(400, "InvalidRequestException", "TraceSegmentDocuments");
}

#[tokio::test]
async fn a_complete_segment_takes_the_place_of_one_in_progress() {
    let caller = caller();
    let mut begun = segment(1, "a", (1.0, 2.0), &json!({"in_progress": true}));
    begun.as_object_mut().unwrap().remove("end_time");
    caller.put(&[begun]).await;
    assert_eq!(caller.documents().await[0]["in_progress"], json!(true));
    caller.put(&[segment(1, "a", (1.0, 2.0), &json!({}))]).await;
    let documents = caller.documents().await;
    assert_eq!(documents.len(), 1);
    assert_eq!(documents[0]["end_time"], json!(2.0));
}

#[tokio::test]
async fn a_subsegment_on_its_own_is_put_into_its_parent_even_when_it_comes_first() {
    let caller = caller();
    let parent = json!({"type": "subsegment", "parent_id": "0000000000000001"});
    caller.put(&[segment(2, "work", (1.1, 1.2), &parent)]).await;
    assert_eq!(caller.documents().await.len(), 1, "shown, not dropped");
    caller.put(&[segment(1, "a", (1.0, 2.0), &json!({}))]).await;
    let documents = caller.documents().await;
    assert_eq!(documents.len(), 1);
    assert_eq!(documents[0]["subsegments"][0]["name"], json!("work"));
}

#[tokio::test]
async fn an_array_of_documents_is_taken() {
    let caller = caller();
    let both = json!([
        segment(1, "a", (1.0, 2.0), &json!({})),
        segment(
            2,
            "b",
            (1.0, 2.0),
            &json!({"parent_id": "0000000000000001"})
        ),
    ]);
    assert_eq!(caller.put(&[both]).await, json!([]));
    assert_eq!(caller.documents().await.len(), 2);
}

#[tokio::test]
async fn a_call_that_nobody_answers_is_answered_by_an_inferred_segment() {
    let caller = caller();
    let calls = json!({"subsegments": [
        {"id": "00000000000000f1", "name": "dynamodb", "namespace": "aws", "start_time": 1.1, "end_time": 1.2,
         "aws": {"operation": "UpdateItem", "table_name": "users"}},
        {"id": "00000000000000f2", "name": "example.com", "namespace": "remote", "start_time": 1.3, "end_time": 1.4},
    ]});
    caller.put(&[segment(1, "a", (1.0, 2.0), &calls)]).await;
    let documents = caller.documents().await;
    assert_eq!(documents.len(), 3);
    assert_eq!(documents[1]["parent_id"], json!("00000000000000f1"));
    assert_eq!(documents[1]["origin"], json!("AWS::DynamoDB::Table"));
    assert_eq!(documents[1]["inferred"], json!(true));
    assert_eq!(documents[2]["origin"], json!(null));
}

#[tokio::test]
async fn accounts_and_regions_are_apart() {
    let caller = caller();
    caller.put(&[segment(1, "a", (1.0, 2.0), &json!({}))]).await;
    for stranger in [
        caller.in_region("eu-west-1"),
        caller.with_key("210987654321"),
    ] {
        let answer = stranger
            .done("/Traces", json!({ "TraceIds": [TRACE] }))
            .await;
        assert_eq!(answer["Traces"], json!([]));
        assert_eq!(answer["UnprocessedTraceIds"], json!([TRACE]));
    }
}

#[tokio::test]
async fn a_reset_forgets_traces() {
    let store = memory();
    let caller = on(store.clone());
    caller.put(&[segment(1, "a", (1.0, 2.0), &json!({}))]).await;
    assert_eq!(caller.documents().await.len(), 1);
    store.reset().unwrap();
    let answer = caller.done("/Traces", json!({ "TraceIds": [TRACE] })).await;
    assert_eq!(answer["Traces"], json!([]));
    caller.put(&[segment(1, "b", (1.0, 2.0), &json!({}))]).await;
    assert_eq!(caller.documents().await[0]["name"], json!("b"));
}

#[tokio::test]
async fn telemetry_is_checked() {
    let caller = caller();
    let record = json!({"Timestamp": 1.5, "SegmentsReceivedCount": 1,
        "BackendConnectionErrors": {"HTTPCode4XXCount": 2}});
    let body = json!({"TelemetryRecords": [record], "Hostname": "h"});
    assert_eq!(caller.done("/TelemetryRecords", body).await, json!({}));
    for (body, part) in [
        (json!({}), "TelemetryRecords"),
        (json!({"TelemetryRecords": [{}]}), "Timestamp"),
        (
            json!({"TelemetryRecords": [{"Timestamp": 1, "SegmentsSentCount": -1}]}),
            "SegmentsSentCount",
        ),
        (
            json!({"TelemetryRecords": [], "EC2InstanceId": "i".repeat(21)}),
            "EC2InstanceId",
        ),
    ] {
        let answer = caller.xray("/TelemetryRecords", body).await;
        answer.is_refused(400, "InvalidRequestException", part);
    }
}
