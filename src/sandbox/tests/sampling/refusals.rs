use serde_json::{Value, json};

use super::{CLIENT, INVALID, boost_document, document, summaries};
use crate::sandbox::tests::caller;

#[tokio::test]
async fn bad_reports_are_refused() {
    let caller = caller();
    let changed = |change: Value| {
        let mut document = document("Default", CLIENT, 1);
        let change = change.as_object().unwrap().clone();
        document.as_object_mut().unwrap().extend(change);
        json!({"SamplingStatisticsDocuments": [document]})
    };
    let boosted = |change: Value| {
        let mut document = boost_document(1, 0);
        let change = change.as_object().unwrap().clone();
        document.as_object_mut().unwrap().extend(change);
        json!({"SamplingStatisticsDocuments": [], "SamplingBoostStatisticsDocuments": [document]})
    };
    let many = json!(vec![document("Default", CLIENT, 1); 26]);
    for (body, part) in [
        (
            json!({}),
            "Value null at 'SamplingStatisticsDocuments' failed",
        ),
        (
            json!({"SamplingStatisticsDocuments": many}),
            "'SamplingStatisticsDocuments' failed to satisfy constraint: Member must have length less than or equal to 25",
        ),
        (changed(json!({"RuleName": null})), "RuleName"),
        (changed(json!({"RuleName": ""})), "RuleName"),
        (changed(json!({"RuleName": "r".repeat(33)})), "RuleName"),
        (changed(json!({"ClientID": null})), "ClientID"),
        (
            changed(json!({"ClientID": "f".repeat(23)})),
            "greater than or equal to 24",
        ),
        (
            changed(json!({"ClientID": "f".repeat(25)})),
            "less than or equal to 24",
        ),
        (changed(json!({"Timestamp": null})), "member.Timestamp"),
        (changed(json!({"RequestCount": null})), "RequestCount"),
        (changed(json!({"RequestCount": -1})), "RequestCount"),
        (changed(json!({"SampledCount": -1})), "SampledCount"),
        (changed(json!({"BorrowCount": -1})), "BorrowCount"),
        (changed(json!({"BorrowCount": 1_i64 << 31})), "BorrowCount"),
        (boosted(json!({"RuleName": null})), "RuleName"),
        (boosted(json!({"ServiceName": null})), "ServiceName"),
        (
            boosted(json!({"ServiceName": "s".repeat(65)})),
            "ServiceName",
        ),
        (boosted(json!({"Timestamp": null})), "Timestamp"),
        (boosted(json!({"AnomalyCount": null})), "AnomalyCount"),
        (boosted(json!({"TotalCount": -1})), "TotalCount"),
        (
            boosted(json!({"SampledAnomalyCount": null})),
            "SampledAnomalyCount",
        ),
    ] {
        let refused = caller.xray("/SamplingTargets", body).await;
        refused.is_refused(400, INVALID, part);
    }
    for wrong in [json!({"Timestamp": "now"}), json!({"RequestCount": 1.5})] {
        let refused = caller.xray("/SamplingTargets", changed(wrong)).await;
        refused.is_refused(400, "SerializationException", "");
    }
    assert_eq!(summaries(&caller).await, json!([]), "nothing was counted");
}
