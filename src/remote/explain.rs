//! What the SDK says, told to a person.
//!
//! The plain text of an SDK error is "dispatch failure" or "service error"; what matters lies
//! levels below. This file sorts; `dispatch` tells what never reached a service, `service_error`
//! what a service answered.

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

use super::connect::Facts;
use super::dispatch;
use super::service_error::{self, Answer};
use crate::error::Error;

/// How much of an unexpected answer is shown.
pub(super) const SHOWN: usize = 300;

/// Turns a failed call into an error that says what to do; `action` is the IAM action, such as
/// `xray:CreateGroup`.
pub(super) fn explain<E>(
    facts: &Facts,
    action: &'static str,
    error: &SdkError<E, HttpResponse>,
) -> Error
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
{
    let chain = chain(error);
    let explained = match error {
        SdkError::ServiceError(refusal) => {
            let metadata = refusal.err().meta();
            service_error::explain(
                facts,
                &Answer::of(action, metadata.code(), metadata.message(), refusal.raw()),
            )
        }
        // A success that could not be read: a web page with status 200, most likely.
        SdkError::ResponseError(unreadable) => {
            service_error::explain(facts, &Answer::of(action, None, None, unreadable.raw()))
        }
        SdkError::TimeoutError(_) => dispatch::timeout(facts, action),
        SdkError::DispatchFailure(failure) if failure.is_timeout() => {
            dispatch::timeout(facts, action)
        }
        SdkError::DispatchFailure(failure) if failure.is_io() => {
            dispatch::network(facts, action, &chain)
        }
        _ => dispatch::credentials(facts, action, &chain),
    };
    explained.source(chain.join(": "))
}

/// The messages of an error and of those underneath, each cut, none with a request in it: some
/// print the whole request, signature and token included.
fn chain(error: &(dyn std::error::Error + 'static)) -> Vec<String> {
    let mut messages: Vec<String> = Vec::new();
    let mut next = Some(error);
    while let Some(error) = next {
        let message = error.to_string();
        let lower = message.to_lowercase();
        if lower.contains("authorization") || lower.contains("x-amz-security-token") {
            messages.push(cut(&message[..message.find(['{', ',']).unwrap_or(0)]));
        } else {
            messages.push(cut(&message));
        }
        next = error.source();
    }
    messages.retain(|message| !message.is_empty());
    messages.dedup();
    messages
}

/// The first characters of a text, on one line.
pub(super) fn cut(text: &str) -> String {
    let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match flat.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &flat[..end]),
        None => flat,
    }
}
