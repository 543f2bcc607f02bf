//! The graph as one table for spreadsheets: RFC 4180, nodes first, edges after them.
//!
//! An edge has its caller where a node has itself, and whom it calls in the columns `to_…`.

use jiff::Timestamp;

use crate::trace::Time;
use crate::trace::graph::{Histogram, Statistics};

use super::chart::{Chart, Spot};

/// The columns. `error` leaves throttled requests out; times are RFC 3339 in UTC.
const HEADER: [&str; 24] = [
    "kind",
    "reference_id",
    "name",
    "type",
    "account_id",
    "state",
    "root",
    "to_reference_id",
    "to_name",
    "to_type",
    "to_account_id",
    "link",
    "start",
    "end",
    "total",
    "per_minute",
    "ok",
    "error",
    "throttle",
    "fault",
    "average_seconds",
    "p50_seconds",
    "p95_seconds",
    "p99_seconds",
];

/// The table; no more than its header for an empty graph.
pub(super) fn written(chart: &Chart<'_>) -> String {
    let mut text = String::new();
    row(&mut text, HEADER.map(str::to_owned));
    for spot in &chart.nodes {
        let node = spot.node;
        let mut cells = vec!["node".to_owned()];
        cells.extend(who(spot));
        cells.extend([node.state.as_str().to_owned(), node.root.to_string()]);
        cells.extend(std::iter::repeat_n(String::new(), 5));
        cells.extend([time(node.start), time(node.end)]);
        cells.extend(match &node.statistics {
            Some(statistics) => figures(chart, statistics),
            None => vec![String::new(); 7],
        });
        cells.extend(percentiles(&node.response_time_histogram));
        row(&mut text, cells);
    }
    for arrow in &chart.edges {
        let edge = arrow.edge;
        let mut cells = vec!["edge".to_owned()];
        cells.extend(who(&chart.nodes[arrow.from]));
        cells.extend(std::iter::repeat_n(String::new(), 2));
        cells.extend(who(&chart.nodes[arrow.to]));
        cells.push(edge.link.to_string());
        cells.extend([time(edge.start), time(edge.end)]);
        cells.extend(figures(chart, &edge.statistics));
        cells.extend(percentiles(&edge.response_time_histogram));
        row(&mut text, cells);
    }
    text
}

fn who(spot: &Spot<'_>) -> [String; 4] {
    [
        spot.node.reference_id.to_string(),
        spot.name.clone(),
        spot.kind.clone().unwrap_or_default(),
        spot.node.account_id.clone().unwrap_or_default(),
    ]
}

fn figures(chart: &Chart<'_>, statistics: &Statistics) -> Vec<String> {
    vec![
        statistics.total().to_string(),
        number(chart.per_minute(statistics.total())),
        statistics.ok.to_string(),
        statistics.other_error.to_string(),
        statistics.throttle.to_string(),
        statistics.fault.to_string(),
        number(statistics.average_seconds()),
    ]
}

fn percentiles(histogram: &Histogram) -> [String; 3] {
    [50.0, 95.0, 99.0].map(|percent| number(histogram.percentile(percent)))
}

fn number(value: Option<f64>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

fn time(time: Time) -> String {
    Timestamp::from_microsecond(time.micros())
        .map(|time| time.to_string())
        .unwrap_or_default()
}

fn row(text: &mut String, cells: impl IntoIterator<Item = String>) {
    let cells: Vec<String> = cells.into_iter().map(|cell| quoted(&cell)).collect();
    text.push_str(&cells.join(","));
    text.push_str("\r\n");
}

fn quoted(cell: &str) -> String {
    if cell.contains([',', '"', '\r', '\n']) {
        format!("\"{}\"", cell.replace('"', "\"\""))
    } else {
        cell.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn cells_are_quoted_where_they_must() {
        assert_eq!(quoted("plain text"), "plain text");
        assert_eq!(quoted("a,b"), "\"a,b\"");
        assert_eq!(quoted("say \"hi\""), "\"say \"\"hi\"\"\"");
    }
}
