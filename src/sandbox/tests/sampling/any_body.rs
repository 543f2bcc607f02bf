use axum::body::Bytes;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{CLIENT, NOW, document};
use crate::sandbox::tests::{Answer, caller};

/// Any JSON, made of what samplers send and of what they do not.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        (0..3_i64).prop_map(Value::from),
        Just(json!(NOW)),
        Just(json!("Default")),
        Just(json!(CLIENT)),
        ".{0,40}".prop_map(Value::from),
    ];
    let key = prop::sample::select(vec![
        "SamplingStatisticsDocuments",
        "SamplingBoostStatisticsDocuments",
        "RuleName",
        "ClientID",
        "ServiceName",
        "Timestamp",
        "RequestCount",
        "SampledCount",
        "BorrowCount",
        "AnomalyCount",
        "TotalCount",
        "SampledAnomalyCount",
        "NextToken",
        "Other",
    ]);
    leaf.prop_recursive(4, 60, 8, move |inside| {
        prop_oneof![
            prop::collection::vec(inside.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((key.clone().prop_map(str::to_owned), inside), 0..8)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

/// A report in which a few members are anything at all.
fn nearly_a_report() -> impl Strategy<Value = Value> {
    let members = [
        "RuleName",
        "ClientID",
        "Timestamp",
        "RequestCount",
        "SampledCount",
        "BorrowCount",
    ];
    let change = (prop::sample::select(members.to_vec()), any_json());
    let documents = prop::collection::vec(prop::collection::vec(change, 0..2), 0..4);
    (documents, prop::option::of(any_json())).prop_map(|(documents, boosts)| {
        let documents = documents.into_iter().map(|changes| {
            let mut document = document("Default", CLIENT, 1);
            for (member, value) in changes {
                document[member] = value;
            }
            document
        });
        let mut body = json!({"SamplingStatisticsDocuments": documents.collect::<Vec<_>>()});
        if let Some(boosts) = boosts {
            body["SamplingBoostStatisticsDocuments"] = boosts;
        }
        body
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_body_is_too_odd(
        body in prop_oneof![
            prop::collection::vec(any::<u8>(), 0..200),
            any_json().prop_map(|json| json.to_string().into_bytes()),
            nearly_a_report().prop_map(|json| json.to_string().into_bytes()),
        ],
        is_report in any::<bool>(),
    ) {
        let path = if is_report { "/SamplingTargets" } else { "/SamplingStatisticSummaries" };
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let caller = caller();
        let request = caller.signed("xray").uri(path).body(Bytes::from(body)).unwrap();
        let answer = Answer::read(&runtime.block_on(caller.send(request)));
        prop_assert!(matches!(answer.status, 200 | 400), "{:?}", answer);
    }
}
