use proptest::prelude::*;
use serde_json::json;

use super::*;

#[test]
#[expect(clippy::too_many_lines, reason = "a table of mistakes")]
fn what_is_wrong_is_named() {
    for (specification, field, code) in [
        (json!([]), "query", "incorrect_type"),
        (
            json!({ "calculations": {} }),
            "calculations",
            "incorrect_type",
        ),
        (
            json!({ "calculations": [1] }),
            "calculations[0]",
            "incorrect_type",
        ),
        (
            json!({ "calculations": [{}] }),
            "calculations[0].op",
            "missing",
        ),
        (
            json!({ "calculations": [{ "op": "P42", "column": "a" }] }),
            "calculations[0].op",
            "invalid",
        ),
        (
            json!({ "calculations": [{ "op": "AVG" }] }),
            "calculations[0].column",
            "missing",
        ),
        (
            json!({ "calculations": [{ "op": "COUNT", "column": "a" }] }),
            "calculations[0].column",
            "invalid",
        ),
        (
            json!({ "filters": [{ "op": "=", "value": 1 }] }),
            "filters[0].column",
            "missing",
        ),
        (
            json!({ "filters": [{ "column": "a", "op": "~", "value": 1 }] }),
            "filters[0].op",
            "invalid",
        ),
        (
            json!({ "filters": [{ "column": "a", "op": "=" }] }),
            "filters[0].value",
            "missing",
        ),
        (
            json!({ "filters": [{ "column": "a", "op": "in", "value": 1 }] }),
            "filters[0].value",
            "incorrect_type",
        ),
        (
            json!({ "filters": [{ "column": "a", "op": "=", "value": [1] }] }),
            "filters[0].value",
            "incorrect_type",
        ),
        (
            json!({ "filters": [{ "column": "a", "op": "exists", "value": 1 }] }),
            "filters[0].value",
            "invalid",
        ),
        (
            json!({ "filter_combination": "XOR" }),
            "filter_combination",
            "invalid",
        ),
        (
            json!({ "breakdowns": [1] }),
            "breakdowns[0]",
            "incorrect_type",
        ),
        (
            json!({ "orders": [{ "column": "a" }] }),
            "orders[0].column",
            "invalid",
        ),
        (
            json!({ "orders": [{ "op": "MAX", "column": "a" }] }),
            "orders[0]",
            "invalid",
        ),
        (
            json!({ "orders": [{ "op": "COUNT", "order": "up" }] }),
            "orders[0].order",
            "invalid",
        ),
        (
            json!({
                "calculations": [{ "op": "HEATMAP", "column": "a" }],
                "havings": [{ "calculate_op": "HEATMAP", "column": "a", "op": ">", "value": 1 }],
            }),
            "havings[0].calculate_op",
            "invalid",
        ),
        (
            json!({ "havings": [{ "calculate_op": "COUNT", "op": "in", "value": 1 }] }),
            "havings[0].op",
            "invalid",
        ),
        (json!({ "limit": 1001 }), "limit", "invalid"),
        (json!({ "limit": "x" }), "limit", "incorrect_type"),
        (
            json!({ "time_range": 1, "start_time": 1, "end_time": 2 }),
            "time_range",
            "invalid",
        ),
        (
            json!({ "start_time": 2, "end_time": 1 }),
            "end_time",
            "invalid",
        ),
        (json!({ "granularity": 9999 }), "granularity", "invalid"),
        (json!({ "time_range": i64::MAX }), "time_range", "invalid"),
        (
            json!({ "calculated_fields": [{ "name": "x" }] }),
            "calculated_fields",
            "invalid",
        ),
        (
            json!({ "compare_time_offset_seconds": 60 }),
            "compare_time_offset_seconds",
            "invalid",
        ),
        (json!({ "colour": "red" }), "colour", "invalid"),
    ] {
        let found = invalid(&specification);
        assert_eq!(
            (found[0].field.as_str(), found[0].code),
            (field, code),
            "{specification}"
        );
    }
    let empty = json!({ "calculated_fields": [], "formulas": null, "usage_mode": true });
    assert!(Query::read(&empty).is_ok());
}

fn any_json() -> impl Strategy<Value = Value> {
    let names = [
        "calculations",
        "filters",
        "op",
        "column",
        "value",
        "orders",
        "order",
        "havings",
        "calculate_op",
        "breakdowns",
        "limit",
        "time_range",
        "start_time",
        "end_time",
        "granularity",
    ];
    let words = [
        "COUNT",
        "HEATMAP",
        "P99",
        "RATE_MAX",
        "CONCURRENCY",
        "=",
        "in",
        "exists",
        "a",
        "duration_ms",
        "descending",
        "",
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        proptest::sample::select(words.to_vec()).prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 64, 6, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::btree_map(
                proptest::sample::select(names.to_vec()).prop_map(str::to_owned),
                inner,
                0..6
            )
            .prop_map(|members| members.into_iter().collect()),
        ]
    })
}

proptest! {
    /// Whatever is asked of whatever, there is an answer.
    #[test]
    fn nothing_panics(
        specification in any_json(),
        fields in proptest::collection::vec(("a|duration_ms", any_json()), 0..4),
        time in any::<i64>(),
        sample_rate in any::<u32>(),
    ) {
        let Ok(query) = Query::read(&specification) else {
            return Ok(());
        };
        let asked = Asked { series: true, total: true, other: true, limit: None };
        let mut running = Running::new(&query, asked, NOW);
        let fields = HoneycombEvent::fields_of(fields.into_iter().collect());
        running.take(&HoneycombEvent { time, sample_rate, fields: fields.clone() });
        running.take(&HoneycombEvent { time: NOW * 1_000_000, sample_rate, fields });
        let _outcome = running.finish();
    }
}
