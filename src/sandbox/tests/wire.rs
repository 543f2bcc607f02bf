//! What is true of every request.

use axum::body::Bytes;
use axum::http::{Request, StatusCode};
use serde_json::{Value, json};

use super::{Answer, caller};

#[tokio::test]
async fn an_empty_body_without_a_content_type_is_a_request_without_members() {
    let caller = caller();
    for path in [
        "/EncryptionConfig",
        "/GetTraceSegmentDestination",
        "/GetSamplingRules",
        "/Groups",
    ] {
        let request = caller.signed("xray").uri(path).body(Bytes::new()).unwrap();
        let response = caller.send(request).await;
        assert_eq!(response.status(), StatusCode::OK, "{path}");
        assert_eq!(response.headers()["content-type"], "application/json");
        assert_eq!(response.headers()["x-amzn-requestid"].len(), 36);
    }
    // The sampler of the Go SDK.
    caller
        .done("/GetSamplingRules", json!({"NextToken": null}))
        .await;
}

#[tokio::test]
async fn bad_json_is_a_serialization_error() {
    let caller = caller();
    for body in ["{", "[]", "\"x\"", "{\"GroupName\": 1}", "\u{feff}{}"] {
        let request = caller
            .signed("xray")
            .uri("/CreateGroup")
            .body(Bytes::from(body))
            .unwrap();
        let answer = Answer::read(&caller.send(request).await);
        answer.is_refused(400, "SerializationException", "");
        assert!(answer.error_type.is_some());
        let request = caller
            .signed("logs")
            .header("x-amz-target", "Logs_20140328.CreateLogGroup")
            .body(Bytes::from(body.replace("GroupName", "logGroupName")));
        let answer = Answer::read(&caller.send(request.unwrap()).await);
        answer.is_refused(400, "SerializationException", "");
    }
}

#[tokio::test]
async fn what_is_not_emulated_is_an_unknown_operation() {
    let caller = caller();
    for path in [
        "/InsightSummaries",
        "/StartTraceRetrieval",
        "/ListResourcePolicies",
        "/nope",
        "/",
        "/creategroup",
        "/CreateGroup/",
    ] {
        let answer = caller.xray(path, json!({})).await;
        answer.is_refused(404, "UnknownOperationException", "does not emulate");
        assert_eq!(
            answer.error_type.as_deref(),
            Some("UnknownOperationException")
        );
    }
    let get = caller
        .signed("xray")
        .method("GET")
        .uri("/Groups")
        .body(Bytes::new())
        .unwrap();
    Answer::read(&caller.send(get).await).is_refused(404, "UnknownOperationException", "GetGroups");
    for operation in ["PutSubscriptionFilter", "GetLogRecord", "Nope", ""] {
        caller.logs(operation, json!({})).await.is_refused(
            400,
            "UnknownOperationException",
            "does not emulate",
        );
    }
    let request = caller
        .signed("dynamodb")
        .header("x-amz-target", "DynamoDB_20120810.ListTables")
        .body(Bytes::from_static(b"{}"));
    Answer::read(&caller.send(request.unwrap()).await).is_refused(
        400,
        "UnknownOperationException",
        "DynamoDB",
    );

    let calls = sandbox_page(&caller, "GET", "/_sandbox/calls").await;
    assert_eq!(calls["totals"]["unknown_operations"], 13);
    assert_eq!(
        calls["calls"][0],
        json!({
            "service": "xray", "operation": "GetInsightSummaries", "writes": false, "status": 404,
            "error": "UnknownOperationException",
        })
    );
}

#[tokio::test]
async fn only_samplers_may_come_unsigned() {
    let caller = caller();
    let unsigned = |path: &str| Request::post(path).body(Bytes::from_static(b"{}")).unwrap();
    let answer = Answer::read(&caller.send(unsigned("/GetSamplingRules")).await);
    assert_eq!(answer.status, 200);
    let arn = &answer.body["SamplingRuleRecords"][0]["SamplingRule"]["RuleARN"];
    assert_eq!(
        arn, "arn:aws:xray:us-east-1:000000000000:sampling-rule/Default",
        "the default region"
    );
    let answer = Answer::read(&caller.send(unsigned("/Groups")).await);
    answer.is_refused(
        403,
        "MissingAuthenticationTokenException",
        "Missing Authentication Token",
    );
    let mut logs = unsigned("/");
    logs.headers_mut().insert(
        "x-amz-target",
        "Logs_20140328.DescribeLogGroups".parse().unwrap(),
    );
    let answer = Answer::read(&caller.send(logs).await);
    answer.is_refused(
        403,
        "MissingAuthenticationTokenException",
        "Missing Authentication Token",
    );
}

#[tokio::test]
async fn a_body_is_read_up_to_eight_mebibytes() {
    let caller = caller();
    let body = |length: usize| Bytes::from(format!("{{\"x\": \"{}\"}}", "a".repeat(length - 9)));
    let request = caller
        .signed("xray")
        .uri("/Groups")
        .body(body(8 * 1024 * 1024))
        .unwrap();
    assert_eq!(caller.send(request).await.status(), StatusCode::OK);
    let request = caller
        .signed("xray")
        .uri("/Groups")
        .body(body(8 * 1024 * 1024 + 1))
        .unwrap();
    let answer = Answer::read(&caller.send(request).await);
    answer.is_refused(413, "RequestEntityTooLargeException", "8388608");
}

#[tokio::test]
async fn sts_says_who_one_is() {
    let caller = caller();
    let ask = |body: &'static str| {
        caller
            .signed("sts")
            .header(
                "content-type",
                "application/x-www-form-urlencoded; charset=utf-8",
            )
            .body(Bytes::from_static(body.as_bytes()))
            .unwrap()
    };
    let response = caller
        .send(ask("Action=GetCallerIdentity&Version=2011-06-15"))
        .await;
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(response.headers()["content-type"], "text/xml");
    let text = String::from_utf8(response.body().to_vec()).unwrap();
    assert!(
        text.contains("<GetCallerIdentityResult><Arn>arn:aws:iam::123456789012:user/sandbox</Arn>"),
        "{text}"
    );
    assert!(text.contains("<Account>123456789012</Account>"), "{text}");
    let response = caller
        .send(ask("Action=AssumeRole<&Version=2011-06-15"))
        .await;
    assert_eq!(response.status(), StatusCode::BAD_REQUEST);
    let text = String::from_utf8(response.body().to_vec()).unwrap();
    assert!(
        text.contains("<Code>InvalidAction</Code><Message>Could not find operation AssumeRole&lt;"),
        "{text}"
    );
}

#[tokio::test]
async fn a_reset_empties_store_and_record() {
    let caller = caller();
    caller.done("/CreateGroup", json!({"GroupName": "a"})).await;
    caller.done("/Groups", json!({})).await;
    caller
        .done("CreateLogGroup", json!({"logGroupName": "a"}))
        .await;
    caller
        .done(
            "CreateLogStream",
            json!({"logGroupName": "a", "logStreamName": "a"}),
        )
        .await;
    caller
        .done(
            "TagLogGroup",
            json!({"logGroupName": "a", "tags": {"a": "b"}}),
        )
        .await;
    let calls = sandbox_page(&caller, "GET", "/_sandbox/calls").await;
    assert_eq!(
        calls["totals"],
        json!({
            "calls": 5, "writes": 4, "unknown_operations": 0,
            "operations": {
                "logs:CreateLogGroup": 1, "logs:CreateLogStream": 1, "logs:TagLogGroup": 1, "xray:CreateGroup": 1,
                "xray:GetGroups": 1,
            },
        })
    );
    assert_eq!(
        calls["calls"][1],
        json!({"service": "xray", "operation": "GetGroups", "writes": false, "status": 200})
    );
    sandbox_page(&caller, "POST", "/_sandbox/reset").await;
    assert_eq!(
        sandbox_page(&caller, "GET", "/_sandbox/calls").await["calls"],
        json!([])
    );
    assert_eq!(
        caller.done("/Groups", json!({})).await,
        json!({"Groups": []})
    );
    caller
        .done("CreateLogGroup", json!({"logGroupName": "a"}))
        .await;
    assert_eq!(
        caller
            .done("ListTagsLogGroup", json!({"logGroupName": "a"}))
            .await,
        json!({"tags": {}})
    );
    assert_eq!(
        sandbox_page(&caller, "GET", "/_sandbox/health").await["status"],
        "ok"
    );
}

async fn sandbox_page(caller: &super::Caller, method: &str, path: &str) -> Value {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .body(Bytes::new())
        .unwrap();
    let response = caller.send(request).await;
    assert_eq!(response.status(), StatusCode::OK);
    serde_json::from_slice(response.body()).unwrap()
}
