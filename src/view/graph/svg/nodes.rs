//! A node: its ring, what stands inside it, and its name below.

use crate::trace::Outcome;
use crate::trace::graph::{Histogram, Statistics};

use super::super::super::drawing::{escaped, escaped_lines, number, text_width, within};
use super::super::super::health::{OUTCOMES, count, dominant, letter, word};
use super::super::super::quantity::{counted, duration, histogram_time, percent, rate, short_rate};
use super::super::chart::{Chart, Spot};
use super::super::layout::{Extent, Point};
use super::glyph;

/// The outer radius of a ring.
const RADIUS: f64 = 46.0;

/// The radius of a client, which has no requests of its own to show.
const CLIENT_RADIUS: f64 = 28.0;

/// How far from its circle an edge begins and ends.
const CLEARANCE: f64 = 4.0;

/// And the dashed circle of what is known from its callers.
const HALO: f64 = 4.5;

/// The middle of a ring's line.
const RING: f64 = RADIUS - 4.5;

/// The widest that a name may be.
const WIDEST: f64 = 184.0;

/// The size of a name, a little more than it says because it is bold.
const NAME_SIZE: f64 = 13.5;

/// The least angle in degrees that an ending gets, so that one fault in ten thousand is seen.
const LEAST_ANGLE: f64 = 2.0;

/// The room of a node; one that calls itself needs some above.
pub(super) fn extent(spot: &Spot<'_>, looped: bool) -> Extent {
    let radius = outermost(spot);
    let name = text_width(name(spot), NAME_SIZE);
    let kind = text_width(&kind(spot).unwrap_or_default(), 11.0);
    let half = name.max(kind).min(WIDEST) / 2.0;
    Extent {
        radius: radius + CLEARANCE,
        half_width: half.max(radius + CLEARANCE) + 8.0,
        above: radius + if looped { 54.0 } else { 10.0 },
        below: radius + 46.0,
    }
}

/// What stands below a circle.
fn name<'a>(spot: &'a Spot<'_>) -> &'a str {
    if spot.is_client() {
        &spot.label
    } else {
        &spot.name
    }
}

/// And below that; clients have nothing there.
fn kind(spot: &Spot<'_>) -> Option<String> {
    let kind = spot.kind.as_deref().filter(|_| !spot.is_client());
    match (kind, &spot.account) {
        (Some(kind), Some(account)) => Some(format!("{kind} in {account}")),
        (kind, account) => kind.or(account.as_deref()).map(str::to_owned),
    }
}

fn radius(spot: &Spot<'_>) -> f64 {
    if spot.is_client() {
        CLIENT_RADIUS
    } else {
        RADIUS
    }
}

fn outermost(spot: &Spot<'_>) -> f64 {
    radius(spot) + if spot.is_inferred() { HALO } else { 0.0 }
}

/// The node at its place.
pub(super) fn written(chart: &Chart<'_>, spot: &Spot<'_>, at: Point) -> String {
    let mut svg = format!(
        "<g id=\"{}\" transform=\"translate({} {})\">\n<title>{}</title>\n",
        spot.id,
        number(at.x),
        number(at.y),
        escaped_lines(&facts(chart, spot)),
    );
    let radius = radius(spot);
    svg.push_str(&format!(
        "<circle class=\"disc\" r=\"{}\"/>\n",
        number(radius)
    ));
    if spot.is_inferred() {
        let halo = number(outermost(spot));
        svg.push_str(&format!("<circle class=\"halo\" r=\"{halo}\"/>\n"));
    }
    match &spot.node.statistics {
        Some(statistics) if !spot.is_client() => {
            svg.push_str(&ring(statistics));
            svg.push_str(&inside(chart, spot, statistics));
        }
        _ => {
            let ring = number(radius - 1.0);
            svg.push_str(&format!("<circle class=\"ring none\" r=\"{ring}\"/>\n"));
            if spot.is_client() {
                svg.push_str(&glyph::PERSON.replace("{y}", "0"));
            } else if let Some(glyph) = glyph::of(spot) {
                svg.push_str(&glyph.replace("{y}", "0"));
            }
        }
    }
    let below = outermost(spot);
    svg.push_str(&format!(
        "<text class=\"mid name\" y=\"{}\">{}</text>\n",
        number(below + 19.0),
        escaped(&within(name(spot), NAME_SIZE, WIDEST)),
    ));
    if let Some(kind) = kind(spot) {
        svg.push_str(&format!(
            "<text class=\"mid soft\" y=\"{}\">{}</text>\n",
            number(below + 34.0),
            escaped(&within(&kind, 11.0, WIDEST)),
        ));
    }
    svg.push_str("</g>\n");
    svg
}

/// Glyph, time, rate and the worst share, one below the other around the middle.
fn inside(chart: &Chart<'_>, spot: &Spot<'_>, statistics: &Statistics) -> String {
    let glyph = glyph::of(spot);
    let worst = dominant(statistics);
    let share = (worst != Outcome::Ok).then(|| {
        let share = percent(count(statistics, worst), statistics.total());
        format!("{} {share}", letter(worst))
    });
    let rate = chart.per_minute(statistics.total());
    let time = statistics.average_seconds();
    let mut height = 15.0;
    height += glyph.map_or(0.0, |_| 17.0);
    height += rate.map_or(0.0, |_| 13.0);
    height += share.as_ref().map_or(0.0, |_| 13.0);
    let mut y = -height / 2.0;
    let mut svg = String::new();
    if let Some(glyph) = glyph {
        svg.push_str(&glyph.replace("{y}", &number(y + 7.0)));
        y += 17.0;
    }
    y += 13.0;
    let time = time.map_or_else(|| "no answer yet".to_owned(), duration);
    let class = if statistics.total() == 0 {
        "rate"
    } else {
        "time"
    };
    svg.push_str(&format!(
        "<text class=\"mid {class}\" y=\"{}\">{time}</text>\n",
        number(y)
    ));
    if let Some(rate) = rate {
        y += 14.0;
        svg.push_str(&format!(
            "<text class=\"mid rate\" y=\"{}\">{}/min</text>\n",
            number(y),
            escaped(&short_rate(rate)),
        ));
    }
    if let Some(share) = share {
        y += 13.0;
        svg.push_str(&format!(
            "<text class=\"mid share is-{}\" y=\"{}\">{}</text>\n",
            word(worst),
            number(y),
            escaped(&share),
        ));
    }
    svg
}

/// The arcs of the four endings, clockwise from the top.
fn ring(statistics: &Statistics) -> String {
    let angles = angles(statistics);
    let mut svg = String::new();
    let mut from = 0.0;
    for (outcome, angle) in OUTCOMES.into_iter().zip(angles) {
        if angle <= 0.0 {
            continue;
        }
        let class = word(outcome);
        if angle >= 359.9 {
            svg.push_str(&format!(
                "<circle class=\"ring {class}\" r=\"{}\"/>\n",
                number(RING)
            ));
        } else {
            let point = |degrees: f64| {
                let (sine, cosine) = degrees.to_radians().sin_cos();
                format!("{:.2} {:.2}", RING * sine, -RING * cosine)
            };
            svg.push_str(&format!(
                "<path class=\"ring {class}\" d=\"M{}A{r} {r} 0 {} 1 {}\"/>\n",
                point(from),
                u8::from(angle > 180.0),
                point(from + angle),
                r = number(RING),
            ));
        }
        from += angle;
    }
    if svg.is_empty() {
        svg = format!("<circle class=\"ring none\" r=\"{}\"/>\n", number(RING));
    }
    svg
}

/// The angles of the four endings in degrees; they add up to a whole turn unless nothing ended.
pub(in crate::view::graph) fn angles(statistics: &Statistics) -> [f64; 4] {
    let total = statistics.total();
    if total == 0 {
        return [0.0; 4];
    }
    #[expect(
        clippy::cast_precision_loss,
        reason = "an angle of so many is no less true for it"
    )]
    let mut angles = OUTCOMES.map(|outcome| match count(statistics, outcome) {
        0 => 0.0,
        count => (360.0 * count as f64 / total as f64).max(LEAST_ANGLE),
    });
    // What the least ones gained, the greatest gives.
    let surplus = angles.iter().sum::<f64>() - 360.0;
    if let Some(greatest) = angles.iter_mut().max_by(|one, other| one.total_cmp(other)) {
        *greatest -= surplus;
    }
    angles
}

/// All figures of a node.
fn facts(chart: &Chart<'_>, spot: &Spot<'_>) -> Vec<String> {
    let node = spot.node;
    let mut lines = vec![match &spot.kind {
        Some(kind) => format!("{} ({kind})", spot.name),
        None => spot.name.clone(),
    }];
    if let Some(account) = &node.account_id {
        lines.push(format!("account {account}"));
    }
    if spot.is_inferred() {
        lines.push("known from its callers alone".to_owned());
    }
    if let Some(statistics) = &node.statistics {
        lines.extend(figures(
            chart,
            statistics,
            &node.response_time_histogram,
            "request",
        ));
    }
    lines
}

/// Counts, rate, average and percentiles in words.
pub(super) fn figures(
    chart: &Chart<'_>,
    statistics: &Statistics,
    histogram: &Histogram,
    noun: &str,
) -> Vec<String> {
    let mut first = counted(statistics.total(), noun);
    if let Some(per_minute) = chart.per_minute(statistics.total()) {
        first.push_str(&format!(", {}/min", rate(per_minute)));
    }
    let counts =
        OUTCOMES.map(|outcome| format!("{} {}", count(statistics, outcome), word(outcome)));
    let mut lines = vec![first, counts.join(", ")];
    if let Some(average) = statistics.average_seconds() {
        let mut times = vec![format!("average {}", duration(average))];
        for percent in [50.0, 95.0, 99.0] {
            if let Some(time) = histogram.percentile(percent) {
                times.push(format!("p{percent:.0} {}", histogram_time(time)));
            }
        }
        lines.push(times.join(", "));
    }
    lines
}
