//! An answer before its headers: what a route decides.

use std::borrow::Cow;

use axum::http::StatusCode;

use super::json::{self, List};
use super::page;

/// What a route answers.
#[derive(Debug)]
pub(super) struct Reply {
    pub(super) status: StatusCode,
    pub(super) content: Content,
    /// The methods that the path takes.
    pub(super) allow: Option<&'static str>,
    /// Where to ask instead.
    pub(super) location: Option<String>,
}

/// A body, by its content type.
#[derive(Debug)]
pub(super) enum Content {
    Json(Vec<u8>),
    Html(String),
}

impl Reply {
    /// A JSON document.
    pub(super) fn json(document: Vec<u8>) -> Self {
        Self::new(StatusCode::OK, Content::Json(document))
    }

    /// A list of JSON objects.
    pub(super) fn list(items: impl FnOnce(&mut List<'_>)) -> Self {
        Self::json(json::list(items))
    }

    /// HTML.
    pub(super) fn html(text: &str) -> Self {
        Self::new(StatusCode::OK, Content::Html(text.to_owned()))
    }

    /// What was asked cannot be done, for a reason that programs read.
    pub(super) fn refusal(reason: &str) -> Self {
        let document = json::list(|list| {
            list.text(reason);
        });
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, Content::Json(document))
    }

    /// The page of an error.
    pub(super) fn error(status: StatusCode) -> Self {
        Self::new(status, Content::Html(page::error(status)))
    }

    /// The page of an error about methods.
    pub(super) fn wrong_method(allow: &'static str) -> Self {
        Self {
            allow: Some(allow),
            ..Self::error(StatusCode::METHOD_NOT_ALLOWED)
        }
    }

    /// The methods that a path takes.
    pub(super) fn options(allow: &'static str) -> Self {
        Self {
            allow: Some(allow),
            ..Self::new(StatusCode::OK, Content::Html(String::new()))
        }
    }

    /// Another address.
    pub(super) fn redirect(location: String) -> Self {
        let page = page::redirect(&location);
        Self {
            location: Some(location),
            ..Self::new(StatusCode::PERMANENT_REDIRECT, Content::Html(page))
        }
    }

    /// Whether the route itself decided it; Flask answers bodies that it cannot read elsewhere.
    pub(super) fn is_of_route(&self) -> bool {
        matches!(self.content, Content::Json(_))
    }

    fn new(status: StatusCode, content: Content) -> Self {
        Self {
            status,
            content,
            allow: None,
            location: None,
        }
    }
}

/// A status as the seeds' log lines write it: `404 NOT FOUND`.
pub(super) fn status_line(status: StatusCode) -> Cow<'static, str> {
    let reason = match status.as_u16() {
        200 => return Cow::Borrowed("200 OK"),
        413 => "REQUEST ENTITY TOO LARGE".to_owned(),
        499 => "CLIENT CLOSED REQUEST".to_owned(),
        _ => status
            .canonical_reason()
            .unwrap_or("UNKNOWN")
            .to_uppercase(),
    };
    Cow::Owned(format!("{} {reason}", status.as_u16()))
}
