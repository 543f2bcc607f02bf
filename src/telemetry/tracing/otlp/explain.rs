//! What a person is told when spans do not arrive: once, and again when it changes.

use std::sync::{Mutex, PoisonError};

use super::outcome::Outcome;
use crate::settings::mask;
use crate::telemetry::log_shipper::Notice;

/// How it went last, so that it is said when it changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Course {
    Well,
    PartlyRefused,
    Unauthorised,
    Refused,
    Unreachable,
}

/// Says what has to be said about one place.
#[derive(Debug)]
pub(super) struct Teller {
    /// What is sent, as people call it.
    pub(super) what: &'static str,
    /// The URL.
    pub(super) url: String,
    /// Where the URL was read from.
    pub(super) origin: String,
    /// The key that is sent along, masked; none where there is none.
    pub(super) key: Option<String>,
    /// Whether requests are signed with AWS credentials.
    pub(super) is_signed: bool,
    course: Mutex<Course>,
}

impl Teller {
    pub(super) fn new(what: &'static str, url: String, origin: String) -> Self {
        Self {
            what,
            url,
            origin,
            key: None,
            is_signed: false,
            course: Mutex::new(Course::Well),
        }
    }

    /// Takes note of an outcome, and says what is new about it.
    pub(super) fn tell(&self, outcome: &Outcome) -> Option<Notice> {
        let course = match outcome {
            Outcome::Taken { said, rejected } if !said.is_empty() || *rejected > 0 => {
                Course::PartlyRefused
            }
            Outcome::Taken { .. } => Course::Well,
            Outcome::Unauthorised { .. } => Course::Unauthorised,
            Outcome::Refused { .. } => Course::Refused,
            Outcome::GaveUp { .. } => Course::Unreachable,
        };
        let before = {
            let mut known = self.course.lock().unwrap_or_else(PoisonError::into_inner);
            std::mem::replace(&mut *known, course)
        };
        if before == course {
            return None;
        }
        let Self { what, url, .. } = self;
        Some(match outcome {
            Outcome::Taken { said, rejected } => match course {
                Course::PartlyRefused if *rejected > 0 => Notice::Warning(format!(
                    "{url} took a batch of {what} but for {rejected}: {said}"
                )),
                Course::PartlyRefused => Notice::Warning(format!("{url} says: {said}")),
                _ if before == Course::PartlyRefused => return None,
                _ => Notice::Info(format!("{what} arrive at {url} again")),
            },
            Outcome::Unauthorised { status, said } => {
                Notice::Warning(self.unauthorised(*status, said))
            }
            Outcome::Refused { why } => {
                Notice::Warning(format!("{url} refuses {what}: {why}{}", self.hint(why)))
            }
            Outcome::GaveUp { why } => Notice::Warning(format!(
                "{what} do not reach {url} ({}): {why}; what does not arrive in time is counted",
                self.origin
            )),
        })
    }

    /// The sentence that ends the search for a wrong key.
    fn unauthorised(&self, status: u16, said: &str) -> String {
        let Self { what, url, .. } = self;
        let said = if said.is_empty() {
            format!("HTTP {status}")
        } else {
            format!("HTTP {status}: {said}")
        };
        if self.is_signed {
            return format!(
                "{url} does not accept the AWS credentials for {what} ({said}); they need the rights of AWSXRayDaemonWriteAccess, and the account needs Transaction Search"
            );
        }
        let is_honeycomb = url.contains("honeycomb.io");
        match &self.key {
            None if is_honeycomb => format!(
                "Honeycomb wants a key and none was sent ({said}); set OTEL_EXPORTER_OTLP_HEADERS=x-honeycomb-team=KEY, or HONEYCOMB_API_KEY"
            ),
            None => format!(
                "{url} wants a key and none was sent ({said}); set OTEL_EXPORTER_OTLP_HEADERS"
            ),
            Some(key) if is_honeycomb => {
                let other = if url.contains("api.eu1.") {
                    "a key of the US region belongs to https://api.honeycomb.io"
                } else {
                    "a key of the EU region belongs to https://api.eu1.honeycomb.io"
                };
                format!(
                    "Honeycomb does not accept the key {key} at {url} ({said}); {other}, and `cruddur-obs honeycomb whoami` says what it is"
                )
            }
            Some(key) => format!("{url} does not accept the key {key} for {what} ({said})"),
        }
    }

    fn hint(&self, why: &str) -> &'static str {
        if why.contains("HTTP 404") || (why.contains("HTTP 400") && !self.url.contains("/v1/")) {
            "; OTEL_EXPORTER_OTLP_TRACES_ENDPOINT is used as it stands and needs its path, OTEL_EXPORTER_OTLP_ENDPOINT gets /v1/traces"
        } else if why.starts_with("TLS failed") {
            "; OTEL_EXPORTER_OTLP_CERTIFICATE names a file with the authority's certificate"
        } else {
            ""
        }
    }
}

/// A key as it may be shown.
pub(super) fn shown_key(value: &str) -> String {
    mask(value)
}
