//! Which dataset a span lands in, and how a dataset's name is written in an address.
//!
//! <https://docs.honeycomb.io/send-data/opentelemetry/>

/// Where spans land.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Dataset {
    /// In the dataset of this name.
    Named(String),
    /// Nowhere: a Classic key needs the dataset's name in a header.
    HeaderMissing,
}

/// The dataset that takes what does not say which service it is of.
pub const UNKNOWN_SERVICE: &str = "unknown_service";

/// The longest slug.
const LONGEST_SLUG: usize = 175;

/// The dataset of a service's spans. Environments have one for each `service.name`, and take no
/// notice of the header; Classic has the one that the header names.
pub fn of_spans(service: &str, is_classic: bool, header: Option<&str>) -> Dataset {
    if is_classic {
        return match header.map(str::trim).filter(|name| !name.is_empty()) {
            Some(name) => Dataset::Named(name.to_owned()),
            None => Dataset::HeaderMissing,
        };
    }
    let service = service.trim();
    Dataset::Named(
        if service.is_empty() || service.starts_with(UNKNOWN_SERVICE) {
            UNKNOWN_SERVICE.to_owned()
        } else {
            service.to_owned()
        },
    )
}

/// A dataset's name as addresses have it.
pub fn slug(name: &str) -> String {
    name.trim()
        .to_lowercase()
        .chars()
        .map(|character| {
            if character.is_ascii_alphanumeric() || matches!(character, '_' | '~' | '.' | '-') {
                character
            } else {
                '-'
            }
        })
        .take(LONGEST_SLUG)
        .collect()
}
