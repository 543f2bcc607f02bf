//! What the SDK says, told to a person.
//!
//! The plain text of an SDK error is "dispatch failure" or "service error"; what matters lies
//! levels below. This file sorts; `dispatch` tells what never reached a service, `sign_in` what
//! was missing to sign a request, `service_error` what a service answered.

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

use super::facts::Facts;
use super::service_error::{self, Answer};
use super::{dispatch, sign_in};
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
    let chain = chain(facts, error);
    let explained = match error {
        SdkError::ServiceError(refusal) => {
            let metadata = refusal.err().meta();
            service_error::explain(
                facts,
                &Answer::of(action, metadata.code(), metadata.message(), refusal.raw()),
            )
        }
        SdkError::ResponseError(_) if is_cut_off(&chain) => service_error::cut_off(facts, action),
        // A success that could not be read: a web page with status 200, most likely.
        SdkError::ResponseError(unreadable) => {
            service_error::explain(facts, &Answer::of(action, None, None, unreadable.raw()))
        }
        SdkError::TimeoutError(_) => dispatch::timeout(facts, action),
        SdkError::DispatchFailure(failure) if failure.is_timeout() => {
            dispatch::timeout(facts, action)
        }
        SdkError::DispatchFailure(failure) if failure.is_io() || is_broken_off(&chain) => {
            dispatch::network(facts, action, &chain)
        }
        _ => sign_in::explain(facts, action, &chain),
    };
    explained.source(chain.join(": "))
}

/// Whether it was the connection, which the SDK files under "other" at times, and not the
/// credentials.
fn is_broken_off(chain: &[String]) -> bool {
    let says = |text: &str| chain.iter().any(|message| message.contains(text));
    !says("redential")
        && !says("dentity")
        && [
            "connection closed",
            "connection error",
            "unexpected message from connection",
            "client error (",
            "tunnel error",
        ]
        .into_iter()
        .any(says)
}

fn is_cut_off(chain: &[String]) -> bool {
    chain.iter().any(|message| {
        [
            "end of file before message length",
            "unexpected end of file",
            "error reading a body",
        ]
        .iter()
        .any(|text| message.contains(text))
    })
}

/// The messages of an error and of those underneath, each cut; some print the whole request,
/// signature and token included, which are hidden.
fn chain(facts: &Facts, error: &(dyn std::error::Error + 'static)) -> Vec<String> {
    let mut messages: Vec<String> = Vec::new();
    let mut next = Some(error);
    while let Some(error) = next {
        let message = error.to_string();
        let lower = message.to_lowercase();
        let end = if lower.contains("authorization") || lower.contains("x-amz-security-token") {
            message.find(['{', ',']).unwrap_or(message.len())
        } else {
            message.len()
        };
        messages.push(cut(&facts.secrets.hide_all(&message[..end])));
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
