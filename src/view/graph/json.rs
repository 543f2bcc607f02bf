//! The graph as JSON: field names are a contract.
//!
//! At the top `start`, `end`, `group`, `service`, `old_group_versions`, `nodes` and `edges`.
//! Times are RFC 3339 in UTC; what ends in `_seconds` is in seconds. `error` counts failures of
//! the client without throttled requests, so `ok`, `error`, `throttle` and `fault` add up to
//! `total`. What is not known is `null`: a client has no statistics, and percentiles need a
//! histogram. A node's `reference_id` is its number in this document alone.

use jiff::Timestamp;
use serde::Serialize;

use crate::trace::Time;
use crate::trace::graph::{Histogram, Statistics};

use super::chart::Chart;

/// The whole document.
#[derive(Debug, Serialize)]
pub(super) struct Document<'a> {
    start: Timestamp,
    end: Timestamp,
    group: Option<&'a str>,
    service: Option<&'a str>,
    old_group_versions: bool,
    nodes: Vec<NodeRecord<'a>>,
    edges: Vec<EdgeRecord<'a>>,
}

#[derive(Debug, Serialize)]
struct NodeRecord<'a> {
    reference_id: usize,
    name: &'a str,
    names: &'a [String],
    r#type: Option<&'a str>,
    account_id: Option<&'a str>,
    state: &'static str,
    root: bool,
    start: Option<Timestamp>,
    end: Option<Timestamp>,
    statistics: Option<StatisticsRecord>,
    #[serde(flatten)]
    percentiles: Percentiles,
    response_time_histogram: Vec<BinRecord>,
    duration_histogram: Vec<BinRecord>,
}

#[derive(Debug, Serialize)]
struct EdgeRecord<'a> {
    from: usize,
    to: usize,
    from_name: &'a str,
    to_name: &'a str,
    link: bool,
    start: Option<Timestamp>,
    end: Option<Timestamp>,
    statistics: StatisticsRecord,
    #[serde(flatten)]
    percentiles: Percentiles,
    response_time_histogram: Vec<BinRecord>,
    received_event_age_histogram: Vec<BinRecord>,
}

#[derive(Debug, Serialize)]
struct StatisticsRecord {
    total: u64,
    ok: u64,
    error: u64,
    throttle: u64,
    fault: u64,
    per_minute: Option<f64>,
    total_response_time_seconds: f64,
    average_seconds: Option<f64>,
}

#[derive(Debug, Serialize)]
#[expect(
    clippy::struct_field_names,
    reason = "the unit is part of the names that readers see"
)]
struct Percentiles {
    p50_seconds: Option<f64>,
    p95_seconds: Option<f64>,
    p99_seconds: Option<f64>,
}

#[derive(Debug, Serialize)]
struct BinRecord {
    seconds: f64,
    count: u64,
}

impl<'a> Document<'a> {
    pub(super) fn of(chart: &Chart<'a>) -> Self {
        let view = chart.view;
        let nodes = chart.nodes.iter().map(|spot| {
            let node = spot.node;
            NodeRecord {
                reference_id: node.reference_id,
                name: &node.name,
                names: &node.names,
                r#type: node.kind.as_deref(),
                account_id: node.account_id.as_deref(),
                state: node.state.as_str(),
                root: node.root,
                start: timestamp(node.start),
                end: timestamp(node.end),
                statistics: node
                    .statistics
                    .as_ref()
                    .map(|statistics| StatisticsRecord::of(chart, statistics)),
                percentiles: Percentiles::of(&node.response_time_histogram),
                response_time_histogram: bins(&node.response_time_histogram),
                duration_histogram: bins(&node.duration_histogram),
            }
        });
        let edges = chart.edges.iter().map(|arrow| {
            let (from, to) = (chart.nodes[arrow.from].node, chart.nodes[arrow.to].node);
            EdgeRecord {
                from: from.reference_id,
                to: to.reference_id,
                from_name: &from.name,
                to_name: &to.name,
                link: arrow.edge.link,
                start: timestamp(arrow.edge.start),
                end: timestamp(arrow.edge.end),
                statistics: StatisticsRecord::of(chart, &arrow.edge.statistics),
                percentiles: Percentiles::of(&arrow.edge.response_time_histogram),
                response_time_histogram: bins(&arrow.edge.response_time_histogram),
                received_event_age_histogram: bins(&arrow.edge.received_event_age_histogram),
            }
        });
        Self {
            start: view.start,
            end: view.end,
            group: view.group.as_deref(),
            service: view.service.as_deref(),
            old_group_versions: view.old_group_versions,
            nodes: nodes.collect(),
            edges: edges.collect(),
        }
    }
}

impl StatisticsRecord {
    fn of(chart: &Chart<'_>, statistics: &Statistics) -> Self {
        Self {
            total: statistics.total(),
            ok: statistics.ok,
            error: statistics.other_error,
            throttle: statistics.throttle,
            fault: statistics.fault,
            per_minute: chart.per_minute(statistics.total()),
            total_response_time_seconds: statistics.total_seconds(),
            average_seconds: statistics.average_seconds(),
        }
    }
}

impl Percentiles {
    fn of(histogram: &Histogram) -> Self {
        Self {
            p50_seconds: histogram.percentile(50.0),
            p95_seconds: histogram.percentile(95.0),
            p99_seconds: histogram.percentile(99.0),
        }
    }
}

fn bins(histogram: &Histogram) -> Vec<BinRecord> {
    let bins = histogram.bins().iter();
    bins.map(|bin| BinRecord {
        seconds: bin.value,
        count: bin.count,
    })
    .collect()
}

/// `None` beyond the year 9999, which no calendar here has.
fn timestamp(time: Time) -> Option<Timestamp> {
    Timestamp::from_microsecond(time.micros()).ok()
}

/// The document as text.
pub(super) fn written(chart: &Chart<'_>) -> String {
    // What has strings for keys and no floats beyond JSON's can always be written.
    let mut text = serde_json::to_string_pretty(&Document::of(chart)).unwrap_or_default();
    text.push('\n');
    text
}
