use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::json;

use super::super::super::parse;
use super::{matches, trace};
use crate::trace::Trace;

/// Expressions of pieces that now and then hold for the traces below.
fn expression() -> impl Strategy<Value = String> {
    const TERMS: &[&str] = &[
        "ok",
        "error = false",
        "throttle",
        "fault",
        "partial",
        "root",
        "inferred",
        "last",
        "remote",
        "responsetime > 2",
        "duration <= 3",
        "http.status != 200",
        "coverage",
        "index = 1",
        r#"user = "a""#,
        r#"user CONTAINS """#,
        r#"name != "a""#,
        r#"type BEGINSWITH "AWS""#,
        r#"message ENDSWITH "m""#,
        r#"group.name = "slow""#,
        r#"group.arn != "slow""#,
        r#"service("b") {fault}"#,
        r#"!service(id(type: "remote"))"#,
        r#"edge("a", "b") {responsetime > 1}"#,
        r#"edge(id(type: "client"), "a")"#,
        r#"rootcause.fault.service {last and name = "b"}"#,
        "rootcause.responsetime.entity {remote}",
        "rootcause.error.exception {}",
        r#"rootcause.json = #[{"ClientImpacting": true}]"#,
    ];
    select(TERMS)
        .prop_map(str::to_owned)
        .prop_recursive(4, 12, 3, |inner| {
            prop_oneof![
                (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a}) AND ({b})")),
                (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a}) OR ({b})")),
                inner.clone().prop_map(|a| format!("!({a})")),
                inner.clone().prop_map(|a| format!("service() {{{a}}}")),
                inner.prop_map(|a| format!(r#"edge("a", "b") {{{a}}}"#)),
            ]
        })
}

/// Segments and subsegments under any earlier one, or under one that never came.
fn traces() -> impl Strategy<Value = Trace> {
    let span = (
        0..12_u64,
        select(&["a", "b", "c"][..]),
        select(&[None, Some("aws"), Some("remote"), Some("local")][..]),
        (1..5_u32, 0..4_u32),
        any::<[bool; 4]>(),
        any::<bool>(),
    );
    vec(span, 1..10).prop_map(|spans| {
        let mut documents = Vec::new();
        for (number, (parent, name, namespace, times, flags, answers)) in (1_u64..).zip(spans) {
            let [fault, error, throttle, running] = flags;
            let mut document = json!({
                "id": format!("{number:016x}"), "name": name, "start_time": times.0,
                "fault": fault, "error": error, "throttle": throttle, "user": name,
                "cause": {"exceptions": [{"id": format!("{number:016x}"), "message": "m"}]},
            });
            if running {
                document["in_progress"] = true.into();
            } else {
                document["end_time"] = (times.0 + times.1).into();
            }
            if parent > 0 {
                document["parent_id"] = format!("{parent:016x}").into();
                if let (Some(namespace), false) = (namespace, answers) {
                    document["type"] = "subsegment".into();
                    document["namespace"] = namespace.into();
                }
            }
            documents.push(document);
        }
        trace(&documents)
    })
}

proptest! {
    #[test]
    fn connectives_mean_what_they_say(a in expression(), b in expression(), trace in traces()) {
        let (left, right) = (matches(&a, &trace), matches(&b, &trace));
        prop_assert_eq!(matches(&format!("!({a})"), &trace), !left);
        prop_assert_eq!(matches(&format!("({a}) AND ({b})"), &trace), left && right);
        prop_assert_eq!(matches(&format!("({a}) ({b})"), &trace), left && right);
        prop_assert_eq!(matches(&format!("({a}) OR ({b})"), &trace), left || right);
    }

    #[test]
    fn what_is_printed_means_the_same(a in expression(), trace in traces()) {
        let printed = parse(&a).expect("an expression").to_string();
        prop_assert_eq!(matches(&printed, &trace), matches(&a, &trace), "{}", printed);
    }

    #[test]
    fn a_filter_narrows(a in expression(), trace in traces()) {
        for whom in ["service()", r#"service("b")"#, r#"edge("a", "b")"#] {
            let there = matches(whom, &trace);
            let either = matches(&format!("{whom} {{{a}}}"), &trace)
                || matches(&format!("{whom} {{!({a})}}"), &trace);
            prop_assert_eq!(there, either, "{}", whom);
        }
    }
}
