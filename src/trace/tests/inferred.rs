use serde_json::{Value, json};

use super::{documents, id, segment};
use crate::trace::{Document, Trace, inferred_text};

#[test]
fn calls_that_nobody_answers_get_segments() {
    let more = json!({"subsegments": [
        {"id": id(2), "name": "DynamoDB", "namespace": "aws", "start_time": 1.25, "end_time": 2.5,
         "aws": {"operation": "UpdateItem", "table_name": "scorekeep-user", "retries": 0},
         "http": {"response": {"status": 200}}, "error": false, "fault": true, "metadata": {"a": {}}},
        {"id": id(3), "name": "SNS", "namespace": "aws", "start_time": 1, "end_time": 2},
        {"id": id(4), "name": "api.example.com", "namespace": "remote", "start_time": 1, "in_progress": true},
        {"id": id(5), "name": "b.example.com", "namespace": "remote", "start_time": 1, "end_time": 2},
        {"id": id(6), "name": "own", "namespace": "local", "start_time": 1, "end_time": 2},
    ]});
    let documents = documents(&[
        segment(1, "Scorekeep", (1.0, 3.0), &more),
        segment(7, "b", (1.0, 2.0), &json!({"parent_id": id(5)})),
    ]);
    let traces = Trace::all(&documents);
    let mut texts: Vec<String> = traces[0]
        .inferred_segments()
        .iter()
        .map(|segment| inferred_text(segment, &documents).expect("a text"))
        .collect();
    texts.sort_by_key(|text| text.find("parent_id").map(|at| text[at..].to_owned()));
    assert_eq!(
        texts.len(),
        3,
        "the answered one and the local one have none"
    );
    insta::assert_snapshot!(texts.join("\n"), @r#"
    {"id":"9be5e8ee0f03e0c5","name":"DynamoDB","start_time":1.25,"end_time":2.5,"parent_id":"0000000000000002","trace_id":"1-5759e988-bd862e3fe1be46a994272793","origin":"AWS::DynamoDB::Table","inferred":true,"aws":{"operation":"UpdateItem","table_name":"scorekeep-user","retries":0},"http":{"response":{"status":200}},"fault":true}
    {"id":"0493417663952033","name":"SNS","start_time":1.0,"end_time":2.0,"parent_id":"0000000000000003","trace_id":"1-5759e988-bd862e3fe1be46a994272793","origin":"AWS::SNS","inferred":true}
    {"id":"fbb821f7c1506be5","name":"api.example.com","start_time":1.0,"in_progress":true,"parent_id":"0000000000000004","trace_id":"1-5759e988-bd862e3fe1be46a994272793","inferred":true}
    "#);
    for text in &texts {
        let parsed = Document::parse(text).expect("a document");
        let value: Value = serde_json::from_str(text).expect("JSON");
        assert_eq!(value["id"], parsed.id().to_string());
        assert!(parsed.spans()[0].inferred);
    }
    // With its inferred segments the trace needs no more of them.
    let all: Vec<Document> = documents
        .into_iter()
        .chain(
            texts
                .iter()
                .map(|text| Document::parse(text).expect("a document")),
        )
        .collect();
    assert!(Trace::all(&all)[0].inferred_segments().is_empty());
}
