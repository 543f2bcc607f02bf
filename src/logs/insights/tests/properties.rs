//! What holds for every query and every event.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::super::{Event, Execution, MAX_CHARACTERS, Query};

const PIECES: [&str; 64] = [
    "fields ",
    "filter ",
    "parse ",
    "stats ",
    "sort ",
    "dedup ",
    "limit ",
    "display ",
    " | ",
    "@message",
    "@timestamp",
    "a",
    "b.c",
    "`x y`",
    "\"text\"",
    "'t*'",
    "/re(?<x>.)/",
    "/",
    "(",
    ")",
    "[",
    "]",
    ",",
    " and ",
    " or ",
    " not ",
    " in ",
    " like ",
    " =~ ",
    " as ",
    " by ",
    " desc",
    "=",
    "!=",
    "<",
    ">=",
    "+",
    "-",
    "*",
    "%",
    "^",
    "1",
    "0",
    "9007199254740993",
    "1e400",
    "5m",
    "count(*)",
    "avg(a)",
    "pct(a, 99)",
    "bin(1h)",
    "datefloor(a, 1mo)",
    "abs(",
    "concat(a, 'x')",
    "sqrt(-1)",
    "\"",
    "`",
    "#",
    "\n",
    "é",
    "true",
    "fromMillis(9e18)",
    "isIpInSubnet(a, b)",
    "|",
    "é|",
];

const MESSAGES: [&str; 8] = [
    "{\"a\": 1, \"b\": {\"c\": [1, 2]}}",
    "{\"a\": 1e308, \"b\": null}",
    "{\"a\": -1e308, \"b\": {\"c\": \"é\"}}",
    "{\"a\": 99999999999999999999999, \"b\": true}",
    "{\"a\": \"NaN\", \"b\": \"infinity\"}",
    "{\"a\": \"::1\", \"b\": \"::/0\"}",
    "plain a=1, b=x",
    "",
];

fn valid() -> impl Strategy<Value = String> {
    let field = select(vec![
        "a",
        "b.c",
        "@timestamp",
        "@message",
        "nothing",
        "1e308",
        "-1",
        "0",
    ]);
    let operator = select(vec!["+", "-", "*", "/", "%", "^"]);
    let sum = (field.clone(), operator, field.clone()).prop_map(|(a, o, b)| format!("{a} {o} {b}"));
    let compare = (sum.clone(), select(vec!["=", "!=", "<", ">="]), field)
        .prop_map(|(a, o, b)| format!("{a} {o} {b}"));
    let aggregate = select(vec![
        "count(*)",
        "sum(a)",
        "avg(a)",
        "stddev(a)",
        "pct(a, 90)",
        "median(a)",
        "min(a)",
        "max(b.c)",
        "latest(a)",
        "count_distinct(a)",
        "sum(a) / count(*)",
        "sortsFirst(b.c)",
    ]);
    let command = prop_oneof![
        sum.clone().prop_map(|sum| format!("fields {sum} as x")),
        compare.prop_map(|compare| format!("filter {compare}")),
        sum.prop_map(|sum| format!("sort {sum} desc")),
        Just("parse @message \"a=*, \" as y".to_owned()),
        Just("dedup a".to_owned()),
        (1..5_u8).prop_map(|limit| format!("limit {limit}")),
    ];
    (
        vec(command, 1..4),
        proptest::option::of((vec(aggregate, 1..3), any::<bool>())),
    )
        .prop_map(|(mut commands, stats)| {
            if let Some((aggregates, by)) = stats {
                let by = if by { " by b.c, bin(1w)" } else { "" };
                commands.push(format!("stats {}{by}", aggregates.join(", ")));
            }
            commands.join(" | ")
        })
}

fn run(query: &Query, events: &[(i64, String)]) {
    let mut execution = Execution::new(query, None);
    for (timestamp_ms, message) in events {
        execution.feed(&Event {
            timestamp_ms: *timestamp_ms,
            ingestion_ms: i64::MAX,
            message,
            log_stream: "stream",
            log: "1:group",
            ptr: &"p",
        });
    }
    let results = execution.finish();
    assert!(results.records_matched <= results.records_scanned);
    for (name, value) in results.rows.iter().flatten() {
        assert!(!name.contains('\0'), "{name:?}");
        // Texts of events may say what they like.
        let is_text = matches!(name.as_str(), "@message" | "a" | "b.c" | "y")
            || ["latest", "earliest", "min", "max", "sorts"]
                .iter()
                .any(|prefix| name.starts_with(prefix));
        if !is_text {
            assert!(
                !value.contains("NaN") && !value.contains("inf"),
                "{name}: {value}"
            );
        }
    }
}

fn events() -> impl Strategy<Value = Vec<(i64, String)>> {
    let message = prop_oneof![
        select(&MESSAGES[..]).prop_map(str::to_owned),
        any::<String>(),
    ];
    vec(
        (prop_oneof![any::<i64>(), 0..2_000_000_000_000_i64], message),
        0..8,
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn nothing_panics(
        text in prop_oneof![any::<String>(), vec(select(&PIECES[..]), 0..14).prop_map(|pieces| pieces.concat())],
        events in events(),
    ) {
        match Query::parse(&text) {
            Ok(query) => run(&query, &events),
            Err(error) => {
                prop_assert!(text.get(error.position.clone()).is_some());
                prop_assert!(!error.message.is_empty() && !error.hint.is_empty());
                prop_assert!(!error.to_string().contains('\n'), "{}", error);
                prop_assert_eq!(error.caret(&text).lines().count(), 2);
            }
        }
    }

    #[test]
    fn what_is_made_to_be_valid_runs(text in valid(), events in events()) {
        let query = Query::parse(&text);
        prop_assert!(query.is_ok(), "{}: {}", text, query.unwrap_err());
        if let Ok(query) = query {
            run(&query, &events);
        }
    }
}

#[test]
fn long_queries_are_not_deep() {
    let room = MAX_CHARACTERS - 20;
    for (text, piece) in [
        ("fields 1", " + 1"),
        ("filter a", " or a"),
        ("filter 1", " and 1"),
        ("fields a", " as a, a"),
    ] {
        let query = format!("{text}{}", piece.repeat(room / piece.len()));
        let query = Query::parse(&query).unwrap_or_else(|error| panic!("{text}: {error}"));
        run(&query, &[(0, "{}".to_owned())]);
    }
    for (open, close) in [
        ("(", ")"),
        ("not ", ""),
        ("- ", ""),
        ("abs(", ")"),
        ("1 ^ ", ""),
    ] {
        let deep = format!("filter {}1{}", open.repeat(60), close.repeat(60));
        run(&Query::parse(&deep).expect(open), &[(0, "{}".to_owned())]);
        let deeper = format!("filter {}1{}", open.repeat(1900), close.repeat(1900));
        assert!(Query::parse(&deeper).is_err(), "{open}");
    }
}
