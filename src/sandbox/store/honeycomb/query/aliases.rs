//! Fields that OpenTelemetry renamed: asked by either name, found by either.
//!
//! Lessons ask for `http.url` and `http.status_code`; newer SDKs send `url.full` and
//! `http.response.status_code`. A field under the name that was asked for always goes first. The
//! pairs are those of the migration guide,
//! <https://opentelemetry.io/docs/specs/semconv/non-normative/http-migration/>. Honeycomb itself
//! knows no such names.

use std::borrow::Cow;

use super::super::event::{FieldValue, HoneycombEvent};

/// Older name, newer name.
const RENAMED: [(&str, &str); 13] = [
    ("http.url", "url.full"),
    ("http.method", "http.request.method"),
    ("http.status_code", "http.response.status_code"),
    ("http.scheme", "url.scheme"),
    ("http.flavor", "network.protocol.version"),
    ("http.user_agent", "user_agent.original"),
    ("http.client_ip", "client.address"),
    ("http.host", "server.address"),
    ("http.server_name", "server.address"),
    ("net.host.name", "server.address"),
    ("net.host.port", "server.port"),
    ("net.peer.ip", "client.address"),
    ("net.peer.port", "client.port"),
];

/// The value of the field, under this name or the one that it had or got.
pub(super) fn find<'e>(event: &'e HoneycombEvent<'_>, name: &str) -> Option<FieldValue<'e>> {
    if let Some(value) = event.get(name) {
        return Some(value.borrowed());
    }
    if !(name.starts_with("http.")
        || name.starts_with("url.")
        || name.starts_with("net.")
        || name.starts_with("network.")
        || name.starts_with("server.")
        || name.starts_with("client.")
        || name.starts_with("user_agent."))
    {
        return None;
    }
    RENAMED
        .iter()
        .filter_map(|(older, newer)| match name {
            name if name == *older => Some(*newer),
            name if name == *newer => Some(*older),
            _ => None,
        })
        .find_map(|other| event.get(other).map(FieldValue::borrowed))
        .or_else(|| target(event, name))
}

/// The target was split into path and query.
fn target<'e>(event: &'e HoneycombEvent<'_>, name: &str) -> Option<FieldValue<'e>> {
    let text = |name: &str| match event.get(name) {
        Some(FieldValue::Text(text)) => Some(text.as_ref()),
        _ => None,
    };
    match name {
        "http.target" => {
            let path = text("url.path")?;
            Some(FieldValue::Text(
                match text("url.query").filter(|query| !query.is_empty()) {
                    None => Cow::Borrowed(path),
                    Some(query) => Cow::Owned(format!("{path}?{query}")),
                },
            ))
        }
        "url.path" => {
            let target = text("http.target")?;
            let path = target.split_once('?').map_or(target, |(path, _)| path);
            Some(FieldValue::Text(Cow::Borrowed(path)))
        }
        "url.query" => {
            let (_, query) = text("http.target")?.split_once('?')?;
            Some(FieldValue::Text(Cow::Borrowed(query)))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(fields: &[(&str, &str)], name: &str) -> Option<String> {
        let event = HoneycombEvent {
            time: 0,
            sample_rate: 1,
            fields: fields
                .iter()
                .map(|(name, value)| ((*name).into(), FieldValue::text(*value)))
                .collect(),
        };
        find(&event, name).map(|value| value.shown().into_owned())
    }

    #[test]
    fn either_name_finds_the_field() {
        for (older, newer) in RENAMED {
            assert_eq!(found(&[(older, "x")], newer).as_deref(), Some("x"));
            assert_eq!(found(&[(newer, "x")], older).as_deref(), Some("x"));
        }
        assert_eq!(
            found(&[("url.full", "new"), ("http.url", "old")], "http.url").as_deref(),
            Some("old")
        );
        assert_eq!(found(&[("url.full", "x")], "http.method"), None);
    }

    #[test]
    fn a_target_is_a_path_and_a_query() {
        let new = [("url.path", "/a"), ("url.query", "b=1")];
        assert_eq!(found(&new, "http.target").as_deref(), Some("/a?b=1"));
        assert_eq!(found(&new[..1], "http.target").as_deref(), Some("/a"));
        let old = [("http.target", "/a?b=1")];
        assert_eq!(found(&old, "url.path").as_deref(), Some("/a"));
        assert_eq!(found(&old, "url.query").as_deref(), Some("b=1"));
        assert_eq!(found(&[("http.target", "/a")], "url.query"), None);
    }
}
