//! A value that never prints.

use std::fmt;

use serde::{Serialize, Serializer};

/// A secret: its `Debug`, `Display` and JSON forms are masked; only [`Secret::expose`] gives it out.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Wraps a secret.
    pub fn new(value: impl Into<String>) -> Self {
        Self(value.into())
    }

    /// The secret itself, for the wire only.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether the secret is the empty string.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// A form that can be shown: up to four leading characters, an ellipsis, the last four; a
    /// value too short to hide the rest shows nothing of itself.
    pub fn masked(&self) -> String {
        mask(&self.0)
    }
}

/// Masks a value as [`Secret::masked`] does.
pub fn mask(value: &str) -> String {
    let characters: Vec<char> = value.chars().collect();
    if characters.is_empty() {
        return "(empty)".to_owned();
    }
    if characters.len() < 16 {
        return "…".to_owned();
    }
    let head: String = characters[..4].iter().collect();
    let tail: String = characters[characters.len() - 4..].iter().collect();
    format!("{head}…{tail}")
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.masked())
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.masked())
    }
}

impl Serialize for Secret {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.masked())
    }
}
