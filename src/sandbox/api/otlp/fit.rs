//! Which spans can be kept.
//!
//! One bad span must not cost the others: they are kept, and the answer says what was not.
//! <https://opentelemetry.io/docs/specs/otlp/#partial-success-1>

use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, Span};

use crate::sandbox::store::OtlpMessage;
use crate::trace::otlp::{span_id, trace_id};

/// What was not kept of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Rejected {
    pub(super) count: i64,
    pub(super) message: String,
}

/// Takes those out that cannot be kept, by `judge` besides what holds for all.
pub(super) fn keep_fitting(
    message: &mut OtlpMessage,
    mut judge: impl FnMut(&Span) -> Option<String>,
) -> Option<Rejected> {
    let OtlpMessage::Traces(request) = message else {
        return None;
    };
    let mut judge = |span: &Span| unfit(span).or_else(|| judge(span));
    let all_fit = spans(&request.resource_spans).all(|span| judge(span).is_none());
    if all_fit {
        return None;
    }
    let (mut count, mut first) = (0_i64, None);
    for scope in request
        .resource_spans
        .iter_mut()
        .flat_map(|resource| &mut resource.scope_spans)
    {
        scope.spans.retain(|span| match judge(span) {
            None => true,
            Some(why) => {
                count += 1;
                first.get_or_insert_with(|| format!("{:?} {why}", shown(&span.name)));
                false
            }
        });
    }
    let what = if count == 1 {
        "1 span was not kept".to_owned()
    } else {
        format!("{count} spans were not kept, the first")
    };
    Some(Rejected {
        count,
        message: format!("{what}: {}", first.unwrap_or_default()),
    })
}

pub(super) fn spans(resources: &[ResourceSpans]) -> impl Iterator<Item = &Span> {
    let scopes = resources.iter().flat_map(|resource| &resource.scope_spans);
    scopes.flat_map(|scope| &scope.spans)
}

/// The start of a name, for a message.
fn shown(name: &str) -> String {
    name.chars().take(60).collect()
}

fn unfit(span: &Span) -> Option<String> {
    let why = if trace_id(&span.trace_id).is_none() {
        wrong_id("trace id", 16, &span.trace_id)
    } else if span_id(&span.span_id).is_none() {
        wrong_id("span id", 8, &span.span_id)
    } else if span.start_time_unix_nano == 0 {
        "has no start time".to_owned()
    } else if i64::try_from(span.start_time_unix_nano.max(span.end_time_unix_nano)).is_err() {
        "starts or ends after the year 2262; times are nanoseconds since 1970".to_owned()
    } else {
        return None;
    };
    Some(why)
}

fn wrong_id(what: &str, length: usize, bytes: &[u8]) -> String {
    match bytes.len() {
        0 => format!("has no {what}"),
        given if given == length => format!("has a {what} of zeros"),
        given => format!("has a {what} of {given} bytes; it has {length}"),
    }
}
