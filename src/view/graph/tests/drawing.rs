//! The drawing: what holds for every one of them, and one as it is.

use std::time::Instant;

use roxmltree::Document;

use super::graphs::{alone, apart, crowd, cruddur, guide, odd, shop};
use super::page;
use crate::trace::graph::Statistics;
use crate::view::graph::svg::angles;
use crate::view::graph::{GraphForm, GraphView};

fn drawn(view: &GraphView) -> String {
    view.written(GraphForm::Svg, &page(80))
}

#[test]
fn one_service_alone() {
    insta::assert_snapshot!(drawn(&alone()));
}

#[test]
fn drawings_are_well_formed_and_refer_to_nothing() {
    for view in [guide(), alone(), cruddur(), shop(), apart(), odd()] {
        let svg = drawn(&view);
        let document = Document::parse(&svg).expect("well-formed");
        for node in document.descendants() {
            assert!(!["script", "image", "use", "a"].contains(&node.tag_name().name()));
            for attribute in node.attributes() {
                assert!(!attribute.name().starts_with("on"), "{attribute:?}");
                assert!(
                    !["href", "src"].contains(&attribute.name()),
                    "{attribute:?}"
                );
            }
        }
        assert!(!svg.contains("url("), "refers to something");
    }
}

#[test]
fn every_edge_of_a_small_graph_has_its_label() {
    for view in [guide(), alone(), cruddur(), shop(), apart(), odd()] {
        let svg = drawn(&view);
        let document = Document::parse(&svg).expect("well-formed");
        let labels = document
            .descendants()
            .filter(|node| node.attribute("class") == Some("mid on-edge"))
            .count();
        assert_eq!(labels, view.graph.edges().count());
    }
}

#[test]
fn one_fault_in_ten_thousand_is_seen() {
    let statistics = |ok, throttle, other_error, fault| Statistics {
        ok,
        throttle,
        other_error,
        fault,
        total_micros: 0,
    };
    let close = |angles: [f64; 4], wanted: [f64; 4]| {
        let near = angles
            .iter()
            .zip(&wanted)
            .all(|(one, other)| (one - other).abs() < 1e-9);
        assert!(near, "{angles:?}");
    };
    close(angles(&statistics(9_999, 0, 0, 1)), [358.0, 0.0, 0.0, 2.0]);
    close(angles(&statistics(3, 0, 1, 0)), [270.0, 90.0, 0.0, 0.0]);
    close(angles(&statistics(0, 0, 0, 7)), [0.0, 0.0, 0.0, 360.0]);
    close(angles(&statistics(0, 0, 0, 0)), [0.0; 4]);
    close(angles(&statistics(1, 9_999, 1, 1)), [2.0, 2.0, 354.0, 2.0]);
}

#[test]
fn five_hundred_nodes_are_drawn_in_time() {
    let view = crowd(500);
    let begun = Instant::now();
    let svg = drawn(&view);
    let took = begun.elapsed();
    // A second in a release build; this one is not optimised.
    assert!(took.as_secs() < 20, "{took:?}");
    assert_eq!(svg, drawn(&view));
    Document::parse(&svg).expect("well-formed");
}
