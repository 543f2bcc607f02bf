//! One batch to X-Ray, and what is said and counted about it.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde::Deserialize;

use super::counters::Counters;
use super::endpoint::Endpoint;
use super::log::Log;
use crate::error::Error;
use crate::remote::{Unprocessed, XrayClient};

/// What became of a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    /// X-Ray has it, or refused it for good: nothing is left to do.
    Settled,
    /// It did not arrive, and may do so later.
    NotNow,
}

/// Sends batches; shared by all tasks.
#[derive(Debug)]
pub(super) struct Uploader {
    pub(super) client: XrayClient,
    pub(super) counters: Arc<Counters>,
    pub(super) endpoint: Arc<Endpoint>,
    pub(super) log: Log,
    pub(super) patience: Duration,
}

impl Uploader {
    /// Sends a batch once.
    pub(super) async fn send(&self, documents: Vec<&str>) -> Outcome {
        let count = documents.len() as u64;
        let started = Instant::now();
        match self
            .client
            .put_trace_segments(&documents, self.patience)
            .await
        {
            Ok(unprocessed) => {
                self.answers();
                let refused = (unprocessed.len() as u64).min(count);
                self.counters.batches(1);
                self.counters.sent(count - refused);
                self.counters.unprocessed(refused);
                self.log.info(&format!(
                    "Successfully sent batch of {count} segments ({:.3} seconds)",
                    started.elapsed().as_secs_f64()
                ));
                self.say_unprocessed(&documents, &unprocessed);
                Outcome::Settled
            }
            Err(undelivered) => {
                self.counters.failed(undelivered.cause);
                let told = told(&undelivered.error);
                if undelivered.is_final {
                    self.answers();
                    self.counters.refused_by_xray(count);
                    self.log.error(&format!(
                        "Rejected batch of {count} segments, which would be refused again: {told}"
                    ));
                    for text in documents {
                        let ids = Ids::of(text);
                        self.log.debug(&format!("Rejected segment: {ids}"));
                    }
                    return Outcome::Settled;
                }
                // The first of a row is news; the others are the same news.
                if self.endpoint.failed(&told) == 1 {
                    self.log.error(&format!(
                        "Could not send batch of {count} segments: {told}; segments wait in the spool until X-Ray answers"
                    ));
                } else {
                    self.log
                        .debug(&format!("Could not send batch of {count} segments: {told}"));
                }
                Outcome::NotNow
            }
        }
    }

    fn answers(&self) {
        let failures = self.endpoint.answered();
        if failures > 0 {
            self.log.info(&format!(
                "X-Ray answers again after {failures} failed attempts"
            ));
        }
    }

    fn say_unprocessed(&self, documents: &[&str], unprocessed: &[Unprocessed]) {
        if unprocessed.is_empty() {
            return;
        }
        let sent: HashMap<String, Ids> = documents
            .iter()
            .map(|text| Ids::of(text))
            .filter_map(|ids| Some((ids.id.clone()?, ids)))
            .collect();
        for refused in unprocessed {
            let known = refused.id.as_ref().and_then(|id| sent.get(id)).cloned();
            let ids = known.unwrap_or_else(|| Ids {
                id: refused.id.clone(),
                trace_id: None,
            });
            self.log.warn(&format!(
                "Rejected segment: {ids}, {}: {}",
                refused.code, refused.message
            ));
        }
    }
}

/// What a line about a document names it by.
#[derive(Debug, Clone, Default, Deserialize)]
struct Ids {
    #[serde(default)]
    id: Option<String>,
    #[serde(default)]
    trace_id: Option<String>,
}

impl Ids {
    fn of(document: &str) -> Self {
        serde_json::from_str(document).unwrap_or_default()
    }
}

impl std::fmt::Display for Ids {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let or_none = |text: &Option<String>| text.clone().unwrap_or_else(|| "unknown".to_owned());
        write!(
            formatter,
            "id {}, trace id {}",
            or_none(&self.id),
            or_none(&self.trace_id)
        )
    }
}

/// An error on one line: what, why, and what to do.
pub(super) fn told(error: &Error) -> String {
    let mut told = error.message().to_owned();
    if let Some(reason) = error.reason() {
        told.push_str(&format!(" ({reason})"));
    }
    if let Some(fix) = error.fixes().first() {
        told.push_str(&format!("; fix: {fix}"));
    }
    told
}
