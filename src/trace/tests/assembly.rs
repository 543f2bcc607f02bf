use serde_json::json;

use super::{id, rows, segment, subsegment, trace, tree};
use crate::trace::timeline::Timeline;
use crate::trace::{SpanId, Trace};

#[test]
fn a_complete_document_replaces_one_in_progress() {
    let begun = json!({
        "id": id(1), "trace_id": super::TRACE, "name": "begun", "start_time": 1, "in_progress": true,
    });
    let done = segment(1, "done", (1.0, 2.0), &json!({}));
    for order in [[&begun, &done], [&done, &begun]] {
        assert_eq!(tree(&trace(&order.map(Clone::clone))), ["done"]);
    }
    assert_eq!(tree(&trace(&[begun])), ["begun [in progress]"]);
}

#[test]
fn the_last_of_two_complete_documents_is_kept() {
    let first = segment(1, "first", (1.0, 2.0), &json!({}));
    let second = segment(1, "second", (1.0, 3.0), &json!({}));
    assert_eq!(tree(&trace(&[first.clone(), second.clone()])), ["second"]);
    assert_eq!(tree(&trace(&[second, first])), ["first"]);
}

#[test]
fn a_subsegment_finds_its_parent_in_any_order() {
    let root = segment(
        1,
        "root",
        (1.0, 9.0),
        &json!({
            "subsegments": [{"id": id(2), "name": "inside", "start_time": 2, "end_time": 8}],
        }),
    );
    let late = subsegment(3, 2, "streamed", (3.0, 4.0), &json!({}));
    let later = subsegment(4, 3, "streamed inside", (3.0, 4.0), &json!({}));
    let expected = ["root", "  inside", "    streamed", "      streamed inside"];
    for order in [
        [&root, &late, &later],
        [&later, &late, &root],
        [&late, &root, &later],
    ] {
        assert_eq!(tree(&trace(&order.map(Clone::clone))), expected);
    }
}

#[test]
fn orphans_stand_under_the_parent_that_they_miss() {
    let trace = trace(&[
        subsegment(3, 0xaa, "first", (1.0, 2.0), &json!({})),
        segment(1, "root", (1.5, 9.0), &json!({})),
        subsegment(4, 0xaa, "second", (3.0, 4.0), &json!({})),
        subsegment(5, 0xbb, "third", (5.0, 6.0), &json!({})),
    ]);
    assert_eq!(
        tree(&trace),
        [
            "first [misses aa]",
            "second [misses aa]",
            "root",
            "third [misses bb]",
        ]
    );
    assert_eq!(
        rows(&trace),
        [
            "missing aa 0+3000",
            "  first 0+1000 [orphan]",
            "  second 2000+1000 [orphan]",
            "root 500+7500",
            "missing bb 4000+1000",
            "  third 4000+1000 [orphan]",
        ]
    );
    assert_eq!(trace.entry(), Some(2), "the trace began at the root");
}

#[test]
fn rings_of_parents_are_cut_at_the_first_to_begin() {
    let ring = [
        subsegment(1, 3, "one", (2.0, 3.0), &json!({})),
        subsegment(2, 1, "two", (1.0, 3.0), &json!({})),
        subsegment(3, 2, "three", (3.0, 4.0), &json!({})),
        subsegment(4, 1, "beside", (2.0, 2.5), &json!({})),
        subsegment(5, 5, "its own", (7.0, 8.0), &json!({})),
    ];
    let expected = [
        "two [ring at 1]",
        "  three",
        "    one",
        "      beside",
        "its own [ring at 5]",
    ];
    let mut turned = ring.clone();
    for _ in 0..ring.len() {
        turned.rotate_left(1);
        assert_eq!(tree(&trace(&turned)), expected);
    }
    assert_eq!(rows(&trace(&ring))[0], "two 0+2000 [cycle]");
}

#[test]
fn one_id_for_two_spans_is_marked_and_loses_neither() {
    let inside = json!({"subsegments": [
        {"id": id(1), "name": "same as its segment", "start_time": 1, "end_time": 2},
        {"id": id(2), "name": "one", "start_time": 2, "end_time": 3},
        {"id": id(2), "name": "two", "start_time": 3, "end_time": 4},
    ]});
    assert_eq!(
        tree(&trace(&[segment(1, "root", (1.0, 9.0), &inside)])),
        [
            "root [duplicate]",
            "  same as its segment [duplicate]",
            "  one [duplicate]",
            "  two [duplicate]",
        ]
    );
}

#[test]
fn skewed_clocks_are_marked_and_never_clamped() {
    let call = json!({"subsegments": [
        {"id": id(2), "name": "call", "namespace": "remote", "start_time": 2, "end_time": 3},
    ]});
    let trace = trace(&[
        segment(1, "caller", (1.0, 4.0), &call),
        segment(3, "ahead", (1.5, 2.5), &json!({"parent_id": id(2)})),
        segment(4, "behind", (2.5, 3.5), &json!({"parent_id": id(2)})),
    ]);
    assert_eq!(
        rows(&trace),
        [
            "caller 0+3000",
            "  call 1000+1000",
            "    ahead 500+1000 [skew]",
            "    behind 1500+1000 [outlives]",
        ]
    );
}

#[test]
fn what_is_in_progress_reaches_to_the_last_known_moment() {
    let begun = json!({
        "id": id(1), "trace_id": super::TRACE, "name": "begun", "start_time": 1, "in_progress": true,
    });
    let trace = trace(&[begun, subsegment(2, 1, "part", (2.0, 3.0), &json!({}))]);
    assert_eq!(
        rows(&trace),
        ["begun 0+2000 [in progress]", "  part 1000+1000"]
    );
}

#[test]
fn own_time_and_the_critical_path_come_with_the_rows() {
    let inside = json!({"subsegments": [
        {"id": id(2), "name": "first", "start_time": 1, "end_time": 4},
        {"id": id(3), "name": "hidden", "start_time": 2, "end_time": 3},
        {"id": id(4), "name": "second", "start_time": 4, "end_time": 8},
    ]});
    let trace = trace(&[segment(1, "root", (0.0, 10.0), &inside)]);
    let timeline = Timeline::of(&trace);
    let own: Vec<i64> = timeline
        .rows
        .iter()
        .map(|row| row.own / 1_000_000)
        .collect();
    assert_eq!(own, [3, 3, 1, 4]);
    let critical: Vec<bool> = timeline.rows.iter().map(|row| row.critical).collect();
    assert_eq!(critical, [true, true, false, true]);
    assert_eq!(
        timeline.ticks(5),
        [0, 2_000_000, 4_000_000, 6_000_000, 8_000_000, 10_000_000]
    );
}

#[test]
fn ten_thousand_subsegments_two_hundred_deep() {
    let mut values = vec![segment(1, "root", (0.0, 1e6), &json!({}))];
    // Fifty chains, each two hundred deep.
    for number in 0..10_000_u64 {
        let parent = if number % 200 == 0 { 1 } else { number + 1 };
        let start = f64::from(u32::try_from(number).expect("small"));
        values.push(subsegment(
            number + 2,
            parent,
            "part",
            (start, start + 1.0),
            &json!({}),
        ));
    }
    values.reverse();
    let trace = trace(&values);
    assert_eq!(trace.len(), 10_001);
    assert_eq!(trace.iter().map(|placed| placed.depth).max(), Some(200));
    assert_eq!(Timeline::of(&trace).rows.len(), 10_001);
    assert_eq!(trace.children(0).count(), 50);
}

#[test]
fn one_document_may_nest_two_hundred_deep_and_more() {
    for depth in [200_u64, 490] {
        let mut text = String::new();
        for number in 2..depth + 2 {
            text.push_str(&format!(
                r#","subsegments":[{{"id":"{}","name":"s","start_time":1,"end_time":2"#,
                SpanId::new(number)
            ));
        }
        text.push_str(&"}]".repeat(usize::try_from(depth).expect("small")));
        let mut outer = segment(1, "root", (1.0, 2.0), &json!({})).to_string();
        outer.pop();
        let document = crate::trace::Document::parse(&format!("{outer}{text}}}")).expect("valid");
        let traces = Trace::all(&[document]);
        assert_eq!(traces[0].len() as u64, depth + 1);
        assert_eq!(
            traces[0].iter().map(|placed| placed.depth as u64).max(),
            Some(depth)
        );
    }
}
