//! The attributes of HTTP spans, under the old names, those of today, or both.
//!
//! The old names in the order and with the values of OpenTelemetry's Flask instrumentation, which
//! the seeds' pictures and queries rest on; and `http.url`, which the seeds group by and Flask's
//! spans never had. Texts that stand under two names are kept once.
//!
//! <https://opentelemetry.io/docs/specs/semconv/http/http-spans/>
//! <https://opentelemetry.io/docs/specs/semconv/non-normative/http-migration/>

use std::sync::Arc;

use axum::http::header::USER_AGENT;
use axum::http::{Method, Version};
use opentelemetry::{KeyValue, StringValue, Value};

use super::request::{IncomingRequest, X_FORWARDED_FOR};
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

/// Attributes under construction.
struct List {
    names: HttpNames,
    attributes: Vec<KeyValue>,
}

impl List {
    fn old(&mut self, name: &'static str, value: impl Into<Value>) {
        if self.names.has_old() {
            self.attributes.push(KeyValue::new(name, value));
        }
    }

    fn stable(&mut self, name: &'static str, value: impl Into<Value>) {
        if self.names.has_stable() {
            self.attributes.push(KeyValue::new(name, value));
        }
    }

    fn both(&mut self, old: &'static str, stable: &'static str, value: impl Into<Value>) {
        let value = value.into();
        match self.names {
            HttpNames::Old => self.old(old, value),
            HttpNames::Stable => self.stable(stable, value),
            HttpNames::Both => {
                self.old(old, value.clone());
                self.stable(stable, value);
            }
        }
    }
}

/// A text that is cheap to repeat.
fn shared(text: &str) -> StringValue {
    StringValue::from(Arc::<str>::from(text))
}

/// What is known of a request when it comes in.
pub(super) fn of_request(request: &IncomingRequest<'_>, names: HttpNames) -> Vec<KeyValue> {
    let mut list = List {
        names,
        // With room for those of the answer, and of a failure.
        attributes: Vec::with_capacity(36),
    };
    let target = request
        .uri
        .path_and_query()
        .map_or("/", axum::http::uri::PathAndQuery::as_str);
    let target = mask_query(target);
    let authority = request.host().unwrap_or_default();
    let (host, port) = host_and_port(authority);
    let port = port.unwrap_or(if request.scheme == "https" { 443 } else { 80 });
    let authority = shared(authority);
    let host = shared(host);
    list.both("http.method", "http.request.method", method(request.method));
    list.old("http.server_name", host.clone());
    list.both("http.scheme", "url.scheme", request.scheme);
    list.old("net.host.name", authority.clone());
    list.old("http.host", authority.clone());
    list.both("net.host.port", "server.port", i64::from(port));
    list.stable("server.address", host);
    let url = [request.scheme, "://", authority.as_str(), &target].concat();
    list.both("http.url", "url.full", shared(&url));
    if names.has_stable() {
        let (path, query) = target.split_once('?').unwrap_or((&target, ""));
        list.stable("url.path", path.to_owned());
        if !query.is_empty() {
            list.stable("url.query", query.to_owned());
        }
    }
    list.old("http.target", target.into_owned());
    if let Some((ip, port)) = request.peer {
        let ip = StringValue::from(Arc::clone(ip));
        list.both("net.peer.port", "client.port", i64::from(port));
        list.old("net.peer.ip", ip.clone());
        let forwarded = request
            .header(X_FORWARDED_FOR)
            .and_then(|list| list.split(',').next())
            .map(str::trim)
            .filter(|text| !text.is_empty());
        match forwarded {
            Some(client) => list.stable("client.address", client.to_owned()),
            None => list.stable("client.address", ip),
        }
    }
    if let Some(agent) = request.header(USER_AGENT) {
        list.both("http.user_agent", "user_agent.original", shared(agent));
    }
    list.both(
        "http.flavor",
        "network.protocol.version",
        version(request.version),
    );
    if let Some(route) = request.route {
        // Both conventions have the same name for it.
        list.attributes.push(KeyValue::new("http.route", route));
    }
    list.attributes
}

/// What is known when it is answered.
pub(super) fn of_answer(status: u16, names: HttpNames) -> impl Iterator<Item = KeyValue> {
    let old = names.has_old().then_some("http.status_code");
    let stable = names.has_stable().then_some("http.response.status_code");
    let both = [old, stable].into_iter().flatten();
    both.map(move |name| KeyValue::new(name, i64::from(status)))
}

/// The kind of a failure, where the names of today are wanted.
pub(super) fn of_error(kind: &str, names: HttpNames) -> Option<KeyValue> {
    names
        .has_stable()
        .then(|| KeyValue::new("error.type", kind.to_owned()))
}

/// What is known of a call when it goes out.
pub(super) fn of_call(method_name: &Method, url: &str, names: HttpNames) -> Vec<KeyValue> {
    let mut list = List {
        names,
        attributes: Vec::with_capacity(9),
    };
    let masked = mask_query(url);
    list.both("http.method", "http.request.method", method(method_name));
    list.both("http.url", "url.full", shared(&masked));
    let (host, port) = host_and_port(authority_of(url));
    let port = port.unwrap_or(if url.starts_with("https:") { 443 } else { 80 });
    list.stable("server.address", host.to_owned());
    list.stable("server.port", i64::from(port));
    list.attributes
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
