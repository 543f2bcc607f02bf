use serde_json::{Value, json};

use super::super::summary_answer::trace_summary;
use super::{shown, traces};
use crate::trace::Time;
use crate::trace::summary::Summary;

fn summary(documents: &[Value]) -> Value {
    let traces = traces(documents);
    trace_summary(&Summary::of(&traces[0]), 3, None).unwrap()
}

#[test]
fn a_trace_with_everything() {
    let front = json!({
        "id": "0000000000000001", "trace_id": "5759e988bd862e3fe1be46a994272793", "name": "front",
        "origin": "AWS::EC2::Instance", "start_time": 1_465_510_280.123_456, "end_time": 1_465_510_284.123_456,
        "fault": true, "user": "ada", "resource_arn": "arn:aws:ec2:x",
        "aws": {"account_id": "123456789012", "ec2": {"instance_id": "i-1", "availability_zone": "us-east-1a"}},
        "annotations": {"paid": true, "shard": "blue", "age": 29.5},
        "http": {
            "request": {"method": "GET", "url": "http://x/", "user_agent": "curl", "client_ip": "::1"},
            "response": {"status": 500},
        },
        "subsegments": [{
            "id": "0000000000000002", "name": "dynamodb", "namespace": "aws", "aws": {"table_name": "users"},
            "start_time": 1_465_510_281.0, "end_time": 1_465_510_284.0, "fault": true,
            "cause": {"exceptions": [{"type": "Timeout", "message": "too late"}, {}]},
        }],
    });
    insta::assert_snapshot!(shown(&summary(&[front])), @r#"
    Id "1-5759e988-bd862e3fe1be46a994272793"
    StartTime 1465510280.123
    Duration 4.0
    ResponseTime 4.0
    HasFault true
    HasError false
    HasThrottle false
    IsPartial false
    Http {"HttpURL":"http://x/","HttpStatus":500,"HttpMethod":"GET","UserAgent":"curl","ClientIp":"::1"}
    Annotations {"age":[{"AnnotationValue":{"NumberValue":29.5},"ServiceIds":[{"Name":"front","Names":["front"],"AccountId":"123456789012","Type":"AWS::EC2::Instance"}]}],"paid":[{"AnnotationValue":{"BooleanValue":true},"ServiceIds":[{"Name":"front","Names":["front"],"AccountId":"123456789012","Type":"AWS::EC2::Instance"}]}],"shard":[{"AnnotationValue":{"StringValue":"blue"},"ServiceIds":[{"Name":"front","Names":["front"],"AccountId":"123456789012","Type":"AWS::EC2::Instance"}]}]}
    Users [{"UserName":"ada","ServiceIds":[{"Name":"front","Names":["front"],"AccountId":"123456789012","Type":"AWS::EC2::Instance"}]}]
    ServiceIds [{"Name":"front","Names":["front"],"AccountId":"123456789012","Type":"AWS::EC2::Instance"},{"Name":"users","Names":["users"],"Type":"AWS::DynamoDB::Table"}]
    ResourceARNs [{"ARN":"arn:aws:ec2:x"}]
    InstanceIds [{"Id":"i-1"}]
    AvailabilityZones [{"Name":"us-east-1a"}]
    EntryPoint {"Name":"front","Names":["front"],"AccountId":"123456789012","Type":"AWS::EC2::Instance"}
    FaultRootCauses [{"Services":[{"Name":"front","Names":["front"],"AccountId":"123456789012","Type":"AWS::EC2::Instance","EntityPath":[{"Name":"front","Exceptions":[],"Remote":false},{"Name":"dynamodb","Exceptions":[{"Name":"Timeout","Message":"too late"},{}],"Remote":true}],"Inferred":false},{"Name":"users","Names":["users"],"Type":"AWS::DynamoDB::Table","EntityPath":[{"Name":"dynamodb","Exceptions":[{"Name":"Timeout","Message":"too late"},{}],"Remote":false}],"Inferred":true}],"ClientImpacting":true}]
    ErrorRootCauses []
    ResponseTimeRootCauses [{"Services":[{"Name":"front","Names":["front"],"AccountId":"123456789012","Type":"AWS::EC2::Instance","EntityPath":[{"Name":"front","Coverage":1.0,"Remote":false},{"Name":"dynamodb","Coverage":0.75,"Remote":true}],"Inferred":false},{"Name":"users","Names":["users"],"Type":"AWS::DynamoDB::Table","EntityPath":[{"Name":"dynamodb","Coverage":0.75,"Remote":false}],"Inferred":true}],"ClientImpacting":true}]
    Revision 3
    "#);
}

#[test]
fn a_trace_with_next_to_nothing() {
    let begun = json!({
        "id": "0000000000000001", "trace_id": "1-00000000-00000000000000000000000a", "name": "front", "start_time": 1,
        "in_progress": true, "http": {"response": {"status": 9_999_999_999_i64}},
    });
    insta::assert_snapshot!(shown(&summary(&[begun])), @r#"
    Id "1-00000000-00000000000000000000000a"
    StartTime 1.0
    Duration 0.0
    HasFault false
    HasError false
    HasThrottle false
    IsPartial true
    Http {}
    Annotations {}
    Users []
    ServiceIds [{"Name":"front","Names":["front"]}]
    ResourceARNs []
    InstanceIds []
    AvailabilityZones []
    EntryPoint {"Name":"front","Names":["front"]}
    FaultRootCauses []
    ErrorRootCauses []
    ResponseTimeRootCauses []
    Revision 3
    "#);
}

#[test]
fn the_moment_of_a_match_and_errors_are_told() {
    let failed = json!({
        "id": "0000000000000001", "trace_id": "1-00000000-00000000000000000000000a", "name": "front",
        "start_time": 1, "end_time": 2, "error": true,
    });
    let traces = traces(&[failed]);
    let matched = Some(Time::from_micros(1_500_499));
    let answer = trace_summary(&Summary::of(&traces[0]), u32::MAX, matched).unwrap();
    assert_eq!(answer["MatchedEventTime"], 1.5);
    assert_eq!(answer["Revision"], i32::MAX);
    assert_eq!(
        answer["ErrorRootCauses"],
        json!([{
            "Services": [{
                "Name": "front", "Names": ["front"],
                "EntityPath": [{"Name": "front", "Exceptions": [], "Remote": false}], "Inferred": false,
            }],
            "ClientImpacting": true,
        }])
    );
    let path = &answer["ResponseTimeRootCauses"][0]["Services"][0]["EntityPath"];
    assert_eq!(
        path,
        &json!([{"Name": "front", "Coverage": 1.0, "Remote": false}])
    );
}
