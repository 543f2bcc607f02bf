//! Honeycomb's key and address, wherever they are written.
//!
//! Three kinds of readers look in different places: this program and Honeycomb's own clients read
//! `HONEYCOMB_API_KEY`; OpenTelemetry's exporters read their headers, those of the one signal
//! before those of all. Where the places differ, it is said.

pub(super) mod headers;
mod spans;

use super::address;
use super::origin::{Origin, Setting};
use super::resolve::Settings;
use super::secret::Secret;
use crate::error::{Error, Result};
use headers::{Headers, TEAM};

pub use spans::SpansTarget;

const KEY: &str = "HONEYCOMB_API_KEY";
const ENDPOINT: &str = "HONEYCOMB_API_ENDPOINT";
/// Where exporters of spans look for their headers, the strongest first.
const HEADERS: [&str; 2] = [
    "OTEL_EXPORTER_OTLP_TRACES_HEADERS",
    "OTEL_EXPORTER_OTLP_HEADERS",
];

/// A key and where it stands.
#[derive(Debug, Clone)]
pub struct HoneycombKey {
    /// The key, without blanks around it.
    pub key: Secret,
    /// The place, as it is shown.
    pub place: String,
    /// Who reads it there.
    pub reader: KeyReader,
    /// Whether there are blanks or a line break around it.
    pub is_padded: bool,
}

/// Who reads a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyReader {
    /// This program, and Honeycomb's own clients.
    Program,
    /// OpenTelemetry's exporters.
    Exporter,
    /// Nobody: a stronger place says something else.
    Nobody,
}

impl HoneycombKey {
    /// A key that was given at `place`.
    pub fn new(text: &str, place: impl Into<String>, reader: KeyReader) -> Self {
        Self {
            key: Secret::new(text.trim()),
            place: place.into(),
            reader,
            // One line break at the end is what `echo` and files have.
            is_padded: text.trim() != text.trim_end_matches(['\r', '\n']),
        }
    }
}

impl Settings {
    /// Every key of Honeycomb's that is written anywhere, the one that counts here first.
    pub fn honeycomb_keys(&self) -> Vec<HoneycombKey> {
        let mut keys = Vec::new();
        for (index, setting) in self.honeycomb_api_key.spoken().enumerate() {
            let reader = if index == 0 {
                KeyReader::Program
            } else {
                KeyReader::Nobody
            };
            let place = setting.origin.to_string();
            keys.push(HoneycombKey::new(&setting.value, place, reader));
        }
        // Exporters of spans take the headers of their signal, and then none of the others.
        let mut reader = KeyReader::Exporter;
        for (setting, headers) in self.otlp_headers() {
            if let Some(value) = headers.get(TEAM).filter(|value| !value.trim().is_empty()) {
                let place = format!("{} ({TEAM})", setting.origin);
                keys.push(HoneycombKey::new(value, place, reader));
            }
            reader = KeyReader::Nobody;
        }
        keys
    }

    /// The headers' variables that are set, the one that counts first.
    fn otlp_headers(&self) -> impl Iterator<Item = (&Setting<String>, Headers)> {
        HEADERS.into_iter().filter_map(|name| {
            let setting = self.variable(name)?;
            Some((setting, Headers::read(&setting.value)))
        })
    }

    /// What is odd about the places of the key that counts for `reader`: one sentence each.
    pub fn honeycomb_key_oddities(&self, counts: &HoneycombKey) -> Vec<String> {
        let mut said = Vec::new();
        if counts.is_padded {
            said.push(format!(
                "{} has blanks or a line break around the key; they are left out here, and an application may send them along",
                counts.place
            ));
        }
        for other in self.honeycomb_keys() {
            if other.key == counts.key || other.place == counts.place {
                continue;
            }
            let here = format!("{} ({})", counts.place, counts.key);
            let there = format!("{} ({})", other.place, other.key);
            said.push(match other.reader {
                KeyReader::Exporter => format!(
                    "{here} and {there} are different keys: the first counts here and for Honeycomb's own clients, the second for OpenTelemetry's exporters"
                ),
                KeyReader::Program => format!(
                    "{here} and {there} are different keys: the first counts here and for OpenTelemetry's exporters, the second for Honeycomb's own clients"
                ),
                KeyReader::Nobody => format!(
                    "{here} hides another key, {there}: a shell or a container that was started earlier keeps the old one"
                ),
            });
        }
        // The headers of the signal stand in the place of the general ones, with all that is in those.
        let set: Vec<_> = self.otlp_headers().collect();
        if let [(first, without), (second, with)] = set.as_slice()
            && without.get(TEAM).is_none()
            && with.get(TEAM).is_some()
        {
            said.push(format!(
                "{} takes the place of {} for spans and has no {TEAM}: exporters send spans without a key",
                first.origin, second.origin
            ));
        }
        said
    }

    /// There is no key: where one was looked for, and what was there instead.
    pub fn no_honeycomb_key(&self) -> Error {
        let mut error = Error::configuration("no Honeycomb key").code("no-honeycomb-key");
        error = error.tried(match self.blank_variable(KEY) {
            Some(place) => format!("{place}: empty"),
            None => format!("{KEY}: not set"),
        });
        let mut cause = self.blank_variable(KEY).map(|place| {
            format!("{place} is set to an empty string, as a compose file passes it on where nobody set it outside")
        });
        for name in HEADERS {
            let said = match self.variable(name) {
                Some(setting) => {
                    let headers = Headers::read(&setting.value);
                    let why = match headers.get(TEAM) {
                        Some(_) => format!("has an empty {TEAM}"),
                        None => headers.without_team(),
                    };
                    cause.get_or_insert_with(|| format!("{} {why}", setting.origin));
                    format!("{}: {why}", setting.origin)
                }
                None => match self.blank_variable(name) {
                    Some(place) => format!("{place}: empty"),
                    None => format!("{name}: not set"),
                },
            };
            error = error.tried(said);
        }
        // A name that was nearly spelt right ends the search.
        let names = [KEY, HEADERS[0], HEADERS[1]];
        let misspelt = self.warnings().iter().find(|warning| {
            names
                .iter()
                .any(|name| warning.ends_with(&format!("did you mean {name}?")))
        });
        if let Some(cause) = misspelt.cloned().or(cause) {
            error = error.cause(cause);
        }
        error
            .fix("export HONEYCOMB_API_KEY=…   # Honeycomb shows it under Account, Team Settings, API Keys")
            .fix("cruddur-obs honeycomb whoami --key-stdin < FILE")
            .fix("cruddur-obs --sandbox honeycomb whoami   # without an account")
    }

    /// Where Honeycomb's API is called, if somebody said: the flag, else the variable.
    pub fn honeycomb_endpoint(&self, flag: Option<&str>) -> Result<Option<Setting<String>>> {
        let setting = match flag {
            Some(url) => Setting::new(url.to_owned(), Origin::Flag("--api-url")),
            None => match self.variable(ENDPOINT) {
                Some(setting) => setting.clone(),
                None => return Ok(None),
            },
        };
        let setting = setting.map(|url| url.trim().trim_end_matches('/').to_owned());
        address::check(&setting, "api_url", "endpoint-invalid")?;
        Ok(Some(setting))
    }

    /// Whether a text is the value of one of Rollbar's variables, and which.
    pub fn rollbar_variable_of(&self, text: &str) -> Option<String> {
        ["ROLLBAR_ACCESS_TOKEN", "ROLLBAR_READ_TOKEN"]
            .into_iter()
            .filter_map(|name| self.variable(name))
            .find(|setting| setting.value.trim() == text)
            .map(|setting| setting.origin.to_string())
    }
}
