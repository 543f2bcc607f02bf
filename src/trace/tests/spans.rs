use serde_json::json;

use super::{document, id, segment};
use crate::trace::{AnnotationValue, Kind, Namespace, Outcome, Time};

#[test]
fn odd_members_are_normalised_or_left_out() {
    let more = json!({
        "http": {
            "request": {"method": "GET", "user_agent": "", "client_ip": 7},
            "response": {"status": "503", "content_length": 12.0},
        },
        "error": false,
        "fault": true,
        "annotations": {"shard": "blue", "n": 2, "ok": false, "bad key": 1, "list": [], "none": null},
        "user": "é".repeat(300),
        "metadata": {"default": {"a": [1]}},
        "aws": {"account_id": "1", "ec2": {"availability_zone": "us-east-1a"}, "xray": "odd",
                "cloudwatch_logs": [{"log_group": "/cruddur"}]},
    });
    let spans = document(&segment(1, "Cruddur", (1.0, 2.0), &more)).spans();
    let span = &spans[0];
    let http = span.http.as_ref().expect("http");
    assert_eq!((http.status, http.content_length), (Some(503), Some(12)));
    assert_eq!((&http.user_agent, &http.client_ip), (&None, &None));
    assert_eq!(span.outcome(), Outcome::Fault);
    assert_eq!(
        span.annotations,
        [
            (
                "shard".to_owned(),
                AnnotationValue::String("blue".to_owned())
            ),
            ("n".to_owned(), AnnotationValue::Number(2.0)),
            ("ok".to_owned(), AnnotationValue::Boolean(false)),
        ]
    );
    assert_eq!(
        span.user.as_ref().map(|user| user.chars().count()),
        Some(250)
    );
    assert_eq!(span.metadata.as_deref(), Some(r#"{"default":{"a":[1]}}"#));
    let aws = span.aws.as_ref().expect("aws");
    assert_eq!(aws.availability_zone.as_deref(), Some("us-east-1a"));
    assert_eq!(aws.log_groups, ["/cruddur"]);
    assert_eq!(span.account_id(), Some("1"));
}

#[test]
fn subsegments_are_flat_and_know_their_text() {
    let more = json!({"subsegments": [
        {"id": id(2), "name": "a", "namespace": "aws", "start_time": 1, "end_time": 2, "subsegments": [
            {"id": id(3), "name": "b", "in_progress": true},
        ]},
        "odd",
        {"id": "odd", "name": "c", "start_time": 2, "end_time": 1, "parent_id": id(77)},
    ]});
    let document = document(&segment(1, "root", (1.0, 2.0), &more));
    let spans = document.spans();
    let names: Vec<&str> = spans.iter().map(|span| span.name.as_str()).collect();
    assert_eq!(names, ["root", "a", "b", "c"]);
    assert_eq!(spans[0].kind, Kind::Segment);
    assert_eq!(spans[1].kind, Kind::Subsegment);
    assert_eq!(spans[1].namespace, Namespace::Aws);
    // No start of its own: that of what it is inside of.
    assert_eq!(spans[2].start, Time::from_micros(1_000_000));
    assert!(spans[2].in_progress());
    assert_eq!(
        spans[3].parent_id,
        Some(document.id()),
        "being inside counts"
    );
    assert_eq!(
        spans[3].elapsed(),
        0,
        "an end before the start is no length"
    );
    assert_eq!(
        &document.text()[spans[2].text.clone()],
        r#"{"id":"0000000000000003","name":"b","in_progress":true}"#
    );
    assert_eq!(
        document.spans(),
        spans,
        "ids that were missing stay the same"
    );
}

#[test]
fn outcomes_go_by_the_worst_flag() {
    for (more, expected) in [
        (json!({}), Outcome::Ok),
        (json!({"error": true}), Outcome::Error),
        (json!({"error": true, "throttle": true}), Outcome::Throttle),
        (json!({"throttle": true}), Outcome::Throttle),
        (
            json!({"error": true, "throttle": true, "fault": true}),
            Outcome::Fault,
        ),
    ] {
        let spans = document(&segment(1, "a", (1.0, 2.0), &more)).spans();
        assert_eq!(spans[0].outcome(), expected, "{more}");
    }
}

#[test]
fn exceptions_come_with_their_stack() {
    let more = json!({"fault": true, "cause": {"working_directory": "/srv", "exceptions": [
        {"message": "no id, as Node sends it", "type": "Error", "remote": true,
         "stack": [{"path": "app.js", "line": 7, "label": "main"}, {"line": "x"}]},
        "odd",
    ]}});
    let spans = document(&segment(1, "a", (1.0, 2.0), &more)).spans();
    let exceptions = spans[0].cause.as_ref().expect("a cause").exceptions();
    assert_eq!(exceptions.len(), 1);
    assert_eq!(exceptions[0].class.as_deref(), Some("Error"));
    assert_eq!(exceptions[0].stack.len(), 2);
    assert_eq!(exceptions[0].stack[0].line, Some(7));
}
