//! Whole traces, by their ids.

use std::collections::HashSet;

use aws_sdk_xray::types;
use futures::{StreamExt as _, TryStreamExt as _, stream};

use super::super::explain::explain;
use super::super::service_error::hollow;
use super::super::xray::XrayClient;
use super::{AT_ONCE, micros};
use crate::error::Result;
use crate::trace::{Document, Trace, TraceId};

/// The most ids of one call; more are refused with "Exceeding maximum query size: 5".
const MOST_IDS: usize = 5;

/// What came of asking for traces.
#[derive(Debug, Clone, Default)]
pub struct Fetched {
    /// Those that X-Ray gave, in the order in which they were asked for.
    pub traces: Vec<FetchedTrace>,
    /// Those that X-Ray gave nothing for, whether it calls them unprocessed or is silent.
    pub missing: Vec<TraceId>,
}

/// A trace and the documents that it was assembled from.
#[derive(Debug, Clone)]
pub struct FetchedTrace {
    /// The tree of its spans; what X-Ray inferred from calls is among them.
    pub trace: Trace,
    /// The documents as X-Ray gave them.
    pub documents: Vec<Document>,
    /// Those that cannot be read.
    pub unread: Vec<Unread>,
    /// Microseconds from the first start to the last end, as X-Ray counts them.
    pub duration: Option<i64>,
    /// Whether X-Ray left documents out because there were too many.
    pub limit_exceeded: bool,
}

/// A document that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unread {
    /// The segment's id, as X-Ray has it.
    pub id: Option<String>,
    /// The document, whatever it is.
    pub text: String,
    /// What is wrong with it.
    pub reason: String,
}

impl XrayClient {
    /// Traces with all their documents; an id that is named twice is asked for once.
    pub async fn batch_get_traces(&self, ids: &[TraceId]) -> Result<Fetched> {
        const ACTION: &str = "xray:BatchGetTraces";
        let mut seen = HashSet::new();
        let ids: Vec<TraceId> = ids.iter().copied().filter(|id| seen.insert(*id)).collect();
        let answers: Vec<_> = stream::iter(ids.chunks(MOST_IDS).map(|ids| async move {
            // The API's token is refused, so one page is all there is.
            let answer = self
                .client
                .batch_get_traces()
                .set_trace_ids(Some(ids.iter().map(TraceId::to_string).collect()))
                .send()
                .await
                .map_err(|error| explain(&self.facts, ACTION, &error))?;
            if answer.traces.is_none() {
                return Err(hollow(&self.facts, ACTION, "Traces"));
            }
            Ok(answer)
        }))
        .buffered(AT_ONCE)
        .try_collect()
        .await?;
        let mut fetched = Fetched::default();
        for answer in &answers {
            let traces = answer.traces().iter().filter_map(trace);
            // moto, for one, answers for an id that it does not know with a trace of nothing.
            fetched
                .traces
                .extend(traces.filter(|trace| !trace.is_empty()));
        }
        let place = |id: TraceId| ids.iter().position(|asked| *asked == id);
        fetched.traces.sort_by_key(|trace| place(trace.trace.id()));
        fetched.missing = ids
            .iter()
            .copied()
            .filter(|id| !fetched.traces.iter().any(|trace| trace.trace.id() == *id))
            .collect();
        Ok(fetched)
    }
}

impl FetchedTrace {
    fn is_empty(&self) -> bool {
        self.documents.is_empty() && self.unread.is_empty()
    }
}

/// Reads what can be read of a trace; `None` where its id is none.
fn trace(answer: &types::Trace) -> Option<FetchedTrace> {
    let id: TraceId = answer.id()?.parse().ok()?;
    let mut documents = Vec::new();
    let mut unread = Vec::new();
    for segment in answer.segments() {
        let text = segment.document().unwrap_or_default();
        let reason = match Document::read_back(text) {
            Ok(document) if document.trace_id() == id => {
                documents.push(document);
                continue;
            }
            Ok(document) => format!("it belongs to the trace {}", document.trace_id()),
            Err(refusal) => refusal.message,
        };
        unread.push(Unread {
            id: segment.id().map(str::to_owned),
            text: text.to_owned(),
            reason,
        });
    }
    Some(FetchedTrace {
        trace: Trace::all(&documents)
            .pop()
            .unwrap_or_else(|| Trace::assemble(id, Vec::new())),
        documents,
        unread,
        duration: answer.duration().and_then(micros),
        limit_exceeded: answer.limit_exceeded().unwrap_or(false),
    })
}
