//! The events of one trace, read back by the Query Data API: a query is saved, run, and waited
//! for. Running needs a permission, and a plan that has it.
//!
//! <https://docs.honeycomb.io/api/query-results/>

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::{Credential, HoneycombClient, HoneycombFailure};
use crate::honeycomb::link::encoded;

/// How often a result is asked for.
const RHYTHM: Duration = Duration::from_millis(200);

/// The most events that are read.
const MOST: u32 = 1000;

/// The longest stretch of time that the API reads.
const LONGEST: u32 = 7 * 86_400;

/// What tells one event of a trace from another.
const BREAKDOWNS: [&str; 6] = [
    "name",
    "span.kind",
    "trace.span_id",
    "trace.parent_id",
    "service.name",
    "error",
];

/// What Honeycomb tells of a trace.
#[derive(Debug, Clone)]
pub enum EventsOfTrace {
    /// Its events, the outermost first where they say; none where it knows none.
    Found {
        /// The events.
        events: Vec<TraceEvent>,
        /// The page of the query's result.
        link: Option<String>,
    },
    /// The key's permissions, or the team's plan, do not allow to read by the API.
    NotAllowed {
        /// What Honeycomb said.
        said: String,
    },
}

/// One event.
#[derive(Debug, Clone, PartialEq)]
pub struct TraceEvent {
    /// The span's name.
    pub name: String,
    /// `server`, `client`, `internal`, …
    pub kind: Option<String>,
    /// The span's id.
    pub span_id: Option<String>,
    /// The id of the span around it.
    pub parent_id: Option<String>,
    /// The service.
    pub service: Option<String>,
    /// Whether it failed.
    pub error: bool,
    /// How long it took.
    pub duration_ms: Option<f64>,
}

impl HoneycombClient {
    /// The events of a trace, whose id is 32 hex digits, in one dataset, or in all of the
    /// environment: `__all__`. The last seven days are looked at, the longest stretch there is.
    pub async fn events_of_trace(
        &self,
        base: &str,
        dataset: &str,
        trace_id: &str,
    ) -> Result<EventsOfTrace, HoneycombFailure> {
        let dataset = encoded(dataset);
        let query = json!({
            "breakdowns": BREAKDOWNS,
            "calculations": [{"op": "MAX", "column": "duration_ms"}],
            "filters": [{"column": "trace.trace_id", "op": "=", "value": trace_id}],
            "limit": MOST,
            "time_range": LONGEST,
        });
        let saved = match self
            .ask(&format!("{base}/1/queries/{dataset}"), &query)
            .await
        {
            Ok(saved) => saved,
            Err(failure) => return not_allowed(failure),
        };
        let run = json!({"query_id": saved["id"], "disable_series": true, "limit": MOST});
        let results = format!("{base}/1/query_results/{dataset}");
        let begun = match self.ask(&results, &run).await {
            Ok(begun) => begun,
            Err(failure) => return not_allowed(failure),
        };
        let id = begun["id"].as_str().unwrap_or_default();
        let url = format!("{results}/{}", encoded(id));
        let deadline = Instant::now() + self.patience;
        loop {
            let response = self.send(Self::get(url.clone(), Credential::Team)).await?;
            if !response.status().is_success() {
                return Err(HoneycombFailure::refused(&url, &response, &self.secrets));
            }
            let unreadable = || HoneycombFailure::unreadable(&url, &response, &self.secrets);
            let result: Value =
                serde_json::from_slice(response.body()).map_err(|_| unreadable())?;
            if result["complete"] == true {
                return found(&result).ok_or_else(unreadable);
            }
            if Instant::now() >= deadline {
                let failure = super::super::http::HttpFailure::Timeout(self.patience);
                return Err(HoneycombFailure::no_reply(&url, &failure, &self.secrets));
            }
            tokio::time::sleep(RHYTHM).await;
        }
    }

    /// POSTs JSON and reads JSON that has an id.
    async fn ask(&self, url: &str, body: &Value) -> Result<Value, HoneycombFailure> {
        let call = Self::post(url.to_owned(), "application/json", body.to_string());
        let response = self.send(call).await?;
        if !response.status().is_success() {
            return Err(HoneycombFailure::refused(url, &response, &self.secrets));
        }
        serde_json::from_slice(response.body())
            .ok()
            .filter(|value: &Value| value["id"].is_string())
            .ok_or_else(|| HoneycombFailure::unreadable(url, &response, &self.secrets))
    }
}

/// A key without the permission gets 401 as well as 403; a wrong key has been told before.
fn not_allowed(failure: HoneycombFailure) -> Result<EventsOfTrace, HoneycombFailure> {
    match failure.status() {
        Some(401..=403) => Ok(EventsOfTrace::NotAllowed {
            said: failure.in_short(),
        }),
        _ => Err(failure),
    }
}

fn found(result: &Value) -> Option<EventsOfTrace> {
    let rows = result.get("data")?.get("results")?.as_array()?;
    let mut events: Vec<TraceEvent> = rows
        .iter()
        .filter_map(|row| event(row.get("data")?))
        .collect();
    // Roots first, then the longest: what is around comes before what is inside.
    events.sort_by(|one, other| {
        let length = |event: &TraceEvent| event.duration_ms.unwrap_or(-1.0);
        one.parent_id
            .is_some()
            .cmp(&other.parent_id.is_some())
            .then(length(other).total_cmp(&length(one)))
    });
    let link = result["links"]["query_url"].as_str();
    Some(EventsOfTrace::Found {
        events,
        link: link
            .filter(|url| url.starts_with("http"))
            .map(str::to_owned),
    })
}

fn event(data: &Value) -> Option<TraceEvent> {
    let data = data.as_object()?;
    let text = |name: &str| {
        let text = data.get(name)?.as_str()?;
        (!text.is_empty()).then(|| text.to_owned())
    };
    Some(TraceEvent {
        name: text("name").unwrap_or_default(),
        kind: text("span.kind"),
        span_id: text("trace.span_id"),
        parent_id: text("trace.parent_id"),
        service: text("service.name"),
        error: data
            .get("error")
            .is_some_and(|error| *error == true || *error == "true"),
        duration_ms: data.get("MAX(duration_ms)").and_then(Value::as_f64),
    })
}
