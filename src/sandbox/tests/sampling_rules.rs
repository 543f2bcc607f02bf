//! Sampling rules of X-Ray.

use serde_json::{Value, json};

use super::{caller, memory, on};

const INVALID: &str = "InvalidRequestException";

fn rule(changes: Value) -> Value {
    let mut rule = json!({
        "RuleName": "Cruddur", "ResourceARN": "*", "Priority": 9000, "FixedRate": 0.1, "ReservoirSize": 5,
        "ServiceName": "Cruddur", "ServiceType": "*", "Host": "*", "HTTPMethod": "*", "URLPath": "*", "Version": 1,
    });
    if let Value::Object(changes) = changes {
        rule.as_object_mut().unwrap().extend(changes);
    }
    rule
}

fn names(answer: &Value) -> Vec<&str> {
    let records = answer["SamplingRuleRecords"].as_array().unwrap();
    records
        .iter()
        .map(|record| record["SamplingRule"]["RuleName"].as_str().unwrap())
        .collect()
}

#[tokio::test]
async fn a_new_rule_is_answered_as_aws_answers() {
    let caller = caller();
    let created = caller
        .done(
            "/CreateSamplingRule",
            json!({"SamplingRule": rule(json!({}))}),
        )
        .await;
    let record = json!({
        "SamplingRule": {
            "RuleName": "Cruddur",
            "RuleARN": "arn:aws:xray:ca-central-1:123456789012:sampling-rule/Cruddur",
            "ResourceARN": "*", "Priority": 9000, "FixedRate": 0.1, "ReservoirSize": 5, "ServiceName": "Cruddur",
            "ServiceType": "*", "Host": "*", "HTTPMethod": "*", "URLPath": "*", "Version": 1, "Attributes": {},
        },
        "CreatedAt": 1_528_317_567.0,
        "ModifiedAt": 1_528_317_567.0,
    });
    assert_eq!(created, json!({"SamplingRuleRecord": record}));
    let twice = caller
        .xray(
            "/CreateSamplingRule",
            json!({"SamplingRule": rule(json!({}))}),
        )
        .await;
    assert_eq!(
        twice.refusal(),
        (400, INVALID, "Sampling rule already exists")
    );
    let arn = &record["SamplingRule"]["RuleARN"];
    assert_eq!(
        caller
            .done("/DeleteSamplingRule", json!({"RuleARN": arn}))
            .await,
        created,
        "what was removed"
    );
    for path in ["/DeleteSamplingRule", "/UpdateSamplingRule"] {
        let body = json!({"RuleName": "Cruddur", "SamplingRuleUpdate": {"RuleName": "Cruddur"}});
        let missing = caller.xray(path, body).await;
        assert_eq!(
            missing.refusal(),
            (400, INVALID, "Sampling rule does not exist")
        );
    }
}

#[tokio::test]
async fn the_default_rule_is_always_there_and_only_its_rates_change() {
    let caller = caller();
    let rules = caller.done("/GetSamplingRules", json!({})).await;
    assert_eq!(
        rules,
        json!({"SamplingRuleRecords": [{
            "SamplingRule": {
                "RuleName": "Default",
                "RuleARN": "arn:aws:xray:ca-central-1:123456789012:sampling-rule/Default",
                "ResourceARN": "*", "Priority": 10000, "FixedRate": 0.05, "ReservoirSize": 1, "ServiceName": "*",
                "ServiceType": "*", "Host": "*", "HTTPMethod": "*", "URLPath": "*", "Version": 1, "Attributes": {},
            },
            "CreatedAt": 0.0,
            "ModifiedAt": 0.0,
        }]})
    );
    let arn = "arn:aws:xray:ca-central-1:123456789012:sampling-rule/Default";
    for key in [json!({"RuleName": "Default"}), json!({"RuleARN": arn})] {
        for change in [
            json!({"Priority": 10000}),
            json!({"Priority": 5}),
            json!({"Host": "*"}),
            json!({"Attributes": {}}),
            json!({"SamplingRateBoost": {"MaxRate": 0.5, "CooldownWindowMinutes": 1}}),
            json!({"ResourceARN": "*"}),
        ] {
            let mut update = key.clone();
            update
                .as_object_mut()
                .unwrap()
                .extend(change.as_object().unwrap().clone());
            let refused = caller
                .xray("/UpdateSamplingRule", json!({"SamplingRuleUpdate": update}))
                .await;
            assert_eq!(
                refused.refusal(),
                (
                    400,
                    INVALID,
                    "Invalid update request for default sampling rule"
                )
            );
        }
    }
    let update = json!({"RuleName": "Default", "FixedRate": 0.1, "ReservoirSize": 2});
    let updated = caller
        .done("/UpdateSamplingRule", json!({"SamplingRuleUpdate": update}))
        .await;
    let record = &updated["SamplingRuleRecord"];
    assert_eq!(record["SamplingRule"]["FixedRate"], 0.1);
    assert_eq!(record["SamplingRule"]["Priority"], 10000);
    assert_eq!(record["CreatedAt"], 0.0);
    assert_eq!(record["ModifiedAt"], 1_528_317_567.0);
    let too_much = json!({"SamplingRuleUpdate": {"RuleName": "Default", "FixedRate": 1.5}});
    caller
        .xray("/UpdateSamplingRule", too_much)
        .await
        .is_refused(400, INVALID, "FixedRate");
    caller
        .xray("/DeleteSamplingRule", json!({"RuleName": "Default"}))
        .await
        .is_refused(400, INVALID, "cannot be deleted");
}

#[tokio::test]
async fn bad_rules_are_refused() {
    let caller = caller();
    for (change, part) in [
        (
            json!({"RuleName": null}),
            "Value null at 'SamplingRule.RuleName'",
        ),
        (json!({"RuleName": "Default"}), "Default"),
        (json!({"RuleName": ""}), "RuleName"),
        (
            json!({"RuleName": "r".repeat(33)}),
            "less than or equal to 32",
        ),
        (json!({"RuleName": "a\nb"}), "RuleName"),
        (
            json!({"RuleARN": "arn:aws:xray:ca-central-1:123456789012:sampling-rule/a"}),
            "RuleARN is assigned",
        ),
        (json!({"Priority": 10000}), "less than or equal to 9999"),
        (json!({"Priority": 0}), "greater than or equal to 1"),
        (json!({"FixedRate": 2}), "less than or equal to 1"),
        (json!({"FixedRate": -0.1}), "greater than or equal to 0"),
        (json!({"ReservoirSize": -1}), "greater than or equal to 0"),
        (json!({"ServiceName": "s".repeat(65)}), "ServiceName"),
        (json!({"ServiceType": "s".repeat(65)}), "ServiceType"),
        (json!({"Host": "s".repeat(65)}), "Host"),
        (json!({"HTTPMethod": "s".repeat(11)}), "HTTPMethod"),
        (json!({"URLPath": "s".repeat(129)}), "URLPath"),
        (json!({"ResourceARN": "s".repeat(501)}), "ResourceARN"),
        (json!({"Version": 2}), "Version"),
        (json!({"Version": null}), "Version"),
        (json!({"Attributes": {"": "v"}}), "Attributes.key"),
        (
            json!({"Attributes": {"k": "v".repeat(33)}}),
            "Attributes.value",
        ),
        (
            json!({"Attributes": {"1": "a", "2": "a", "3": "a", "4": "a", "5": "a", "6": "a"}}),
            "Attributes",
        ),
        (
            json!({"SamplingRateBoost": {"MaxRate": 0.5}}),
            "CooldownWindowMinutes",
        ),
        (
            json!({"SamplingRateBoost": {"MaxRate": 1.5, "CooldownWindowMinutes": 1}}),
            "MaxRate",
        ),
    ] {
        let refused = caller
            .xray("/CreateSamplingRule", json!({"SamplingRule": rule(change)}))
            .await;
        refused.is_refused(400, INVALID, part);
    }
    caller
        .xray("/CreateSamplingRule", json!({}))
        .await
        .is_refused(400, INVALID, "'SamplingRule'");
    assert_eq!(
        names(&caller.done("/GetSamplingRules", json!({})).await),
        ["Default"]
    );
}

#[tokio::test]
async fn names_from_awss_own_guide_are_taken() {
    let caller = caller();
    for name in ["DEBUG – history updates", "POST minimum", "Base-rule_2"] {
        let body = json!({"SamplingRule": rule(json!({"RuleName": name}))});
        let created = caller.done("/CreateSamplingRule", body).await;
        let arn = created["SamplingRuleRecord"]["SamplingRule"]["RuleARN"].clone();
        caller
            .done(
                "/UpdateSamplingRule",
                json!({"SamplingRuleUpdate": {"RuleARN": arn, "Priority": 1}}),
            )
            .await;
    }
}

#[tokio::test]
async fn an_update_keeps_what_it_does_not_name() {
    let caller = caller();
    let boost = json!({"MaxRate": 0.5, "CooldownWindowMinutes": 10});
    let extra = json!({"SamplingRateBoost": boost, "Attributes": {"tier": "gold"}});
    caller
        .done("/CreateSamplingRule", json!({"SamplingRule": rule(extra)}))
        .await;
    let update = json!({"RuleName": "Cruddur", "FixedRate": 0.2, "Host": null});
    let updated = caller
        .done("/UpdateSamplingRule", json!({"SamplingRuleUpdate": update}))
        .await;
    let rule = &updated["SamplingRuleRecord"]["SamplingRule"];
    assert_eq!(rule["FixedRate"], 0.2);
    assert_eq!(rule["SamplingRateBoost"], boost);
    assert_eq!(rule["Attributes"], json!({"tier": "gold"}));
    assert_eq!(
        (&rule["Priority"], &rule["Host"]),
        (&json!(9000), &json!("*"))
    );
    let update = json!({"RuleName": "Cruddur", "Attributes": {"a": "b"}});
    let updated = caller
        .done("/UpdateSamplingRule", json!({"SamplingRuleUpdate": update}))
        .await;
    assert_eq!(
        updated["SamplingRuleRecord"]["SamplingRule"]["Attributes"],
        json!({"a": "b"}),
        "replaced"
    );
    for (update, part) in [
        (
            json!({"RuleName": "Cruddur", "RuleARN": "x"}),
            "but not both",
        ),
        (json!({"Priority": 1}), "Either RuleName or RuleARN"),
        (
            json!({"RuleName": "Cruddur", "Priority": 10000}),
            "Priority",
        ),
    ] {
        let refused = caller
            .xray("/UpdateSamplingRule", json!({"SamplingRuleUpdate": update}))
            .await;
        refused.is_refused(400, INVALID, part);
    }
}

#[tokio::test]
async fn the_twenty_sixth_rule_is_one_too_many_and_the_default_is_not_counted() {
    let caller = on(memory().with_page_limit(7));
    caller
        .done(
            "/UpdateSamplingRule",
            json!({"SamplingRuleUpdate": {"RuleName": "Default", "FixedRate": 0.2}}),
        )
        .await;
    let create = |name: String| json!({"SamplingRule": rule(json!({"RuleName": name}))});
    for number in 0..25 {
        caller
            .done("/CreateSamplingRule", create(format!("rule {number:02}")))
            .await;
    }
    let refused = caller
        .xray("/CreateSamplingRule", create("more".to_owned()))
        .await;
    refused.is_refused(400, "RuleLimitExceededException", "25");
    caller
        .in_region("eu-west-1")
        .done("/CreateSamplingRule", create("more".to_owned()))
        .await;

    let mut seen = Vec::new();
    let mut token = Value::Null;
    loop {
        let page = caller
            .done("/GetSamplingRules", json!({"NextToken": token}))
            .await;
        seen.extend(names(&page).into_iter().map(str::to_owned));
        token = page["NextToken"].clone();
        if token.is_null() {
            break;
        }
    }
    assert_eq!(seen.len(), 26);
    assert!(seen.is_sorted() && seen.contains(&"Default".to_owned()));
}

#[tokio::test]
async fn rules_have_tags_by_arn() {
    let caller = caller();
    let tags = json!([{"Key": "stage", "Value": ""}]);
    caller
        .done(
            "/CreateSamplingRule",
            json!({"SamplingRule": rule(json!({})), "Tags": tags}),
        )
        .await;
    let arn = "arn:aws:xray:ca-central-1:123456789012:sampling-rule/Cruddur";
    assert_eq!(
        caller
            .done("/ListTagsForResource", json!({"ResourceARN": arn}))
            .await,
        json!({"Tags": tags})
    );
    caller
        .done("/DeleteSamplingRule", json!({"RuleName": "Cruddur"}))
        .await;
    caller
        .done(
            "/CreateSamplingRule",
            json!({"SamplingRule": rule(json!({}))}),
        )
        .await;
    assert_eq!(
        caller
            .done("/ListTagsForResource", json!({"ResourceARN": arn}))
            .await,
        json!({"Tags": []})
    );
}
