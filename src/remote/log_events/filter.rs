//! `FilterLogEvents`: a group's lines in the order of their time, page by page.

use std::collections::HashMap;
use std::sync::Arc;

use aws_sdk_cloudwatchlogs::error::{ProvideErrorMetadata as _, SdkError};

use super::super::explain::explain;
use super::super::logs::LogsClient;
use super::super::service_error::hollow;
use super::{few_attempts, no_log_group, not_of_this_class};
use crate::error::{Error, Result};
use crate::logs::event::LogEvent;

const ACTION: &str = "logs:FilterLogEvents";

/// Which lines of a group are wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventSearch {
    /// The group's name.
    pub group: Arc<str>,
    /// Only streams whose names begin so.
    pub stream_prefix: Option<String>,
    /// Only these streams; not together with a prefix.
    pub streams: Vec<String>,
    /// The first millisecond.
    pub start: i64,
    /// The last millisecond; `None` for what may yet come.
    pub end: Option<i64>,
    /// A filter pattern; empty for every line.
    pub pattern: String,
}

/// A page of lines; one without lines is not the end.
#[derive(Debug, Clone, Default)]
pub struct EventPage {
    /// In the order of their time.
    pub events: Vec<LogEvent>,
    /// What to ask for the next page with; `None` at the end.
    pub next: Option<String>,
}

impl LogsClient {
    /// A page of the lines that are wanted, from the beginning or where a token says.
    pub async fn filter_log_events(
        &self,
        search: &EventSearch,
        token: Option<&str>,
    ) -> Result<EventPage> {
        let sent = self
            .client
            .filter_log_events()
            .log_group_name(&*search.group)
            .set_log_stream_name_prefix(search.stream_prefix.clone())
            .set_log_stream_names((!search.streams.is_empty()).then(|| search.streams.clone()))
            .start_time(search.start)
            .set_end_time(search.end)
            .set_filter_pattern((!search.pattern.is_empty()).then(|| search.pattern.clone()))
            .set_next_token(token.map(str::to_owned))
            .customize()
            .config_override(few_attempts())
            .send()
            .await;
        let answer = sent.map_err(|error| self.told(&search.group, &error))?;
        if answer.events.is_none() && answer.next_token.is_none() {
            return Err(hollow(&self.facts, ACTION, "events"));
        }
        let mut streams: HashMap<String, Arc<str>> = HashMap::new();
        let events = answer.events.unwrap_or_default().into_iter();
        let events = events.map(|event| {
            let name = event.log_stream_name.unwrap_or_default();
            let stream = if let Some(stream) = streams.get(&name) {
                Arc::clone(stream)
            } else {
                let stream: Arc<str> = Arc::from(&*name);
                streams.insert(name, Arc::clone(&stream));
                stream
            };
            LogEvent {
                timestamp: event.timestamp.unwrap_or_default(),
                ingested_at: event.ingestion_time,
                group: Arc::clone(&search.group),
                stream,
                message: event.message.unwrap_or_default(),
            }
        });
        Ok(EventPage {
            events: events.collect(),
            next: answer.next_token.filter(|token| !token.is_empty()),
        })
    }

    fn told(
        &self,
        group: &str,
        error: &SdkError<
            aws_sdk_cloudwatchlogs::operation::filter_log_events::FilterLogEventsError,
            aws_smithy_runtime_api::client::orchestrator::HttpResponse,
        >,
    ) -> Error {
        match error.as_service_error() {
            Some(refusal) if refusal.is_resource_not_found_exception() => {
                no_log_group(&self.facts, ACTION, group)
            }
            Some(refusal) if refusal.code() == Some("InvalidOperationException") => {
                not_of_this_class(
                    &self.facts,
                    ACTION,
                    group,
                    refusal.message().unwrap_or_default(),
                )
            }
            _ => explain(&self.facts, ACTION, error),
        }
    }
}
