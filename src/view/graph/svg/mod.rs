//! The graph as a drawing: circles in layers from left to right, in the manner of the X-Ray
//! console.
//!
//! A circle has a ring of how its requests ended, clockwise from the top; its average response
//! time and its requests a minute stand inside. Classes differ by colour, by the pattern of their
//! line and by a letter, so that the drawing survives greyscale. Everything has a `<title>` with
//! all its figures.

mod edges;
mod glyph;
mod legend;
mod nodes;
mod room;

use std::collections::HashSet;

#[cfg(test)]
pub(super) use edges::on_curve;
#[cfg(test)]
pub(super) use nodes::angles;

use super::super::drawing::{css, escaped, number, within};
use super::chart::Chart;
use super::layout::{Extent, Point, layout};

/// The space around everything.
const MARGIN: f64 = 32.0;

/// The height of the title and what is below it.
const HEAD: f64 = 84.0;

/// A drawing is at least this wide, so that title and legend have room.
const NARROWEST: f64 = 680.0;

/// The style of everything; the colours come before it.
const STYLE: &str = "\
.service-map .page{fill:var(--page)}
.service-map text{fill:var(--ink);font-size:13px}
.service-map .title{font-size:18px;font-weight:600}
.service-map .soft{fill:var(--soft);font-size:11px}
.service-map .about{fill:var(--soft);font-size:12.5px}
.service-map .mid{text-anchor:middle}
.service-map .name{font-weight:600}
.service-map .time{font-size:14px;font-weight:600;letter-spacing:-.3px}
.service-map .rate{fill:var(--soft);font-size:11px}
.service-map .share{font-size:10.5px;font-weight:600}
.service-map .on-edge{font-size:11px}
.service-map .disc{fill:var(--card);stroke:none}
.service-map .ring{fill:none}
.service-map .halo{fill:none;stroke:var(--soft);stroke-width:1.2;stroke-dasharray:3 3}
.service-map .none{stroke:var(--line);stroke-width:2}
.service-map .glyph{fill:none;stroke:var(--soft);stroke-width:1.4;stroke-linejoin:round;stroke-linecap:round}
.service-map .person{fill:var(--soft)}
.service-map .edge{fill:none;stroke:var(--line)}
.service-map .head{fill:var(--line)}
.service-map .link{stroke-dasharray:6 4}
.service-map .back{fill:var(--page)}
.service-map .ok{stroke:var(--ok);stroke-width:6}
.service-map .error{stroke:var(--error);stroke-width:7;stroke-dasharray:7 2}
.service-map .throttle{stroke:var(--throttle);stroke-width:7;stroke-dasharray:2 2}
.service-map .fault{stroke:var(--fault);stroke-width:9}
.service-map .is-error{fill:var(--error)}.service-map .on-error{stroke:var(--error)}
.service-map .is-throttle{fill:var(--throttle)}.service-map .on-throttle{stroke:var(--throttle)}
.service-map .is-fault{fill:var(--fault)}.service-map .on-fault{stroke:var(--fault)}
";

/// The drawing.
pub(super) fn written(chart: &Chart<'_>) -> String {
    let looped: HashSet<usize> = chart
        .edges
        .iter()
        .filter(|arrow| arrow.from == arrow.to)
        .map(|arrow| arrow.from)
        .collect();
    let extents: Vec<Extent> = chart
        .nodes
        .iter()
        .enumerate()
        .map(|(place, spot)| nodes::extent(spot, looped.contains(&place)))
        .collect();
    let ends: Vec<(usize, usize)> = chart
        .edges
        .iter()
        .map(|arrow| (arrow.from, arrow.to))
        .collect();
    let labels: Vec<edges::Label> = chart
        .edges
        .iter()
        .map(|arrow| edges::Label::of(chart, arrow))
        .collect();
    let widths: Vec<f64> = labels.iter().map(|label| label.width).collect();
    let layout = layout(&extents, &ends, &widths);

    let width = (layout.width + 2.0 * MARGIN).max(NARROWEST);
    let corner = Point {
        x: (width - layout.width) / 2.0,
        y: HEAD,
    };
    let body = if chart.nodes.is_empty() {
        60.0
    } else {
        layout.height
    };
    let legend = legend::written(chart, MARGIN, HEAD + body + 28.0, width - 2.0 * MARGIN);
    let height = legend.bottom + MARGIN - 12.0;

    let title = format!("Service map, {}", chart.scope());
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"service-map\" role=\"img\" width=\"{w}\" height=\"{h}\" viewBox=\"0 0 {w} {h}\">\n\
         <title>{}</title>\n<desc>{}, {}</desc>\n<style>\n{}{STYLE}</style>\n\
         <rect class=\"page\" width=\"{w}\" height=\"{h}\"/>\n",
        escaped(&title),
        escaped(&chart.window()),
        escaped(&chart.size()),
        css("service-map"),
        w = number(width),
        h = number(height),
    );
    let room = width - 2.0 * MARGIN;
    let mut line = |class: &str, y: f64, size: f64, text: &str| {
        svg.push_str(&format!(
            "<text class=\"{class}\" x=\"{}\" y=\"{}\">{}</text>\n",
            number(MARGIN),
            number(y),
            escaped(&within(text, size, room)),
        ));
    };
    line("title", 38.0, 18.0, &title);
    let about = format!("{} · {}", chart.window(), chart.size());
    line("about", 59.0, 12.5, &about);
    if let Some(caution) = chart.caution() {
        line("about", 76.0, 12.5, &format!("caution: {caution}"));
    }
    if chart.nodes.is_empty() {
        line("about", HEAD + 32.0, 12.5, "No traces in this window.");
    }
    svg.push_str(&format!(
        "<g transform=\"translate({} {})\">\n",
        number(corner.x),
        number(corner.y)
    ));
    svg.push_str(&edges::written(chart, &extents, &layout, &labels));
    for (spot, at) in chart.nodes.iter().zip(&layout.nodes) {
        svg.push_str(&nodes::written(chart, spot, *at));
    }
    svg.push_str("</g>\n");
    svg.push_str(&legend.svg);
    svg.push_str("</svg>\n");
    svg
}
