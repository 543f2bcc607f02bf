//! What the server says about a request: how it came in, and how it failed.

use std::sync::Arc;

use axum::http::header::HOST;
use axum::http::{HeaderMap, HeaderName, Method, Uri, Version};

/// Headers that carry traces, and say who asks.
pub(super) const X_AMZN_TRACE_ID: HeaderName = HeaderName::from_static("x-amzn-trace-id");
pub(super) const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");
pub(super) const TRACESTATE: HeaderName = HeaderName::from_static("tracestate");
pub(super) const BAGGAGE: HeaderName = HeaderName::from_static("baggage");
pub(super) const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// A request as it came in.
#[derive(Debug, Clone, Copy)]
pub struct IncomingRequest<'a> {
    /// The method.
    pub method: &'a Method,
    /// The path and the query, as they came.
    pub uri: &'a Uri,
    /// The route that will answer, in Flask's spelling (`/api/activities/@<string:handle>`);
    /// none for a path or a method that no route has.
    pub route: Option<&'static str>,
    /// Its headers.
    pub headers: &'a HeaderMap,
    /// Who connected: the IP address and the port.
    pub peer: Option<(&'a Arc<str>, u16)>,
    /// The version of HTTP.
    pub version: Version,
    /// `http` or `https`.
    pub scheme: &'static str,
}

/// An error that nobody caught.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Failure {
    /// What kind of error: the name of a type.
    pub type_name: String,
    /// What it says.
    pub message: String,
    /// Where it happened: outermost first.
    pub frames: Vec<Frame>,
}

/// One line of a stack.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Frame {
    /// The file, as the compiler knows it.
    pub path: String,
    /// The line in it.
    pub line: u32,
    /// The function.
    pub label: String,
}

impl IncomingRequest<'_> {
    /// The host that was asked for, with its port.
    pub(super) fn host(&self) -> Option<&str> {
        self.uri
            .authority()
            .map(axum::http::uri::Authority::as_str)
            .or_else(|| self.header(HOST))
    }

    /// A header, if it is there and text. By a name that has been read: names as text are read
    /// again for every request.
    pub(super) fn header(&self, name: HeaderName) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}
