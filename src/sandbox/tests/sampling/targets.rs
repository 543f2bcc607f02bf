use axum::body::Bytes;
use axum::http::Request;
use serde_json::json;

use super::{
    CLIENT, NOW, OTHER, at, create, delete, document, last_modification, report, summaries, watched,
};
use crate::sandbox::tests::{Answer, caller};

#[tokio::test]
async fn a_report_is_answered_with_a_quota_and_the_rate() {
    let caller = caller();
    create(&caller, "Cruddur", json!({})).await;
    let answer = report(
        &caller,
        json!([
            document("Cruddur", CLIENT, 9),
            document("Default", CLIENT, 1)
        ]),
    )
    .await;
    let until = 1_528_317_597.0;
    assert_eq!(
        answer,
        json!({
            "SamplingTargetDocuments": [
                {"RuleName": "Cruddur", "FixedRate": 0.1, "ReservoirQuota": 5, "ReservoirQuotaTTL": until, "Interval": 10},
                {"RuleName": "Default", "FixedRate": 0.05, "ReservoirQuota": 1, "ReservoirQuotaTTL": until, "Interval": 10},
            ],
            "LastRuleModification": 1_528_317_567.0,
            "UnprocessedStatistics": [],
            "UnprocessedBoostStatistics": [],
        })
    );
    // Accounts and regions are apart.
    let elsewhere = report(
        &caller.in_region("eu-west-1"),
        json!([document("Cruddur", CLIENT, 9)]),
    )
    .await;
    assert_eq!(elsewhere["UnprocessedStatistics"][0]["ErrorCode"], "404");
    assert_eq!(summaries(&caller.with_key("210987654321")).await, json!([]));
}

#[tokio::test]
async fn clients_share_a_reservoir() {
    let (caller, watch) = watched();
    create(&caller, "Cruddur", json!({})).await;
    let quota = async |client, requests| {
        let answer = report(&caller, json!([document("Cruddur", client, requests)])).await;
        answer["SamplingTargetDocuments"][0]["ReservoirQuota"].clone()
    };
    assert_eq!(quota(CLIENT, 9).await, 5);
    assert_eq!(quota(OTHER, 3).await, 0, "all of it is given away");
    watch.set(NOW + 10);
    assert_eq!(quota(CLIENT, 9).await, 3);
    assert_eq!(quota(OTHER, 3).await, 0, "it may be in use in this second");
    watch.set(NOW + 12);
    assert_eq!(quota(OTHER, 3).await, 2);
    watch.set(NOW + 50);
    assert_eq!(quota(OTHER, 3).await, 5, "the other is gone");
}

#[tokio::test]
async fn the_last_modification_is_true_and_stable() {
    let (caller, watch) = watched();
    // Never is not 0: the SDK for Node takes that for a broken answer.
    assert_eq!(last_modification(&caller).await, 1.0);
    create(&caller, "a", json!({})).await;
    watch.set(NOW + 5);
    create(&caller, "b", json!({})).await;
    watch.set(NOW + 60);
    for _ in 0..2 {
        assert_eq!(last_modification(&caller).await, at(NOW + 5));
    }
    let update = json!({"SamplingRuleUpdate": {"RuleName": "a", "FixedRate": 0.2}});
    caller.done("/UpdateSamplingRule", update).await;
    watch.set(NOW + 70);
    assert_eq!(last_modification(&caller).await, at(NOW + 60));
    delete(&caller, "a").await;
    watch.set(NOW + 80);
    assert_eq!(
        last_modification(&caller).await,
        at(NOW + 70),
        "a rule that is gone was changed last"
    );
    let refused = caller
        .xray("/DeleteSamplingRule", json!({"RuleName": "a"}))
        .await;
    assert_eq!(refused.status, 400);
    assert_eq!(last_modification(&caller).await, at(NOW + 70));
    assert_eq!(
        last_modification(&caller.in_region("eu-west-1")).await,
        1.0,
        "elsewhere nothing was changed"
    );
}

#[tokio::test]
async fn what_cannot_be_taken_is_named_and_the_rest_is_taken() {
    let caller = caller();
    let old = |seconds: i64| {
        let mut document = document("Default", CLIENT, 7);
        document["Timestamp"] = json!(NOW - seconds);
        document
    };
    let mut milliseconds = document("Default", CLIENT, 1);
    milliseconds["Timestamp"] = json!(NOW * 1000);
    let mut borrows_nothing = document("Default", OTHER, 1);
    for member in ["BorrowCount", "SampledCount"] {
        borrows_nothing.as_object_mut().unwrap().remove(member);
    }
    let answer = report(
        &caller,
        json!([
            document("gone", CLIENT, 1),
            old(3602),
            old(3599),
            milliseconds,
            borrows_nothing
        ]),
    )
    .await;
    assert_eq!(
        answer["UnprocessedStatistics"],
        json!([
            {"RuleName": "gone", "ErrorCode": "404",
             "Message": "Sampling rule gone does not exist; fetch the rules again"},
            {"RuleName": "Default", "ErrorCode": "400",
             "Message": "The document is 3602 seconds old, and more than 3600 are too old; is the sampler's clock right?"},
        ])
    );
    let targets = answer["SamplingTargetDocuments"].as_array().unwrap();
    assert_eq!(targets.len(), 3);
    assert_eq!(
        summaries(&caller).await,
        json!([{
            "RuleName": "Default", "Timestamp": 1_528_317_560.0, "RequestCount": 9, "BorrowCount": 2, "SampledCount": 4,
        }])
    );
}

#[tokio::test]
async fn samplers_report_unsigned() {
    let caller = caller();
    let body = json!({"SamplingStatisticsDocuments": [document("Default", CLIENT, 1)]});
    let unsigned = |path: &str| {
        Request::post(path)
            .body(Bytes::from(body.to_string()))
            .unwrap()
    };
    let answer = Answer::read(&caller.send(unsigned("/SamplingTargets")).await);
    assert_eq!(answer.status, 200, "{answer:?}");
    let refused = Answer::read(&caller.send(unsigned("/SamplingStatisticSummaries")).await);
    refused.is_refused(403, "MissingAuthenticationTokenException", "");
}
