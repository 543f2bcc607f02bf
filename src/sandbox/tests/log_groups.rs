//! Log groups of CloudWatch Logs.

use serde_json::{Value, json};

use super::{Caller, caller, memory, on};

const PARAMETER: &str = "InvalidParameterException";

async fn make(caller: &Caller, names: &[&str]) {
    for name in names {
        caller
            .done("CreateLogGroup", json!({"logGroupName": name}))
            .await;
    }
}

#[tokio::test]
async fn a_plain_group_has_exactly_the_recorded_members() {
    let caller = caller();
    assert_eq!(
        caller
            .done("CreateLogGroup", json!({"logGroupName": "cruddur"}))
            .await,
        Value::Null
    );
    assert_eq!(
        caller.done("DescribeLogGroups", json!({})).await,
        json!({"logGroups": [{
            "logGroupName": "cruddur",
            "creationTime": 1_528_317_567_891_i64,
            "metricFilterCount": 0,
            "arn": "arn:aws:logs:ca-central-1:123456789012:log-group:cruddur:*",
            "storedBytes": 0,
            "logGroupClass": "STANDARD",
            "logGroupArn": "arn:aws:logs:ca-central-1:123456789012:log-group:cruddur",
            "deletionProtectionEnabled": false,
        }]})
    );
    let twice = caller
        .logs("CreateLogGroup", json!({"logGroupName": "cruddur"}))
        .await;
    assert_eq!(
        twice.refusal(),
        (
            400,
            "ResourceAlreadyExistsException",
            "The specified log group already exists"
        )
    );
    caller
        .done("DeleteLogGroup", json!({"logGroupName": "cruddur"}))
        .await;
    let missing = caller
        .logs("DeleteLogGroup", json!({"logGroupName": "cruddur"}))
        .await;
    assert_eq!(
        missing.refusal(),
        (
            400,
            "ResourceNotFoundException",
            "The specified log group does not exist."
        )
    );
}

#[tokio::test]
async fn class_key_tags_and_protection_are_kept() {
    let caller = caller();
    let wanted = json!({
        "logGroupName": "/aws/lambda/a", "logGroupClass": "INFREQUENT_ACCESS", "kmsKeyId": "arn:key",
        "deletionProtectionEnabled": true, "tags": {"stage": "dev", "empty": ""},
    });
    caller.done("CreateLogGroup", wanted).await;
    let group = caller.done("DescribeLogGroups", json!({})).await["logGroups"][0].clone();
    assert_eq!(group["logGroupClass"], "INFREQUENT_ACCESS");
    assert_eq!(group["kmsKeyId"], "arn:key");
    assert_eq!(group["deletionProtectionEnabled"], true);
    let tags = json!({"tags": {"empty": "", "stage": "dev"}});
    assert_eq!(
        caller
            .done(
                "ListTagsForResource",
                json!({"resourceArn": group["logGroupArn"]})
            )
            .await,
        tags
    );
    assert_eq!(
        caller
            .done("ListTagsLogGroup", json!({"logGroupName": "/aws/lambda/a"}))
            .await,
        tags
    );

    let named = json!({"logGroupName": "/aws/lambda/a"});
    caller
        .logs("DeleteLogGroup", named.clone())
        .await
        .is_refused(400, "ValidationException", "deletion protection");
    let unprotect =
        json!({"logGroupIdentifier": group["logGroupArn"], "deletionProtectionEnabled": false});
    caller
        .done("PutLogGroupDeletionProtection", unprotect)
        .await;
    caller.done("DisassociateKmsKey", named.clone()).await;
    let group = caller.done("DescribeLogGroups", json!({})).await["logGroups"][0].clone();
    assert!(group.get("kmsKeyId").is_none());
    let key = json!({"resourceIdentifier": group["arn"], "kmsKeyId": "arn:other"});
    caller.done("AssociateKmsKey", key).await;
    let group = caller.done("DescribeLogGroups", json!({})).await["logGroups"][0].clone();
    assert_eq!(group["kmsKeyId"], "arn:other");
    caller.done("DeleteLogGroup", named.clone()).await;
    caller.done("CreateLogGroup", named.clone()).await;
    assert_eq!(
        caller.done("ListTagsLogGroup", named).await,
        json!({"tags": {}}),
        "tags end with their group"
    );
}

#[tokio::test]
async fn bad_groups_are_refused_in_awss_words() {
    let caller = caller();
    let missing = caller
        .logs("CreateLogGroup", json!({"logGroupName": null}))
        .await;
    assert_eq!(
        missing.refusal(),
        (
            400,
            PARAMETER,
            "1 validation error detected: Value null at 'logGroupName' failed to satisfy constraint: Member must not be null"
        )
    );
    let long = caller
        .logs("CreateLogGroup", json!({"logGroupName": "a".repeat(513)}))
        .await;
    assert_eq!(
        long.refusal().2,
        "Invalid LogGroup or LogStream, both must have length less than or equal to 512."
    );
    caller
        .done("CreateLogGroup", json!({"logGroupName": "a".repeat(512)}))
        .await;
    let tags: Value = (0..51)
        .map(|n| (n.to_string(), json!("v")))
        .collect::<serde_json::Map<_, _>>()
        .into();
    for (body, part) in [
        (
            json!({"logGroupName": ""}),
            "length greater than or equal to 1",
        ),
        (
            json!({"logGroupName": "a b!"}),
            r"regular expression pattern: [\.\-_/#A-Za-z0-9]+",
        ),
        (json!({"logGroupName": "ä"}), "regular expression"),
        (
            json!({"logGroupName": "aws/x"}),
            "Log groups starting with AWS/ are reserved for AWS.",
        ),
        (json!({"logGroupName": "AWS/x"}), "reserved"),
        (
            json!({"logGroupName": "a", "logGroupClass": "GOLD"}),
            "enum value set",
        ),
        (
            json!({"logGroupName": "a", "kmsKeyId": "k".repeat(257)}),
            "'kmsKeyId'",
        ),
        (json!({"logGroupName": "a", "tags": {}}), "'tags'"),
        (
            json!({"logGroupName": "a", "tags": tags}),
            "less than or equal to 50",
        ),
        (
            json!({"logGroupName": "a", "tags": {"": "v"}}),
            "'tags.key'",
        ),
        (
            json!({"logGroupName": "a", "tags": {"aws:x": "v"}}),
            "reserved",
        ),
        (
            json!({"logGroupName": "a", "tags": {"x": "v!"}}),
            "'tags.value'",
        ),
    ] {
        caller
            .logs("CreateLogGroup", body)
            .await
            .is_refused(400, PARAMETER, part);
    }
    let wrong_type = caller
        .logs("CreateLogGroup", json!({"logGroupName": 7}))
        .await;
    wrong_type.is_refused(400, "SerializationException", "invalid type");
}

#[tokio::test]
async fn retention_takes_awss_values_only() {
    let caller = caller();
    make(&caller, &["a"]).await;
    let put = |days: Value| json!({"logGroupName": "a", "retentionInDays": days});
    let refused = caller.logs("PutRetentionPolicy", put(json!(6))).await;
    assert_eq!(
        refused.refusal(),
        (
            400,
            PARAMETER,
            "Invalid retention value. Valid values are: [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, \
             1096, 1827, 2192, 2557, 2922, 3288, 3653]"
        )
    );
    caller
        .logs("PutRetentionPolicy", put(Value::Null))
        .await
        .is_refused(400, PARAMETER, "'retentionInDays'");
    caller.done("PutRetentionPolicy", put(json!(3653))).await;
    let days = |answer: Value| answer["logGroups"][0]["retentionInDays"].clone();
    assert_eq!(
        days(caller.done("DescribeLogGroups", json!({})).await),
        3653
    );
    let by_pattern = caller
        .done("DescribeLogGroups", json!({"logGroupNamePattern": "a"}))
        .await;
    assert!(
        by_pattern["logGroups"][0].get("retentionInDays").is_none(),
        "as AWS leaves it out"
    );
    assert!(by_pattern["logGroups"][0].get("storedBytes").is_none());
    caller
        .done("DeleteRetentionPolicy", json!({"logGroupName": "a"}))
        .await;
    assert_eq!(
        days(caller.done("DescribeLogGroups", json!({})).await),
        Value::Null
    );
    let missing = caller
        .logs(
            "PutRetentionPolicy",
            json!({"logGroupName": "b", "retentionInDays": 1}),
        )
        .await;
    missing.is_refused(400, "ResourceNotFoundException", "does not exist.");
}

#[tokio::test]
async fn both_ways_of_tagging_share_the_tags() {
    let caller = on(memory());
    make(&caller, &["a"]).await;
    let arn = "arn:aws:logs:ca-central-1:123456789012:log-group:a";
    caller
        .done(
            "TagLogGroup",
            json!({"logGroupName": "a", "tags": {"one": "1"}}),
        )
        .await;
    caller
        .done(
            "TagResource",
            json!({"resourceArn": arn, "tags": {"two": "2", "one": "I"}}),
        )
        .await;
    let listed = caller
        .done("ListTagsLogGroup", json!({"logGroupName": "a"}))
        .await;
    assert_eq!(listed, json!({"tags": {"one": "I", "two": "2"}}));
    caller
        .done(
            "UntagLogGroup",
            json!({"logGroupName": "a", "tags": ["one"]}),
        )
        .await;
    caller
        .done(
            "UntagResource",
            json!({"resourceArn": arn, "tagKeys": ["two", "never-there"]}),
        )
        .await;
    assert_eq!(
        caller
            .done("ListTagsForResource", json!({"resourceArn": arn}))
            .await,
        json!({"tags": {}})
    );

    let many: Value = (0..50)
        .map(|n| (n.to_string(), json!("v")))
        .collect::<serde_json::Map<_, _>>()
        .into();
    caller
        .done("TagResource", json!({"resourceArn": arn, "tags": many}))
        .await;
    let more = caller
        .logs(
            "TagResource",
            json!({"resourceArn": arn, "tags": {"more": ""}}),
        )
        .await;
    more.is_refused(400, "TooManyTagsException", "at most 50");
    assert_eq!(more.body["resourceName"], arn);
    let more = caller
        .logs(
            "TagLogGroup",
            json!({"logGroupName": "a", "tags": {"more": ""}}),
        )
        .await;
    more.is_refused(400, PARAMETER, "at most 50");
    let with_star = json!({"resourceArn": format!("{arn}:*")});
    caller
        .logs("ListTagsForResource", with_star)
        .await
        .is_refused(400, PARAMETER, "'resourceArn'");
    let elsewhere = json!({"resourceArn": "arn:aws:logs:eu-west-1:123456789012:log-group:a"});
    caller
        .logs("ListTagsForResource", elsewhere)
        .await
        .is_refused(400, "ResourceNotFoundException", "not exist");
}
