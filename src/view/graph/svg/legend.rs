//! What the signs of the drawing mean: those that it has, and no others.

use crate::trace::Outcome;

use super::super::super::drawing::{number, text_width};
use super::super::super::health::{OUTCOMES, count, word};
use super::super::chart::Chart;

/// A legend in as many rows as its width asks for.
#[derive(Debug)]
pub(super) struct Legend {
    pub(super) svg: String,
    pub(super) bottom: f64,
}

/// The legend below a drawing, from this point on.
pub(super) fn written(chart: &Chart<'_>, left: f64, top: f64, width: f64) -> Legend {
    let mut legend = Flow {
        left,
        right: left + width,
        x: left,
        y: top,
        svg: "<g>\n".to_owned(),
    };
    for outcome in OUTCOMES {
        let nodes = chart.nodes.iter().filter_map(|spot| spot.node.statistics);
        let edges = chart.edges.iter().map(|arrow| arrow.edge.statistics);
        // All four, once anything went wrong: what is absent is news too.
        let ends = nodes
            .chain(edges)
            .any(|statistics| count(&statistics, outcome) > 0);
        if ends || outcome != Outcome::Ok {
            let line = format!("<path class=\"ring {}\" d=\"M0 0h26\"/>", word(outcome));
            legend.item(&line, 26.0, meaning(outcome));
        }
    }
    if chart
        .nodes
        .iter()
        .any(super::super::chart::Spot::is_inferred)
    {
        let ring = "<circle class=\"halo\" cx=\"8\" r=\"8\"/>";
        legend.item(ring, 16.0, "sends no segments: known from its callers");
    }
    if chart.edges.iter().any(|arrow| arrow.edge.link) {
        let line = "<path class=\"edge link\" stroke-width=\"1.5\" d=\"M0 0h26\"/>";
        legend.item(line, 26.0, "messages: one trace ends, another goes on");
    }
    if !chart.nodes.is_empty() {
        legend.item(
            "",
            -8.0,
            "in a circle: average response time, requests a minute",
        );
    }
    if !chart.edges.is_empty() {
        legend.item(
            "",
            -8.0,
            "on an edge: the same as the caller sees it, wider with more calls",
        );
    }
    legend.svg.push_str("</g>\n");
    Legend {
        svg: legend.svg,
        bottom: legend.y + 12.0,
    }
}

fn meaning(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Ok => "ok",
        Outcome::Error => "E  error, 4xx",
        Outcome::Throttle => "T  throttled, 429",
        Outcome::Fault => "F  fault, 5xx",
    }
}

struct Flow {
    left: f64,
    right: f64,
    x: f64,
    y: f64,
    svg: String,
}

impl Flow {
    fn item(&mut self, sign: &str, sign_width: f64, text: &str) {
        let width = sign_width + 8.0 + text_width(text, 11.0);
        if self.x > self.left && self.x + width > self.right {
            self.x = self.left;
            self.y += 22.0;
        }
        self.svg.push_str(&format!(
            "<g transform=\"translate({} {})\">{sign}<text class=\"soft\" x=\"{}\" y=\"4\">{text}</text></g>\n",
            number(self.x),
            number(self.y),
            number(sign_width + 8.0),
        ));
        self.x += width + 26.0;
    }
}
