//! Groups of X-Ray.

use serde_json::{Value, json};

use super::{caller, memory, on};

const INVALID: &str = "InvalidRequestException";

#[tokio::test]
async fn a_new_group_is_answered_as_aws_answers() {
    let caller = caller();
    let filter = r#"service("backend-flask") {fault OR error}"#;
    let created = caller
        .done(
            "/CreateGroup",
            json!({"GroupName": "Cruddur", "FilterExpression": filter, "Tags": null}),
        )
        .await;
    let arn = created["Group"]["GroupARN"].as_str().unwrap().to_owned();
    assert_eq!(
        created,
        json!({"Group": {
            "GroupName": "Cruddur",
            "GroupARN": arn,
            "FilterExpression": filter,
            "InsightsConfiguration": {"InsightsEnabled": false, "NotificationsEnabled": false},
        }})
    );
    let id = arn
        .strip_prefix("arn:aws:xray:ca-central-1:123456789012:group/Cruddur/")
        .unwrap();
    assert_eq!(id.len(), 52);
    assert!(
        id.bytes()
            .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
    );

    assert_eq!(
        caller.done("/GetGroup", json!({"GroupARN": arn})).await,
        created
    );
    assert_eq!(
        caller
            .done("/GetGroup", json!({"GroupName": "Cruddur"}))
            .await,
        created
    );
    assert_eq!(
        caller.done("/Groups", json!({})).await,
        json!({"Groups": [created["Group"]]})
    );
    assert_eq!(
        caller.done("/DeleteGroup", json!({"GroupARN": arn})).await,
        json!({})
    );

    let again = caller
        .done("/CreateGroup", json!({"GroupName": "Cruddur"}))
        .await;
    assert_ne!(again["Group"]["GroupARN"], json!(arn));
    assert!(again["Group"].get("FilterExpression").is_none());
    caller
        .xray("/GetGroup", json!({"GroupARN": arn}))
        .await
        .is_refused(400, INVALID, "Group not found");
}

#[tokio::test]
async fn nothing_about_a_group_has_a_404() {
    let caller = caller();
    caller
        .done("/CreateGroup", json!({"GroupName": "Cruddur"}))
        .await;
    let twice = caller
        .xray("/CreateGroup", json!({"GroupName": "Cruddur"}))
        .await;
    assert_eq!(
        twice.refusal(),
        (400, INVALID, "Group Cruddur already exists")
    );
    for path in ["/GetGroup", "/UpdateGroup", "/DeleteGroup"] {
        let missing = caller.xray(path, json!({"GroupName": "nope"})).await;
        assert_eq!(
            missing.refusal(),
            (400, INVALID, "Group not found"),
            "{path}"
        );
        let neither = caller.xray(path, json!({})).await;
        neither.is_refused(400, INVALID, "Either GroupName or GroupARN");
        let both = caller
            .xray(path, json!({"GroupName": "a", "GroupARN": "b"}))
            .await;
        both.is_refused(400, INVALID, "but not both");
    }
    // Names are case-sensitive.
    caller
        .xray("/GetGroup", json!({"GroupName": "cruddur"}))
        .await
        .is_refused(400, INVALID, "Group not found");
}

#[tokio::test]
async fn bad_groups_are_refused() {
    let caller = caller();
    let many: Vec<Value> = (0..51)
        .map(|n| json!({"Key": n.to_string(), "Value": ""}))
        .collect();
    for (body, part) in [
        (json!({}), "Value null at 'GroupName'"),
        (
            json!({"GroupName": ""}),
            "length greater than or equal to 1",
        ),
        (
            json!({"GroupName": "a".repeat(33)}),
            "length less than or equal to 32",
        ),
        (json!({"GroupName": "a/b"}), "regular expression"),
        (json!({"GroupName": "Default"}), "reserved"),
        (
            json!({"GroupName": "a", "FilterExpression": "service(\"x\" {"}),
            "Invalid filter expression: column",
        ),
        (
            json!({"GroupName": "a", "FilterExpression": "a".repeat(2001)}),
            "Invalid filter expression",
        ),
        (
            json!({"GroupName": "a", "InsightsConfiguration": {"NotificationsEnabled": true}}),
            "insights enabled",
        ),
        (
            json!({"GroupName": "a", "Tags": [{"Key": "a"}]}),
            "Value null at 'Tags.member.Value'",
        ),
        (
            json!({"GroupName": "a", "Tags": [{"Key": "", "Value": ""}]}),
            "Tags.member.Key",
        ),
        (
            json!({"GroupName": "a", "Tags": [{"Key": "a!", "Value": ""}]}),
            "regular expression",
        ),
        (
            json!({"GroupName": "a", "Tags": [{"Key": "aws:a", "Value": ""}]}),
            "reserved",
        ),
        (
            json!({"GroupName": "a", "Tags": [{"Key": "a", "Value": "1"}, {"Key": "a", "Value": "2"}]}),
            "more than once",
        ),
        (json!({"GroupName": "a", "Tags": many}), "at most 50 tags"),
    ] {
        caller
            .xray("/CreateGroup", body)
            .await
            .is_refused(400, INVALID, part);
    }
    assert_eq!(
        caller.done("/Groups", json!({})).await,
        json!({"Groups": []}),
        "nothing was half made"
    );
    caller
        .done(
            "/CreateGroup",
            json!({"GroupName": "a", "FilterExpression": ""}),
        )
        .await;
    caller
        .xray(
            "/UpdateGroup",
            json!({"GroupName": "a", "FilterExpression": "fault AND"}),
        )
        .await
        .is_refused(400, INVALID, "Invalid filter expression");
}

#[tokio::test]
async fn an_update_changes_only_what_it_names() {
    let caller = caller();
    let insights = json!({"InsightsEnabled": true, "NotificationsEnabled": true});
    caller
        .done("/CreateGroup", json!({"GroupName": "a", "FilterExpression": "fault", "InsightsConfiguration": insights}))
        .await;
    let updated = caller
        .done(
            "/UpdateGroup",
            json!({"GroupName": "a", "FilterExpression": "error"}),
        )
        .await;
    assert_eq!(updated["Group"]["FilterExpression"], "error");
    assert_eq!(updated["Group"]["InsightsConfiguration"], insights);
    let updated = caller
        .done(
            "/UpdateGroup",
            json!({"GroupName": "a", "InsightsConfiguration": {"InsightsEnabled": false}}),
        )
        .await;
    assert_eq!(updated["Group"]["FilterExpression"], "error");
    assert_eq!(
        updated["Group"]["InsightsConfiguration"],
        json!({"InsightsEnabled": false, "NotificationsEnabled": false})
    );
    caller
        .xray(
            "/UpdateGroup",
            json!({"GroupName": "a", "InsightsConfiguration": {"NotificationsEnabled": true}}),
        )
        .await
        .is_refused(400, INVALID, "insights enabled");
}

#[tokio::test]
async fn twenty_five_groups_come_in_pages_and_there_is_no_twenty_sixth() {
    let caller = on(memory().with_page_limit(10));
    for number in 0..25 {
        caller
            .done(
                "/CreateGroup",
                json!({"GroupName": format!("group-{number:02}")}),
            )
            .await;
    }
    caller
        .xray("/CreateGroup", json!({"GroupName": "one-more"}))
        .await
        .is_refused(400, INVALID, "25");
    let (mut names, mut token, mut pages) = (Vec::new(), Value::Null, 0);
    loop {
        let page = caller.done("/Groups", json!({"NextToken": token})).await;
        pages += 1;
        names.extend(
            page["Groups"]
                .as_array()
                .unwrap()
                .iter()
                .map(|group| group["GroupName"].clone()),
        );
        token = page["NextToken"].clone();
        if token.is_null() {
            break;
        }
        assert!(token.as_str().unwrap().len() <= 100, "the model's limit");
        caller
            .in_region("eu-west-1")
            .xray("/Groups", json!({"NextToken": token}))
            .await
            .is_refused(400, INVALID, "NextToken");
    }
    assert_eq!(pages, 3);
    assert_eq!(names.len(), 25);
    assert!(names.is_sorted_by_key(|name| name.as_str()));
    for token in ["made-up", "", "é"] {
        caller
            .xray("/Groups", json!({"NextToken": token}))
            .await
            .is_refused(400, INVALID, "NextToken");
    }
}

#[tokio::test]
async fn accounts_and_regions_are_worlds_of_their_own() {
    let caller = caller();
    let here = caller.done("/CreateGroup", json!({"GroupName": "a"})).await;
    let china = caller
        .in_region("cn-north-1")
        .done("/CreateGroup", json!({"GroupName": "a"}))
        .await;
    assert!(
        china["Group"]["GroupARN"]
            .as_str()
            .unwrap()
            .starts_with("arn:aws-cn:xray:cn-north-1:123456789012:")
    );
    let no_account = caller.with_key("AKIATEST");
    assert_eq!(
        no_account.done("/Groups", json!({})).await,
        json!({"Groups": []})
    );
    let other = no_account
        .done("/CreateGroup", json!({"GroupName": "a"}))
        .await;
    assert!(
        other["Group"]["GroupARN"]
            .as_str()
            .unwrap()
            .contains(":000000000000:")
    );
    // An ARN of one world names nothing in another.
    no_account
        .xray(
            "/DeleteGroup",
            json!({"GroupARN": here["Group"]["GroupARN"]}),
        )
        .await
        .is_refused(400, INVALID, "Group not found");
}

#[tokio::test]
async fn tags_end_at_fifty_and_with_their_group() {
    let caller = caller();
    let created = caller
        .done(
            "/CreateGroup",
            json!({"GroupName": "a", "Tags": [{"Key": "stage", "Value": "dev"}]}),
        )
        .await;
    let arn = &created["Group"]["GroupARN"];
    let tags = |from: i32, to: i32| -> Value {
        (from..to)
            .map(|n| json!({"Key": format!("k{n:02}"), "Value": "v"}))
            .collect()
    };
    caller
        .done(
            "/TagResource",
            json!({"ResourceARN": arn, "Tags": tags(0, 49)}),
        )
        .await;
    caller
        .done(
            "/TagResource",
            json!({"ResourceARN": arn, "Tags": [{"Key": "stage", "Value": "prod"}]}),
        )
        .await;
    let refused = caller
        .xray(
            "/TagResource",
            json!({"ResourceARN": arn, "Tags": tags(49, 50)}),
        )
        .await;
    refused.is_refused(400, "TooManyTagsException", "at most 50");
    assert_eq!(&refused.body["ResourceName"], arn);
    caller
        .done(
            "/UntagResource",
            json!({"ResourceARN": arn, "TagKeys": ["k00", "never-there"]}),
        )
        .await;
    let listed = caller
        .done("/ListTagsForResource", json!({"ResourceARN": arn}))
        .await;
    let listed = listed["Tags"].as_array().unwrap().clone();
    assert_eq!(listed.len(), 49);
    assert!(listed.contains(&json!({"Key": "stage", "Value": "prod"})));

    caller.done("/DeleteGroup", json!({"GroupName": "a"})).await;
    let missing = caller
        .xray("/ListTagsForResource", json!({"ResourceARN": arn}))
        .await;
    missing.is_refused(404, "ResourceNotFoundException", "does not exist");
    assert_eq!(&missing.body["ResourceName"], arn);
}
