//! What holds for every trace.

use console::measure_text_width;
use proptest::prelude::{Strategy, any, proptest};
use proptest::test_runner::Config;
use serde_json::{Value, json};

use super::page;
use super::traces::{TRACE, id, made};
use crate::view::trace::{TraceForm, TraceView};

/// Segments whose parents may be missing, their own or each other's, from any time to any other.
fn views() -> impl Strategy<Value = TraceView> {
    let seed = (
        "[a-zA-Z0-9_.:/%&#=+ @-]{1,40}",
        0..14_u64,
        0..8_u64,
        0..5_000_000_u32,
        proptest::option::of(0..3_000_000_u32),
        any::<u8>(),
    );
    proptest::collection::vec(seed, 1..12).prop_map(|seeds| {
        let values: Vec<Value> = (1_u64..)
            .zip(seeds)
            .map(|(number, (name, parent, twin, start, length, flags))| {
                let start = 1_480_615_200.0 + f64::from(start) / 1e6;
                let number = if twin == 0 { 1 } else { number };
                let mut value = json!({
                    "id": id(number), "trace_id": TRACE, "name": name, "start_time": start,
                    "fault": flags & 1 > 0, "throttle": flags & 2 > 0, "error": flags & 4 > 0,
                    "http": {"request": {"url": name, "method": "GET"}, "response": {"status": flags}},
                });
                match length {
                    Some(length) => value["end_time"] = json!(start + f64::from(length) / 1e6),
                    None => value["in_progress"] = json!(true),
                }
                if parent > 0 {
                    value["parent_id"] = json!(id(parent));
                }
                value
            })
            .collect();
        made(&values)
    })
}

proptest! {
    #![proptest_config(Config::with_cases(96))]

    #[test]
    fn any_trace_can_be_shown(view in views(), width in 50..180_u16) {
        let text = view.written(TraceForm::Text, &page(Some(width)));
        for line in text.lines() {
            assert!(measure_text_width(line) <= usize::from(width), "{width}: {line}");
        }
        let svg = view.written(TraceForm::Svg, &page(None));
        roxmltree::Document::parse(&svg).expect("well-formed");
        let json = view.written(TraceForm::Json, &page(None));
        let json: Value = serde_json::from_str(&json).expect("JSON");
        assert_eq!(json["spans"].as_array().map(Vec::len), Some(view.trace.len()));
    }
}
