//! Finding and listing log groups of CloudWatch Logs.

use serde_json::{Value, json};

use super::{Caller, caller};

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

async fn with_eight_groups() -> Caller {
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
    caller
}

#[tokio::test]
async fn groups_are_found_by_name_and_class() {
    let caller = with_eight_groups().await;
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
}

#[tokio::test]
async fn groups_are_found_by_regular_expression() {
    let caller = with_eight_groups().await;
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
}

#[tokio::test]
async fn bad_filters_are_refused() {
    let caller = caller();
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
