//! The keys that the sandbox lets in: any that looks like one of Honeycomb's.
//!
//! There is one team, Cruddur, with one environment, test; Classic keys have none. A word inside a
//! key chooses a bad day: `unknown` and `disabled` are refused, `readonly` may not send,
//! `overquota` is throttled.
//! <https://docs.honeycomb.io/configure/environments/manage-api-keys/>

use axum::http::HeaderMap;

/// The key that the sandbox gives out: a configuration key with every permission.
pub(in crate::sandbox) const USUAL: &str = "CruddurSandboxConfKey0";

/// What kind of key it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::sandbox::api) enum KeyKind {
    Ingest,
    Configuration,
}

/// A key that was let in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::sandbox::api) struct Key {
    pub(in crate::sandbox::api) text: String,
    pub(in crate::sandbox::api) kind: KeyKind,
    pub(in crate::sandbox::api) is_classic: bool,
}

/// Why a key was not let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::sandbox::api) enum KeyRefusal {
    Missing,
    Unknown,
    Disabled,
}

impl Key {
    /// The key of a request.
    pub(in crate::sandbox::api) fn of(headers: &HeaderMap) -> Result<Self, KeyRefusal> {
        let given = headers
            .get("x-honeycomb-team")
            .or_else(|| headers.get("x-hny-team"))
            .and_then(|value| value.to_str().ok())
            .map(str::trim)
            .filter(|key| !key.is_empty())
            .ok_or(KeyRefusal::Missing)?;
        let (kind, is_classic) = shape(given).ok_or(KeyRefusal::Unknown)?;
        let key = Self {
            text: given.to_owned(),
            kind,
            is_classic,
        };
        if key.says("unknown") {
            return Err(KeyRefusal::Unknown);
        }
        if key.says("disabled") {
            return Err(KeyRefusal::Disabled);
        }
        Ok(key)
    }

    fn says(&self, word: &str) -> bool {
        self.text.to_ascii_lowercase().contains(word)
    }

    /// The slug of its environment: empty for a Classic key.
    pub(in crate::sandbox::api) fn environment(&self) -> &'static str {
        if self.is_classic { "" } else { "test" }
    }

    /// Whether it may send events.
    pub(in crate::sandbox::api) fn may_send(&self) -> bool {
        !self.says("readonly")
    }

    /// Whether its events are over the quota.
    pub(in crate::sandbox::api) fn is_over_quota(&self) -> bool {
        self.says("overquota")
    }
}

fn shape(key: &str) -> Option<(KeyKind, bool)> {
    let lower = |text: &str| {
        text.bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    };
    let is_prefixed = key.len() == 64
        && key.starts_with("hc")
        && key.as_bytes()[2].is_ascii_lowercase()
        && lower(&key[6..]);
    match key.get(3..6) {
        Some("ik_") if is_prefixed => return Some((KeyKind::Ingest, false)),
        Some("ic_") if is_prefixed => return Some((KeyKind::Ingest, true)),
        _ => {}
    }
    let is_hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    match key.len() {
        22 if key.bytes().all(|byte| byte.is_ascii_alphanumeric()) => {
            Some((KeyKind::Configuration, false))
        }
        32 if key.bytes().all(is_hex) => Some((KeyKind::Configuration, true)),
        _ => None,
    }
}
