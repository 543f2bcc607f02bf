//! Service graphs on the wire, of a window and of single traces, and their statistics over time.

use serde::Deserialize;
use serde_json::{Value, json};

use super::super::decode::decode;
use super::{constraints, graph_answer, time_range, traces};
use crate::sandbox::store::{Fault, GroupKey, Store, Tenant};
use crate::trace::Trace;
use crate::trace::graph::{Graph, Node, Selector, Target, TimeSeriesAccumulator};
use crate::xray::filter_expression::{self, Expression, Id, Text};

/// Seconds of a bucket when none are asked for, as consoles ask.
const PERIOD: i64 = 60;

/// A day; what AWS takes is not documented.
const LONGEST_PERIOD: i64 = 24 * 3600;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct GetServiceGraph {
    start_time: Option<f64>,
    end_time: Option<f64>,
    group_name: Option<String>,
    #[serde(rename = "GroupARN")]
    group_arn: Option<String>,
    next_token: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct GetTraceGraph {
    trace_ids: Option<Vec<String>>,
    next_token: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct GetTimeSeriesServiceStatistics {
    start_time: Option<f64>,
    end_time: Option<f64>,
    group_name: Option<String>,
    #[serde(rename = "GroupARN")]
    group_arn: Option<String>,
    entity_selector_expression: Option<String>,
    period: Option<i64>,
    forecast_statistics: Option<bool>,
    next_token: Option<String>,
}

pub(super) fn service_graph(store: &Store, tenant: &Tenant, body: &[u8]) -> Result<Value, Fault> {
    let request = decode::<GetServiceGraph>(body)?;
    let window = time_range::window(request.start_time, request.end_time)?;
    let window = time_range::within_six_hours(window)?;
    let group = group(request.group_name, request.group_arn)?;
    let found = store.service_graph(tenant, window, group.as_ref())?;
    let query = format!("{} {window:?} {group:?}", tenant.arn("xray", "graph"));
    let mut answer = page(store, query, found.answer, request.next_token.as_deref())?;
    answer["StartTime"] = json!(request.start_time);
    answer["EndTime"] = json!(request.end_time);
    answer["ContainsOldGroupVersions"] = json!(found.contains_old_group_versions);
    Ok(answer)
}

pub(super) fn trace_graph(store: &Store, tenant: &Tenant, body: &[u8]) -> Result<Value, Fault> {
    let request = decode::<GetTraceGraph>(body)?;
    let (ids, _) = traces::read_ids(request.trace_ids)?;
    let found = store.traces(tenant, &ids)?;
    let traces: Vec<&Trace> = found.iter().map(|stored| &stored.trace).collect();
    let query = format!("{} {ids:?}", tenant.arn("xray", "trace-graph"));
    let token = request.next_token.as_deref();
    page(store, query, Graph::of(traces), token)
}

pub(super) fn time_series(store: &Store, tenant: &Tenant, body: &[u8]) -> Result<Value, Fault> {
    let request = decode::<GetTimeSeriesServiceStatistics>(body)?;
    let window = time_range::window(request.start_time, request.end_time)?;
    let group = group(request.group_name, request.group_arn)?;
    let text = request.entity_selector_expression;
    let mut constraints = constraints();
    constraints.length("EntitySelectorExpression", text.as_deref(), &(1..=500));
    constraints.range("Period", request.period, &(1..=LONGEST_PERIOD));
    constraints.finish()?;
    let selector = match &text {
        Some(text) => selector(text)?,
        None => Selector::Everything,
    };
    if request.forecast_statistics == Some(true)
        && !text.as_ref().is_some_and(|text| text.contains("id("))
    {
        return Err(Fault::invalid_request(
            "ForecastStatistics requires an EntitySelectorExpression that uses id()",
        ));
    }
    let length = request.period.unwrap_or(PERIOD) * 1_000_000;
    let query = format!(
        "{} {window:?} {group:?} {length} {text:?}",
        tenant.arn("xray", "time-series")
    );
    let found = store.select(tenant, window, group.as_ref(), |selection| {
        let mut series = TimeSeriesAccumulator::new(window, length, selector);
        for contribution in selection.contributions() {
            series.add(contribution, selection.names());
        }
        series.finish()
    })?;
    let series = found.answer;
    let page = store.page(
        query,
        series.buckets,
        // Times after 1970 sort as text when they are equally long.
        |bucket| format!("{:020}", bucket.start.micros()),
        request.next_token.as_deref(),
    )?;
    let mut answer = json!({
        "TimeSeriesServiceStatistics": graph_answer::time_series(series.subject, &page.items)?,
        "ContainsOldGroupVersions": found.contains_old_group_versions,
    });
    if let Some(token) = page.next_token {
        answer["NextToken"] = json!(token);
    }
    Ok(answer)
}

fn page(store: &Store, query: String, graph: Graph, token: Option<&str>) -> Result<Value, Fault> {
    let in_order = |node: &Node| format!("{:010}", node.reference_id);
    let page = store.page(query, graph.nodes, in_order, token)?;
    let mut answer = json!({ "Services": graph_answer::services(&page.items)? });
    if let Some(token) = page.next_token {
        answer["NextToken"] = json!(token);
    }
    Ok(answer)
}

/// The group that is asked about; every trace when none is.
fn group(name: Option<String>, arn: Option<String>) -> Result<Option<GroupKey>, Fault> {
    let mut constraints = constraints();
    constraints.length("GroupName", name.as_deref(), &(1..=32));
    constraints.length("GroupARN", arn.as_deref(), &(1..=400));
    constraints.finish()?;
    match (name, arn) {
        (None, None) => Ok(None),
        (Some(name), None) => Ok(Some(GroupKey::Name(name))),
        (None, Some(arn)) => Ok(Some(GroupKey::Arn(arn))),
        (Some(_), Some(_)) => Err(Fault::invalid_request(
            "Specify a group by either GroupName or GroupARN, but not both",
        )),
    }
}

/// Reads which node or which calls are meant: `service()`, `edge()` or `id()`, without braces.
///
/// Other keywords are refused by AWS too, <https://github.com/grafana/x-ray-datasource/issues/662>.
fn selector(text: &str) -> Result<Selector, Fault> {
    let text = text.trim();
    let whole = match text.strip_prefix("id(") {
        Some(_) => format!("service({text})"),
        None => text.to_owned(),
    };
    let expression = filter_expression::parse(&whole).map_err(|error| {
        Fault::invalid_request(format!("Invalid entity selector expression: {error}"))
    })?;
    match expression {
        Expression::Service(service) if service.filter.is_none() => {
            let target = service.target.as_ref().map(target);
            Ok(Selector::Service(target.unwrap_or_default()))
        }
        Expression::Edge(edge) if edge.filter.is_none() => Ok(Selector::Edge {
            source: target(&edge.source),
            destination: target(&edge.destination),
        }),
        _ => Err(Fault::invalid_request(
            "Invalid entity selector expression: only service(), edge() and id() select an entity",
        )),
    }
}

fn target(target: &filter_expression::Target) -> Target {
    let text = |text: &Option<Text>| text.as_ref().map(|text| text.value.clone());
    match target {
        filter_expression::Target::Name(name) => Target {
            name: Some(name.value.clone()),
            ..Target::default()
        },
        filter_expression::Target::Id(Id {
            name,
            service_type,
            account,
        }) => Target {
            name: text(name),
            kind: text(service_type),
            account_id: text(account),
        },
    }
}
