//! What a log shipper sends: events, and what has to be there to take them.
//!
//! Every call is one attempt. What to do after one that failed is the shipper's business; here is
//! only told which [`Setback`] it was.

use std::time::Duration;

use aws_sdk_cloudwatchlogs::config::{Builder, IdentityCache};
use aws_sdk_cloudwatchlogs::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_cloudwatchlogs::types::RejectedLogEventsInfo;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_types::retry::RetryConfig;
use aws_smithy_types::timeout::TimeoutConfig;
use axum::body::Bytes;

use super::Tags;
use super::body::fill;
use super::explain::explain;
use super::logs::LogsClient;
use super::retry::{ABORTED, THROTTLED};
use crate::error::{Error, Kind};
use crate::logs::batch::EncodedEvent;

/// What a call that failed means for whoever made it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Setback {
    /// Throttled, broken, slow or not there: the same call may succeed later.
    Later,
    /// The log group or the log stream is not there.
    NotFound,
    /// Some event, or the batch as such, breaks a rule.
    Invalid,
    /// The request has too many bytes (HTTP 413).
    TooLarge,
    /// The credentials are unknown or expired, or do not permit it.
    Denied,
    /// The same call would fail again, whoever makes it.
    Final,
}

/// A call that failed.
#[derive(Debug)]
pub struct NotShipped {
    /// What to tell a person.
    pub error: Error,
    /// What to do about it.
    pub setback: Setback,
}

/// How many events of a batch CloudWatch Logs took in and threw away, for good.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RejectedEvents {
    /// Older than 14 days.
    pub too_old: usize,
    /// Older than the log group keeps events.
    pub expired: usize,
    /// More than 2 hours ahead.
    pub too_new: usize,
}

impl RejectedEvents {
    /// All of them.
    pub fn count(self) -> usize {
        self.too_old + self.expired + self.too_new
    }

    /// Reads the ranges of an answer to so many events in the order of time: two end before the
    /// index, one begins at it. Whether `expired` does is not documented.
    fn of(info: &RejectedLogEventsInfo, events: usize) -> Self {
        let place = |index: i32| usize::try_from(index).unwrap_or(0).min(events);
        let too_old = info.too_old_log_event_end_index().map_or(0, place);
        let expired = info.expired_log_event_end_index().map_or(0, place);
        let gone = too_old.max(expired);
        let too_new = info.too_new_log_event_start_index().map_or(events, place);
        Self {
            too_old,
            expired: gone - too_old,
            too_new: events - too_new.max(gone),
        }
    }
}

impl LogsClient {
    /// Sends a batch, once. When the answer is lost, the batch may be there all the same: sent
    /// again, its events are there twice, for CloudWatch Logs does not compare.
    pub async fn put_log_events(
        &self,
        group: &str,
        stream: &str,
        events: &[EncodedEvent],
        patience: Duration,
    ) -> Result<RejectedEvents, NotShipped> {
        let body = Bytes::from(events_body(group, stream, events));
        let sent = self
            .client
            .put_log_events()
            .log_group_name(group)
            .log_stream_name(stream)
            .set_log_events(Some(Vec::new()))
            .customize()
            .config_override(once(patience))
            .mutate_request(move |request| fill(request, body.clone()))
            .send()
            .await;
        match sent {
            Ok(answer) => Ok(answer
                .rejected_log_events_info()
                .map(|info| RejectedEvents::of(info, events.len()))
                .unwrap_or_default()),
            // Said by old servers of a batch that they have from an earlier attempt.
            Err(error) if error.code() == Some("DataAlreadyAcceptedException") => {
                Ok(RejectedEvents::default())
            }
            Err(error) => Err(self.not_shipped("logs:PutLogEvents", &error)),
        }
    }

    /// Creates a stream, once; one that is there already is no failure.
    pub async fn create_log_stream(
        &self,
        group: &str,
        stream: &str,
        patience: Duration,
    ) -> Result<(), NotShipped> {
        let sent = self
            .client
            .create_log_stream()
            .log_group_name(group)
            .log_stream_name(stream)
            .customize()
            .config_override(once(patience))
            .send()
            .await;
        self.made("logs:CreateLogStream", sent.map(drop))
    }

    /// Creates a group to ship to, once; one that is there already is no failure.
    pub async fn create_shipped_group(
        &self,
        group: &str,
        tags: &Tags,
        patience: Duration,
    ) -> Result<(), NotShipped> {
        let sent = self
            .client
            .create_log_group()
            .log_group_name(group)
            .set_tags((!tags.is_empty()).then(|| tags.clone().into_iter().collect()))
            .customize()
            .config_override(once(patience))
            .send()
            .await;
        self.made("logs:CreateLogGroup", sent.map(drop))
    }

    /// Sets after how many days the events of a group go, in one attempt.
    pub async fn set_shipped_retention(
        &self,
        group: &str,
        days: i32,
        patience: Duration,
    ) -> Result<(), NotShipped> {
        self.client
            .put_retention_policy()
            .log_group_name(group)
            .retention_in_days(days)
            .customize()
            .config_override(once(patience))
            .send()
            .await
            .map(drop)
            .map_err(|error| self.not_shipped("logs:PutRetentionPolicy", &error))
    }

    /// The client without the credentials that it has: it asks for them anew.
    #[must_use]
    pub fn with_fresh_credentials(&self) -> Self {
        let configuration = self
            .client
            .config()
            .to_builder()
            .identity_cache(IdentityCache::lazy().build())
            .build();
        Self {
            client: aws_sdk_cloudwatchlogs::Client::from_conf(configuration),
            facts: self.facts.clone(),
        }
    }

    fn made<E>(
        &self,
        action: &'static str,
        sent: Result<(), SdkError<E, HttpResponse>>,
    ) -> Result<(), NotShipped>
    where
        E: ProvideErrorMetadata + std::error::Error + 'static,
    {
        match sent {
            Err(error) if error.code() == Some("ResourceAlreadyExistsException") => Ok(()),
            sent => sent.map_err(|error| self.not_shipped(action, &error)),
        }
    }

    fn not_shipped<E>(&self, action: &'static str, error: &SdkError<E, HttpResponse>) -> NotShipped
    where
        E: ProvideErrorMetadata + std::error::Error + 'static,
    {
        let explained = explain(&self.facts, action, error);
        NotShipped {
            setback: setback(error, &explained),
            error: explained,
        }
    }
}

/// What `PutLogEvents` sends.
fn events_body(group: &str, stream: &str, events: &[EncodedEvent]) -> Vec<u8> {
    let bytes: usize = events.iter().map(|event| event.json().len() + 1).sum();
    let mut body = Vec::with_capacity(bytes + group.len() + stream.len() + 128);
    // Texts are always written, and so is memory.
    body.extend_from_slice(b"{\"logGroupName\":");
    drop(serde_json::to_writer(&mut body, group));
    body.extend_from_slice(b",\"logStreamName\":");
    drop(serde_json::to_writer(&mut body, stream));
    body.extend_from_slice(b",\"logEvents\":[");
    for (place, event) in events.iter().enumerate() {
        if place > 0 {
            body.push(b',');
        }
        body.extend_from_slice(event.json());
    }
    body.extend_from_slice(b"]}");
    body
}

/// One attempt: a shipper has its own way of trying again.
fn once(patience: Duration) -> Builder {
    Builder::new()
        .retry_config(RetryConfig::disabled())
        .timeout_config(
            TimeoutConfig::builder()
                .connect_timeout(patience.min(Duration::from_secs(5)))
                .operation_attempt_timeout(patience)
                .operation_timeout(patience)
                .build(),
        )
}

fn setback<E>(error: &SdkError<E, HttpResponse>, explained: &Error) -> Setback
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
{
    let status = error.raw_response().map(|raw| raw.status().as_u16());
    if status == Some(413) {
        return Setback::TooLarge;
    }
    match error {
        SdkError::ServiceError(refusal) => {
            let metadata = refusal.err().meta();
            answered(
                status.unwrap_or_default(),
                metadata.code().unwrap_or_default(),
                metadata.message().unwrap_or_default(),
            )
        }
        SdkError::ResponseError(_) | SdkError::TimeoutError(_) => Setback::Later,
        // No request left: that is about the credentials, or about the way to them.
        _ if matches!(explained.kind(), Kind::Configuration | Kind::Permission)
            && !is_about_the_network(explained) =>
        {
            Setback::Denied
        }
        SdkError::ConstructionFailure(_) => Setback::Final,
        _ => Setback::Later,
    }
}

fn answered(status: u16, code: &str, message: &str) -> Setback {
    let code = code.rsplit('#').next().unwrap_or(code);
    match code {
        _ if status >= 500 || status == 429 || THROTTLED.contains(&code) || code == ABORTED => {
            Setback::Later
        }
        "ResourceNotFoundException" => Setback::NotFound,
        "InvalidParameterException" | "ValidationException" | "SerializationException" => {
            // Names are the same in every call.
            let names = ["logGroupName", "logStreamName", "LogGroup or LogStream"];
            if names.into_iter().any(|name| message.contains(name)) {
                Setback::Final
            } else {
                Setback::Invalid
            }
        }
        "AccessDenied"
        | "AccessDeniedException"
        | "ExpiredToken"
        | "ExpiredTokenException"
        | "IncompleteSignature"
        | "InvalidClientTokenId"
        | "InvalidSignatureException"
        | "MissingAuthenticationToken"
        | "RequestExpired"
        | "RequestTimeTooSkewed"
        | "SignatureDoesNotMatch"
        | "UnrecognizedClientException" => Setback::Denied,
        // A web page: what stands between may go away.
        "" => Setback::Later,
        _ => Setback::Final,
    }
}

/// Whether credentials could not be had because nobody could be asked.
fn is_about_the_network(explained: &Error) -> bool {
    let signs = ["dispatch failure", "timed out", "timeout", "io error"];
    explained.chain().iter().any(|message| {
        let message = message.to_lowercase();
        signs.into_iter().any(|sign| message.contains(sign))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_of_rejected_events_never_overlap() {
        let of = |old: Option<i32>, expired: Option<i32>, new: Option<i32>| {
            let info = RejectedLogEventsInfo::builder()
                .set_too_old_log_event_end_index(old)
                .set_expired_log_event_end_index(expired)
                .set_too_new_log_event_start_index(new)
                .build();
            let rejected = RejectedEvents::of(&info, 10);
            assert!(rejected.count() <= 10);
            [rejected.too_old, rejected.expired, rejected.too_new]
        };
        assert_eq!(of(None, None, None), [0, 0, 0]);
        assert_eq!(of(Some(2), None, Some(7)), [2, 0, 3]);
        assert_eq!(of(Some(2), Some(5), None), [2, 3, 0]);
        assert_eq!(of(Some(5), Some(2), Some(0)), [5, 0, 5]);
        assert_eq!(of(Some(99), Some(-1), Some(-1)), [10, 0, 0]);
    }

    #[test]
    fn refusals_are_sorted_by_what_helps() {
        for (status, code, message, expected) in [
            (400, "ThrottlingException", "Rate exceeded", Setback::Later),
            (503, "ServiceUnavailableException", "", Setback::Later),
            (400, "OperationAbortedException", "", Setback::Later),
            (404, "", "", Setback::Later),
            (400, "ResourceNotFoundException", "", Setback::NotFound),
            (
                400,
                "InvalidParameterException",
                "Upload too large",
                Setback::Invalid,
            ),
            (
                400,
                "InvalidParameterException",
                "Value 'a:b' at 'logStreamName' failed",
                Setback::Final,
            ),
            (400, "ns#ExpiredTokenException", "", Setback::Denied),
            (403, "UnrecognizedClientException", "", Setback::Denied),
            (400, "LimitExceededException", "", Setback::Final),
            (400, "InvalidOperationException", "", Setback::Final),
        ] {
            assert_eq!(answered(status, code, message), expected, "{code}");
        }
    }
}
