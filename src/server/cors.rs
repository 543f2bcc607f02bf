//! Who may read the answers from another origin, as flask-cors answers under the seeds' settings.
//!
//! Below `/api` the origins of the front end and of the backend are let in. The routes that take
//! POST have a rule of their own, for everybody; where one of them fails, the common rule holds.
//! The allowed request headers were given as one name with a comma in it, which no header has; so
//! a preflight under the common rule never names any.
//! <https://flask-cors.readthedocs.io/en/latest/configuration.html>

use axum::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_REQUEST_HEADERS, ACCESS_CONTROL_REQUEST_METHOD,
    ORIGIN, VARY,
};
use axum::http::{HeaderMap, HeaderValue};

/// The methods that the common rule allows.
const COMMON_METHODS: &str = "OPTIONS,GET,HEAD,POST";

/// The methods that the rule of the POST routes allows.
const ALL_METHODS: &str = "DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT";

/// The origins that the common rule lets in.
#[derive(Debug, Clone, Default)]
pub(super) struct Cors {
    /// Sorted; the first is named to whoever has no origin.
    origins: Vec<HeaderValue>,
    /// Whether one of them is `*`.
    is_wild: bool,
}

impl Cors {
    /// The rule for these origins; none means no rule. One that no header can hold is left out.
    pub(super) fn new(origins: &[String]) -> Self {
        let mut sorted = origins.to_vec();
        sorted.sort();
        Self {
            is_wild: sorted.iter().any(|origin| origin == "*"),
            origins: sorted
                .iter()
                .filter_map(|origin| HeaderValue::from_str(origin).ok())
                .collect(),
        }
    }

    /// Adds the headers of the common rule, where the path is under it.
    pub(super) fn write_common(
        &self,
        path: &str,
        method: &str,
        asked: &HeaderMap,
        answer: &mut HeaderMap,
    ) {
        // The rule `/api/*` is read as a regular expression that has to match the beginning.
        if !path.starts_with("/api") {
            return;
        }
        let allowed = match asked.get(ORIGIN) {
            _ if self.origins.is_empty() => return,
            None if self.is_wild => HeaderValue::from_static("*"),
            None => self.origins[0].clone(),
            Some(origin) if self.lets_in(origin) => origin.clone(),
            Some(_) => return,
        };
        let varies = allowed != "*";
        answer.insert(ACCESS_CONTROL_ALLOW_ORIGIN, allowed);
        answer.insert(
            ACCESS_CONTROL_EXPOSE_HEADERS,
            HeaderValue::from_static("location,link"),
        );
        if method == "OPTIONS" && asks_for(asked, COMMON_METHODS) {
            answer.insert(
                ACCESS_CONTROL_ALLOW_METHODS,
                HeaderValue::from_static(COMMON_METHODS),
            );
        }
        if varies {
            answer.insert(VARY, HeaderValue::from_static("Origin"));
        }
    }

    fn lets_in(&self, origin: &HeaderValue) -> bool {
        let is_same = |one: &HeaderValue| one.as_bytes().eq_ignore_ascii_case(origin.as_bytes());
        self.is_wild || self.origins.iter().any(is_same)
    }
}

/// Adds the headers of the POST routes' own rule.
pub(super) fn write_for_everybody(method: &str, asked: &HeaderMap, answer: &mut HeaderMap) {
    let origin = asked.get(ORIGIN).cloned();
    if origin.is_some() {
        answer.insert(VARY, HeaderValue::from_static("Origin"));
    }
    let allowed = origin.unwrap_or_else(|| HeaderValue::from_static("*"));
    answer.insert(ACCESS_CONTROL_ALLOW_ORIGIN, allowed);
    if method == "OPTIONS" && asks_for(asked, ALL_METHODS) {
        answer.insert(
            ACCESS_CONTROL_ALLOW_METHODS,
            HeaderValue::from_static(ALL_METHODS),
        );
        let wanted = asked
            .get(ACCESS_CONTROL_REQUEST_HEADERS)
            .and_then(|value| value.to_str().ok())
            .map(|names| {
                let mut names: Vec<&str> = names.split(',').map(str::trim).collect();
                names.sort_unstable();
                names.join(", ")
            })
            .and_then(|names| HeaderValue::from_str(&names).ok())
            .filter(|names| !names.is_empty());
        if let Some(names) = wanted {
            answer.insert(ACCESS_CONTROL_ALLOW_HEADERS, names);
        }
    }
}

/// Whether a preflight asks for one of these methods.
fn asks_for(asked: &HeaderMap, methods: &str) -> bool {
    asked
        .get(ACCESS_CONTROL_REQUEST_METHOD)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|wanted| {
            !wanted.is_empty()
                && methods
                    .split(',')
                    .any(|one| one.trim().eq_ignore_ascii_case(wanted))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn common(origins: &[&str], path: &str, method: &str, asked: &[(&str, &str)]) -> String {
        let origins: Vec<String> = origins.iter().map(|&origin| origin.to_owned()).collect();
        let asked = headers(asked);
        let mut answer = HeaderMap::new();
        Cors::new(&origins).write_common(path, method, &asked, &mut answer);
        shown(&answer)
    }

    fn headers(pairs: &[(&str, &str)]) -> HeaderMap {
        let pairs = pairs.iter().map(|(name, value)| {
            (
                axum::http::HeaderName::from_bytes(name.as_bytes()).unwrap(),
                HeaderValue::from_str(value).unwrap(),
            )
        });
        pairs.collect()
    }

    fn shown(headers: &HeaderMap) -> String {
        let mut lines: Vec<String> = headers
            .iter()
            .map(|(name, value)| format!("{name}: {}", value.to_str().unwrap()))
            .collect();
        lines.sort();
        lines.join("\n")
    }

    const ORIGINS: [&str; 2] = ["http://localhost:3000", "http://127.0.0.1:4567"];

    #[test]
    fn the_common_rule() {
        insta::assert_snapshot!(common(&ORIGINS, "/api/activities/home", "GET", &[]), @"
        access-control-allow-origin: http://127.0.0.1:4567
        access-control-expose-headers: location,link
        vary: Origin
        ");
        let front = [("origin", "http://LOCALHOST:3000")];
        insta::assert_snapshot!(common(&ORIGINS, "/apiary", "GET", &front), @"
        access-control-allow-origin: http://LOCALHOST:3000
        access-control-expose-headers: location,link
        vary: Origin
        ");
        let stranger = [("origin", "http://stranger.test")];
        assert_eq!(common(&ORIGINS, "/api/x", "GET", &stranger), "");
        assert_eq!(common(&ORIGINS, "/rollbar/test", "GET", &front), "");
        assert_eq!(common(&[], "/api/x", "GET", &front), "");
        insta::assert_snapshot!(common(&["*"], "/api/x", "GET", &[]), @"
        access-control-allow-origin: *
        access-control-expose-headers: location,link
        ");
        let preflight = [
            ("origin", "http://localhost:3000"),
            ("access-control-request-method", "get"),
            ("access-control-request-headers", "content-type"),
        ];
        insta::assert_snapshot!(common(&ORIGINS, "/api/x", "OPTIONS", &preflight), @"
        access-control-allow-methods: OPTIONS,GET,HEAD,POST
        access-control-allow-origin: http://localhost:3000
        access-control-expose-headers: location,link
        vary: Origin
        ");
    }

    #[test]
    fn the_rule_for_everybody() {
        let of = |method: &str, asked: &[(&str, &str)]| {
            let mut answer = HeaderMap::new();
            write_for_everybody(method, &headers(asked), &mut answer);
            shown(&answer)
        };
        assert_eq!(of("POST", &[]), "access-control-allow-origin: *");
        let preflight = [
            ("origin", "http://stranger.test"),
            ("access-control-request-method", "POST"),
            ("access-control-request-headers", "x-b, content-type"),
        ];
        insta::assert_snapshot!(of("OPTIONS", &preflight), @"
        access-control-allow-headers: content-type, x-b
        access-control-allow-methods: DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT
        access-control-allow-origin: http://stranger.test
        vary: Origin
        ");
    }
}
