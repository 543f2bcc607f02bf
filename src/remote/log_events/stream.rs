//! `GetLogEvents`: the lines of one stream around a moment.

use std::sync::Arc;

use super::super::explain::explain;
use super::super::logs::LogsClient;
use super::super::service_error::hollow;
use super::few_attempts;
use crate::error::Result;
use crate::logs::event::LogEvent;

const ACTION: &str = "logs:GetLogEvents";

/// Lines of one stream, in their order.
#[derive(Debug, Clone, Default)]
pub struct StreamPage {
    /// The lines.
    pub events: Vec<LogEvent>,
    /// What to ask for what lies further on with; the same again at the end.
    pub next: Option<String>,
}

impl LogsClient {
    /// Up to `limit` lines from `start` on, or those up to and with `end`, whichever is given; a
    /// token goes on from there.
    pub async fn get_log_events(
        &self,
        (group, stream): (&Arc<str>, &Arc<str>),
        (start, end): (Option<i64>, Option<i64>),
        limit: i32,
        token: Option<&str>,
    ) -> Result<StreamPage> {
        let forward = start.is_some();
        let answer = self
            .client
            .get_log_events()
            .log_group_name(&**group)
            .log_stream_name(&**stream)
            .set_start_time(start)
            // The API's end is the first millisecond that is left out.
            .set_end_time(end.map(|end| end.saturating_add(1)))
            .start_from_head(forward)
            .limit(limit)
            .set_next_token(token.map(str::to_owned))
            .customize()
            .config_override(few_attempts())
            .send()
            .await
            .map_err(|error| explain(&self.facts, ACTION, &error))?;
        if answer.events.is_none() {
            return Err(hollow(&self.facts, ACTION, "events"));
        }
        let next = if forward {
            answer.next_forward_token
        } else {
            answer.next_backward_token
        };
        let events = answer.events.unwrap_or_default().into_iter();
        Ok(StreamPage {
            events: events
                .map(|event| LogEvent {
                    timestamp: event.timestamp.unwrap_or_default(),
                    ingested_at: event.ingestion_time,
                    group: Arc::clone(group),
                    stream: Arc::clone(stream),
                    message: event.message.unwrap_or_default(),
                })
                .collect(),
            next,
        })
    }
}
