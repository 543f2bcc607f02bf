//! What people paste where a key belongs, and what to do about each.

use super::key::{SECRET, ULID};

/// Something that is no key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WrongKey {
    /// Nothing.
    Empty,
    /// A variable's name that nobody put a value in the place of.
    Unexpanded,
    /// The documentation's words for "your key".
    Placeholder,
    /// A key that a program hid most of.
    Masked,
    /// The key together with the header's or the variable's name.
    Named {
        /// The name that stands before it.
        name: String,
    },
    /// A word such as `Bearer` before it.
    Bearer,
    /// Quotes that were pasted along.
    Quoted,
    /// A blank or a line break inside.
    Blank,
    /// Characters that no header can carry.
    NotAscii,
    /// An address.
    Address,
    /// The id of an ingest key, without its secret.
    IngestId,
    /// An ingest key that is too short or too long.
    IngestLength {
        /// How many characters it has.
        length: usize,
    },
    /// A key in capitals.
    Capitals,
    /// The id of a configuration key.
    ConfigurationId,
    /// The id of a management key, without its secret.
    ManagementId,
    /// A management key whose halves were written together.
    ManagementWithoutColon,
    /// A management key with a half that is too short or too long.
    ManagementLength,
    /// The id of an environment.
    EnvironmentId,
    /// The id of a team.
    TeamId,
    /// A secret without the id that belongs before it.
    SecretAlone,
    /// An ingest key without its prefix.
    WithoutPrefix,
    /// The id of an AWS access key.
    AwsAccessKeyId,
    /// The secret of an AWS access key.
    AwsSecret,
    /// A token of Rollbar's.
    RollbarToken,
}

const KEYS_PAGE: &str = "in Honeycomb under Account, Team Settings, API Keys";

impl WrongKey {
    /// What it is, as the end of the sentence "the key is …".
    pub fn what(&self) -> String {
        match self {
            Self::Empty => "empty".into(),
            Self::Unexpanded => "the name of a variable, not its value".into(),
            Self::Placeholder => "a placeholder out of a text, not a key".into(),
            Self::Masked => "a key of which a program has hidden the middle".into(),
            Self::Named { name } => format!("written together with its name, {name}"),
            Self::Bearer => "written together with the word Bearer".into(),
            Self::Quoted => "in quotes that are part of the value".into(),
            Self::Blank => "broken by a blank or a line break".into(),
            Self::NotAscii => "made of characters that a header cannot carry".into(),
            Self::Address => "an address, not a key".into(),
            Self::IngestId => "the id of an ingest key, without its secret".into(),
            Self::IngestLength { length } => {
                format!("an ingest key of {length} characters, and those have 64")
            }
            Self::Capitals => "written in capitals".into(),
            Self::ConfigurationId => "the id of a configuration key, not the key".into(),
            Self::ManagementId => "the id of a management key, without its secret".into(),
            Self::ManagementWithoutColon => "a management key without the colon in it".into(),
            Self::ManagementLength => "a management key with a half of the wrong length".into(),
            Self::EnvironmentId => "the id of an environment, not a key".into(),
            Self::TeamId => "the id of a team, not a key".into(),
            Self::SecretAlone => "a secret without the id that belongs before it".into(),
            Self::WithoutPrefix => "an ingest key without its first six characters".into(),
            Self::AwsAccessKeyId => "the id of an AWS access key".into(),
            Self::AwsSecret => "the secret of an AWS access key".into(),
            Self::RollbarToken => "the access token of Rollbar".into(),
        }
    }

    /// Why that happens and what a right one looks like: one sentence.
    pub fn hint(&self) -> String {
        match self {
            Self::Empty => "a compose file or a CI system passes an empty string on where the variable is not set outside".into(),
            Self::Unexpanded => "nothing put the value in the place of the name: single quotes keep a shell from it, and not every file that looks like shell is read by one".into(),
            Self::Placeholder => format!("the key itself is shown {KEYS_PAGE}"),
            Self::Masked => format!("copy the whole key where it is made, {KEYS_PAGE}; terminals and CI logs show a part"),
            Self::Named { .. } => "the value alone belongs here; name=value belongs into OTEL_EXPORTER_OTLP_HEADERS".into(),
            Self::Bearer => "the value alone belongs here; only management keys are sent after that word, and it is put there for you".into(),
            Self::Quoted => "docker's --env-file and some CI systems keep the quotes that a shell takes away; write the value without".into(),
            Self::Blank => "copying from a page that breaks lines does that; no kind of key has a blank in it".into(),
            Self::NotAscii => "a text program may have put other signs in the place of those that were typed; copy the key again".into(),
            Self::Address => "addresses belong into HONEYCOMB_API_ENDPOINT, or into OTEL_EXPORTER_OTLP_ENDPOINT for exporters".into(),
            Self::IngestId => "an ingest key is this id and 32 more characters in one word of 64; the whole is shown once, when it is made, so make a new one if it was not kept".into(),
            Self::IngestLength { length } if *length < 6 + ULID + SECRET => "the end is missing: it is id and secret in one word; a double click does not always take all".into(),
            Self::IngestLength { .. } => "something else was pasted after it".into(),
            Self::Capitals => "keys with a prefix have small letters and digits only, and are compared letter by letter".into(),
            Self::ConfigurationId => format!("the key is a token of 22 letters and digits with no prefix; it can be looked up at any time {KEYS_PAGE}"),
            Self::ManagementId => "a management key is ID:SECRET, 32 characters on each side of the colon; the secret was shown once, when the key was made".into(),
            Self::ManagementWithoutColon => "write a colon between the id, which has 32 characters, and the secret".into(),
            Self::ManagementLength => "a management key is ID:SECRET, 32 characters on each side of the colon".into(),
            Self::EnvironmentId | Self::TeamId => format!("keys are made and shown {KEYS_PAGE}"),
            Self::SecretAlone => "32 small letters and digits are the secret of a management key; the key is ID:SECRET with an id that begins with hc".into(),
            Self::WithoutPrefix => "it begins with hcaik_ in the US and hcbik_ in the EU; copy it again from its start".into(),
            Self::AwsAccessKeyId => "it belongs into AWS_ACCESS_KEY_ID".into(),
            Self::AwsSecret => "it belongs into AWS_SECRET_ACCESS_KEY".into(),
            Self::RollbarToken => "it is the very value of Rollbar's variable, and has the same shape as a key of Honeycomb Classic".into(),
        }
    }
}

/// The names that are pasted along with a key.
const NAMES: [&str; 8] = [
    "x-honeycomb-team",
    "x-hny-team",
    "honeycomb_api_key",
    "honeycomb_key",
    "honeycomb_writekey",
    "otel_exporter_otlp_headers",
    "otel_exporter_otlp_traces_headers",
    "api_key",
];

/// What pasting did to it, whatever it was.
pub(super) fn harm(text: &str) -> Option<WrongKey> {
    let bare = text.trim();
    if bare.is_empty() {
        return Some(WrongKey::Empty);
    }
    let is_quote = |character| matches!(character, '"' | '\'' | '`' | '“' | '”' | '‘' | '’');
    if bare.starts_with(is_quote) || bare.ends_with(is_quote) {
        let inside = bare.trim_matches(is_quote);
        return Some(if inside.is_empty() {
            WrongKey::Empty
        } else {
            WrongKey::Quoted
        });
    }
    if is_unexpanded(bare) {
        return Some(WrongKey::Unexpanded);
    }
    let small = bare.to_lowercase();
    let unexported = small.strip_prefix("export ").unwrap_or(&small).trim_start();
    if let Some(name) = NAMES.iter().find(|name| {
        unexported
            .strip_prefix(**name)
            .is_some_and(|rest| rest.trim_start().starts_with(['=', ':']))
    }) {
        return Some(WrongKey::Named {
            name: if name.contains('-') {
                (*name).to_owned()
            } else {
                name.to_uppercase()
            },
        });
    }
    if small.starts_with("bearer ") || small.starts_with("basic ") {
        return Some(WrongKey::Bearer);
    }
    if small.starts_with("http://") || small.starts_with("https://") {
        return Some(WrongKey::Address);
    }
    let is_placeholder = (bare.starts_with('<') && bare.ends_with('>'))
        || (small.starts_with("your") && small.contains("key"))
        || small.contains("xxxxxx")
        || matches!(
            small.as_str(),
            "changeme" | "todo" | "none" | "null" | "undefined" | "secret"
        );
    if is_placeholder {
        return Some(WrongKey::Placeholder);
    }
    if ["…", "...", "***", "••"]
        .iter()
        .any(|sign| bare.contains(sign))
    {
        return Some(WrongKey::Masked);
    }
    if bare.contains(char::is_whitespace) {
        return Some(WrongKey::Blank);
    }
    (!bare.bytes().all(|byte| byte.is_ascii_graphic())).then_some(WrongKey::NotAscii)
}

/// `${NAME}`, `$NAME`, `%NAME%`, `{{ name }}`.
fn is_unexpanded(text: &str) -> bool {
    let is_name = |name: &str| {
        !name.is_empty()
            && name
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    };
    let braced = text
        .strip_prefix("${")
        .or_else(|| text.strip_prefix("$("))
        .is_some()
        || (text.starts_with("{{") && text.ends_with("}}"));
    let percent = text
        .strip_prefix('%')
        .and_then(|rest| rest.strip_suffix('%'))
        .is_some_and(is_name);
    braced || percent || text.strip_prefix('$').is_some_and(is_name)
}

/// What belongs to somebody else.
pub(super) fn foreign(text: &str) -> Option<WrongKey> {
    let is_aws_id = text.len() == 20
        && ["AKIA", "ASIA", "AIDA", "AROA"]
            .iter()
            .any(|prefix| text.starts_with(prefix))
        && text
            .bytes()
            .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
    if is_aws_id {
        return Some(WrongKey::AwsAccessKeyId);
    }
    let is_base64 = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'+');
    let is_mixed = text.bytes().any(|byte| byte.is_ascii_uppercase())
        && text.bytes().any(|byte| byte.is_ascii_lowercase());
    if text.len() == 40 && is_mixed && text.bytes().all(is_base64) {
        return Some(WrongKey::AwsSecret);
    }
    text.starts_with("rbac_").then_some(WrongKey::RollbarToken)
}

/// A part of a key.
pub(super) fn part(text: &str) -> Option<WrongKey> {
    let is_small = text
        .bytes()
        .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    if !is_small {
        return None;
    }
    match text.len() {
        length if length == SECRET => Some(WrongKey::SecretAlone),
        length if length == ULID + SECRET => Some(WrongKey::WithoutPrefix),
        _ => None,
    }
}
