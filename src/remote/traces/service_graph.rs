//! The service graph.

use std::cell::Cell;

use aws_sdk_xray::types;
use futures::{StreamExt as _, TryStreamExt as _, stream};
use jiff::SignedDuration;

use super::super::explain::explain;
use super::super::service_error::hollow;
use super::super::xray::XrayClient;
use super::{AT_ONCE, Progress, count, micros, of_slice, sdk_time, time};
use crate::error::Result;
use crate::time_window::Window;
use crate::trace::graph::{Bin, Edge, Graph, Histogram, Node, State, Statistics};
use crate::trace::{Time, TraceId};

/// The longest window that X-Ray draws a graph of; seen as "Time range cannot be longer than
/// 6 hours".
const LONGEST_GRAPH: SignedDuration = SignedDuration::from_hours(6);

/// The most traces that X-Ray draws a graph of by their ids.
const MOST_IDS: usize = 5;

/// A service graph as X-Ray drew it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ServiceGraph {
    /// The graph.
    pub graph: Graph,
    /// Whether traces are in it that an earlier filter of the group took.
    pub old_group_versions: bool,
}

impl XrayClient {
    /// The graph of a window, of a group's traces where one is named.
    pub async fn service_graph(
        &self,
        window: Window,
        group: Option<&str>,
        progress: &dyn Fn(Progress),
    ) -> Result<ServiceGraph> {
        let slices = window.slices(LONGEST_GRAPH);
        let of = slices.len();
        let done = Cell::new(0);
        let say = || {
            progress(Progress {
                done: done.get(),
                of,
                scanned: 0,
            });
        };
        say();
        let parts: Vec<ServiceGraph> =
            stream::iter((1..).zip(slices).map(|(number, slice)| async move {
                let part = Box::pin(self.graph_of_slice(slice, group)).await;
                part.map_err(|error| of_slice(error, slice, number, of))
            }))
            .buffered(AT_ONCE)
            .inspect_ok(|_| {
                done.set(done.get() + 1);
                say();
            })
            .try_collect()
            .await?;
        Ok(merged(parts))
    }

    async fn graph_of_slice(&self, slice: Window, group: Option<&str>) -> Result<ServiceGraph> {
        const ACTION: &str = "xray:GetServiceGraph";
        let mut pages = self
            .client
            .get_service_graph()
            .start_time(sdk_time(slice.start))
            .end_time(sdk_time(slice.end))
            .set_group_name(group.map(str::to_owned))
            .into_paginator()
            .send();
        let mut services = Vec::new();
        let mut old_group_versions = false;
        while let Some(page) = pages.next().await {
            let page = page.map_err(|error| explain(&self.facts, ACTION, &error))?;
            if page.services.is_none() && page.next_token.is_none() {
                return Err(hollow(&self.facts, ACTION, "Services"));
            }
            old_group_versions |= page.contains_old_group_versions;
            services.extend(page.services.unwrap_or_default());
        }
        Ok(ServiceGraph {
            graph: graph(&services),
            old_group_versions,
        })
    }

    /// The graph of some traces.
    pub async fn trace_graph(&self, ids: &[TraceId]) -> Result<Graph> {
        const ACTION: &str = "xray:GetTraceGraph";
        let parts: Vec<Graph> = stream::iter(ids.chunks(MOST_IDS).map(|ids| async move {
            let mut pages = self
                .client
                .get_trace_graph()
                .set_trace_ids(Some(ids.iter().map(TraceId::to_string).collect()))
                .into_paginator()
                .send();
            let mut services = Vec::new();
            while let Some(page) = pages.next().await {
                let page = page.map_err(|error| explain(&self.facts, ACTION, &error))?;
                if page.services.is_none() && page.next_token.is_none() {
                    return Err(hollow(&self.facts, ACTION, "Services"));
                }
                services.extend(page.services.unwrap_or_default());
            }
            Ok(graph(&services))
        }))
        .buffered(AT_ONCE)
        .try_collect()
        .await?;
        Ok(Graph::merge(parts))
    }
}

fn merged(parts: Vec<ServiceGraph>) -> ServiceGraph {
    ServiceGraph {
        old_group_versions: parts.iter().any(|part| part.old_group_versions),
        graph: Graph::merge(parts.into_iter().map(|part| part.graph)),
    }
}

/// Numbers and order are X-Ray's; merging gives them anew.
fn graph(services: &[types::Service]) -> Graph {
    let nodes = (0..).zip(services).map(|(place, service)| {
        let edges = service.edges().iter().filter_map(edge).collect();
        let number = |id: Option<i32>| id.and_then(|id| usize::try_from(id).ok());
        Node {
            // No edge can lead to a service without a number.
            reference_id: number(service.reference_id()).unwrap_or(usize::MAX - place),
            name: service.name().unwrap_or_default().to_owned(),
            names: service.names().to_vec(),
            kind: filled(service.r#type()),
            account_id: filled(service.account_id()),
            root: service.root().unwrap_or(false),
            state: if service.state() == Some("active") {
                State::Active
            } else {
                State::Unknown
            },
            start: service.start_time().map(time).unwrap_or_default(),
            end: service.end_time().map(time).unwrap_or_default(),
            edges,
            statistics: service.summary_statistics().and_then(of_service),
            duration_histogram: histogram(service.duration_histogram()),
            response_time_histogram: histogram(service.response_time_histogram()),
        }
    });
    Graph {
        nodes: nodes.collect(),
    }
}

fn filled(text: Option<&str>) -> Option<String> {
    text.filter(|text| !text.is_empty()).map(str::to_owned)
}

fn edge(edge: &types::Edge) -> Option<Edge> {
    let statistics = edge.summary_statistics().map(|statistics| Counts {
        ok: statistics.ok_count(),
        errors: statistics.error_statistics(),
        faults: statistics.fault_statistics(),
        total: statistics.total_count(),
        seconds: statistics.total_response_time(),
    });
    Some(Edge {
        to: usize::try_from(edge.reference_id()?).ok()?,
        start: edge.start_time().map_or(Time::default(), time),
        end: edge.end_time().map_or(Time::default(), time),
        statistics: statistics.and_then(statistics_of).unwrap_or_default(),
        response_time_histogram: histogram(edge.response_time_histogram()),
        link: edge.edge_type() == Some("link"),
        received_event_age_histogram: histogram(edge.received_event_age_histogram()),
    })
}

/// What services and edges say in two types of the same shape.
#[derive(Debug, Clone, Copy)]
struct Counts<'a> {
    ok: Option<i64>,
    errors: Option<&'a types::ErrorStatistics>,
    faults: Option<&'a types::FaultStatistics>,
    total: Option<i64>,
    seconds: Option<f64>,
}

fn of_service(statistics: &types::ServiceStatistics) -> Option<Statistics> {
    statistics_of(Counts {
        ok: statistics.ok_count(),
        errors: statistics.error_statistics(),
        faults: statistics.fault_statistics(),
        total: statistics.total_count(),
        seconds: statistics.total_response_time(),
    })
}

/// `None` where nothing at all is said, as of a client.
fn statistics_of(counts: Counts<'_>) -> Option<Statistics> {
    if counts.total.is_none() && counts.ok.is_none() && counts.seconds.is_none() {
        return None;
    }
    let throttle = counts
        .errors
        .map_or(0, |errors| count(errors.throttle_count()));
    let errors = counts
        .errors
        .map_or(0, |errors| count(errors.total_count()));
    let other = counts
        .errors
        .map_or(0, |errors| count(errors.other_count()));
    let fault = counts.faults.map_or(0, |faults| {
        count(faults.total_count()).max(count(faults.other_count()))
    });
    Some(Statistics {
        ok: count(counts.ok),
        throttle,
        other_error: other.max(errors.saturating_sub(throttle)),
        fault,
        total_micros: counts.seconds.and_then(micros).unwrap_or(0),
    })
}

fn histogram(entries: &[types::HistogramEntry]) -> Histogram {
    Histogram::new(entries.iter().map(|entry| Bin {
        value: entry.value(),
        count: count(Some(i64::from(entry.count()))),
    }))
}
