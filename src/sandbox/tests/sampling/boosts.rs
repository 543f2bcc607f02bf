use serde_json::json;

use super::{CLIENT, NOW, boost_document, create, delete, document, report, watched};

#[tokio::test]
async fn anomalies_boost_a_rule_that_allows_it_for_a_minute() {
    let (caller, watch) = watched();
    let more = json!({"SamplingRateBoost": {"MaxRate": 0.5, "CooldownWindowMinutes": 5}});
    create(&caller, "Cruddur", more).await;
    let boost = async |anomalies, sampled| {
        let answer = caller
            .done(
                "/SamplingTargets",
                json!({
                    "SamplingStatisticsDocuments": [document("Cruddur", CLIENT, 9), document("Default", CLIENT, 9)],
                    "SamplingBoostStatisticsDocuments": [boost_document(anomalies, sampled)],
                }),
            )
            .await;
        assert_eq!(answer["UnprocessedBoostStatistics"], json!([]));
        let targets = &answer["SamplingTargetDocuments"];
        assert_eq!(targets[1].get("SamplingBoost"), None);
        targets[0].get("SamplingBoost").cloned()
    };
    assert_eq!(boost(0, 0).await, None);
    assert_eq!(boost(4, 1).await, None, "one was captured");
    let quarter = json!({"BoostRate": 0.25, "BoostRateTTL": 1_528_317_627.0});
    assert_eq!(boost(4, 0).await, Some(quarter.clone()));
    watch.set(NOW + 59);
    assert_eq!(boost(0, 0).await, Some(quarter), "for everybody who asks");
    watch.set(NOW + 60);
    assert_eq!(boost(1, 0).await, None, "it cools down");
    watch.set(NOW + 300);
    assert_eq!(boost(1, 0).await.unwrap()["BoostRate"], 0.5);
    let plain = report(&caller, json!([document("Cruddur", CLIENT, 9)])).await;
    assert_eq!(
        plain["SamplingTargetDocuments"][0]["SamplingBoost"]["BoostRate"], 0.5,
        "samplers that know no boosts may leave it"
    );
    delete(&caller, "Cruddur").await;
    let answer = caller
        .done(
            "/SamplingTargets",
            json!({"SamplingStatisticsDocuments": [], "SamplingBoostStatisticsDocuments": [boost_document(1, 0)]}),
        )
        .await;
    assert_eq!(answer["UnprocessedStatistics"], json!([]));
    assert_eq!(answer["UnprocessedBoostStatistics"][0]["ErrorCode"], "404");
}
