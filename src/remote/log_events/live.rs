//! `StartLiveTail`: lines as they arrive, pushed once a second.

use std::sync::Arc;

use aws_sdk_cloudwatchlogs::error::{ProvideErrorMetadata as _, SdkError};
use aws_sdk_cloudwatchlogs::operation::start_live_tail::StartLiveTailOutput;
use aws_sdk_cloudwatchlogs::types::{
    LiveTailSessionMetadata, StartLiveTailResponseStream as Frame,
};
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::BeforeTransmitInterceptorContextMut;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;

use super::super::explain::explain;
use super::super::logs::LogsClient;
use super::{few_attempts, no_log_group, not_of_this_class};
use crate::error::Result;
use crate::logs::event::LogEvent;

const ACTION: &str = "logs:StartLiveTail";

/// What the SDK puts before the endpoint's host.
const HOST_PREFIX: &str = "stream-";

/// A session under way.
#[derive(Debug)]
pub struct LiveTail {
    output: StartLiveTailOutput,
    /// The groups by their ARNs and names, both of which answers may name them with.
    groups: Vec<(String, Arc<str>)>,
}

/// What arrived in one second.
#[derive(Debug, Clone, Default)]
pub struct LiveUpdate {
    /// The lines.
    pub events: Vec<LogEvent>,
    /// Whether there were too many, and some were left out.
    pub is_sampled: bool,
}

/// How a session ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LiveEnd {
    /// After three hours, as every session does.
    TimedOut,
    /// It was cut off, or failed; in words.
    Cut(String),
}

impl LogsClient {
    /// Begins a session for these groups, each by its ARN without the trailing `:*` and its name.
    pub async fn start_live_tail(
        &self,
        groups: Vec<(String, Arc<str>)>,
        stream_prefix: Option<&str>,
        pattern: &str,
    ) -> Result<LiveTail> {
        let call = self
            .client
            .start_live_tail()
            .set_log_group_identifiers(Some(groups.iter().map(|(arn, _)| arn.clone()).collect()))
            .set_log_stream_name_prefixes(stream_prefix.map(|prefix| vec![prefix.to_owned()]))
            .set_log_event_filter_pattern((!pattern.is_empty()).then(|| pattern.to_owned()))
            .customize()
            .config_override(few_attempts());
        // A service of one's own does not answer at a name that the SDK makes up.
        let call = if self.facts.logs_endpoint.is_some() {
            call.interceptor(HostAsGiven)
        } else {
            call
        };
        let named = || {
            let names: Vec<&str> = groups.iter().map(|(_, name)| &**name).collect();
            names.join(", ")
        };
        let output = call.send().await.map_err(|error| match &error {
            SdkError::ServiceError(refusal) if refusal.err().is_resource_not_found_exception() => {
                no_log_group(&self.facts, ACTION, &named())
            }
            SdkError::ServiceError(refusal) if refusal.err().is_invalid_operation_exception() => {
                let said = refusal.err().message().unwrap_or_default();
                not_of_this_class(&self.facts, ACTION, &named(), said)
            }
            _ => explain(&self.facts, ACTION, &error),
        })?;
        Ok(LiveTail { output, groups })
    }
}

impl LiveTail {
    /// What the next second brought.
    pub async fn next(&mut self) -> Result<LiveUpdate, LiveEnd> {
        loop {
            return match self.output.response_stream.recv().await {
                Ok(Some(Frame::SessionUpdate(update))) => Ok(LiveUpdate {
                    is_sampled: update
                        .session_metadata()
                        .is_some_and(LiveTailSessionMetadata::sampled),
                    events: update
                        .session_results
                        .unwrap_or_default()
                        .into_iter()
                        .map(|event| LogEvent {
                            timestamp: event.timestamp.unwrap_or_default(),
                            ingested_at: event.ingestion_time,
                            group: self
                                .group(event.log_group_identifier.as_deref().unwrap_or_default()),
                            stream: Arc::from(event.log_stream_name.unwrap_or_default()),
                            message: event.message.unwrap_or_default(),
                        })
                        .collect(),
                }),
                Ok(Some(_)) => continue,
                Ok(None) => Err(LiveEnd::Cut("the service ended it".to_owned())),
                Err(SdkError::ServiceError(end)) if end.err().is_session_timeout_exception() => {
                    Err(LiveEnd::TimedOut)
                }
                Err(SdkError::ServiceError(end)) => Err(LiveEnd::Cut(
                    end.err()
                        .message()
                        .unwrap_or("the service failed")
                        .to_owned(),
                )),
                Err(_) => Err(LiveEnd::Cut("the connection was cut".to_owned())),
            };
        }
    }

    /// The group that an answer names by ARN, by `account:name`, or by name.
    fn group(&self, identifier: &str) -> Arc<str> {
        let known = self.groups.iter().find(|(arn, name)| {
            arn == identifier
                || **name == *identifier
                || identifier
                    .rsplit_once(':')
                    .is_some_and(|(_, last)| last == &**name)
        });
        known.map_or_else(|| Arc::from(identifier), |(_, name)| Arc::clone(name))
    }
}

/// Takes the SDK's prefix from the host again.
#[derive(Debug)]
struct HostAsGiven;

impl Intercept for HostAsGiven {
    fn name(&self) -> &'static str {
        "HostAsGiven"
    }

    fn modify_before_signing(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _components: &RuntimeComponents,
        _configuration: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let request = context.request_mut();
        let uri = request
            .uri()
            .replacen(&format!("://{HOST_PREFIX}"), "://", 1);
        request.set_uri(uri)?;
        Ok(())
    }
}
