//! Addresses of Honeycomb's pages.

use super::region::Region;

/// An environment of a team, as pages are addressed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Where it is.
    pub region: Region,
    /// The team's slug.
    pub team: String,
    /// The environment's slug; empty for Classic.
    pub environment: String,
}

/// What stands in the place of Classic's environment, which has no slug.
const CLASSIC: &str = "$legacy$";

impl Place {
    /// The team's page.
    pub fn team(&self) -> String {
        format!("{}/{}", self.region.ui_url(), encoded(&self.team))
    }

    /// The environment's page.
    pub fn environment(&self) -> String {
        let slug = if self.environment.is_empty() {
            CLASSIC.to_owned()
        } else {
            encoded(&self.environment)
        };
        format!("{}/environments/{slug}", self.team())
    }

    /// The page of the environment's keys.
    pub fn keys(&self) -> String {
        format!("{}/api_keys", self.environment())
    }

    /// The page of a trace.
    pub fn trace(&self, id: &str) -> String {
        format!("{}/trace?trace_id={}", self.environment(), encoded(id))
    }

    /// The page of a dataset with a query, which is JSON.
    pub fn query(&self, dataset_slug: &str, query: &str) -> String {
        format!(
            "{}/datasets/{}?query={}&tab=explore",
            self.environment(),
            encoded(dataset_slug),
            encoded(query)
        )
    }
}

/// A text within an address: everything but letters, digits and `-._~` is percent-encoded.
pub fn encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}
