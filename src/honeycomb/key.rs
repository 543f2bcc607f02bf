//! What a key is, told from its shape alone, before anybody is asked.
//!
//! <https://docs.honeycomb.io/api/authentication/>
//! <https://docs.honeycomb.io/configure/environments/manage-api-keys/>

use super::region::Region;
use super::wrong_key::{self, WrongKey};

/// The kinds of keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyKind {
    /// Sends, and nothing else.
    Ingest,
    /// Sends, and does what its permissions say.
    Configuration,
    /// Manages a team's environments and keys; sends nothing.
    Management,
}

impl KeyKind {
    /// The word of the API.
    pub fn word(self) -> &'static str {
        match self {
            Self::Ingest => "ingest",
            Self::Configuration => "configuration",
            Self::Management => "management",
        }
    }
}

/// What a well-made key says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyShape {
    /// Its kind.
    pub kind: KeyKind,
    /// Whether it is of Honeycomb Classic.
    pub is_classic: bool,
    /// Its region, where it names one.
    pub region: Option<Region>,
    /// Its id, which is no secret, where it contains it.
    pub id: Option<String>,
}

/// What a text looks like that is used as a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Looks {
    /// Like a key.
    Key(KeyShape),
    /// Like nothing that is known: it may be a kind that came later.
    Unknown,
    /// Like something that is no key.
    Wrong(WrongKey),
}

/// The characters of an id after its prefix: a ULID.
pub(super) const ULID: usize = 26;

/// The characters of a secret.
pub(super) const SECRET: usize = 32;

/// Looks at a text that is used as a key. The order matters: prefixes come before lengths.
pub fn classify(text: &str) -> Looks {
    if let Some(wrong) = wrong_key::harm(text) {
        return Looks::Wrong(wrong);
    }
    if let Some(prefixed) = Prefixed::of(text) {
        return prefixed.looks();
    }
    if text.len() == SECRET && text.bytes().all(is_hex) {
        return Looks::Key(KeyShape {
            kind: KeyKind::Configuration,
            is_classic: true,
            region: None,
            id: None,
        });
    }
    // Before the token of 22 letters: an AWS access key id has 20, and stays one when it is longer.
    if let Some(wrong) = wrong_key::foreign(text) {
        return Looks::Wrong(wrong);
    }
    if text.len() == 22 && text.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Looks::Key(KeyShape {
            kind: KeyKind::Configuration,
            is_classic: false,
            region: None,
            id: None,
        });
    }
    wrong_key::part(text).map_or(Looks::Unknown, Looks::Wrong)
}

/// A text that begins with `hc`, a letter for the region, two for the kind, and `_`.
struct Prefixed<'a> {
    /// With the prefix in small letters.
    kind: String,
    region: Option<Region>,
    text: &'a str,
    rest: &'a str,
}

impl<'a> Prefixed<'a> {
    fn of(text: &'a str) -> Option<Self> {
        let (prefix, rest) = text.split_at_checked(6)?;
        let small = prefix.to_ascii_lowercase();
        let bytes = small.as_bytes();
        let is_prefix = small.starts_with("hc")
            && bytes[2..5].iter().all(u8::is_ascii_lowercase)
            && bytes[5] == b'_';
        is_prefix.then(|| Self {
            kind: small[3..5].to_owned(),
            region: Region::of_letter(bytes[2]),
            text,
            rest,
        })
    }

    fn looks(&self) -> Looks {
        match self.kind.as_str() {
            "ik" => self.ingest(false),
            "ic" => self.ingest(true),
            "mk" => self.management(),
            "lk" => Looks::Wrong(WrongKey::ConfigurationId),
            "en" => Looks::Wrong(WrongKey::EnvironmentId),
            "tm" => Looks::Wrong(WrongKey::TeamId),
            _ => Looks::Unknown,
        }
    }

    fn ingest(&self, is_classic: bool) -> Looks {
        let whole = ULID + SECRET;
        Looks::Wrong(match self.rest.len() {
            ULID => WrongKey::IngestId,
            length if length != whole => WrongKey::IngestLength { length: length + 6 },
            _ if !is_small(self.text) => WrongKey::Capitals,
            _ => {
                return Looks::Key(KeyShape {
                    kind: KeyKind::Ingest,
                    is_classic,
                    region: self.region,
                    id: self.text.get(..6 + ULID).map(str::to_owned),
                });
            }
        })
    }

    fn management(&self) -> Looks {
        let (id, secret) = match self.rest.split_once(':') {
            Some((id, secret)) => (id, Some(secret)),
            None => (self.rest, None),
        };
        Looks::Wrong(match secret {
            None if id.len() == ULID => WrongKey::ManagementId,
            None if id.len() == ULID + SECRET => WrongKey::ManagementWithoutColon,
            Some(secret) if id.len() == ULID && secret.len() == SECRET => {
                if !is_small(&self.text.replace(':', "")) {
                    return Looks::Wrong(WrongKey::Capitals);
                }
                return Looks::Key(KeyShape {
                    kind: KeyKind::Management,
                    is_classic: false,
                    region: self.region,
                    id: self.text.get(..6 + ULID).map(str::to_owned),
                });
            }
            Some("") => WrongKey::ManagementId,
            _ => WrongKey::ManagementLength,
        })
    }
}

fn is_small(text: &str) -> bool {
    text.bytes()
        .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

pub(super) fn is_hex(byte: u8) -> bool {
    byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte)
}
