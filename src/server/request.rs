//! One request: traced, answered, logged, and reported where it fails.

use std::cell::RefCell;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Instant;

use axum::body::Body;
use axum::extract::Request;
use axum::http::header::{ALLOW, CONTENT_LENGTH, CONTENT_TYPE, HOST, LOCATION};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::Response;
use futures::FutureExt as _;

use super::access_log::{Fields, Line};
use super::failure::{Fault, PANICKED_AT};
use super::reply::{Content, Reply};
use super::route::{Found, Route};
use super::target::full_path;
use super::{App, cors, health, routes};
use crate::percent::decoded;
use crate::sockets::http::Peer;
use crate::telemetry::TraceContext;
use crate::telemetry::tracing::{IncomingRequest, TracedRequest};

/// The scheme that requests come by; whoever ends TLS does it in front of us.
const SCHEME: &str = "http";

/// The status of a request whose client went away before it was answered, as nginx has it.
const CLIENT_CLOSED: u16 = 499;

/// What a route can know of its request.
pub(super) struct Asked<'a> {
    pub(super) head: &'a Parts,
    /// What stands in the route's parameter.
    pub(super) parameter: &'a str,
    /// The query string.
    pub(super) query: &'a str,
    pub(super) traced: &'a TracedRequest,
}

/// Answers a request.
pub(super) async fn answer(app: Arc<App>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    if head.uri.path() == health::PATH {
        return health::answer(&app, &head.method);
    }
    let app = &*app;
    let path = decoded(head.uri.path());
    let method = head.method.as_str();
    let found = Found::by(method, &path);
    let route = match found {
        Found::Route(route, _) => Some(route),
        _ => None,
    };
    let peer = head.extensions.get::<Peer>();
    let traced = app.tracer.begin(&IncomingRequest {
        method: &head.method,
        uri: &head.uri,
        route: route.map(Route::rule),
        headers: &head.headers,
        peer: peer.map(|peer| (&peer.ip, peer.port)),
        version: head.version,
        scheme: SCHEME,
    });
    let mut exchange = Exchange {
        app,
        head: &head,
        path: &path,
        route,
        address: peer.map(|peer| &*peer.ip).unwrap_or_default(),
        traced,
        begun: Instant::now(),
        error: None,
        is_over: false,
    };
    let (reply, own_rule) = match found {
        Found::Nothing => (Reply::error(StatusCode::NOT_FOUND), false),
        Found::WrongMethod(route) => (Reply::wrong_method(route.allowed()), false),
        Found::Merged(path) => (Reply::redirect(address_of(&head, &path)), false),
        Found::Route(route, _) if method == "OPTIONS" => {
            (Reply::options(route.allowed()), route.takes_post())
        }
        Found::Route(route, parameter) => {
            let asked = Asked {
                head: &head,
                parameter,
                query: head.uri.query().unwrap_or_default(),
                traced: &exchange.traced,
            };
            match caught(routes::answer(app, route, asked, body)).await {
                Ok(reply) => {
                    let is_own = route.takes_post() && reply.is_of_route();
                    (reply, is_own)
                }
                Err(fault) => (exchange.failed(&fault), false),
            }
        }
    };
    exchange.respond(reply, own_rule)
}

/// What a route answers; a panic becomes a failure.
async fn caught(work: impl Future<Output = Result<Reply, Fault>>) -> Result<Reply, Fault> {
    let kept = RefCell::new(Vec::new());
    PANICKED_AT
        .scope(kept, async {
            match AssertUnwindSafe(work).catch_unwind().await {
                Ok(reply) => reply,
                Err(payload) => {
                    let frames = PANICKED_AT.with(RefCell::take);
                    Err(Fault::of_panic(&*payload, frames))
                }
            }
        })
        .await
}

/// The whole address of another path with the same query.
fn address_of(head: &Parts, path: &str) -> String {
    let host = head
        .uri
        .authority()
        .map(axum::http::uri::Authority::as_str)
        .or_else(|| head.headers.get(HOST)?.to_str().ok())
        .unwrap_or_default();
    let query = head.uri.query().map(|query| format!("?{query}"));
    format!(
        "{SCHEME}://{host}{}{}",
        encoded(path),
        query.unwrap_or_default()
    )
}

/// A path with percent signs for what an address cannot hold.
fn encoded(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@/".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

/// A request between its beginning and its end. One that is dropped before, because its client
/// went away, ends all the same.
struct Exchange<'a> {
    app: &'a App,
    head: &'a Parts,
    path: &'a str,
    route: Option<Route>,
    address: &'a str,
    traced: TracedRequest,
    begun: Instant,
    error: Option<String>,
    is_over: bool,
}

impl Exchange<'_> {
    /// Tells everybody of a failure, and what to answer.
    fn failed(&mut self, fault: &Fault) -> Reply {
        self.traced.failed(&fault.failure);
        self.error = Some(format!(
            "{}: {}",
            fault.failure.type_name, fault.failure.message
        ));
        let rule = self.route.map(Route::rule);
        self.app
            .report_fault(fault, self.head, rule, self.address, &self.traced);
        Reply::error(fault.status)
    }

    fn respond(mut self, reply: Reply, own_rule: bool) -> Response {
        let method = self.head.method.as_str();
        let (content_type, body) = match reply.content {
            Content::Json(document) => ("application/json", document),
            Content::Html(text) => ("text/html; charset=utf-8", text.into_bytes()),
        };
        let length = body.len();
        let mut headers = HeaderMap::with_capacity(12);
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
        headers.insert(CONTENT_LENGTH, HeaderValue::from(length));
        if let Some(methods) = reply.allow {
            headers.insert(ALLOW, HeaderValue::from_static(methods));
        }
        if let Some(location) = reply
            .location
            .and_then(|text| HeaderValue::try_from(text).ok())
        {
            headers.insert(LOCATION, location);
        }
        if own_rule {
            cors::write_for_everybody(method, &self.head.headers, &mut headers);
        } else {
            let cors = &self.app.cors;
            cors.write_common(self.path, method, &self.head.headers, &mut headers);
        }
        self.traced.write_headers(&mut headers);
        let told = (method != "OPTIONS").then_some(length as u64);
        self.finish(reply.status, told);
        let mut response = Response::new(Body::from(body));
        *response.status_mut() = reply.status;
        *response.headers_mut() = headers;
        response
    }

    fn finish(&mut self, status: StatusCode, length: Option<u64>) {
        self.is_over = true;
        let method = self.head.method.as_str();
        self.app.log.request(
            Line {
                address: self.address,
                method,
                scheme: SCHEME,
                full_path: &full_path(self.path, self.head.uri.query().unwrap_or_default()),
                status,
            },
            &Fields {
                method,
                path: self.path,
                route: self.route.map(Route::rule),
                status: status.as_u16(),
                duration_ms: self.begun.elapsed().as_secs_f64() * 1e3,
                error: self.error.take(),
            },
            context_of(&self.traced),
        );
        self.traced.finish(status.as_u16(), length);
    }
}

impl Drop for Exchange<'_> {
    fn drop(&mut self) {
        if !self.is_over
            && let Ok(status) = StatusCode::from_u16(CLIENT_CLOSED)
        {
            self.finish(status, None);
        }
    }
}

/// The ids of a request, for its log lines.
pub(super) fn context_of(traced: &TracedRequest) -> TraceContext {
    TraceContext {
        trace_id: Some(traced.trace_id()),
        span_id: Some(traced.span_id()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_hold_what_they_can() {
        assert_eq!(encoded("/a b/é@x?"), "/a%20b/%C3%A9@x%3F");
    }
}
