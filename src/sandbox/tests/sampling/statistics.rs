use serde_json::{Value, json};

use super::{
    CLIENT, INVALID, NOW, OTHER, boost_document, create, delete, document, last_modification,
    report, store, summaries, watched,
};
use crate::sandbox::tests::on;

#[tokio::test]
async fn a_deleted_rule_is_forgotten() {
    let (caller, _) = watched();
    let more = json!({"SamplingRateBoost": {"MaxRate": 0.5, "CooldownWindowMinutes": 5}});
    create(&caller, "Cruddur", more.clone()).await;
    caller
        .done(
            "/SamplingTargets",
            json!({
                "SamplingStatisticsDocuments": [document("Cruddur", CLIENT, 9), document("Default", CLIENT, 9)],
                "SamplingBoostStatisticsDocuments": [boost_document(1, 0)],
            }),
        )
        .await;
    delete(&caller, "Cruddur").await;
    create(&caller, "Cruddur", more).await;
    let rows = summaries(&caller).await;
    assert_eq!(
        (rows.as_array().unwrap().len(), &rows[0]["RuleName"]),
        (1, &json!("Default"))
    );
    let answer = report(&caller, json!([document("Cruddur", OTHER, 1)])).await;
    let target = &answer["SamplingTargetDocuments"][0];
    assert_eq!(target["ReservoirQuota"], 5, "nobody else has a share");
    assert_eq!(target.get("SamplingBoost"), None);
}

#[tokio::test]
async fn a_reset_forgets_everything() {
    let (store, _) = store();
    let caller = on(store.clone());
    create(&caller, "Cruddur", json!({})).await;
    report(&caller, json!([document("Default", CLIENT, 9)])).await;
    store.reset().unwrap();
    assert_eq!(summaries(&caller).await, json!([]));
    assert_eq!(last_modification(&caller).await, 1.0);
}

#[tokio::test]
async fn summaries_are_paged_and_half_an_hour_long() {
    let (store, watch) = store();
    let caller = on(store.with_page_limit(4));
    create(&caller, "Cruddur", json!({})).await;
    for second in [0, 9, 10, 600] {
        watch.set(NOW + second);
        let documents = json!([
            document("Default", CLIENT, 1),
            document("Cruddur", CLIENT, 5),
            document("Cruddur", OTHER, 5)
        ]);
        report(&caller, documents).await;
    }
    let pages = async || {
        let (mut rows, mut lengths, mut token) = (Vec::new(), Vec::new(), Value::Null);
        loop {
            let page = caller
                .done("/SamplingStatisticSummaries", json!({"NextToken": token}))
                .await;
            let items = page["SamplingStatisticSummaries"].as_array().unwrap();
            lengths.push(items.len());
            rows.extend(items.iter().map(|row| {
                let requests = row["RequestCount"].as_i64().unwrap();
                let at = row["Timestamp"].as_f64().unwrap();
                let name = row["RuleName"].as_str().unwrap().to_owned();
                (name, at, requests)
            }));
            token = page["NextToken"].clone();
            if token.is_null() {
                break (rows, lengths);
            }
        }
    };
    let row = |name: &str, after: i64, requests: i64| {
        let at = json!(NOW - 7 + after).as_f64().unwrap();
        (name.to_owned(), at, requests)
    };
    let (rows, lengths) = pages().await;
    assert_eq!(lengths, [4, 2]);
    assert_eq!(
        rows,
        [
            row("Cruddur", 0, 10),
            row("Cruddur", 10, 20),
            row("Cruddur", 600, 10),
            row("Default", 0, 1),
            row("Default", 10, 2),
            row("Default", 600, 1),
        ]
    );
    watch.set(NOW + 1_900);
    let (rows, _) = pages().await;
    assert_eq!(rows, [row("Cruddur", 600, 10), row("Default", 600, 1)]);
    let made_up = json!({"NextToken": "made up"});
    caller
        .xray("/SamplingStatisticSummaries", made_up)
        .await
        .is_refused(400, INVALID, "Invalid NextToken");
}
