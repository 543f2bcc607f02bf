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

async fn names(caller: &Caller, operation: &str, filter: Value) -> Vec<String> {
    let answer = caller.done(operation, filter).await;
    let groups = answer["logGroups"].as_array().unwrap();
    groups
        .iter()
        .map(|group| group["logGroupName"].as_str().unwrap().to_owned())
        .collect()
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
async fn groups_are_found_by_name_and_class() {
    let caller = caller();
    make(
        &caller,
        &[
            "cruddur-b",
            "cruddur",
            "Cruddur",
            "/aws/cruddur",
            "zeta.1",
            "zeta-1",
        ],
    )
    .await;
    let rare = json!({"logGroupName": "rare", "logGroupClass": "INFREQUENT_ACCESS"});
    caller.done("CreateLogGroup", rare).await;
    let core = json!({"logGroupName": "core", "logGroupClass": "ESSENTIALS"});
    caller.done("CreateLogGroup", core).await;
    for (filter, expected) in [
        (
            json!({}),
            &[
                "/aws/cruddur",
                "Cruddur",
                "core",
                "cruddur",
                "cruddur-b",
                "rare",
                "zeta-1",
                "zeta.1",
            ][..],
        ),
        (
            json!({"logGroupNamePrefix": "cruddur"}),
            &["cruddur", "cruddur-b"],
        ),
        (
            json!({"logGroupNamePattern": "ruddur"}),
            &["/aws/cruddur", "Cruddur", "cruddur", "cruddur-b"],
        ),
        (
            json!({"logGroupClass": "INFREQUENT_ACCESS"}),
            &["core", "rare"],
        ),
        (json!({"logGroupClass": "DELIVERY"}), &[]),
        (
            json!({"logGroupIdentifiers": ["rare", "arn:aws:logs:ca-central-1:123456789012:log-group:core",
                "arn:aws:logs:eu-west-1:123456789012:log-group:cruddur", "nope"]}),
            &["core", "rare"],
        ),
        (
            json!({"includeLinkedAccounts": true, "accountIdentifiers": ["999999999999"]}),
            &[],
        ),
    ] {
        assert_eq!(
            names(&caller, "DescribeLogGroups", filter.clone()).await,
            expected,
            "{filter}"
        );
    }
    for (pattern, expected) in [
        (
            "rudd",
            &["/aws/cruddur", "Cruddur", "cruddur", "cruddur-b"][..],
        ),
        ("^cru", &["cruddur", "cruddur-b"]),
        ("^rar|core", &["core", "rare"]),
    ] {
        let filter = json!({"logGroupNamePattern": pattern});
        assert_eq!(
            names(&caller, "ListLogGroups", filter).await,
            expected,
            "{pattern}"
        );
    }
    let listed = caller
        .done(
            "ListLogGroups",
            json!({"limit": 1000, "logGroupNamePattern": "core"}),
        )
        .await;
    assert_eq!(
        listed["logGroups"][0],
        json!({
            "logGroupName": "core",
            "logGroupArn": "arn:aws:logs:ca-central-1:123456789012:log-group:core",
            "logGroupClass": "ESSENTIALS",
        })
    );
    let many = "aaa|bbb|ccc|ddd|eee|fff";
    for (operation, filter, part) in [
        (
            "DescribeLogGroups",
            json!({"logGroupNamePrefix": "a", "logGroupNamePattern": "a"}),
            "mutually exclusive",
        ),
        (
            "DescribeLogGroups",
            json!({"logGroupIdentifiers": ["a"], "logGroupNamePrefix": "a"}),
            "mutually exclusive",
        ),
        (
            "DescribeLogGroups",
            json!({"logGroupIdentifiers": []}),
            "logGroupIdentifiers",
        ),
        (
            "DescribeLogGroups",
            json!({"limit": 51}),
            "less than or equal to 50",
        ),
        (
            "DescribeLogGroups",
            json!({"limit": 0}),
            "greater than or equal to 1",
        ),
        (
            "DescribeLogGroups",
            json!({"logGroupNamePattern": "a*"}),
            "regular expression",
        ),
        (
            "ListLogGroups",
            json!({"limit": 1001}),
            "less than or equal to 1000",
        ),
        (
            "ListLogGroups",
            json!({"logGroupNamePattern": "ab"}),
            "length",
        ),
        (
            "ListLogGroups",
            json!({"logGroupNamePattern": "a.*b"}),
            "regular expression",
        ),
        (
            "ListLogGroups",
            json!({"logGroupNamePattern": many}),
            "regular expression",
        ),
        (
            "ListLogGroups",
            json!({"logGroupTags": [{"key": "a"}]}),
            "does not emulate",
        ),
    ] {
        caller
            .logs(operation, filter)
            .await
            .is_refused(400, PARAMETER, part);
    }
}

#[tokio::test]
async fn fifty_groups_fit_on_a_page() {
    let caller = caller();
    for number in 0..120 {
        make(&caller, &[&format!("group-{number:03}")]).await;
    }
    let mut sizes = Vec::new();
    let mut token = Value::Null;
    loop {
        let page = caller
            .done("DescribeLogGroups", json!({"nextToken": token}))
            .await;
        sizes.push(page["logGroups"].as_array().unwrap().len());
        token = page["nextToken"].clone();
        if token.is_null() {
            break;
        }
        let other_filter = json!({"nextToken": token, "logGroupNamePrefix": "group"});
        caller
            .logs("DescribeLogGroups", other_filter)
            .await
            .is_refused(400, PARAMETER, "nextToken is invalid");
    }
    assert_eq!(sizes, [50, 50, 20]);
    let page = caller
        .done(
            "DescribeLogGroups",
            json!({"limit": 2, "logGroupNamePrefix": "group-00"}),
        )
        .await;
    assert_eq!(page["logGroups"].as_array().unwrap().len(), 2);
    let refused = caller
        .logs("DescribeLogGroups", json!({"nextToken": "made-up"}))
        .await;
    assert_eq!(refused.refusal().2, "The specified nextToken is invalid.");
    assert_eq!(
        names(&caller, "ListLogGroups", json!({"limit": 1000}))
            .await
            .len(),
        120
    );
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
