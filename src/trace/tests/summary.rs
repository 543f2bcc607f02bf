use serde_json::json;

use super::{id, segment, subsegment, trace};
use crate::trace::summary::{RootCause, Summary};

fn way(cause: &RootCause) -> String {
    let services = cause.services.iter().map(|service| {
        let path: Vec<String> = service
            .path
            .iter()
            .map(|entity| match entity.coverage {
                Some(coverage) => format!("{} {coverage:.2}", entity.name),
                None => entity.name.clone(),
            })
            .collect();
        let inferred = if service.inferred { "?" } else { "" };
        format!("{}{inferred}: {}", service.service.name, path.join(" > "))
    });
    services.collect::<Vec<_>>().join(" | ")
}

#[test]
fn a_trace_of_two_services() {
    let front = json!({
        "origin": "AWS::EC2::Instance", "fault": true, "user": "ada",
        "aws": {"account_id": "1", "ec2": {"instance_id": "i-1", "availability_zone": "us-east-1a"}},
        "resource_arn": "arn:aws:x", "annotations": {"shard": "blue"},
        "http": {"request": {"method": "GET", "url": "http://x/"}, "response": {"status": 500}},
        "subsegments": [{"id": id(2), "name": "back.example.com", "namespace": "remote", "fault": true,
                         "start_time": 1, "end_time": 8}],
    });
    let back = json!({
        "parent_id": id(2), "fault": true, "throttle": true, "annotations": {"shard": "blue", "n": 1},
        "subsegments": [{"id": id(4), "name": "dynamodb", "namespace": "aws", "fault": true,
                         "aws": {"table_name": "users"}, "start_time": 2, "end_time": 7}],
    });
    let trace = trace(&[
        segment(1, "front", (0.0, 9.0), &front),
        segment(3, "back", (1.5, 7.5), &back),
        subsegment(5, 1, "afterwards", (9.0, 12.0), &json!({})),
    ]);
    let summary = Summary::of(&trace);
    assert_eq!(summary.duration, 12_000_000);
    assert_eq!(summary.response_time, Some(9_000_000));
    assert!(summary.has_fault && summary.has_throttle);
    assert!(!summary.has_error && !summary.is_partial);
    assert_eq!(summary.http.expect("http").status, Some(500));
    let names: Vec<&str> = summary.services.iter().map(|id| id.name.as_str()).collect();
    assert_eq!(names, ["back", "front", "users"]);
    assert_eq!(summary.entry_point.expect("an entry").name, "front");
    assert_eq!(summary.annotations["shard"].len(), 1);
    assert_eq!(summary.annotations["shard"][0].services.len(), 2);
    assert_eq!(summary.annotations["n"][0].services.len(), 1);
    assert_eq!(summary.users[0].value, "ada");
    assert_eq!(summary.resource_arns, ["arn:aws:x"]);
    assert_eq!(summary.instance_ids, ["i-1"]);
    assert_eq!(summary.availability_zones, ["us-east-1a"]);
    let faults: Vec<String> = summary.fault_root_causes.iter().map(way).collect();
    assert_eq!(
        faults,
        ["front: front > back.example.com | back: back > dynamodb | users?: dynamodb"]
    );
    assert!(summary.error_root_causes.is_empty());
    let times: Vec<String> = summary.response_time_root_causes.iter().map(way).collect();
    assert_eq!(
        times,
        [
            "front: front 1.00 > back.example.com 0.78 | back: back 0.67 > dynamodb 0.56 | users?: dynamodb 0.56"
        ]
    );
}

#[test]
fn a_caught_failure_does_not_reach_the_client() {
    let more = json!({"subsegments": [
        {"id": id(2), "name": "s3", "namespace": "aws", "error": true, "start_time": 1, "end_time": 2},
        {"id": id(3), "name": "s3", "namespace": "aws", "error": true, "start_time": 2, "end_time": 3},
    ]});
    let summary = Summary::of(&trace(&[segment(1, "front", (0.0, 9.0), &more)]));
    assert!(!summary.has_error);
    assert_eq!(summary.error_root_causes.len(), 2);
    assert!(!summary.error_root_causes[0].client_impacting);
}

#[test]
fn a_trace_that_has_not_ended_is_partial() {
    let begun = json!({
        "id": id(1), "trace_id": super::TRACE, "name": "a", "start_time": 1, "in_progress": true,
    });
    let summary = Summary::of(&trace(&[begun]));
    assert!(summary.is_partial);
    assert_eq!(summary.response_time, None);
    assert_eq!(summary.duration, 0);
}

#[test]
fn fifty_annotations_can_be_searched_for() {
    let annotations: serde_json::Map<_, _> = (0..60)
        .map(|number| (format!("k{number:02}"), json!(number)))
        .collect();
    let summary = Summary::of(&trace(&[segment(
        1,
        "a",
        (0.0, 1.0),
        &json!({"annotations": annotations}),
    )]));
    assert_eq!(summary.annotations.len(), 50);
}
