//! The limits of X-Ray's own endpoint.
//!
//! <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch-OTLPEndpoint.html>

use axum::http::StatusCode;
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, Span};
use prost::Message as _;

use super::fit::{self, Rejected};
use super::refusal::Refusal;
use crate::sandbox::store::OtlpMessage;

/// The longest request, inflated.
const MOST_BYTES: usize = 5 * 1024 * 1024;

/// The most spans of one request.
const MOST_SPANS: usize = 10_000;

/// The longest span.
const LONGEST_SPAN: usize = 200 * 1024;

/// The longest resource together with a scope.
const LONGEST_ORIGIN: usize = 16 * 1024;

const HOUR: u64 = 3_600_000_000_000;

/// So far ahead of the clock a span may be.
const AHEAD: u64 = 2 * HOUR;

/// So far behind the clock a span may be.
const BEHIND: u64 = 14 * 24 * HOUR;

/// So far apart the first and the last span of a request may be.
const APART: u64 = 24 * HOUR;

/// Refuses a request that is too much.
pub(super) fn check(message: &OtlpMessage, bytes: usize) -> Result<(), Refusal> {
    let OtlpMessage::Traces(request) = message else {
        return Ok(());
    };
    if bytes > MOST_BYTES {
        return Err(Refusal::too_long("the request's body", MOST_BYTES));
    }
    let bad = |message: String| Err(Refusal::new(StatusCode::BAD_REQUEST, message));
    let count = message.spans().count();
    if count > MOST_SPANS {
        return bad(format!(
            "the request has {count} spans; at most {MOST_SPANS} are taken"
        ));
    }
    if let Some(length) = origins(&request.resource_spans).find(|length| *length > LONGEST_ORIGIN) {
        return bad(format!(
            "a resource and its scope have {length} bytes; at most {LONGEST_ORIGIN} are taken"
        ));
    }
    let starts = || message.spans().map(|span| span.start_time_unix_nano);
    let apart = starts()
        .max()
        .zip(starts().min())
        .map_or(0, |(last, first)| last - first);
    if apart > APART {
        return bad("the spans of a request start more than 24 hours apart".to_owned());
    }
    Ok(())
}

fn origins(resources: &[ResourceSpans]) -> impl Iterator<Item = usize> + '_ {
    resources.iter().flat_map(|resource| {
        let outer = resource
            .resource
            .as_ref()
            .map_or(0, prost::Message::encoded_len);
        let scopes = resource.scope_spans.iter();
        scopes.map(move |scope| outer + scope.scope.as_ref().map_or(0, prost::Message::encoded_len))
    })
}

/// Takes those spans out that X-Ray does not keep.
pub(super) fn keep_fitting(message: &mut OtlpMessage, now: i64) -> Option<Rejected> {
    let now = u64::try_from(now).unwrap_or(0).saturating_mul(1_000_000);
    fit::keep_fitting(message, |span| unfit(span, now))
}

fn unfit(span: &Span, now: u64) -> Option<String> {
    let start = span.start_time_unix_nano;
    if span.encoded_len() > LONGEST_SPAN {
        Some(format!("has more than {LONGEST_SPAN} bytes"))
    } else if start > now.saturating_add(AHEAD) {
        Some("starts more than 2 hours from now".to_owned())
    } else if start < now.saturating_sub(BEHIND) {
        Some("started more than 14 days ago".to_owned())
    } else {
        None
    }
}
