//! Refusals in Honeycomb's three dialects, and answers.
//!
//! `/1/auth` and what takes events say `{"error"}`; the configuration APIs add the members of RFC
//! 7807; `/2/` says JSON:API. <https://docs.honeycomb.io/api/errors/>

use std::time::Duration;

use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::keys::KeyRefusal;
use crate::sandbox::store::{Fault, InvalidMember};

/// A key that nobody knows.
pub(super) const UNKNOWN_KEY: &str = "unknown API key - check your credentials";

/// After so long a throttled caller may come again.
const PAUSE: Duration = Duration::from_mins(1);

/// In which form a refusal is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialect {
    /// `{"error"}`.
    Plain,
    /// RFC 7807.
    Problem,
    /// JSON:API.
    JsonApi,
}

/// Why a call was refused.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Refusal {
    pub(super) status: StatusCode,
    /// The last part of a problem's type.
    kind: &'static str,
    pub(super) detail: String,
    members: Vec<InvalidMember>,
}

impl Refusal {
    pub(super) fn new(status: StatusCode, kind: &'static str, detail: impl Into<String>) -> Self {
        Self {
            status,
            kind,
            detail: detail.into(),
            members: Vec::new(),
        }
    }

    /// A body that cannot be used, or a header.
    pub(super) fn bad(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "unparseable", detail)
    }

    pub(super) fn unknown_key() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "unauthenticated", UNKNOWN_KEY)
    }

    pub(super) fn forbidden(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, "forbidden", detail)
    }

    pub(super) fn throttled() -> Self {
        Self::new(
            StatusCode::TOO_MANY_REQUESTS,
            "rate-limited",
            "Request dropped due to rate limiting.",
        )
    }

    pub(super) fn failed() -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            "The sandbox failed; its log says more.",
        )
    }

    /// Members that are not as they must be.
    pub(super) fn invalid(members: Vec<InvalidMember>) -> Self {
        Self {
            members,
            ..Self::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "validation-failed",
                "The provided input is invalid.",
            )
        }
    }

    /// One member that is not as it must be.
    pub(super) fn member(field: &str, code: &'static str, description: impl Into<String>) -> Self {
        Self::invalid(vec![InvalidMember {
            field: field.to_owned(),
            code,
            description: description.into(),
        }])
    }

    /// Writes it.
    pub(super) fn response(self, dialect: Dialect, path: &str) -> Response {
        let is_throttled = self.status == StatusCode::TOO_MANY_REQUESTS;
        let again = Timestamp::now()
            .checked_add(PAUSE)
            .unwrap_or(Timestamp::MAX);
        let (content_type, body) = match dialect {
            Dialect::Plain => ("application/json", json!({ "error": self.detail })),
            Dialect::Problem => ("application/problem+json", self.problem(path, again)),
            Dialect::JsonApi => ("application/vnd.api+json", self.json_api()),
        };
        let mut response = answer(self.status, &body);
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
        // What takes events does not say when to come again.
        if is_throttled && dialect != Dialect::Plain {
            let date = again.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
            if let Ok(date) = HeaderValue::from_str(&date) {
                headers.insert(RETRY_AFTER, date);
            }
            rate_limit(&mut response, 0);
        }
        response
    }

    fn title(&self) -> &'static str {
        match self.kind {
            "unparseable" => "The request body could not be parsed.",
            "not-found" => "The requested resource cannot be found.",
            "conflict" => "The request conflicts with what is there.",
            "payload-too-large" => "The request body is too large.",
            "validation-failed" => "The provided input is invalid.",
            "rate-limited" => "You have exceeded your rate limit.",
            "unauthenticated" => "Authentication failed.",
            "forbidden" => "You are not allowed to do this.",
            "not-emulated" => "The sandbox does not emulate this.",
            _ => "The sandbox failed.",
        }
    }

    fn problem(&self, path: &str, again: Timestamp) -> Value {
        let detail = if self.kind == "rate-limited" {
            let again = again.strftime("%Y-%m-%dT%H:%M:%SZ");
            format!("You have exceeded your rate limit. Please try again at {again}.")
        } else {
            self.detail.clone()
        };
        let mut problem = json!({
            "status": self.status.as_u16(),
            "type": format!("https://api.honeycomb.io/problems/{}", self.kind),
            "title": self.title(),
            "error": self.detail,
            "detail": detail,
            "instance": path,
        });
        if !self.members.is_empty() {
            problem["type_detail"] = self
                .members
                .iter()
                .map(|member| {
                    json!({
                        "field": member.field,
                        "code": member.code,
                        "description": member.description,
                    })
                })
                .collect();
        }
        problem
    }

    fn json_api(&self) -> Value {
        json!({ "errors": [{
            "id": format!("{:032x}", fastrand::u128(..)),
            "status": self.status.as_u16().to_string(),
            "code": self.kind,
            "title": self.title(),
            "detail": self.detail,
        }] })
    }
}

impl From<KeyRefusal> for Refusal {
    fn from(refusal: KeyRefusal) -> Self {
        match refusal {
            KeyRefusal::Missing | KeyRefusal::Unknown => Self::unknown_key(),
            KeyRefusal::Disabled => Self::new(
                StatusCode::UNAUTHORIZED,
                "unauthenticated",
                "attempted to use disabled API key",
            ),
        }
    }
}

impl From<Fault> for Refusal {
    fn from(fault: Fault) -> Self {
        match fault.code {
            "not-found" => Self::new(StatusCode::NOT_FOUND, "not-found", fault.message),
            "conflict" => Self::new(StatusCode::CONFLICT, "conflict", fault.message),
            _ => Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", fault.message),
        }
    }
}

/// An answer in JSON; `Null` is an empty one.
pub(super) fn answer(status: StatusCode, body: &Value) -> Response {
    let mut response = Response::new(if body.is_null() {
        Body::empty()
    } else {
        Body::from(body.to_string())
    });
    *response.status_mut() = status;
    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

/// Says how much more may be asked, as structured fields.
pub(super) fn rate_limit(response: &mut Response, remaining: u32) {
    let limit = format!(
        "limit=100, remaining={remaining}, reset={}",
        PAUSE.as_secs()
    );
    if let Ok(limit) = HeaderValue::from_str(&limit) {
        response.headers_mut().insert("ratelimit", limit);
    }
    response
        .headers_mut()
        .insert("ratelimit-policy", HeaderValue::from_static("100;w=60"));
}
