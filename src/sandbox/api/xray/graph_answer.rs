//! Service graphs and statistics over time as X-Ray writes them.
//!
//! What is absent in AWS's own answers is absent here: `Root` unless it is true, `Type` and
//! `AccountId` where they are not known, `EdgeType` and the age of events except on links. A
//! client has empty statistics, as in the answer that Grafana recorded
//! (`src/XRayDataSource.test.ts` of <https://github.com/grafana/x-ray-datasource>). Times are whole
//! seconds, as in the guide's example
//! (<https://docs.aws.amazon.com/xray/latest/devguide/xray-api-gettingdata.html>).

use serde::Serialize;
use serde_json::Value;

use super::super::decode::encode;
use super::seconds;
use crate::sandbox::store::Fault;
use crate::trace::Time;
use crate::trace::graph::{Bucket, Edge, Histogram, Node, Statistics, Subject};

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct AnsweredService<'graph> {
    reference_id: usize,
    name: &'graph str,
    names: &'graph [String],
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    root: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    account_id: Option<&'graph str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    r#type: Option<&'graph str>,
    state: &'static str,
    start_time: f64,
    end_time: f64,
    edges: Vec<AnsweredEdge>,
    summary_statistics: AnsweredStatistics,
    duration_histogram: Vec<HistogramEntry>,
    response_time_histogram: Vec<HistogramEntry>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct AnsweredEdge {
    /// The number of the service that is called.
    reference_id: usize,
    start_time: f64,
    end_time: f64,
    summary_statistics: AnsweredStatistics,
    response_time_histogram: Vec<HistogramEntry>,
    aliases: [(); 0],
    #[serde(skip_serializing_if = "Option::is_none")]
    edge_type: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    received_event_age_histogram: Option<Vec<HistogramEntry>>,
}

/// `{}` where there are none.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
struct AnsweredStatistics {
    #[serde(skip_serializing_if = "Option::is_none")]
    ok_count: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error_statistics: Option<ErrorStatistics>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fault_statistics: Option<FaultStatistics>,
    #[serde(skip_serializing_if = "Option::is_none")]
    total_count: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    total_response_time: Option<f64>,
}

#[derive(Debug, Serialize)]
struct ErrorStatistics {
    #[serde(rename = "ThrottleCount")]
    throttle: u64,
    #[serde(rename = "OtherCount")]
    other: u64,
    #[serde(rename = "TotalCount")]
    total: u64,
}

#[derive(Debug, Serialize)]
struct FaultStatistics {
    #[serde(rename = "OtherCount")]
    other: u64,
    #[serde(rename = "TotalCount")]
    total: u64,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct HistogramEntry {
    value: f64,
    /// An `Integer` in the model, unlike the counts of statistics.
    count: i32,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct AnsweredBucket {
    timestamp: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    edge_summary_statistics: Option<AnsweredStatistics>,
    #[serde(skip_serializing_if = "Option::is_none")]
    service_summary_statistics: Option<AnsweredStatistics>,
    response_time_histogram: Vec<HistogramEntry>,
}

/// `Services`: nodes of one graph, all or a page of them.
pub(super) fn services(nodes: &[Node]) -> Result<Value, Fault> {
    encode(&nodes.iter().map(service).collect::<Vec<_>>())
}

/// `TimeSeriesServiceStatistics`: buckets of one series, all or a page of them.
pub(super) fn time_series(subject: Subject, buckets: &[Bucket]) -> Result<Value, Fault> {
    let rows = buckets.iter().map(|bucket| bucket_row(subject, bucket));
    encode(&rows.collect::<Vec<_>>())
}

fn service(node: &Node) -> AnsweredService<'_> {
    AnsweredService {
        reference_id: node.reference_id,
        name: &node.name,
        names: &node.names,
        root: node.root,
        account_id: node.account_id.as_deref(),
        r#type: node.kind.as_deref(),
        state: node.state.as_str(),
        start_time: whole_seconds(node.start),
        end_time: whole_seconds(node.end),
        edges: node.edges.iter().map(edge).collect(),
        summary_statistics: node.statistics.as_ref().map(statistics).unwrap_or_default(),
        duration_histogram: histogram(&node.duration_histogram),
        response_time_histogram: histogram(&node.response_time_histogram),
    }
}

fn edge(edge: &Edge) -> AnsweredEdge {
    // A link says that a message went this way, and nothing of a call.
    let is_called = !edge.link || edge.statistics.total() > 0;
    AnsweredEdge {
        reference_id: edge.to,
        start_time: whole_seconds(edge.start),
        end_time: whole_seconds(edge.end),
        summary_statistics: if is_called {
            statistics(&edge.statistics)
        } else {
            AnsweredStatistics::default()
        },
        response_time_histogram: histogram(&edge.response_time_histogram),
        aliases: [],
        edge_type: edge.link.then_some("link"),
        received_event_age_histogram: edge
            .link
            .then(|| histogram(&edge.received_event_age_histogram)),
    }
}

fn bucket_row(subject: Subject, bucket: &Bucket) -> AnsweredBucket {
    let of = |wanted| (subject == wanted).then(|| statistics(&bucket.statistics));
    AnsweredBucket {
        timestamp: whole_seconds(bucket.start),
        edge_summary_statistics: of(Subject::Edges),
        service_summary_statistics: of(Subject::Services),
        response_time_histogram: histogram(&bucket.response_time_histogram),
    }
}

fn statistics(statistics: &Statistics) -> AnsweredStatistics {
    AnsweredStatistics {
        ok_count: Some(statistics.ok),
        error_statistics: Some(ErrorStatistics {
            throttle: statistics.throttle,
            other: statistics.other_error,
            total: statistics.errors(),
        }),
        fault_statistics: Some(FaultStatistics {
            other: statistics.fault,
            total: statistics.fault,
        }),
        total_count: Some(statistics.total()),
        total_response_time: Some(statistics.total_seconds()),
    }
}

fn histogram(histogram: &Histogram) -> Vec<HistogramEntry> {
    let entry = |bin: &crate::trace::graph::Bin| HistogramEntry {
        value: bin.value,
        count: i32::try_from(bin.count).unwrap_or(i32::MAX),
    };
    histogram.bins().iter().map(entry).collect()
}

fn whole_seconds(time: Time) -> f64 {
    seconds(time.whole_seconds().saturating_mul(1000))
}
