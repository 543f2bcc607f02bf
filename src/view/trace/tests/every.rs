//! What holds for every trace, large ones and empty ones too.

use std::time::Instant;

use console::measure_text_width;
use serde_json::{Value, json};

use super::traces::{all, document, made, many};
use super::{page, text};
use crate::output::View as _;
use crate::trace::{Trace, TraceId};
use crate::view::trace::{TraceForm, TraceView};

#[test]
fn a_pipe_is_a_hundred_columns_wide() {
    for view in all() {
        assert_eq!(view.text(&page(None)), text(&view, 100));
    }
}

#[test]
fn no_line_is_wider_than_the_terminal() {
    for view in all() {
        // Too narrow for anything, but no reason to fall.
        for width in [0, 1, 7, 19, 29] {
            assert!(!text(&view, width).is_empty());
        }
        for width in [60, 80, 100, 200] {
            for line in text(&view, width).lines() {
                assert!(
                    measure_text_width(line) <= usize::from(width),
                    "{width}: {line}"
                );
            }
        }
    }
}

#[test]
fn nothing_drives_a_terminal() {
    for view in all() {
        for form in [TraceForm::Text, TraceForm::Json, TraceForm::Svg] {
            let text = view.written(form, &page(None));
            let bad = text.chars().find(|character| {
                // JSON keeps what is not ASCII as it is; a string there is data.
                let harmless = form == TraceForm::Json && !character.is_ascii();
                character.is_control() && *character != '\n' && !harmless
            });
            assert_eq!(bad, None, "{form:?}");
        }
    }
}

#[test]
fn ten_thousand_spans_are_shown_in_time() {
    let view = many(10_000);
    let begun = Instant::now();
    for form in [TraceForm::Text, TraceForm::Json, TraceForm::Svg] {
        assert!(
            view.written(form, &page(Some(120))).len() > 500_000,
            "{form:?}"
        );
    }
    let took = begun.elapsed();
    // Well under a second in a release build; this one is not optimised.
    assert!(took.as_secs() < 20, "{took:?}");
}

#[test]
fn a_chain_a_thousand_deep_keeps_its_names() {
    let documents: Vec<Value> = (1..=1_000)
        .map(|number| {
            let more = match number {
                1 => json!({}),
                _ => json!({"parent_id": format!("{:016x}", number - 1)}),
            };
            document(number, &format!("link-{number}"), (0.0, 1.0), &more)
        })
        .collect();
    let view = made(&documents);
    let text = text(&view, 80);
    assert!(text.contains("⋯999 link-1000"), "{text}");
    assert!(text.len() < 200_000, "{}", text.len());
}

#[test]
fn nothing_is_shown_of_nothing() {
    let view = TraceView {
        trace: Trace::assemble(TraceId::new(1), Vec::new()),
        documents: Vec::new(),
        limit_exceeded: false,
        utc: true,
    };
    assert!(text(&view, 80).contains("0 spans of 0 services"));
    let svg = view.written(TraceForm::Svg, &page(None));
    assert!(svg.contains("This trace has no segments."), "{svg}");
    assert!(
        view.written(TraceForm::Json, &page(None))
            .contains("\"spans\": []")
    );
}
