//! Edges: their lines, their heads, and what is written on them.

use crate::trace::Outcome;

use super::super::super::drawing::{escaped, escaped_lines, number, text_width};
use super::super::super::health::{count, dominant, letter, word};
use super::super::super::quantity::{duration, percent, short_rate};
use super::super::chart::{Arrow, Chart};
use super::super::layout::{Extent, Layout, Level, Point};
use super::super::table::link_text;
use super::nodes::figures;
use super::room::{Lines, Taken};

/// The height of what is written on an edge.
const LABEL_HEIGHT: f64 = 16.0;

/// How long an arrow's head is.
const HEAD: f64 = 9.0;

/// What is written on an edge: average and rate as the caller sees them, and the worst share.
#[derive(Debug)]
pub(super) struct Label {
    text: String,
    share: Option<(Outcome, String)>,
    pub(super) width: f64,
}

impl Label {
    pub(super) fn of(chart: &Chart<'_>, arrow: &Arrow<'_>) -> Self {
        let statistics = &arrow.edge.statistics;
        let mut parts = Vec::new();
        if let Some(average) = statistics.average_seconds() {
            parts.push(duration(average));
            if let Some(rate) = chart.per_minute(statistics.total()) {
                parts.push(format!("{}/min", short_rate(rate)));
            }
        } else if !arrow.edge.link {
            parts.push("no answer yet".to_owned());
        }
        if arrow.edge.link {
            parts.push(link_text(arrow));
        }
        let text = parts.join(" · ");
        let worst = dominant(statistics);
        let share = (worst != Outcome::Ok).then(|| {
            let share = percent(count(statistics, worst), statistics.total());
            (worst, format!(" {} {share}", letter(worst)))
        });
        let mut width = text_width(&text, 11.0) + 8.0;
        if let Some((_, share)) = &share {
            width += text_width(share, 10.5) * 1.05;
        }
        Self { text, share, width }
    }

    fn written(&self, at: Point, title: &str) -> String {
        let mut svg = format!(
            "<g transform=\"translate({} {})\"><title>{title}</title><rect class=\"back\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"4\"/><text class=\"mid on-edge\" y=\"4\">{}",
            number(at.x),
            number(at.y),
            number(-self.width / 2.0),
            number(-LABEL_HEIGHT / 2.0),
            number(self.width),
            number(LABEL_HEIGHT),
            escaped(&self.text),
        );
        if let Some((outcome, share)) = &self.share {
            svg.push_str(&format!(
                "<tspan class=\"share is-{}\">{}</tspan>",
                word(*outcome),
                escaped(share)
            ));
        }
        svg.push_str("</text></g>\n");
        svg
    }
}

/// All edges, then what is written on them.
pub(super) fn written(
    chart: &Chart<'_>,
    extents: &[Extent],
    layout: &Layout,
    labels: &[Label],
) -> String {
    let mut svg = String::new();
    let mut taken = Taken::default();
    for (extent, at) in extents.iter().zip(&layout.nodes) {
        let half = extent.half_width - 8.0;
        let round = extent.radius;
        taken.take([at.x - round, at.y - round, at.x + round, at.y + round]);
        taken.take([
            at.x - half,
            at.y + round,
            at.x + half,
            at.y + extent.below - 6.0,
        ]);
    }
    for route in &layout.routes {
        // An arrow's head must be seen, and where its edge begins.
        for (at, y) in route
            .first()
            .map(|level| (level.from, level.y))
            .into_iter()
            .chain(route.last().map(|level| (level.to, level.y)))
        {
            taken.take([at - 14.0, y - 5.0, at + 14.0, y + 5.0]);
        }
    }
    let lines = Lines::of(layout);
    let mut written = String::new();
    for (place, arrow) in chart.edges.iter().enumerate() {
        let (route, label) = (&layout.routes[place], &labels[place]);
        let title = escaped_lines(&facts(chart, arrow));
        let line = if arrow.from == arrow.to {
            Line::around(layout.nodes[arrow.from], extents[arrow.from].radius)
        } else {
            Line::along(route)
        };
        svg.push_str(&edge(arrow, &line, &title));
        let area = |at: &Point| {
            let (x, y) = (label.width / 2.0, LABEL_HEIGHT / 2.0);
            [at.x - x, at.y - y, at.x + x, at.y + y]
        };
        // Best where no other edge runs below it, else where no other label is. Where there is no
        // room it is left to the title: better than two that cannot be read.
        let best = line
            .places
            .iter()
            .find(|at| !lines.cross(area(at), place) && taken.is_free(area(at)))
            .or_else(|| line.places.iter().find(|at| taken.is_free(area(at))));
        if let Some(at) = best {
            taken.take(area(at));
            written.push_str(&label.written(*at, &title));
        }
    }
    svg.push_str(&written);
    svg
}

fn edge(arrow: &Arrow<'_>, line: &Line, title: &str) -> String {
    let worst = dominant(&arrow.edge.statistics);
    let (mut line_class, mut head_class) = (String::new(), String::new());
    if worst != Outcome::Ok {
        line_class = format!(" on-{}", word(worst));
        head_class = format!(" is-{}", word(worst));
    }
    let dashes = if arrow.edge.link { " link" } else { "" };
    #[expect(
        clippy::cast_precision_loss,
        reason = "a line's width shows magnitudes only"
    )]
    let calls = arrow.edge.statistics.total() as f64;
    let width = (1.2 + 0.7 * (calls + 1.0).log10()).min(5.0);
    format!(
        "<g><title>{title}</title><path class=\"edge{line_class}{dashes}\" stroke-width=\"{}\" d=\"{}\"/><path class=\"head{head_class}\" d=\"{}\"/></g>\n",
        number(width),
        line.path,
        line.head,
    )
}

/// A line as SVG has it, and where something can be written on it, the best place first.
struct Line {
    path: String,
    head: String,
    places: Vec<Point>,
}

impl Line {
    /// Level pieces, joined by curves.
    fn along(route: &[Level]) -> Self {
        let (Some(first), Some(last)) = (route.first(), route.last()) else {
            return Self {
                path: String::new(),
                head: String::new(),
                places: Vec::new(),
            };
        };
        let onwards = if last.to > last.from { 1.0 } else { -1.0 };
        let mut path = format!("M{} {}", number(first.from), number(first.y));
        for (place, level) in route.iter().enumerate() {
            if place > 0 {
                let before = &route[place - 1];
                let middle = number(f64::midpoint(before.to, level.from));
                path.push_str(&format!(
                    "C{middle} {} {middle} {} {} {}",
                    number(before.y),
                    number(level.y),
                    number(level.from),
                    number(level.y),
                ));
            }
            // The line ends inside its head, whose tip it would blunt.
            let end = if place + 1 == route.len() {
                level.to - onwards * (HEAD - 2.0)
            } else {
                level.to
            };
            path.push_str(&format!("H{}", number(end)));
        }
        let head = format!(
            "M{} {}l{} -4.5v9z",
            number(last.to),
            number(last.y),
            number(-onwards * HEAD)
        );
        Self {
            path,
            head,
            places: places(route),
        }
    }

    /// A loop above a circle.
    fn around(at: Point, radius: f64) -> Self {
        let round = radius - 7.0;
        let (sine, cosine) = 62.0_f64.to_radians().sin_cos();
        let (x, y) = (round * cosine, at.y - round * sine);
        let top = at.y - radius - 46.0;
        let path = format!(
            "M{} {}C{} {top} {} {top} {} {}",
            number(at.x + x),
            number(y),
            number(at.x + 40.0),
            number(at.x - 40.0),
            number(at.x - x - 1.5),
            number(y - 5.0),
            top = number(top),
        );
        // It comes in from the upper left.
        let (tip_x, tip_y) = (at.x - x, y);
        let head = format!(
            "M{} {}L{} {}L{} {}z",
            number(tip_x),
            number(tip_y),
            number(tip_x - 7.2),
            number(tip_y - 6.8),
            number(tip_x + 1.4),
            number(tip_y - 9.8),
        );
        let peak = 0.25 * y + 0.75 * top;
        let places = [0.0, -8.0, 10.0].map(|shift| Point {
            x: at.x,
            y: peak + shift,
        });
        Self {
            path,
            head,
            places: places.to_vec(),
        }
    }
}

/// The middle of the longest way that no node is near, then further and further from it.
fn places(route: &[Level]) -> Vec<Point> {
    let mut places = Vec::new();
    let inner = route.len().saturating_sub(2);
    for step in 0..inner {
        // From the middle outwards: 0, +1, -1, +2, -2 …
        let shift = step.div_ceil(2);
        let middle = inner / 2;
        let place = if step % 2 == 1 {
            middle + shift
        } else {
            middle.saturating_sub(shift)
        };
        if let Some(level) = route[1..=inner].get(place) {
            places.push(Point {
                x: f64::midpoint(level.from, level.to),
                y: level.y,
            });
        }
    }
    for share in [
        0.5, 0.44, 0.56, 0.38, 0.62, 0.32, 0.68, 0.26, 0.74, 0.2, 0.8,
    ] {
        for pair in route.windows(2) {
            places.push(on_curve(&pair[0], &pair[1], share));
        }
    }
    places
}

/// The point of the curve from one level piece to the next.
pub(in crate::view::graph) fn on_curve(one: &Level, other: &Level, share: f64) -> Point {
    let rest = 1.0 - share;
    let (first, last) = (rest.powi(3), share.powi(3));
    let (second, third) = (3.0 * rest * rest * share, 3.0 * rest * share * share);
    let middle = f64::midpoint(one.to, other.from);
    Point {
        x: first * one.to + (second + third) * middle + last * other.from,
        y: (first + second) * one.y + (third + last) * other.y,
    }
}

/// All figures of an edge.
fn facts(chart: &Chart<'_>, arrow: &Arrow<'_>) -> Vec<String> {
    let (from, to) = (&chart.nodes[arrow.from].label, &chart.nodes[arrow.to].label);
    let edge = arrow.edge;
    let mut lines = vec![format!("{from} → {to}")];
    if !arrow.is_link_only() {
        lines.extend(figures(
            chart,
            &edge.statistics,
            &edge.response_time_histogram,
            "call",
        ));
    }
    if edge.link {
        lines.push(link_text(arrow));
    }
    lines
}
