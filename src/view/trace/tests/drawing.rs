//! The drawing: what holds for every one of them, and one as it is.

use roxmltree::Document;

use super::traces::{all, captured};
use super::{page, text};
use crate::view::trace::TraceForm;

#[test]
fn drawings_are_well_formed_and_refer_to_nothing_outside() {
    for view in all() {
        let svg = view.written(TraceForm::Svg, &page(None));
        assert_eq!(svg, view.written(TraceForm::Svg, &page(None)));
        let document = Document::parse(&svg).expect("well-formed");
        for node in document.descendants() {
            assert!(!["script", "image", "use", "a"].contains(&node.tag_name().name()));
            for attribute in node.attributes() {
                assert!(
                    !["href", "src"].contains(&attribute.name()),
                    "{attribute:?}"
                );
            }
        }
        assert_eq!(svg.matches("url(").count(), 1, "only the hatching");
        // A row for every span.
        let rows = document
            .descendants()
            .filter(|node| node.has_tag_name("g"))
            .count();
        let missing = text(&view, 100).matches("missing parent ").count();
        assert_eq!(rows, view.trace.len() + missing);
    }
}

#[test]
fn bars_keep_within_the_chart() {
    for view in all() {
        let svg = view.written(TraceForm::Svg, &page(None));
        let document = Document::parse(&svg).expect("well-formed");
        for node in document
            .descendants()
            .filter(|node| node.has_tag_name("rect"))
        {
            let number = |name: &str| -> f64 {
                node.attribute(name)
                    .unwrap_or("0")
                    .parse()
                    .expect("a number")
            };
            assert!(number("width") >= 2.0, "{node:?}");
            assert!(number("x") + number("width") <= 1_200.0, "{node:?}");
        }
    }
}

#[test]
fn one_drawing() {
    insta::assert_snapshot!(captured("32").written(TraceForm::Svg, &page(None)));
}
