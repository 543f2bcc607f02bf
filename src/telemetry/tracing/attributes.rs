//! The attributes of HTTP spans, under the old names, those of today, or both.
//!
//! The old names in the order and with the values of OpenTelemetry's Flask instrumentation, which
//! the seeds' pictures and queries rest on; and `http.url`, which the seeds group by and Flask's
//! spans never had.
//!
//! <https://opentelemetry.io/docs/specs/semconv/http/http-spans/>
//! <https://opentelemetry.io/docs/specs/semconv/non-normative/http-migration/>

use axum::http::header::USER_AGENT;
use axum::http::{Method, Version};

use super::request::{IncomingRequest, X_FORWARDED_FOR};
use super::span::Attributes;
use crate::settings::HttpNames;
use crate::telemetry::query_secrets::mask_query;

impl HttpNames {
    fn has_old(self) -> bool {
        matches!(self, Self::Old | Self::Both)
    }

    fn has_stable(self) -> bool {
        matches!(self, Self::Stable | Self::Both)
    }
}

/// Attributes under one set of names, or both.
struct Named<'a> {
    names: HttpNames,
    attributes: &'a mut Attributes,
}

impl Named<'_> {
    fn old(&mut self, name: &str, value: &str) {
        if self.names.has_old() {
            self.attributes.text(name, value);
        }
    }

    fn stable(&mut self, name: &str, value: &str) {
        if self.names.has_stable() {
            self.attributes.text(name, value);
        }
    }

    fn both(&mut self, old: &str, stable: &str, value: &str) {
        self.old(old, value);
        self.stable(stable, value);
    }

    fn both_numbers(&mut self, old: &str, stable: &str, value: i64) {
        if self.names.has_old() {
            self.attributes.number(old, value);
        }
        if self.names.has_stable() {
            self.attributes.number(stable, value);
        }
    }
}

/// Puts what is known of a request when it comes in.
pub(super) fn put_request(
    attributes: &mut Attributes,
    request: &IncomingRequest<'_>,
    names: HttpNames,
) {
    let mut list = Named { names, attributes };
    let target = request
        .uri
        .path_and_query()
        .map_or("/", axum::http::uri::PathAndQuery::as_str);
    let target = mask_query(target);
    let authority = request.host().unwrap_or_default();
    let (host, port) = host_and_port(authority);
    let port = port.unwrap_or(if request.scheme == "https" { 443 } else { 80 });
    let url = [request.scheme, "://", authority, &target].concat();
    list.both("http.method", "http.request.method", method(request.method));
    list.old("http.server_name", host);
    list.both("http.scheme", "url.scheme", request.scheme);
    list.old("net.host.name", authority);
    list.old("http.host", authority);
    list.both_numbers("net.host.port", "server.port", port.into());
    list.stable("server.address", host);
    list.both("http.url", "url.full", &url);
    let (path, query) = target.split_once('?').unwrap_or((&target, ""));
    list.stable("url.path", path);
    if !query.is_empty() {
        list.stable("url.query", query);
    }
    list.old("http.target", &target);
    if let Some((ip, port)) = request.peer {
        list.both_numbers("net.peer.port", "client.port", port.into());
        list.old("net.peer.ip", ip);
        let forwarded = request
            .header(X_FORWARDED_FOR)
            .and_then(|list| list.split(',').next())
            .map(str::trim)
            .filter(|text| !text.is_empty());
        list.stable("client.address", forwarded.unwrap_or(ip));
    }
    if let Some(agent) = request.header(USER_AGENT) {
        list.both("http.user_agent", "user_agent.original", agent);
    }
    list.both(
        "http.flavor",
        "network.protocol.version",
        version(request.version),
    );
    if let Some(route) = request.route {
        // Both conventions have the same name for it.
        list.attributes.text("http.route", route);
    }
}

/// Puts what is known when it is answered.
pub(super) fn put_answer(attributes: &mut Attributes, status: u16, names: HttpNames) {
    Named { names, attributes }.both_numbers(
        "http.status_code",
        "http.response.status_code",
        status.into(),
    );
}

/// Puts the kind of a failure, where the names of today are wanted.
pub(super) fn put_error(attributes: &mut Attributes, kind: &str, names: HttpNames) {
    Named { names, attributes }.stable("error.type", kind);
}

/// Puts what is known of a call when it goes out.
pub(super) fn put_call(
    attributes: &mut Attributes,
    method_name: &Method,
    url: &str,
    names: HttpNames,
) {
    let mut list = Named { names, attributes };
    list.both("http.method", "http.request.method", method(method_name));
    list.both("http.url", "url.full", &mask_query(url));
    let (host, port) = host_and_port(authority_of(url));
    let port = port.unwrap_or(if url.starts_with("https:") { 443 } else { 80 });
    list.stable("server.address", host);
    if names.has_stable() {
        list.attributes.number("server.port", port.into());
    }
}

/// The part of a URL that names the host, without a password before it.
pub(super) fn authority_of(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    authority
        .rsplit_once('@')
        .map_or(authority, |(_, host)| host)
}

/// Parts `host:port`, in which an IPv6 address stands in brackets.
pub(super) fn host_and_port(authority: &str) -> (&str, Option<u16>) {
    match authority.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') && !port.is_empty() => (host, port.parse().ok()),
        _ => (authority, None),
    }
}

/// Methods that nobody knows are all one, so that a stranger cannot fill a column with them.
pub(super) fn method(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::DELETE => "DELETE",
        Method::HEAD => "HEAD",
        Method::OPTIONS => "OPTIONS",
        Method::PATCH => "PATCH",
        Method::TRACE => "TRACE",
        Method::CONNECT => "CONNECT",
        _ => "_OTHER",
    }
}

fn version(version: Version) -> &'static str {
    match version {
        Version::HTTP_09 => "0.9",
        Version::HTTP_10 => "1.0",
        Version::HTTP_2 => "2",
        Version::HTTP_3 => "3",
        _ => "1.1",
    }
}
