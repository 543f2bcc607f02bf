use serde_json::{Value, json};

use super::{counts, documents, extend, id, segment};
use crate::trace::graph::{
    Contribution, Graph, Names, Selector, Subject, Target, TimeSeries, TimeSeriesAccumulator,
    Window,
};
use crate::trace::{Time, Trace};

const SECOND: i64 = 1_000_000;

/// A series of these traces.
pub(super) fn series(
    traces: &[Trace],
    window: Window,
    length: i64,
    selector: Selector,
) -> TimeSeries {
    let mut names = Names::default();
    let mut accumulator = TimeSeriesAccumulator::new(window, length, selector);
    for trace in traces {
        let contribution = Contribution::of(trace, &mut names);
        accumulator.add(&contribution, &names);
    }
    accumulator.finish()
}

fn lines(series: &TimeSeries) -> Vec<String> {
    let line = |bucket: &crate::trace::graph::Bucket| {
        assert_eq!(
            bucket.statistics.total(),
            bucket.response_time_histogram.total()
        );
        format!("{:?}: {}", bucket.start, counts(&bucket.statistics))
    };
    series.buckets.iter().map(line).collect()
}

fn service(name: &str) -> Target {
    Target {
        name: Some(name.to_owned()),
        ..Target::default()
    }
}

fn kind(kind: &str) -> Target {
    Target {
        kind: Some(kind.to_owned()),
        ..Target::default()
    }
}

fn edge(source: Target, destination: Target) -> Selector {
    Selector::Edge {
        source,
        destination,
    }
}

/// Three requests to `front`, which writes to a table at 2 s, 58 s and 61 s after it began.
fn traces() -> Vec<Trace> {
    let values: Vec<Value> = [(0.0, 2.0), (30.0, 58.0), (50.0, 61.0)]
        .into_iter()
        .zip(1_u64..)
        .map(|((start, call), trace)| {
            let mut value = segment(
                1,
                "front",
                (start, start + 70.0),
                &json!({
                    "origin": "AWS::EC2::Instance", "aws": {"account_id": "111111111111"}, "fault": trace == 2,
                    "subsegments": [{
                        "id": id(2), "name": "dynamodb", "namespace": "aws", "start_time": call, "end_time": call + 0.5,
                        "aws": {"table_name": "users"}, "error": trace == 3,
                    }],
                }),
            );
            extend(&mut value, &json!({"trace_id": format!("{trace:032x}")}));
            value
        })
        .collect();
    Trace::all(&documents(&values))
}

#[test]
fn a_request_is_in_the_bucket_in_which_it_starts() {
    let traces = traces();
    let all = |selector| series(&traces, Window::ALWAYS, 60 * SECOND, selector);
    let front = all(Selector::Service(service("front")));
    assert_eq!(front.subject, Subject::Services);
    assert_eq!(
        lines(&front),
        ["0.000000: 2 ok, 0 error, 0 throttle, 1 fault, 210.000 s"]
    );
    let table = all(Selector::Service(service("users")));
    assert_eq!(
        lines(&table),
        [
            "0.000000: 2 ok, 0 error, 0 throttle, 0 fault, 1.000 s",
            "60.000000: 0 ok, 1 error, 0 throttle, 0 fault, 0.500 s",
        ]
    );
    let calls = all(edge(service("front"), kind("AWS::DynamoDB::Table")));
    assert_eq!(calls.subject, Subject::Edges);
    assert_eq!(lines(&calls), lines(&table));
    let everything = all(Selector::Everything);
    assert_eq!(everything.subject, Subject::Edges);
    assert_eq!(
        lines(&everything),
        [
            "0.000000: 4 ok, 0 error, 0 throttle, 1 fault, 211.000 s",
            "60.000000: 0 ok, 1 error, 0 throttle, 0 fault, 0.500 s",
        ]
    );
}

#[test]
fn a_target_has_all_that_is_given() {
    let traces = traces();
    let total = |selector| {
        let series = series(&traces, Window::ALWAYS, 3_600 * SECOND, selector);
        let totals = series
            .buckets
            .iter()
            .map(|bucket| bucket.statistics.total());
        totals.sum::<u64>()
    };
    let whole = |name: &str, kind: &str, account: &str| Target {
        name: Some(name.to_owned()),
        kind: Some(kind.to_owned()),
        account_id: Some(account.to_owned()),
    };
    let instance = "AWS::EC2::Instance";
    for (target, expected) in [
        (whole("front", instance, "111111111111"), 3),
        (whole("front", instance, "222222222222"), 0),
        (whole("front", "AWS::ECS::Container", "111111111111"), 0),
        (whole("back", instance, "111111111111"), 0),
        (service("Front"), 0),
        (kind(instance), 3),
        (Target::default(), 6),
    ] {
        assert_eq!(
            total(Selector::Service(target.clone())),
            expected,
            "{target:?}"
        );
    }
    // A client is meant by its type alone, and has no requests of its own.
    assert_eq!(total(Selector::Service(kind("client"))), 0);
    assert_eq!(total(edge(kind("client"), service("front"))), 3);
    assert_eq!(total(edge(service("front"), service("front"))), 0);
    assert_eq!(total(edge(service("users"), service("front"))), 0);
}

#[test]
fn adjacent_windows_neither_lose_nor_repeat() {
    let traces = traces();
    let window = |start: i64, end: i64| Window {
        start: Time::from_micros(start * SECOND),
        end: Time::from_micros(end * SECOND),
    };
    let of = |window| {
        series(
            &traces,
            window,
            20 * SECOND,
            Selector::Service(service("front")),
        )
    };
    assert_eq!(lines(&of(window(31, 50))), [""; 0], "what overlaps only");
    // A bucket begins where it always does, and not at the window's start.
    let late = "40.000000: 1 ok, 0 error, 0 throttle, 0 fault, 70.000 s";
    assert_eq!(lines(&of(window(50, 51))), [late]);
    assert_eq!(lines(&of(window(0, 50))).len(), 2);
    let parts = [of(window(0, 50)), of(window(50, 90))].map(|series| series.buckets);
    assert_eq!(parts.concat(), of(Window::ALWAYS).buckets);
}

#[test]
fn times_before_the_epoch_and_odd_lengths_do_no_harm() {
    let trace = |start: f64| Trace::all(&documents(&[segment(1, "a", (start, start), &json!({}))]));
    let starts = |start, length| {
        let selector = Selector::Service(service("a"));
        let series = series(&trace(start), Window::ALWAYS, length, selector);
        let starts = series.buckets.iter().map(|bucket| bucket.start.micros());
        starts.collect::<Vec<_>>()
    };
    assert_eq!(starts(-0.5, SECOND), [-SECOND]);
    assert_eq!(
        starts(1.5, 0),
        [1_500_000],
        "no bucket is shorter than a microsecond"
    );
    assert_eq!(starts(1.5, i64::MAX), [0]);
    assert_eq!(starts(-1.5, i64::MAX), [-i64::MAX]);
}

/// The whole of a series and the same requests in the graph.
pub(super) fn adds_up(traces: &[Trace], length: i64) {
    let graph = Graph::of(traces);
    let sum = |selector| {
        let series = series(traces, Window::ALWAYS, length, selector);
        assert!(
            series
                .buckets
                .is_sorted_by(|one, other| one.start < other.start)
        );
        let mut sum = crate::trace::graph::Statistics::default();
        let mut responses = 0;
        for bucket in &series.buckets {
            assert!(bucket.statistics.total() > 0);
            assert_eq!(bucket.start.micros().rem_euclid(length), 0);
            sum.merge(&bucket.statistics);
            responses += bucket.response_time_histogram.total();
        }
        assert_eq!(sum.total(), responses);
        sum
    };
    let target = |node: &crate::trace::graph::Node| Target {
        name: Some(node.name.clone()),
        kind: node.kind.clone(),
        account_id: node.account_id.clone(),
    };
    // Nodes without a type cannot be told from those of the same name with one.
    let is_told_apart = |node: &crate::trace::graph::Node| node.kind.is_some();
    let mut everything = crate::trace::graph::Statistics::default();
    for node in &graph.nodes {
        if is_told_apart(node) {
            let expected = node.statistics.unwrap_or_default();
            assert_eq!(sum(Selector::Service(target(node))), expected, "{node:?}");
        }
        for edge in &node.edges {
            everything.merge(&edge.statistics);
            let other = &graph.nodes[edge.to];
            if is_told_apart(node) && is_told_apart(other) {
                let selector = Selector::Edge {
                    source: target(node),
                    destination: target(other),
                };
                assert_eq!(sum(selector), edge.statistics);
            }
        }
    }
    assert_eq!(sum(Selector::Everything), everything);
}
