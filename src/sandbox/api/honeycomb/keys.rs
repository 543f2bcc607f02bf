//! The keys that the sandbox lets in: any that looks like one of Honeycomb's.
//!
//! There is one team, Cruddur, with one environment, test; Classic keys have none.
//!
//! | shape | kind |
//! |---|---|
//! | `hcxik_` and 58 of `a-z0-9` (any letter for `x`) | ingest |
//! | `hcxic_` and 58 of `a-z0-9` | ingest, Classic |
//! | 22 letters and digits | configuration |
//! | 32 of `a-f0-9` | configuration, Classic |
//! | `hcxmk_` and 26 of `a-z0-9`, a colon, 32 of `a-z0-9`, as `Bearer` | management, for `/2/` only |
//!
//! All else is an unknown key: an ingest id without its secret, `hcxlk_…`, a management id or secret
//! alone. A word inside a key chooses a bad day; in 32 hexadecimal digits another word has to do:
//!
//! | word | or | what happens |
//! |---|---|---|
//! | `unknown` | `badc0de` | 401, nobody knows it |
//! | `disabled` | `deadbeef` | 401, it was switched off |
//! | `readonly` | `cafebabe` | it may query, and nothing else |
//! | `noqueries` | `facade` followed by `0` | it may do everything but queries |
//! | `overquota` | `feedface` | events are dropped |
//! | `throttled` | `defaced0` | 429 |
//!
//! <https://docs.honeycomb.io/configure/environments/manage-api-keys/>

use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;

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

/// A management key that was let in; it belongs to the team and to no environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ManagementKey {
    pub(super) id: String,
    text: String,
}

/// What a key may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Permission {
    /// Send events.
    Events,
    Markers,
    Queries,
    Columns,
    CreateDatasets,
}

/// The permissions as `/1/auth` names them.
pub(super) const PERMISSIONS: [&str; 10] = [
    "events",
    "markers",
    "triggers",
    "boards",
    "queries",
    "columns",
    "createDatasets",
    "slos",
    "recipients",
    "privateBoards",
];

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
        usable(&key.text).map(|()| key)
    }

    /// The slug of its environment: empty for a Classic key.
    pub(in crate::sandbox::api) fn environment(&self) -> &'static str {
        if self.is_classic { "" } else { "test" }
    }

    /// Whether it may send events.
    pub(in crate::sandbox::api) fn may_send(&self) -> bool {
        self.may(Permission::Events)
    }

    /// Whether its events are over the quota.
    pub(in crate::sandbox::api) fn is_over_quota(&self) -> bool {
        says(&self.text, "overquota", "feedface")
    }

    /// Whether all that it asks for is too much.
    pub(in crate::sandbox::api) fn is_throttled(&self) -> bool {
        says(&self.text, "throttled", "defaced0")
    }

    /// Whether it may do this; an ingest key may send, and make datasets by sending.
    pub(super) fn may(&self, permission: Permission) -> bool {
        match permission {
            Permission::Events => !self.is_read_only(),
            _ if self.kind == KeyKind::Ingest => false,
            Permission::Queries | Permission::Columns => self.may_query(),
            Permission::Markers | Permission::CreateDatasets => !self.is_read_only(),
        }
    }

    /// Whether `/1/auth` says that it has this permission.
    pub(super) fn claims(&self, permission: &str) -> bool {
        match permission {
            "queries" | "columns" => self.may_query(),
            _ => !self.is_read_only(),
        }
    }

    fn may_query(&self) -> bool {
        !says(&self.text, "noqueries", "facade0")
    }

    fn is_read_only(&self) -> bool {
        says(&self.text, "readonly", "cafebabe")
    }

    /// What the key is called where it may be shown: the first half of an ingest key, something that
    /// stays the same for others.
    pub(super) fn id(&self) -> String {
        let digits = |length| {
            let mut hash = self.text.bytes().fold(7_u64, |hash, byte| {
                hash.wrapping_mul(0x0100_0000_01b3) ^ u64::from(byte)
            });
            (0..length)
                .map(|_| {
                    hash = hash.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                    char::from(b"0123456789abcdefghjkmnpqrstvwxyz"[(hash >> 59) as usize])
                })
                .collect::<String>()
        };
        match (self.kind, self.is_classic) {
            (KeyKind::Ingest, _) => self.text.chars().take(32).collect(),
            (KeyKind::Configuration, false) => format!("hcxlk_01{}", digits(24)),
            (KeyKind::Configuration, true) => digits(12),
        }
    }
}

impl ManagementKey {
    /// The key of a request.
    pub(super) fn of(headers: &HeaderMap) -> Result<Self, KeyRefusal> {
        let given = headers
            .get(AUTHORIZATION)
            .and_then(|value| value.to_str().ok())
            .map(str::trim)
            .filter(|value| !value.is_empty())
            .ok_or(KeyRefusal::Missing)?;
        let pair = given
            .get(..7)
            .filter(|scheme| scheme.eq_ignore_ascii_case("bearer "))
            .and_then(|_| given.get(7..))
            .ok_or(KeyRefusal::Unknown)?
            .trim();
        let (id, secret) = pair.split_once(':').ok_or(KeyRefusal::Unknown)?;
        if !(is_prefixed(id, "mk_", 26) && secret.len() == 32 && is_lower(secret)) {
            return Err(KeyRefusal::Unknown);
        }
        usable(pair)?;
        Ok(Self {
            id: id.to_owned(),
            text: pair.to_owned(),
        })
    }

    /// Whether all that it asks for is too much.
    pub(super) fn is_throttled(&self) -> bool {
        self.text.contains("throttled")
    }
}

fn usable(key: &str) -> Result<(), KeyRefusal> {
    if says(key, "unknown", "badc0de") {
        return Err(KeyRefusal::Unknown);
    }
    if says(key, "disabled", "deadbeef") {
        return Err(KeyRefusal::Disabled);
    }
    Ok(())
}

/// Whether a word stands in a key: the second one, where a key has room for no other digits.
fn says(key: &str, word: &str, hexadecimal: &str) -> bool {
    key.to_ascii_lowercase().contains(word) || key.len() == 32 && key.contains(hexadecimal)
}

fn shape(key: &str) -> Option<(KeyKind, bool)> {
    if is_prefixed(key, "ik_", 58) {
        return Some((KeyKind::Ingest, false));
    }
    if is_prefixed(key, "ic_", 58) {
        return Some((KeyKind::Ingest, true));
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

/// `hc`, a letter for the region, the kind, and so many small letters and digits.
fn is_prefixed(key: &str, kind: &str, length: usize) -> bool {
    key.len() == 6 + length
        && key.starts_with("hc")
        && key.as_bytes()[2].is_ascii_lowercase()
        && key.get(3..6) == Some(kind)
        && key.get(6..).is_some_and(is_lower)
}

fn is_lower(text: &str) -> bool {
    text.bytes()
        .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn key(text: &str) -> Result<Key, KeyRefusal> {
        let mut headers = HeaderMap::new();
        headers.insert("x-honeycomb-team", HeaderValue::from_str(text).unwrap());
        Key::of(&headers)
    }

    fn management(text: &str) -> Result<ManagementKey, KeyRefusal> {
        let mut headers = HeaderMap::new();
        headers.insert(AUTHORIZATION, HeaderValue::from_str(text).unwrap());
        ManagementKey::of(&headers)
    }

    #[test]
    fn keys_are_known_by_their_shape() {
        let ingest = format!("hcaik_{}", "0".repeat(58));
        let classic = format!("hczic_{}", "z".repeat(58));
        for (text, kind, is_classic) in [
            (ingest.as_str(), KeyKind::Ingest, false),
            (classic.as_str(), KeyKind::Ingest, true),
            (USUAL, KeyKind::Configuration, false),
            (&"0a".repeat(16), KeyKind::Configuration, true),
        ] {
            let key = key(text).unwrap();
            assert_eq!((key.kind, key.is_classic), (kind, is_classic), "{text}");
        }
        let id = format!("hcaik_{}", "0".repeat(26));
        let secret = "z9".repeat(16);
        for text in [
            "x",
            id.as_str(),
            secret.as_str(),
            &format!("hcalk_{}", "0".repeat(26)),
            &format!("hcamk_{}", "0".repeat(26)),
            &format!("hcaik_{}", "A".repeat(58)),
            &format!("hc9ik_{}", "0".repeat(58)),
            &format!("hcaxk_{}", "0".repeat(58)),
            "CruddurSandboxConfKey_",
        ] {
            assert_eq!(key(text), Err(KeyRefusal::Unknown), "{text}");
        }
        assert_eq!(key(" "), Err(KeyRefusal::Missing));
    }

    #[test]
    fn words_choose_a_bad_day() {
        assert_eq!(key("unknown000000000000000"), Err(KeyRefusal::Unknown));
        assert_eq!(key("DISABLED00000000000000"), Err(KeyRefusal::Disabled));
        let hex = |word: &str| format!("{word:0<32}");
        assert_eq!(key(&hex("badc0de")), Err(KeyRefusal::Unknown));
        assert_eq!(key(&hex("deadbeef")), Err(KeyRefusal::Disabled));
        assert!(!key(&hex("cafebabe")).unwrap().may_send());
        assert!(!key(&hex("facade0")).unwrap().may(Permission::Queries));
        assert!(key(&hex("feedface")).unwrap().is_over_quota());
        assert!(key(&hex("defaced0")).unwrap().is_throttled());
        let read_only = key("readonly00000000000000").unwrap();
        assert!(!read_only.may_send() && read_only.may(Permission::Queries));
        let no_queries = key("noqueries0000000000000").unwrap();
        assert!(no_queries.may_send() && !no_queries.may(Permission::Columns));
    }

    #[test]
    fn a_management_key_is_a_pair() {
        let id = format!("hcamk_{}", "0".repeat(26));
        let secret = "z9".repeat(16);
        assert_eq!(management(&format!("Bearer {id}:{secret}")).unwrap().id, id);
        for text in [
            format!("Bearer {id}"),
            format!("Bearer {secret}"),
            format!("Basic {id}:{secret}"),
            format!("{id}:{secret}"),
            format!("Bearer {USUAL}"),
            format!("Bearer {id}:unknown{}", &secret[7..]),
        ] {
            assert_eq!(management(&text), Err(KeyRefusal::Unknown), "{text}");
        }
    }

    #[test]
    fn an_id_can_be_shown() {
        let ingest = format!("hcaik_{}{}", "1".repeat(26), "s".repeat(32));
        assert_eq!(key(&ingest).unwrap().id(), &ingest[..32]);
        let usual = key(USUAL).unwrap().id();
        assert_eq!((usual.len(), &usual[..8]), (32, "hcxlk_01"));
        assert_ne!(usual, key("CruddurSandboxConfKey1").unwrap().id());
    }
}
