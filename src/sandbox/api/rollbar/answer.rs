//! Rollbar's envelope.

use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, HeaderName};
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use serde_json::{Value, json};

use crate::sandbox::api::fault_switch::Kind;
use crate::sandbox::store::Fault;

/// What a token may send in a minute, as long as nobody switches that off.
const LIMIT: u32 = 5000;

/// Why something was not done.
#[derive(Debug)]
pub(super) struct Refusal {
    pub(super) status: StatusCode,
    pub(super) message: String,
}

impl Refusal {
    pub(super) fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self {
            status,
            message: message.into(),
        }
    }

    pub(super) fn not_found(message: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, message)
    }

    pub(super) fn unprocessable(message: impl Into<String>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, message)
    }

    /// The refusal as an answer.
    pub(super) fn written(&self) -> Response {
        let body = json!({ "err": 1, "message": self.message });
        let left = if self.status == StatusCode::TOO_MANY_REQUESTS {
            0
        } else {
            LIMIT
        };
        write(self.status, &body, left)
    }
}

impl From<Fault> for Refusal {
    fn from(fault: Fault) -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, fault.message)
    }
}

/// What was asked for.
pub(super) fn result(result: &Value) -> Response {
    let body = json!({ "err": 0, "result": result });
    write(StatusCode::OK, &body, LIMIT - 1)
}

/// An answer of one's own form.
pub(super) fn written(status: StatusCode, body: &Value) -> Response {
    write(status, body, LIMIT - 1)
}

/// The probe's answer, which needs no token and has no envelope.
pub(super) fn pong() -> Response {
    let mut response = Response::new(Body::from("pong"));
    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static("text/plain"));
    response
}

/// A fault that was switched on.
pub(super) fn of_fault(kind: Kind) -> Response {
    let (status, message) = match kind {
        Kind::Throttle => (StatusCode::TOO_MANY_REQUESTS, "rate limit reached"),
        Kind::Deny => (StatusCode::FORBIDDEN, "insufficient privileges"),
        _ => (StatusCode::INTERNAL_SERVER_ERROR, "internal error"),
    };
    Refusal::new(status, message).written()
}

fn write(status: StatusCode, body: &Value, left: u32) -> Response {
    let mut response = Response::new(Body::from(body.to_string()));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    for (name, value) in [
        ("x-rate-limit-limit", LIMIT),
        ("x-rate-limit-remaining", left),
        ("x-rate-limit-remaining-seconds", 1),
    ] {
        headers.insert(HeaderName::from_static(name), HeaderValue::from(value));
    }
    response
}
