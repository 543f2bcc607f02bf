//! Why a request was not taken, in Honeycomb's words where Honeycomb has words for it.
//!
//! Those words are husky's, which Honeycomb translates OTLP with: <https://github.com/honeycombio/husky>.

use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;

use super::format::Format;
use super::sender::Door;
use crate::sandbox::api::fault_switch::Kind;
use crate::sandbox::api::honeycomb::keys::KeyRefusal;

/// Seconds after which a throttled exporter may come again.
const PAUSE: HeaderValue = HeaderValue::from_static("1");

/// Why a request was not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refusal {
    status: StatusCode,
    message: String,
    retry_after: Option<HeaderValue>,
}

impl Refusal {
    pub(super) fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self {
            status,
            message: message.into(),
            retry_after: None,
        }
    }

    /// The body is not what its headers say.
    pub(super) fn unreadable(why: impl std::fmt::Display) -> Self {
        let message = format!("failed to parse OTLP request body: {why}");
        Self::new(StatusCode::BAD_REQUEST, message)
    }

    /// A longer body than is read.
    pub(super) fn too_long(what: &str, most: usize) -> Self {
        let message = format!("{what} is longer than {most} bytes");
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, message)
    }

    /// The key is missing or is not taken.
    pub(super) fn key(refusal: KeyRefusal) -> Self {
        let message = match refusal {
            KeyRefusal::Missing => "missing 'x-honeycomb-team' header",
            KeyRefusal::Unknown => "unknown API key - check your credentials",
            KeyRefusal::Disabled => "attempted to use disabled API key",
        };
        Self::new(StatusCode::UNAUTHORIZED, message)
    }

    /// A fault that was switched on.
    pub(super) fn switched(kind: Kind, door: Door, is_signed: bool) -> Self {
        match kind {
            Kind::Throttle => Self {
                retry_after: Some(PAUSE),
                ..Self::new(
                    StatusCode::TOO_MANY_REQUESTS,
                    "Request dropped due to rate limiting.",
                )
            },
            Kind::Deny if !is_signed && door == Door::Collector => {
                Self::new(StatusCode::FORBIDDEN, "refused, switched on with `deny`")
            }
            Kind::Deny if is_signed => Self::new(
                StatusCode::FORBIDDEN,
                "not authorized to perform: xray:PutTraceSegments",
            ),
            Kind::Deny => Self::key(KeyRefusal::Unknown),
            _ => Self::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "An internal failure, switched on with `fail`",
            ),
        }
    }

    /// The refusal in the request's encoding.
    pub(super) fn written(self, format: Format) -> Response {
        let mut response = format.refusal(self.status, self.message);
        if let Some(retry_after) = self.retry_after {
            response.headers_mut().insert(RETRY_AFTER, retry_after);
        }
        response
    }
}

/// The answer to a content type that is not one of OTLP's, which is no OTLP either.
pub(super) fn unsupported_content_type() -> Response {
    let mut response = Response::new(Body::from(
        "unsupported content-type, valid types are: application/protobuf, \
         application/x-protobuf, application/json",
    ));
    *response.status_mut() = StatusCode::UNSUPPORTED_MEDIA_TYPE;
    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static("text/plain"));
    response
}
