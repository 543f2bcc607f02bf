//! Whole traces on the wire: their documents, as sent and as inferred.

use serde::Deserialize;
use serde_json::{Value, json};

use super::super::decode::decode;
use super::constraints;
use crate::sandbox::store::{Fault, Store, StoredTrace, Tenant};
use crate::trace::{TraceId, inferred_text, seconds};

/// The most traces of one request.
///
/// <https://github.com/boto/boto3/issues/3924>
const MOST: usize = 5;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct BatchGetTraces {
    trace_ids: Option<Vec<String>>,
    next_token: Option<String>,
}

/// Reads the ids of a request: those that name a trace, and those that cannot.
pub(super) fn read_ids(ids: Option<Vec<String>>) -> Result<(Vec<TraceId>, Vec<String>), Fault> {
    let mut constraints = constraints();
    constraints.required("TraceIds", ids.as_ref());
    let ids = ids.unwrap_or_default();
    for id in &ids {
        constraints.length("TraceIds.member", Some(id), &(1..=35));
    }
    constraints.finish()?;
    if ids.len() > MOST {
        return Err(Fault::invalid_request(format!(
            "Exceeding maximum query size: {MOST}"
        )));
    }
    let mut traces = Vec::new();
    let mut unknown = Vec::new();
    for id in ids {
        match id.parse::<TraceId>() {
            Ok(trace) if traces.contains(&trace) => {}
            Ok(trace) => traces.push(trace),
            Err(_) => unknown.push(id),
        }
    }
    Ok((traces, unknown))
}

pub(super) fn batch_get(store: &Store, tenant: &Tenant, body: &[u8]) -> Result<Value, Fault> {
    let request = decode::<BatchGetTraces>(body)?;
    if request.next_token.is_some() {
        return Err(Fault::invalid_request(
            "NextToken is currently not supported",
        ));
    }
    let (ids, mut unprocessed) = read_ids(request.trace_ids)?;
    let found = store.traces(tenant, &ids)?;
    let is_found = |id: &TraceId| found.iter().any(|stored| stored.trace.id() == *id);
    unprocessed.extend(
        ids.iter()
            .filter(|id| !is_found(id))
            .map(ToString::to_string),
    );
    let traces: Vec<Value> = found.iter().map(answered).collect();
    Ok(json!({ "Traces": traces, "UnprocessedTraceIds": unprocessed }))
}

fn answered(stored: &StoredTrace) -> Value {
    let StoredTrace {
        trace, documents, ..
    } = stored;
    let sent = trace
        .compiled(documents)
        .into_iter()
        .map(|(id, text)| (id.to_string(), text));
    let inferred = trace.inferred_segments();
    let inferred = inferred.iter().filter_map(|segment| {
        let text = inferred_text(segment, documents)?;
        Some((segment.id.to_string(), text))
    });
    let segments: Vec<Value> = sent
        .chain(inferred)
        .map(|(id, text)| json!({ "Id": id, "Document": text }))
        .collect();
    let start = trace.start().unwrap_or_default();
    json!({
        "Id": trace.id().to_string(),
        "Duration": seconds(trace.end().unwrap_or(start).since(start)),
        "LimitExceeded": false,
        "Segments": segments,
    })
}
