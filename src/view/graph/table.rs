//! The graph as two tables: nodes, and the edges between them.

use console::measure_text_width;

use crate::output::{Column, MISSING, Page, fitted};
use crate::trace::Outcome;
use crate::trace::graph::{Histogram, Statistics};

use super::super::health::{OUTCOMES, count, paint, shares, word};
use super::super::quantity::{duration, histogram_time, percent, rate};
use super::chart::{Arrow, Chart};

/// What the columns of numbers are made of, for a node as for an edge.
struct Figures<'a> {
    statistics: Option<Statistics>,
    histogram: &'a Histogram,
}

/// Both tables below a line that says what they are of; nothing for an empty graph.
pub(super) fn written(chart: &Chart<'_>, page: Page) -> String {
    if chart.nodes.is_empty() {
        return String::new();
    }
    let mut text = head(chart, page);
    text.push('\n');
    text.push_str(&fitted(&page, nodes(chart, page)));
    if !chart.edges.is_empty() {
        text.push('\n');
        text.push_str(&fitted(&page, edges(chart, page)));
    }
    text
}

/// Window, group and totals, with a caution where one is due.
pub(super) fn head(chart: &Chart<'_>, page: Page) -> String {
    let style = page.style;
    let (window, scope, size) = (chart.window(), chart.scope(), chart.size());
    let line = format!("{window}  {scope}  {size}");
    let fits = |width: u16| measure_text_width(&line) <= usize::from(width);
    let mut text = if page.width.is_none_or(fits) {
        format!("{line}\n")
    } else {
        format!("{}\n{size}\n", page.wrap(&format!("{window}  {scope}"), 0))
    };
    if let Some(caution) = chart.caution() {
        let caution = page.wrap(caution, "caution: ".len());
        text.push_str(&format!("{} {caution}\n", style.caution("caution:")));
    }
    text
}

fn nodes(chart: &Chart<'_>, page: Page) -> Vec<Column> {
    let style = page.style;
    let names = chart.nodes.iter().map(|spot| {
        if spot.is_client() {
            style.dim(&spot.label)
        } else {
            style.strong(&spot.label)
        }
    });
    let kinds = chart.nodes.iter().map(|spot| {
        let kind = spot.kind.as_deref().unwrap_or(MISSING);
        let kind = match &spot.account {
            Some(account) => format!("{kind} in {account}"),
            None => kind.to_owned(),
        };
        style.dim(&kind)
    });
    let figures: Vec<Figures<'_>> = chart
        .nodes
        .iter()
        .map(|spot| Figures {
            statistics: spot.node.statistics,
            histogram: &spot.node.response_time_histogram,
        })
        .collect();
    let status = status(&figures, page, |_| None);
    let mut columns = vec![
        Column::words("name", names.collect()),
        Column::words("type", kinds.collect()).dispensable(2),
        Column::words("status", status),
    ];
    columns.extend(numbers(chart, page, &figures, "requests"));
    columns
}

fn edges(chart: &Chart<'_>, page: Page) -> Vec<Column> {
    let style = page.style;
    let from = chart.edges.iter().map(|arrow| {
        let spot = &chart.nodes[arrow.from];
        if spot.is_client() {
            style.dim(&spot.label)
        } else {
            spot.label.clone()
        }
    });
    let to = chart.edges.iter().map(|arrow| {
        let to = &chart.nodes[arrow.to].label;
        let sign = if arrow.edge.link { "⇢" } else { "→" };
        format!("{sign} {to}")
    });
    let figures: Vec<Figures<'_>> = chart
        .edges
        .iter()
        .map(|arrow| Figures {
            statistics: Some(arrow.edge.statistics),
            histogram: &arrow.edge.response_time_histogram,
        })
        .collect();
    let status = status(&figures, page, |place| {
        let arrow = &chart.edges[place];
        arrow.edge.link.then(|| link_text(arrow))
    });
    let mut columns = vec![
        Column::words("from", from.collect()),
        Column::words("to", to.collect()),
        Column::words("status", status),
    ];
    columns.extend(numbers(chart, page, &figures, "calls"));
    columns
}

/// `async link`, and how old half of the messages were at most.
pub(super) fn link_text(arrow: &Arrow<'_>) -> String {
    let age = arrow.edge.received_event_age_histogram.percentile(50.0);
    age.map_or_else(
        || "async link".to_owned(),
        |age| format!("async link, {} old", duration(age)),
    )
}

fn status(
    figures: &[Figures<'_>],
    page: Page,
    link: impl Fn(usize) -> Option<String>,
) -> Vec<String> {
    // On a terminal one below the other; in a pipe one row is one line.
    let joint = page.width.map_or(", ", |_| "\n");
    let cells = figures.iter().enumerate().map(|(place, figure)| {
        let link = link(place);
        let statistics = figure
            .statistics
            .filter(|statistics| link.is_none() || statistics.total() > 0);
        let mut parts =
            statistics.map_or_else(Vec::new, |statistics| shares(&statistics, page.style));
        parts.extend(link);
        if parts.is_empty() {
            parts.push(MISSING.to_owned());
        }
        parts.join(joint)
    });
    cells.collect()
}

fn numbers(
    chart: &Chart<'_>,
    page: Page,
    figures: &[Figures<'_>],
    counted: &'static str,
) -> Vec<Column> {
    // A client has no requests of its own, and a link no calls.
    let cells = |text: &dyn Fn(&Statistics) -> String| -> Vec<String> {
        let statistics = figures.iter().map(|figure| figure.statistics.as_ref());
        statistics
            .map(|statistics| statistics.map_or_else(|| MISSING.to_owned(), text))
            .collect()
    };
    let percentile = |percent: f64| -> Vec<String> {
        let times = figures
            .iter()
            .map(|figure| figure.histogram.percentile(percent));
        times
            .map(|time| time.map_or_else(|| MISSING.to_owned(), histogram_time))
            .collect()
    };
    let per_minute = |statistics: &Statistics| {
        let rate_of = chart.per_minute(statistics.total());
        rate_of.map_or_else(|| MISSING.to_owned(), rate)
    };
    let ok = |statistics: &Statistics| match statistics.total() {
        0 => MISSING.to_owned(),
        total => percent(statistics.ok, total),
    };
    let average = |statistics: &Statistics| {
        let average = statistics.average_seconds();
        average.map_or_else(|| MISSING.to_owned(), duration)
    };
    let failures = |outcome: Outcome| {
        cells(&|statistics| match count(statistics, outcome) {
            0 => page.style.dim("0"),
            count => paint(page.style, outcome, &count.to_string()),
        })
    };
    let mut columns = vec![
        Column::numbers(counted, cells(&|statistics| statistics.total().to_string())),
        Column::numbers("/min", cells(&per_minute)).dispensable(3),
        Column::numbers("ok %", cells(&ok)).dispensable(6),
    ];
    columns.extend(
        OUTCOMES
            .into_iter()
            .skip(1)
            .map(|outcome| Column::numbers(word(outcome), failures(outcome)).dispensable(5)),
    );
    columns.extend([
        Column::numbers("avg", cells(&average)),
        Column::numbers("p50", percentile(50.0)).dispensable(4),
        Column::numbers("p95", percentile(95.0)).dispensable(1),
        Column::numbers("p99", percentile(99.0)).dispensable(4),
    ]);
    columns
}
