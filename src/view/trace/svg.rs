//! A trace as a drawing: the tree on the left, its bars on the right, under a ruler.
//!
//! Colours are those of the service map, and every one of them has a word beside it. Everything
//! has a `<title>` with all its figures.

use crate::trace::timeline::{Row, Subject, Timeline};
use crate::trace::{Kind, Outcome, Span, seconds};

use super::super::drawing::{css, escaped, escaped_lines, number, text_width, within};
use super::super::health::word;
use super::super::plain::plain;
use super::super::quantity::{duration, tick};
use super::TraceView;
use super::branches::{Branch, branches};
use super::head::{IN_PROGRESS, ending, length, method_and_status, oddities, request};

/// The whole width.
const WIDTH: f64 = 1_200.0;

/// The space around everything.
const MARGIN: f64 = 28.0;

/// Where names end, and what stands right beside them.
const NAMES_END: f64 = 400.0;

/// Where bars begin.
const LEFT: f64 = 416.0;

/// Where they end.
const RIGHT: f64 = WIDTH - MARGIN;

/// Where rows begin.
const TOP: f64 = 132.0;

/// The height of a row.
const ROW: f64 = 26.0;

/// How far a level is set in.
const STEP: f64 = 15.0;

/// The levels that are set in; deeper ones stand below each other.
const LEVELS: u32 = 10;

/// The shortest that a bar is drawn.
const LEAST: f64 = 2.0;

const STYLE: &str = "\
.waterfall .page{fill:var(--page)}
.waterfall text{fill:var(--ink);font-size:12.5px}
.waterfall .title{font-size:18px;font-weight:600}
.waterfall .about{fill:var(--soft)}
.waterfall .soft{fill:var(--soft);font-size:11px}
.waterfall .service{font-weight:600}
.waterfall .end{text-anchor:end}.waterfall .mid{text-anchor:middle}
.waterfall .state{font-size:11px;font-weight:600}
.waterfall .label{font-size:11px}
.waterfall .inside{fill:var(--page)}
.waterfall .stripe{fill:var(--ink);opacity:.04}
.waterfall .grid{stroke:var(--line);stroke-width:1;opacity:.35}
.waterfall .tree{fill:none;stroke:var(--line);stroke-width:1}
.waterfall .critical{fill:var(--ink)}
.waterfall .hatch{stroke:var(--soft);stroke-width:2.5}
.waterfall .running{fill:url(#waterfall-hatch);stroke:var(--soft);stroke-width:1}
.waterfall .missing{fill:none;stroke:var(--soft);stroke-width:1.2;stroke-dasharray:4 3}
.waterfall .ok{fill:var(--ok)}.waterfall .is-error,.waterfall .error{fill:var(--error)}
.waterfall .is-throttle,.waterfall .throttle{fill:var(--throttle)}
.waterfall .is-fault,.waterfall .fault{fill:var(--fault)}
";

/// The drawing.
pub(super) fn written(view: &TraceView, timeline: &Timeline) -> String {
    let count = f64::from(u32::try_from(timeline.rows.len()).unwrap_or(u32::MAX));
    let bottom = TOP + count * ROW;
    let height = bottom + 56.0;
    let title = format!("Trace {}", view.trace.id());
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"waterfall\" role=\"img\" width=\"{w}\" height=\"{h}\" viewBox=\"0 0 {w} {h}\">\n\
         <title>{title}</title>\n<desc>{}, {}</desc>\n<style>\n{}{STYLE}</style>\n\
         <defs><pattern id=\"waterfall-hatch\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\"><path class=\"hatch\" d=\"M0 0v6\"/></pattern></defs>\n\
         <rect class=\"page\" width=\"{w}\" height=\"{h}\"/>\n",
        escaped(&view.began()),
        escaped(&view.size()),
        css("waterfall"),
        w = number(WIDTH),
        h = number(height),
    );
    let about = format!("{} · {}", view.began(), view.size());
    let caution = view.caution().map(|caution| format!("caution: {caution}"));
    let lines = [
        ("title", 38.0, 18.0, Some(title)),
        ("", 60.0, 12.5, Some(view.request())),
        ("about", 80.0, 12.5, Some(about)),
        ("about", 98.0, 12.5, caution),
    ];
    for (class, y, size, line) in lines {
        let line = line.unwrap_or_default();
        svg.push_str(&text(
            class,
            MARGIN,
            y,
            &within(&line, size, WIDTH - 2.0 * MARGIN),
        ));
    }
    svg.push_str(&ruler(timeline, bottom));
    let lines = branches(&timeline.rows);
    for (place, (row, branch)) in timeline.rows.iter().zip(&lines).enumerate() {
        let top = TOP + ROW * f64::from(u32::try_from(place).unwrap_or(u32::MAX));
        if place % 2 == 1 {
            svg.push_str(&rect(
                "stripe",
                MARGIN - 8.0,
                top,
                RIGHT - MARGIN + 16.0,
                ROW,
                0.0,
            ));
        }
        svg.push_str(&one(view, timeline, row, branch, top));
    }
    svg.push_str(&legend(timeline, bottom + 30.0));
    svg.push_str("</svg>\n");
    svg
}

/// The place of a moment; everything stays within the chart.
fn at(timeline: &Timeline, offset: i64) -> f64 {
    let share = seconds(offset) / seconds(timeline.duration.max(1));
    LEFT + (RIGHT - LEFT) * share.clamp(0.0, 1.0)
}

fn ruler(timeline: &Timeline, bottom: f64) -> String {
    let mut svg = String::new();
    if timeline.rows.is_empty() {
        return text("about", MARGIN, TOP, "This trace has no segments.");
    }
    for offset in timeline.ticks(8) {
        let x = at(timeline, offset);
        svg.push_str(&format!(
            "<path class=\"grid\" d=\"M{} {}V{}\"/>\n",
            number(x),
            number(TOP - 6.0),
            number(bottom)
        ));
        let label = tick(seconds(offset));
        let class = if x + text_width(&label, 11.0) / 2.0 > RIGHT {
            "soft end"
        } else {
            "soft mid"
        };
        svg.push_str(&text(class, x, TOP - 12.0, &label));
    }
    svg
}

fn one(view: &TraceView, timeline: &Timeline, row: &Row, branch: &Branch, top: f64) -> String {
    let span = match row.subject {
        Subject::Span(place) => Some(&view.trace[place].span),
        Subject::Missing(_) => None,
    };
    let name = match (row.subject, span) {
        (Subject::Missing(id), _) => format!("missing parent {id}"),
        (_, span) => span.map_or_else(String::new, |span| plain(&span.name).into_owned()),
    };
    let mut svg = format!(
        "<g><title>{}</title>\n{}",
        escaped_lines(&facts(&name, row, span)),
        lines(row, branch, top),
    );
    let middle = top + ROW / 2.0;
    let state = span.map(|span| state(span, middle));
    let taken = state.as_ref().map_or(0.0, |(_, width)| *width);
    let left = MARGIN + indent(row.depth);
    let class = match span {
        Some(span) if span.kind == Kind::Segment => "service",
        Some(_) => "",
        None => "about",
    };
    let room = NAMES_END - left - taken - 10.0;
    svg.push_str(&text(class, left, middle + 4.5, &within(&name, 13.0, room)));
    svg.push_str(&state.unwrap_or_default().0);
    svg.push_str(&bar(timeline, row, span, middle));
    svg.push_str("</g>\n");
    svg
}

/// Method and status code, then how it ended unless that is well; and how wide both are.
fn state(span: &Span, middle: f64) -> (String, f64) {
    let http = method_and_status(span);
    let http = within(&http, 11.0, 110.0);
    let (word, outcome) = ending(span);
    let class = match outcome {
        Some(Outcome::Ok) => None,
        Some(_) => Some(format!("state is-{word}")),
        None => Some("state".to_owned()),
    };
    let word_width = class.as_ref().map_or(0.0, |_| text_width(word, 12.5) + 8.0);
    let mut svg = String::new();
    if let Some(class) = class {
        svg.push_str(&text(
            &format!("{class} end"),
            NAMES_END,
            middle + 4.0,
            word,
        ));
    }
    svg.push_str(&text(
        "soft end",
        NAMES_END - word_width,
        middle + 4.0,
        &http,
    ));
    (svg, word_width + text_width(&http, 11.0))
}

fn bar(timeline: &Timeline, row: &Row, span: Option<&Span>, middle: f64) -> String {
    let left = at(timeline, row.offset);
    let right = at(timeline, row.offset.saturating_add(row.duration));
    let width = (right - left).max(LEAST);
    let left = left.min(RIGHT - width);
    let (class, height) = match span {
        None => ("missing", 8.0),
        Some(_) if row.in_progress => ("running", 12.0),
        Some(span) if span.kind == Kind::Segment => (word(span.outcome()), 14.0),
        Some(span) => (word(span.outcome()), 10.0),
    };
    let round = (width / 2.0).min(3.0);
    let mut svg = rect(class, left, middle - height / 2.0, width, height, round);
    if row.critical {
        svg.push_str(&rect(
            "critical",
            left,
            middle + height / 2.0 + 1.0,
            width,
            2.0,
            0.0,
        ));
    }
    let mut words = vec![length(row)];
    words.extend(oddities(row).into_iter().map(str::to_owned));
    let label = words.join(" · ");
    let wide = text_width(&label, 11.0) + 7.0;
    let (class, x) = if left + width + wide <= RIGHT {
        ("label", left + width + 6.0)
    } else if left - wide >= LEFT {
        ("label end", left - 6.0)
    } else if span.is_none() || row.in_progress {
        // No letters on hatching.
        return svg;
    } else {
        ("label inside end", left + width - 6.0)
    };
    let label = if class.contains("inside") {
        within(&label, 11.0, width - 10.0)
    } else {
        label.into()
    };
    svg.push_str(&text(class, x, middle + 4.0, &label));
    svg
}

fn indent(depth: usize) -> f64 {
    STEP * f64::from(u32::try_from(depth).unwrap_or(u32::MAX).min(LEVELS))
}

/// The lines of the tree left of a name.
fn lines(row: &Row, branch: &Branch, top: f64) -> String {
    let Some(parent) = row.depth.checked_sub(1) else {
        return String::new();
    };
    let x = |level: usize| number(MARGIN + indent(level) + 5.0);
    let mut path = String::new();
    for (level, _) in (0..).zip(&branch.goes_on).filter(|(_, goes_on)| **goes_on) {
        if indent(level) < indent(parent) {
            path.push_str(&format!("M{} {}v{}", x(level), number(top), number(ROW)));
        }
    }
    if indent(parent) < indent(row.depth) {
        let height = if branch.last { ROW / 2.0 } else { ROW };
        path.push_str(&format!(
            "M{from} {}v{}M{from} {}h7",
            number(top),
            number(height),
            number(top + ROW / 2.0),
            from = x(parent),
        ));
    }
    if path.is_empty() {
        return path;
    }
    format!("<path class=\"tree\" d=\"{path}\"/>\n")
}

fn legend(timeline: &Timeline, y: f64) -> String {
    let any = |has: fn(&Row) -> bool| timeline.rows.iter().any(has);
    let mut items: Vec<(&str, f64, String)> = Vec::new();
    if any(|row| row.critical) {
        items.push(("critical", 2.0, "the trace's end waited for it".to_owned()));
    }
    if any(|row| row.in_progress) {
        items.push((
            "running",
            10.0,
            format!("{IN_PROGRESS}, up to the last known moment"),
        ));
    }
    if any(|row| matches!(row.subject, Subject::Missing(_))) {
        items.push(("missing", 8.0, "a segment that never came".to_owned()));
    }
    let mut svg = String::new();
    let mut x = MARGIN;
    for (class, height, words) in items {
        svg.push_str(&rect(class, x, y - height / 2.0, 26.0, height, 0.0));
        svg.push_str(&text("soft", x + 34.0, y + 4.0, &words));
        x += 34.0 + text_width(&words, 11.0) + 28.0;
    }
    svg
}

/// All figures of a row.
fn facts(name: &str, row: &Row, span: Option<&Span>) -> Vec<String> {
    let mut lines = vec![name.to_owned()];
    let Some(span) = span else {
        return lines;
    };
    let kind = match span.kind {
        Kind::Segment => "segment",
        Kind::Subsegment => "subsegment",
    };
    lines.push(format!("{kind} {}, {}", span.id, ending(span).0));
    lines.extend(request(span));
    lines.push(format!(
        "from {} on, {}, {} of its own",
        duration(seconds(row.offset)),
        length(row),
        duration(seconds(row.own)),
    ));
    lines.extend(oddities(row).into_iter().map(str::to_owned));
    let exceptions = span
        .cause
        .as_ref()
        .map_or(&[][..], |cause| cause.exceptions());
    for exception in exceptions.iter().take(3) {
        let words = [exception.class.as_deref(), exception.message.as_deref()];
        let words: Vec<&str> = words.into_iter().flatten().collect();
        lines.push(within(&plain(&words.join(": ")), 1.0, 120.0).into_owned());
    }
    lines
}

fn text(class: &str, x: f64, y: f64, text: &str) -> String {
    if text.is_empty() {
        return String::new();
    }
    let class = if class.is_empty() {
        String::new()
    } else {
        format!(" class=\"{class}\"")
    };
    format!(
        "<text{class} x=\"{}\" y=\"{}\">{}</text>\n",
        number(x),
        number(y),
        escaped(text)
    )
}

fn rect(class: &str, x: f64, y: f64, width: f64, height: f64, round: f64) -> String {
    let round = if round > 0.0 {
        format!(" rx=\"{}\"", number(round))
    } else {
        String::new()
    };
    format!(
        "<rect class=\"{class}\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"{round}/>\n",
        number(x),
        number(y),
        number(width),
        number(height),
    )
}
