//! X-Ray's settings per account and region.

use serde_json::json;

use super::caller;

const INVALID: &str = "InvalidRequestException";

#[tokio::test]
async fn encryption_is_standard_until_it_is_changed() {
    let caller = caller();
    let standard = json!({"EncryptionConfig": {"Status": "ACTIVE", "Type": "NONE"}});
    let kms =
        json!({"EncryptionConfig": {"KeyId": "alias/mine", "Status": "ACTIVE", "Type": "KMS"}});
    assert_eq!(caller.done("/EncryptionConfig", json!({})).await, standard);
    assert_eq!(
        caller
            .done(
                "/PutEncryptionConfig",
                json!({"Type": "KMS", "KeyId": "alias/mine"})
            )
            .await,
        kms
    );
    assert_eq!(caller.done("/EncryptionConfig", json!({})).await, kms);
    assert_eq!(
        caller
            .in_region("eu-west-1")
            .done("/EncryptionConfig", json!({}))
            .await,
        standard
    );
    for (body, part) in [
        (json!({}), "'Type'"),
        (json!({"Type": "ROT13"}), "enum value set: [NONE, KMS]"),
        (json!({"Type": "KMS"}), "KeyId is required"),
        (json!({"Type": "KMS", "KeyId": ""}), "'KeyId'"),
        (json!({"Type": "NONE", "KeyId": "a"}), "must not be given"),
    ] {
        caller
            .xray("/PutEncryptionConfig", body)
            .await
            .is_refused(400, INVALID, part);
    }
    assert_eq!(
        caller
            .done("/PutEncryptionConfig", json!({"Type": "NONE"}))
            .await,
        standard
    );
    assert_eq!(caller.done("/EncryptionConfig", json!({})).await, standard);
}

#[tokio::test]
async fn the_destination_is_xray_until_it_is_changed() {
    let caller = caller();
    let at = |destination: &str| json!({"Destination": destination, "Status": "ACTIVE"});
    assert_eq!(
        caller.done("/GetTraceSegmentDestination", json!({})).await,
        at("XRay")
    );
    let changed = caller
        .done(
            "/UpdateTraceSegmentDestination",
            json!({"Destination": "CloudWatchLogs"}),
        )
        .await;
    assert_eq!(changed, at("CloudWatchLogs"));
    assert_eq!(
        caller.done("/GetTraceSegmentDestination", json!({})).await,
        at("CloudWatchLogs")
    );
    let refused = caller
        .xray(
            "/UpdateTraceSegmentDestination",
            json!({"Destination": "S3"}),
        )
        .await;
    refused.is_refused(400, INVALID, "enum value set");
}

#[tokio::test]
async fn there_is_one_indexing_rule() {
    let caller = caller();
    let rule = |percentage: f64, modified: f64| {
        json!({
            "Name": "Default",
            "ModifiedAt": modified,
            "Rule": {"Probabilistic": {
                "DesiredSamplingPercentage": percentage, "ActualSamplingPercentage": percentage,
            }},
        })
    };
    assert_eq!(
        caller.done("/GetIndexingRules", json!({})).await,
        json!({"IndexingRules": [rule(1.0, 0.0)]})
    );
    let update = |name: &str, percentage: f64| json!({"Name": name, "Rule": {"Probabilistic": {"DesiredSamplingPercentage": percentage}}});
    let changed = caller
        .done("/UpdateIndexingRule", update("Default", 12.5))
        .await;
    assert_eq!(
        changed,
        json!({"IndexingRule": rule(12.5, 1_528_317_567.0)})
    );
    assert_eq!(
        caller.done("/GetIndexingRules", json!({})).await["IndexingRules"][0],
        changed["IndexingRule"]
    );
    let missing = caller
        .xray("/UpdateIndexingRule", update("Mine", 1.0))
        .await;
    missing.is_refused(404, "ResourceNotFoundException", "Mine");
    caller
        .xray("/UpdateIndexingRule", update("Default", 101.0))
        .await
        .is_refused(400, INVALID, "100");
    caller
        .xray("/UpdateIndexingRule", json!({"Name": "Default"}))
        .await
        .is_refused(400, INVALID, "'Rule'");
}
