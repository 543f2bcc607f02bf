//! The graph in the language of Graphviz: `dot -Tsvg`, and whatever else reads it.
//!
//! <https://graphviz.org/doc/info/lang.html>

use crate::output::Style;
use crate::trace::Outcome;
use crate::trace::graph::Statistics;

use super::super::health::{dominant, summary};
use super::super::quantity::{counted, duration, rate};
use super::chart::Chart;
use super::table::link_text;

/// One `digraph`, the nodes under ids that stay the same from one window to the next.
pub(super) fn written(chart: &Chart<'_>) -> String {
    let title = format!("{}\n{}", chart.window(), chart.scope());
    let mut text = format!(
        "digraph \"service graph\" {{\n  \
           graph [rankdir=LR, label={}, labelloc=t, fontname=\"sans-serif\"];\n  \
           node [shape=box, style=rounded, fontname=\"sans-serif\", fontsize=11, color=\"{}\"];\n  \
           edge [fontname=\"sans-serif\", fontsize=9, color=\"{NEUTRAL}\"];\n",
        quoted(&title),
        color(Outcome::Ok),
    );
    for spot in &chart.nodes {
        let mut lines = vec![spot.label.clone()];
        if !spot.is_client() && spot.label == spot.name {
            lines.extend(spot.kind.clone());
        }
        let mut attributes = String::new();
        if let Some(statistics) = &spot.node.statistics {
            lines.extend(figures(chart, statistics, "request"));
            let worst = dominant(statistics);
            if worst != Outcome::Ok {
                attributes.push_str(&format!(", color=\"{}\", penwidth=2", color(worst)));
            }
        }
        if spot.is_client() {
            attributes.push_str(&format!(", shape=oval, color=\"{NEUTRAL}\""));
        }
        if spot.is_inferred() {
            attributes.push_str(", style=\"rounded,dashed\"");
        }
        let label = quoted(&lines.join("\n"));
        text.push_str(&format!("  {} [label={label}{attributes}];\n", spot.id));
    }
    for arrow in &chart.edges {
        let statistics = &arrow.edge.statistics;
        let mut lines = Vec::new();
        let mut attributes = String::new();
        if !arrow.is_link_only() {
            lines.extend(figures(chart, statistics, "call"));
            let worst = dominant(statistics);
            if worst != Outcome::Ok {
                attributes.push_str(&format!(", color=\"{}\"", color(worst)));
            }
        }
        if arrow.edge.link {
            lines.push(link_text(arrow));
            attributes.push_str(", style=dashed");
        }
        let (from, to) = (&chart.nodes[arrow.from].id, &chart.nodes[arrow.to].id);
        let label = quoted(&lines.join("\n"));
        text.push_str(&format!("  {from} -> {to} [label={label}{attributes}];\n"));
    }
    text.push_str("}\n");
    text
}

/// Counts, endings, and the time and the rate: three short lines.
pub(super) fn figures(chart: &Chart<'_>, statistics: &Statistics, noun: &str) -> Vec<String> {
    let mut lines = vec![
        counted(statistics.total(), noun),
        summary(statistics, Style::PLAIN),
    ];
    if let Some(average) = statistics.average_seconds() {
        let mut line = format!("avg {}", duration(average));
        if let Some(per_minute) = chart.per_minute(statistics.total()) {
            line.push_str(&format!(", {}/min", rate(per_minute)));
        }
        lines.push(line);
    }
    lines
}

/// What has neither failed nor gone well.
pub(super) const NEUTRAL: &str = "#6b7785";

/// A colour that stands out on white and on black alike.
pub(super) fn color(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Ok => "#2b8a4b",
        Outcome::Error => "#b07503",
        Outcome::Throttle => "#9b5de0",
        Outcome::Fault => "#d8402f",
    }
}

/// A quoted string; `&` would begin one of HTML's entities, and a line break is `\n`.
fn quoted(text: &str) -> String {
    let escaped = text
        .replace('\\', "\\\\")
        .replace('"', "\\\"")
        .replace('&', "&amp;")
        .replace('\n', "\\n");
    format!("\"{escaped}\"")
}
