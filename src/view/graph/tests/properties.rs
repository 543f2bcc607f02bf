//! What holds for every graph.

use proptest::prelude::{Just, Strategy, any, prop_oneof, proptest};
use proptest::test_runner::Config;

use super::graphs::Sketch;
use super::page;
use crate::trace::graph::State;
use crate::view::graph::layout::{Extent, Layout, Level, Point, layout};
use crate::view::graph::svg::on_curve;
use crate::view::graph::{GraphForm, GraphView};

/// Extents, edges between them, and the widths of labels.
type Plan = (Vec<Extent>, Vec<(usize, usize)>, Vec<f64>);

fn plans() -> impl Strategy<Value = Plan> {
    let extent =
        (20.0..50.0_f64, 0.0..60.0_f64, 0.0..60.0_f64).prop_map(|(radius, wider, higher)| Extent {
            radius,
            half_width: radius + wider + 1.0,
            above: radius + higher,
            below: radius + 46.0,
        });
    let shape = prop_oneof![
        Just((0_usize, 0_usize)),
        (1..8_usize).prop_map(|n| (n, n)),
        (1..40_usize).prop_map(|n| (n, 2 * n))
    ];
    shape.prop_flat_map(move |(nodes, edges)| {
        let ends = (
            any::<proptest::sample::Index>(),
            any::<proptest::sample::Index>(),
        );
        let edges = proptest::collection::vec(ends, if nodes == 0 { 0..1 } else { 0..edges + 1 });
        let edges = edges.prop_map(move |edges| {
            let mut edges: Vec<(usize, usize)> = edges
                .into_iter()
                .filter(|_| nodes > 0)
                .map(|(from, to)| (from.index(nodes), to.index(nodes)))
                .collect();
            edges.sort_unstable();
            edges.dedup();
            edges
        });
        (proptest::collection::vec(extent.clone(), nodes), edges).prop_map(|(extents, edges)| {
            let labels = vec![110.0; edges.len()];
            (extents, edges, labels)
        })
    })
}

/// Points along an edge, close together.
fn points(route: &[Level]) -> Vec<Point> {
    let mut points = Vec::new();
    for (place, level) in route.iter().enumerate() {
        if place > 0 {
            let before = &route[place - 1];
            for step in 0..=200 {
                let share = f64::from(step) / 200.0;
                points.push(on_curve(before, level, share));
            }
        }
        for step in 0..=50 {
            let x = level.from + (level.to - level.from) * f64::from(step) / 50.0;
            points.push(Point { x, y: level.y });
        }
    }
    points
}

fn distance(one: Point, other: Point) -> f64 {
    (one.x - other.x).hypot(one.y - other.y)
}

fn check((extents, edges, labels): &Plan) -> Layout {
    let drawn = layout(extents, edges, labels);
    for (place, (one, at)) in extents.iter().zip(&drawn.nodes).enumerate() {
        assert!(
            at.x - one.radius >= -1e-6 && at.x + one.radius <= drawn.width + 1e-6,
            "{at:?}"
        );
        assert!(
            at.y - one.above >= -1e-6 && at.y + one.below <= drawn.height + 1e-6,
            "{at:?}"
        );
        for (other, there) in extents.iter().zip(&drawn.nodes).skip(place + 1) {
            assert!(
                distance(*at, *there) >= one.radius + other.radius,
                "{at:?} {there:?}"
            );
        }
    }
    for ((from, to), route) in edges.iter().zip(&drawn.routes) {
        if from == to {
            assert!(route.is_empty());
            continue;
        }
        let points = points(route);
        let (first, last) = (points[0], points[points.len() - 1]);
        // It begins and ends at its own circles.
        assert!((distance(first, drawn.nodes[*from]) - extents[*from].radius).abs() < 1e-6);
        assert!((distance(last, drawn.nodes[*to]) - extents[*to].radius).abs() < 1e-6);
        for (place, (extent, at)) in extents.iter().zip(&drawn.nodes).enumerate() {
            let own = place == *from || place == *to;
            let reach = if own {
                extent.radius - 1e-6
            } else {
                extent.radius
            };
            for point in &points {
                assert!(
                    distance(*point, *at) >= reach,
                    "edge {from} to {to} runs through {place}"
                );
            }
        }
    }
    drawn
}

/// A random graph of services and what they call, with whatever names.
fn views() -> impl Strategy<Value = GraphView> {
    let node = (
        "\\PC{0,12}|[\\x00-\\x7f]{0,12}",
        any::<bool>(),
        proptest::option::of((0..9_u64, 0..9_u64, 0..9_u64, 0..9_u64, 0..90_000_u32)),
    );
    let edge = (
        any::<proptest::sample::Index>(),
        any::<proptest::sample::Index>(),
        0..20_u64,
        any::<bool>(),
    );
    (
        proptest::collection::vec(node, 0..14),
        proptest::collection::vec(edge, 0..30),
    )
        .prop_map(|(nodes, edges)| {
            let mut sketch = Sketch::default();
            let count = nodes.len();
            for (name, active, counts) in nodes {
                let (kind, state) = if active {
                    (None, State::Active)
                } else {
                    (Some("remote"), State::Unknown)
                };
                sketch.node(&name, kind, state, counts);
            }
            for (from, to, calls, link) in edges.into_iter().filter(|_| count > 0) {
                let (from, to) = (from.index(count), to.index(count));
                if link {
                    sketch.link(from, to, 1.5);
                } else {
                    sketch.edge(from, to, (calls, calls / 5, 0, calls / 7, 12));
                }
            }
            sketch.view()
        })
}

proptest! {
    #![proptest_config(Config::with_cases(96))]

    #[test]
    fn nodes_never_overlap_and_edges_keep_clear_of_them(plan in plans()) {
        assert_eq!(check(&plan), check(&plan));
    }

    #[test]
    fn every_form_of_any_graph_can_be_written(view in views()) {
        for form in [GraphForm::Table, GraphForm::Tree, GraphForm::Json, GraphForm::Dot, GraphForm::Mermaid, GraphForm::Svg, GraphForm::Csv] {
            let text = view.written(form, &page(80));
            assert_eq!(text, view.written(form, &page(80)));
            if form == GraphForm::Svg {
                roxmltree::Document::parse(&text).expect("well-formed");
            }
            if form == GraphForm::Json {
                serde_json::from_str::<serde_json::Value>(&text).expect("JSON");
            }
        }
        if let Some(node) = view.graph.nodes.first() {
            let name = node.name.clone();
            assert!(!view.clone().narrowed_to(&name).graph.nodes.is_empty());
        }
    }
}
