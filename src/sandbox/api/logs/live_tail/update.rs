//! What one update holds: at most 500 events, a fair sample where more came.

use serde::Serialize;

use crate::sandbox::store::LogEventView;

/// The most events of one update.
pub(super) const MOST_EVENTS: usize = 500;

/// The most bytes of messages in one update: clients refuse frames of 24 MB, and JSON may write
/// six bytes for one.
const MOST_BYTES: usize = 3 * 1024 * 1024;

/// An update being put together.
#[derive(Debug, Default)]
pub(super) struct Update {
    kept: Vec<(u64, Shown)>,
    matching: u64,
}

/// An event as a session shows it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Shown {
    log_group_identifier: String,
    log_stream_name: String,
    message: String,
    timestamp: i64,
    ingestion_time: i64,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Payload {
    session_metadata: Metadata,
    session_results: Vec<Shown>,
}

#[derive(Debug, Serialize)]
struct Metadata {
    sampled: bool,
}

impl Update {
    /// Takes an event that matches, if it is chosen: of any number, each has the same chance.
    pub(super) fn add(&mut self, account: &str, event: &LogEventView<'_>) {
        let number = self.matching;
        self.matching += 1;
        let shown = || Shown {
            // AWS shows the account and the name here, whatever identifier was asked for.
            log_group_identifier: format!("{account}:{}", event.group),
            log_stream_name: event.stream.to_owned(),
            message: event.message.to_owned(),
            timestamp: event.timestamp,
            ingestion_time: event.ingested_at,
        };
        if self.kept.len() < MOST_EVENTS {
            self.kept.push((number, shown()));
            return;
        }
        let place = usize::try_from(fastrand::u64(..self.matching)).unwrap_or(usize::MAX);
        if let Some(kept) = self.kept.get_mut(place) {
            *kept = (number, shown());
        }
    }

    /// How many events it has, and its payload.
    pub(super) fn finish(mut self) -> (usize, String) {
        self.kept.sort_unstable_by_key(|(number, _)| *number);
        let mut bytes = 0;
        let session_results: Vec<Shown> = self
            .kept
            .into_iter()
            .map(|(_, shown)| shown)
            .take_while(|shown| {
                bytes += shown.message.len();
                bytes <= MOST_BYTES
            })
            .collect();
        let events = session_results.len();
        let payload = Payload {
            session_metadata: Metadata {
                sampled: (events as u64) < self.matching,
            },
            session_results,
        };
        // Texts and numbers always become JSON.
        (events, serde_json::to_string(&payload).unwrap_or_default())
    }
}
