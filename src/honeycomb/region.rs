//! The two places where Honeycomb runs.
//!
//! <https://docs.honeycomb.io/api/introduction/>

/// A region: keys, teams and data of one are unknown in the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Region {
    /// The United States.
    Us,
    /// The European Union.
    Eu,
}

impl Region {
    /// Both, in the order in which they are named.
    pub const ALL: [Self; 2] = [Self::Us, Self::Eu];

    /// Where its API and its OTLP endpoint are.
    pub fn api_url(self) -> &'static str {
        match self {
            Self::Us => "https://api.honeycomb.io",
            Self::Eu => "https://api.eu1.honeycomb.io",
        }
    }

    /// Where people look at it.
    pub fn ui_url(self) -> &'static str {
        match self {
            Self::Us => "https://ui.honeycomb.io",
            Self::Eu => "https://ui.eu1.honeycomb.io",
        }
    }

    /// `US` or `EU`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Us => "US",
            Self::Eu => "EU",
        }
    }

    /// The other one.
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Self::Us => Self::Eu,
            Self::Eu => Self::Us,
        }
    }

    /// The region whose host a URL names.
    pub fn of_url(url: &str) -> Option<Self> {
        let rest = url
            .trim()
            .split_once("://")
            .map_or(url.trim(), |(_, rest)| rest);
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let host = authority.rsplit('@').next().unwrap_or_default();
        let host = host
            .split(':')
            .next()
            .unwrap_or_default()
            .to_ascii_lowercase();
        Self::ALL.into_iter().find(|region| {
            let api = region.api_url().trim_start_matches("https://");
            let ui = region.ui_url().trim_start_matches("https://");
            host == api || host == ui
        })
    }

    /// The region that the third letter of a key names. The letters after `b` belong to
    /// Honeycomb's own installations, which come in the same pairs; the documentation prints `x`.
    pub(super) fn of_letter(letter: u8) -> Option<Self> {
        match letter {
            b'a' | b'c' | b'e' => Some(Self::Us),
            b'b' | b'd' | b'f' => Some(Self::Eu),
            _ => None,
        }
    }
}
