//! Trace summaries on the wire: traces that match a filter.

use serde::Deserialize;
use serde_json::{Value, json};

use super::super::decode::{Object, decode};
use super::{constraints, summary_answer, time_range};
use crate::sandbox::store::{Fault, Store, Tenant, TimeRange, TraceQuery};
use crate::trace::Time;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct GetTraceSummaries {
    start_time: Option<f64>,
    end_time: Option<f64>,
    time_range_type: Option<String>,
    sampling: Option<bool>,
    sampling_strategy: Option<Object<SamplingStrategy>>,
    filter_expression: Option<String>,
    next_token: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct SamplingStrategy {
    name: Option<String>,
    value: Option<f64>,
}

pub(super) fn get(store: &Store, tenant: &Tenant, body: &[u8]) -> Result<Value, Fault> {
    let request = decode::<GetTraceSummaries>(body)?;
    let window = time_range::window(request.start_time, request.end_time)?;
    let strategy = request.sampling_strategy.map(|Object(strategy)| strategy);
    let strategy = strategy.unwrap_or_default();
    let mut constraints = constraints();
    let range = request.time_range_type.as_deref();
    constraints.one_of("TimeRangeType", range, &["TraceId", "Event", "Service"]);
    constraints.one_of(
        "SamplingStrategy.Name",
        strategy.name.as_deref(),
        &["PartialScan", "FixedRate"],
    );
    constraints.range("SamplingStrategy.Value", strategy.value, &(0.0..=1.0));
    let text = request.filter_expression.as_deref();
    constraints.length("FilterExpression", text, &(0..=2000));
    constraints.finish()?;
    let filter = match text {
        Some(text) => store.filter(tenant, text)?,
        None => None,
    };
    let is_sampled = request.sampling == Some(true);
    let page = store.trace_summaries(
        tenant,
        &TraceQuery {
            window,
            range: match range {
                Some("Event") => TimeRange::Event,
                Some("Service") => TimeRange::Service,
                _ => TimeRange::TraceId,
            },
            filter: filter.as_ref(),
            share: strategy.value.filter(|_| is_sampled).unwrap_or(1.0),
            token: request.next_token.as_deref(),
        },
    )?;
    let summaries = page
        .found
        .iter()
        .map(|found| {
            let revision = u32::try_from(found.revision).unwrap_or(u32::MAX);
            summary_answer::trace_summary(&found.summary, revision, found.matched_at)
        })
        .collect::<Result<Vec<Value>, Fault>>()?;
    // The start of what this page covers: the whole window once nothing is left.
    let reached = match &page.next_token {
        Some(_) => page.reached.unwrap_or(window.start),
        None => window.start,
    };
    let mut answer = json!({
        "TraceSummaries": summaries,
        "ApproximateTime": whole_seconds(reached),
        "TracesProcessedCount": page.processed,
    });
    if let Some(token) = page.next_token {
        answer["NextToken"] = json!(token);
    }
    Ok(answer)
}

fn whole_seconds(time: Time) -> f64 {
    time.seconds().floor()
}
