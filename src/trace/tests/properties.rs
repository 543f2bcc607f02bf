//! What holds for every trace.

use proptest::prelude::{Just, Strategy, any, prop_oneof, proptest};
use proptest::test_runner::Config;
use serde_json::{Value, json};

use super::time_series::adds_up;
use super::{document, documents, extend, graph_lines, id, rows, tree};
use crate::trace::graph::{
    Accumulator, CLIENT, Contribution, Graph, Names, State, Statistics, Window,
};
use crate::trace::summary::Summary;
use crate::trace::timeline::Timeline;
use crate::trace::{Document, Trace};

/// The names that random spans have.
const NAMES: [&str; 4] = ["a", "b", "dynamodb", "s3"];

/// One span of a random trace.
#[derive(Debug, Clone)]
struct Seed {
    /// Whose it is: an earlier span of the same trace.
    parent: proptest::sample::Index,
    trace: u64,
    name: u8,
    start: u32,
    length: Option<u32>,
    flags: u8,
    namespace: Option<&'static str>,
    is_segment: bool,
}

fn seeds(most: usize) -> impl Strategy<Value = Vec<Seed>> {
    let namespace = prop_oneof![
        Just(None),
        Just(Some("local")),
        Just(Some("aws")),
        Just(Some("remote")),
    ];
    let seed = (
        any::<proptest::sample::Index>(),
        0..3_u64,
        0..4_u8,
        0..5_000_u32,
        proptest::option::weighted(0.9, 0..3_000_u32),
        any::<u8>(),
        namespace,
        any::<bool>(),
    );
    let seed = seed.prop_map(
        |(parent, trace, name, start, length, flags, namespace, is_segment)| Seed {
            parent,
            trace,
            name,
            start,
            length,
            flags,
            namespace,
            is_segment,
        },
    );
    proptest::collection::vec(seed, 1..most)
}

/// Documents of their own, so that any order is possible; every parent is there.
fn whole(seeds: &[Seed]) -> Vec<Value> {
    let mut values: Vec<Value> = Vec::new();
    let mut known: [Vec<u64>; 3] = Default::default();
    for (number, seed) in (1_u64..).zip(seeds) {
        let known = &mut known[usize::try_from(seed.trace).expect("small")];
        let start = f64::from(seed.start) / 1000.0;
        let mut value = json!({
            "id": id(number),
            "trace_id": format!("{:032x}", seed.trace),
            "name": NAMES[usize::from(seed.name)],
            "start_time": start,
            "error": seed.flags & 1 > 0,
            "throttle": seed.flags & 2 > 0,
            "fault": seed.flags & 4 > 0,
        });
        match seed.length {
            Some(length) => extend(
                &mut value,
                &json!({"end_time": start + f64::from(length) / 1000.0}),
            ),
            None => extend(&mut value, &json!({"in_progress": true})),
        }
        if let Some(namespace) = seed.namespace {
            extend(&mut value, &json!({"namespace": namespace}));
        }
        if seed.is_segment && seed.flags & 8 > 0 {
            extend(&mut value, &json!({"origin": "AWS::EC2::Instance"}));
        }
        // One root in eight beside the first one, a parent for everyone else.
        if !known.is_empty() && (seed.flags >> 5 > 0 || !seed.is_segment) {
            let parent = *seed.parent.get(known);
            extend(&mut value, &json!({"parent_id": id(parent)}));
            if !seed.is_segment {
                extend(&mut value, &json!({"type": "subsegment"}));
            }
        }
        known.push(number);
        values.push(value);
    }
    values
}

/// Documents with parents that are missing, their own, or each other's.
fn broken(seeds: &[Seed]) -> Vec<Value> {
    let mut values = whole(seeds);
    let count = values.len() + 3;
    for (value, seed) in values.iter_mut().zip(seeds) {
        extend(
            value,
            &json!({"parent_id": id(seed.parent.index(count) as u64)}),
        );
    }
    values
}

fn add(sum: &mut Statistics, other: Option<&Statistics>) {
    if let Some(other) = other {
        sum.merge(other);
    }
}

/// In a broken trace a subsegment without a segment is a node that nobody calls.
fn check_invariants(graph: &Graph, is_whole: bool) {
    for node in &graph.nodes {
        let mut inbound = Statistics::default();
        for (_, edge) in graph
            .edges()
            .filter(|(_, edge)| edge.to == node.reference_id)
        {
            add(&mut inbound, Some(&edge.statistics));
            assert_eq!(
                edge.statistics.total(),
                edge.response_time_histogram.total()
            );
        }
        if node.kind.as_deref() == Some(CLIENT) {
            assert_eq!(node.statistics, None);
            assert!(!node.edges.is_empty());
            continue;
        }
        let statistics = node.statistics.expect("all but clients have some");
        assert_eq!(
            statistics.ok + statistics.errors() + statistics.fault,
            statistics.total()
        );
        assert_eq!(statistics.total(), node.response_time_histogram.total());
        assert_eq!(statistics.total(), node.duration_histogram.total());
        if is_whole && node.state == State::Unknown {
            assert_eq!(statistics, inbound, "{}", node.name);
        }
    }
}

/// The statistics of the clients' edges are those of the segments that began traces.
fn check_clients(graph: &Graph, traces: &[Trace]) {
    let mut clients = Statistics::default();
    for node in graph
        .nodes
        .iter()
        .filter(|node| node.kind.as_deref() == Some(CLIENT))
    {
        for edge in &node.edges {
            assert!(graph.nodes[edge.to].root);
            clients.merge(&edge.statistics);
        }
    }
    let mut roots = Statistics::default();
    for trace in traces {
        for place in trace.roots() {
            let span = &trace[place].span;
            if trace[place].parent == crate::trace::Parent::None && !span.in_progress() {
                roots.count(span.outcome(), span.elapsed());
            }
        }
    }
    assert_eq!(clients, roots);
}

proptest! {
    #![proptest_config(Config { cases: 192, failure_persistence: None, ..Config::default() })]

    #[test]
    fn the_graph_of_a_whole_trace_adds_up(seeds in seeds(60)) {
        let traces = Trace::all(&documents(&whole(&seeds)));
        let graph = Graph::of(&traces);
        check_invariants(&graph, true);
        check_clients(&graph, &traces);
    }

    #[test]
    fn the_buckets_of_a_time_series_add_up_to_the_graph(seeds in seeds(60), length in 1..4_000_000_i64) {
        for values in [whole(&seeds), broken(&seeds)] {
            adds_up(&Trace::all(&documents(&values)), length);
        }
    }

    #[test]
    fn nothing_is_lost_however_broken(seeds in seeds(60)) {
        let values = broken(&seeds);
        let traces = Trace::all(&documents(&values));
        assert_eq!(traces.iter().map(Trace::len).sum::<usize>(), values.len());
        for trace in &traces {
            let shown = Timeline::of(trace).rows;
            assert!(shown.len() >= trace.len());
            assert!(shown.iter().all(|row| row.offset >= 0 && row.duration >= 0));
            let summary = Summary::of(trace);
            assert!(summary.duration >= 0);
        }
        check_invariants(&Graph::of(&traces), false);
    }

    #[test]
    fn the_order_of_arrival_does_not_matter(seeds in seeds(40), swaps in proptest::collection::vec(any::<proptest::sample::Index>(), 40)) {
        for values in [whole(&seeds), broken(&seeds)] {
            let mut shuffled = values.clone();
            for (place, swap) in swaps.iter().enumerate().take(values.len()) {
                shuffled.swap(place, swap.index(values.len()));
            }
            let (one, other) = (Trace::all(&documents(&values)), Trace::all(&documents(&shuffled)));
            let trees = |traces: &[Trace]| traces.iter().map(tree).collect::<Vec<_>>();
            assert_eq!(trees(&one), trees(&other));
            let timelines = |traces: &[Trace]| traces.iter().map(rows).collect::<Vec<_>>();
            assert_eq!(timelines(&one), timelines(&other));
            assert_eq!(graph_lines(&Graph::of(&one)), graph_lines(&Graph::of(&other)));
        }
    }

    #[test]
    fn parts_add_up_to_the_whole(seeds in seeds(40), cut in any::<proptest::sample::Index>()) {
        let traces = Trace::all(&documents(&whole(&seeds)));
        let graph = Graph::of(&traces);
        let (one, other) = traces.split_at(cut.index(traces.len()));
        assert_eq!(Graph::merge([Graph::of(one), Graph::of(other)]), graph);
        let mut names = Names::default();
        let mut parts = [one, other].map(|part| {
            let mut accumulator = Accumulator::new(Window::ALWAYS);
            for trace in part {
                accumulator.add(&Contribution::of(trace, &mut names));
            }
            accumulator
        });
        let (first, second) = parts.split_at_mut(1);
        first[0].merge(&second[0]);
        assert_eq!(first[0].clone().finish(&names), graph);
    }

    #[test]
    fn a_document_within_another_is_as_good_as_on_its_own(seeds in seeds(20)) {
        let values = whole(&seeds);
        let inside: Vec<Value> = values.clone();
        let mut outer = super::segment(0xffff, "outer", (0.0, 9.0), &json!({}));
        extend(&mut outer, &json!({"subsegments": inside}));
        let spans = document(&outer).spans();
        assert_eq!(spans.len(), values.len() + 1);
        let names: Vec<_> = spans.iter().skip(1).map(|span| span.name.clone()).collect();
        let expected: Vec<_> = values.iter().map(|value| value["name"].as_str().expect("a name").to_owned()).collect();
        assert_eq!(names, expected);
    }

    #[test]
    fn no_text_is_too_odd(text in ".{0,200}") {
        drop(Document::parse_all(&text));
    }

    #[test]
    fn no_json_is_too_odd(json in any_json(), field in 0..24_usize) {
        const FIELDS: [&str; 24] = [
            "id", "trace_id", "parent_id", "name", "start_time", "end_time", "in_progress", "type",
            "http", "aws", "sql", "annotations", "metadata", "user", "error", "cause", "links",
            "subsegments", "namespace", "origin", "resource_arn", "service", "inferred", "other",
        ];
        let mut value = super::segment(1, "odd", (1.0, 2.0), &json!({}));
        extend(&mut value, &json!({FIELDS[field]: json}));
        let text = value.to_string();
        if let Ok(document) = Document::parse(&text) {
            assert_eq!(document.text(), text);
            let traces = Trace::all(&[document]);
            Graph::of(&traces);
            Timeline::of(&traces[0]);
            Summary::of(&traces[0]);
            traces[0].inferred_segments();
        }
    }
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
    ];
    let key = prop_oneof![
        Just("id".to_owned()),
        Just("subsegments".to_owned()),
        Just("exceptions".to_owned()),
        Just("request".to_owned()),
        Just("start_time".to_owned()),
        ".{0,4}",
    ];
    leaf.prop_recursive(5, 40, 6, move |inside| {
        prop_oneof![
            proptest::collection::vec(inside.clone(), 0..6).prop_map(Value::from),
            proptest::collection::vec((key.clone(), inside), 0..6)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}
