mod written;

use serde_json::{Value, json};

use super::super::event::{FieldValue, HoneycombEvent};
use super::{Asked, InvalidMember, Outcome, Query, Running};

/// Milliseconds since 1970.
const NOW: i64 = 1_700_000_000_000;
const SECOND: i64 = 1_000_000_000;

fn event(second: i64, fields: Value) -> HoneycombEvent<'static> {
    let Value::Object(members) = fields else {
        panic!("{fields}")
    };
    HoneycombEvent {
        time: NOW * 1_000_000 - second * SECOND,
        sample_rate: 1,
        fields: HoneycombEvent::fields_of(members),
    }
}

const PLAIN: Asked = Asked {
    series: false,
    total: false,
    other: false,
    limit: None,
};

fn run_as(asked: Asked, specification: &Value, events: &[HoneycombEvent<'_>]) -> Value {
    let query = Query::read(specification).unwrap();
    let mut running = Running::new(&query, asked, NOW);
    for event in events {
        running.take(event);
    }
    match running.finish() {
        Outcome::Data(data) => data,
        Outcome::Failed(error) => panic!("{error}"),
    }
}

/// The rows of the results.
fn run(specification: &Value, events: &[HoneycombEvent<'_>]) -> Vec<Value> {
    run_as(PLAIN, specification, events)["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|result| result["data"].clone())
        .collect()
}

fn invalid(specification: &Value) -> Vec<InvalidMember> {
    Query::read(specification).unwrap_err()
}

/// How many of the events pass a filter.
#[expect(clippy::needless_pass_by_value, reason = "written where it is used")]
fn passing(filter: Value, events: &[HoneycombEvent<'_>]) -> i64 {
    run(&json!({ "filters": [filter] }), events)[0]["COUNT"]
        .as_i64()
        .unwrap()
}

#[test]
fn every_comparison_does_what_it_says() {
    let events = [
        event(1, json!({ "n": 200, "s": "GET /home", "b": true })),
        event(1, json!({ "n": 404.5, "s": "POST /home", "b": false })),
        event(1, json!({ "n": "500" })),
        event(1, json!({ "other": 1 })),
    ];
    for (column, op, value, expected) in [
        ("n", "=", json!(200), 1),
        ("n", "=", json!("200"), 1),
        ("n", "=", json!(500), 1),
        ("n", "!=", json!(200), 3),
        ("n", ">", json!(200), 2),
        ("n", ">=", json!(200), 3),
        ("n", "<", json!(404.5), 1),
        ("n", "<=", json!(404.5), 2),
        ("s", "starts-with", json!("GET"), 1),
        ("s", "does-not-start-with", json!("GET"), 3),
        ("s", "ends-with", json!("home"), 2),
        ("s", "does-not-end-with", json!("home"), 2),
        ("s", "contains", json!("ST /"), 1),
        ("s", "does-not-contain", json!("ST /"), 3),
        ("n", "contains", json!(0), 3),
        ("s", "=", json!("get /home"), 0),
        ("s", ">", json!("GET"), 2),
        ("n", "in", json!([200, "500", 1]), 2),
        ("n", "not-in", json!([200, 500]), 2),
        ("n", "in", json!([]), 0),
        ("b", "=", json!(true), 1),
        ("b", "=", json!("True"), 1),
        ("b", "!=", json!(true), 3),
    ] {
        let filter = json!({ "column": column, "op": op, "value": value });
        assert_eq!(passing(filter.clone(), &events), expected, "{filter}");
    }
    assert_eq!(
        passing(json!({ "column": "n", "op": "exists" }), &events),
        3
    );
    assert_eq!(
        passing(json!({ "column": "n", "op": "does-not-exist" }), &events),
        1
    );
}

#[test]
fn filters_are_all_or_any() {
    let events = [
        event(1, json!({ "a": 1, "b": 1 })),
        event(1, json!({ "a": 1, "b": 2 })),
        event(1, json!({ "a": 2, "b": 2 })),
    ];
    let filters = json!([
        { "column": "a", "op": "=", "value": 1 },
        { "column": "b", "op": "=", "value": 1 },
    ]);
    let count = |combination: &str| {
        run(
            &json!({ "filters": filters, "filter_combination": combination }),
            &events,
        )[0]["COUNT"]
            .clone()
    };
    assert_eq!(count("AND"), json!(1));
    assert_eq!(count("OR"), json!(2));
    let none = json!({ "filter_combination": "OR" });
    assert_eq!(run(&none, &events)[0]["COUNT"], json!(3));
}

#[test]
fn every_calculation_weighs_by_the_sample_rate() {
    let mut events = vec![
        event(1, json!({ "v": 1, "k": "a", "duration_ms": 500 })),
        event(1, json!({ "v": 2, "k": "b", "duration_ms": 1500 })),
        event(1, json!({ "v": 10, "k": "a" })),
        event(1, json!({ "v": "no number" })),
    ];
    events[2].sample_rate = 8;
    let ops = [
        "SUM",
        "AVG",
        "MIN",
        "MAX",
        "P10",
        "P20",
        "P25",
        "P50",
        "P99",
        "COUNT_DISTINCT",
    ];
    let mut calculations: Vec<Value> = ops
        .iter()
        .map(|op| json!({ "op": op, "column": "v" }))
        .collect();
    calculations.push(json!({ "op": "COUNT" }));
    calculations.push(json!({ "op": "CONCURRENCY" }));
    let rows = run(&json!({ "calculations": calculations }), &events);
    assert_eq!(
        rows,
        [json!({
            "SUM(v)": 83,
            "AVG(v)": 8.3,
            "MIN(v)": 1,
            "MAX(v)": 10,
            "P10(v)": 1,
            "P20(v)": 2,
            "P25(v)": 10,
            "P50(v)": 10,
            "P99(v)": 10,
            "COUNT_DISTINCT(v)": 4,
            "COUNT": 11,
            "CONCURRENCY": 2,
        })]
    );
}

#[test]
fn nothing_counts_as_nothing() {
    let query = json!({ "calculations": [
        { "op": "COUNT" }, { "op": "AVG", "column": "v" }, { "op": "HEATMAP", "column": "v" },
    ] });
    assert_eq!(
        run(&query, &[]),
        [json!({ "COUNT": 0, "AVG(v)": null, "HEATMAP(v)": null })]
    );
    assert_eq!(run(&json!({ "breakdowns": ["a"] }), &[]), [] as [Value; 0]);
}

#[test]
fn groups_are_ordered_cut_and_selected() {
    let mut events = Vec::new();
    for (route, times) in [("a", 3), ("b", 1), ("c", 2)] {
        for time in 0..times {
            events.push(event(1, json!({ "route": route, "ms": time })));
        }
    }
    events.push(event(1, json!({ "ms": 9 })));
    let routes = |specification: Value| -> Vec<Value> {
        run(&specification, &events)
            .iter()
            .map(|row| row["route"].clone())
            .collect()
    };
    assert_eq!(
        routes(json!({ "breakdowns": ["route"] })),
        [json!("a"), json!("c"), json!(null), json!("b")]
    );
    let by_name = json!([{ "column": "route", "order": "descending" }]);
    assert_eq!(
        routes(json!({ "breakdowns": ["route"], "orders": by_name, "limit": 2 })),
        [json!("c"), json!("b")]
    );
    let by_count = json!([{ "op": "COUNT", "order": "ascending" }]);
    assert_eq!(
        routes(
            json!({ "breakdowns": ["route"], "calculations": [{ "op": "COUNT" }], "orders": by_count })
        ),
        [json!(null), json!("b"), json!("c"), json!("a")]
    );
    let many = json!([{ "calculate_op": "COUNT", "op": ">=", "value": 2 }]);
    assert_eq!(
        routes(
            json!({ "breakdowns": ["route"], "calculations": [{ "op": "COUNT" }], "havings": many })
        ),
        [json!("a"), json!("c")]
    );
}

#[test]
fn totals_are_of_all_and_others_of_the_rest() {
    let events: Vec<_> = (0..6)
        .map(|number| event(number, json!({ "k": number % 3, "v": number })))
        .collect();
    let asked = Asked {
        total: true,
        other: true,
        series: true,
        limit: Some(1),
    };
    let data = run_as(
        asked,
        &json!({ "breakdowns": ["k"], "calculations": [{ "op": "SUM", "column": "v" }, { "op": "COUNT" }] }),
        &events,
    );
    assert_eq!(
        data["results"],
        json!([{ "data": { "k": 2, "SUM(v)": 7, "COUNT": 2 } }])
    );
    assert_eq!(
        data["total_by_aggregate"],
        json!({ "SUM(v)": 15, "COUNT": 6 })
    );
    assert_eq!(
        data["other_by_aggregate"],
        json!({ "SUM(v)": 8, "COUNT": 4 })
    );
    assert!(data["other_by_aggregate_series"].is_array());
}

#[test]
fn a_series_has_steps() {
    let at = |second: i64, value: i64| HoneycombEvent {
        time: second * SECOND,
        ..event(0, json!({ "v": value }))
    };
    let events = [
        at(1000, 1),
        at(1009, 2),
        at(1010, 4),
        at(1031, 16),
        at(1060, 99),
    ];
    let asked = Asked {
        series: true,
        ..PLAIN
    };
    let query = json!({
        "start_time": 1000, "end_time": 1060, "granularity": 10,
        "calculations": [
            { "op": "COUNT" }, { "op": "SUM", "column": "v" }, { "op": "RATE_SUM", "column": "v" },
            { "op": "HEATMAP", "column": "v" },
        ],
    });
    let data = run_as(asked, &query, &events);
    let times: Vec<&str> = data["series"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| entry["time"].as_str().unwrap())
        .collect();
    assert_eq!(
        times,
        [
            "1970-01-01T00:16:40Z",
            "1970-01-01T00:16:50Z",
            "1970-01-01T00:17:10Z"
        ]
    );
    assert_eq!(
        data["series"][1]["data"],
        json!({
            "COUNT": 1, "SUM(v)": 4, "RATE_SUM(v)": 1,
            "HEATMAP(v)": [{ "from": 4, "to": 4.5, "count": 1 }],
        })
    );
    assert_eq!(data["series"][0]["data"]["RATE_SUM(v)"], json!(null));
    assert_eq!(data["results"][0]["data"]["RATE_SUM(v)"], json!(13));
    assert_eq!(data["results"][0]["data"]["COUNT"], json!(4));
}

#[test]
fn spans_are_counted_in_every_step_that_they_reach() {
    let span = |second: i64, milliseconds: i64| HoneycombEvent {
        time: second * SECOND,
        ..event(0, json!({ "duration_ms": milliseconds }))
    };
    let asked = Asked {
        series: true,
        ..PLAIN
    };
    let query = json!({
        "start_time": 1000, "end_time": 1030, "granularity": 10,
        "calculations": [{ "op": "CONCURRENCY" }],
    });
    let data = run_as(asked, &query, &[span(1000, 15_000), span(1012, 1000)]);
    let counts: Vec<&Value> = data["series"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| &entry["data"]["CONCURRENCY"])
        .collect();
    assert_eq!(counts, [&json!(1), &json!(2)]);
}

#[test]
fn old_and_new_names_are_one() {
    let events = [
        event(1, json!({ "http.status_code": 200 })),
        event(1, json!({ "http.response.status_code": 200 })),
    ];
    for name in ["http.status_code", "http.response.status_code"] {
        let rows = run(&json!({ "breakdowns": [name] }), &events);
        assert_eq!(rows, [json!({ name: 200, "COUNT": 2 })]);
    }
}

#[test]
fn too_many_groups_are_given_up() {
    let query = Query::read(&json!({ "breakdowns": ["id"] })).unwrap();
    let mut running = Running::new(&query, PLAIN, NOW);
    for id in 0..=200_000 {
        let fields = vec![("id".into(), FieldValue::Integer(id))];
        running.take(&HoneycombEvent {
            fields,
            ..event(1, json!({}))
        });
    }
    assert!(matches!(running.finish(), Outcome::Failed(_)));
}
