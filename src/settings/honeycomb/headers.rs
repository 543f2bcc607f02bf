//! `OTEL_EXPORTER_OTLP_HEADERS` and its like: `name=value,name=value`, percent-encoded.
//!
//! <https://opentelemetry.io/docs/specs/otel/protocol/exporter/#specifying-headers-via-environment-variables>

use crate::settings::pairs::pairs;

/// The header that carries Honeycomb's key.
pub(super) const TEAM: &str = "x-honeycomb-team";

/// The header that carries a dataset's name.
pub(super) const DATASET: &str = "x-honeycomb-dataset";

/// What one variable holds.
#[derive(Debug, Default)]
pub(super) struct Headers {
    /// Names in small letters, values decoded.
    pub(super) entries: Vec<(String, String)>,
    /// Parts that are not `name=value`, told without their values.
    odd: Vec<String>,
}

impl Headers {
    pub(super) fn read(text: &str) -> Self {
        let (known, wrong) = pairs(text);
        let small = |(name, value): (String, String)| (name.to_ascii_lowercase(), value);
        Self {
            entries: known.into_iter().map(small).collect(),
            odd: wrong.iter().map(|part| odd(part)).collect(),
        }
    }

    /// The value of the last header of this name.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let found = self.entries.iter().rfind(|(each, _)| each == name);
        found.map(|(_, value)| value.as_str())
    }

    /// Why there is no key in it, as the end of the sentence "the variable …".
    pub(super) fn without_team(&self) -> String {
        let near = self.entries.iter().find(|(name, _)| {
            name.contains("honeycomb") && name != DATASET || strsim::osa_distance(name, TEAM) <= 3
        });
        if let Some((name, _)) = near {
            return if name.starts_with(['"', '\'']) {
                "begins with a quote that is part of the value".to_owned()
            } else {
                format!(
                    "has a header {name}; did you mean {TEAM}?",
                    name = shown(name)
                )
            };
        }
        if let Some(odd) = self.odd.first() {
            return odd.clone();
        }
        let names: Vec<String> = self.entries.iter().map(|(name, _)| shown(name)).collect();
        if names.is_empty() {
            format!("has no {TEAM}")
        } else {
            format!("has no {TEAM}, only {}", names.join(", "))
        }
    }
}

/// What is wrong with a part that is not `name=value`.
fn odd(part: &str) -> String {
    match part.split_once(':') {
        _ if part.contains('=') => "has a value without a name".to_owned(),
        Some((name, _)) if is_name(name) => {
            format!("writes {name} with a colon, and name=value is read")
        }
        _ => "has a part without an equals sign, and name=value is read".to_owned(),
    }
}

/// A header's name, unless it may be something else.
fn shown(name: &str) -> String {
    if is_name(name) {
        name.to_owned()
    } else {
        "…".to_owned()
    }
}

/// Whether a text may be a header's name; what is long may be a key.
fn is_name(text: &str) -> bool {
    (1..=40).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'-' | b'_'))
}

/// The headers with every value masked, for a table of settings.
pub(in crate::settings) fn masked(text: &str) -> String {
    let headers = Headers::read(text);
    let shown: Vec<String> = headers
        .entries
        .iter()
        .map(|(name, value)| {
            let value = if name == DATASET {
                value.clone()
            } else {
                crate::settings::mask(value)
            };
            format!("{}={value}", shown(name))
        })
        .chain(headers.odd.iter().map(|_| "…".to_owned()))
        .collect();
    shown.join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_names_and_decodes_values() {
        let headers = Headers::read(" X-Honeycomb-Team = a%3Db%20c ,, x=1=2,y=%zz%4");
        assert_eq!(headers.get(TEAM), Some("a=b c"));
        assert_eq!(headers.get("x"), Some("1=2"));
        assert_eq!(headers.get("y"), Some("%zz%4"));
        assert_eq!(Headers::read("a=%").get("a"), Some("%"));
    }

    #[test]
    fn says_why_there_is_no_key_without_saying_a_value() {
        let cases = [
            (
                "x-honeycomb-team: abcDEF0123456789ghiJKL",
                "writes x-honeycomb-team with a colon, and name=value is read",
            ),
            (
                "abcDEF0123456789ghiJKL",
                "has a part without an equals sign, and name=value is read",
            ),
            (
                "x-honeycomb-key=abc",
                "has a header x-honeycomb-key; did you mean x-honeycomb-team?",
            ),
            (
                "x-honeycom-team=abc",
                "has a header x-honeycom-team; did you mean x-honeycomb-team?",
            ),
            (
                "\"x-honeycomb-team=abc\"",
                "begins with a quote that is part of the value",
            ),
            (
                "api-key=abc,x-honeycomb-dataset=d",
                "has no x-honeycomb-team, only api-key, x-honeycomb-dataset",
            ),
            ("abcDEF0123456789ghiJKL=", "has no x-honeycomb-team, only …"),
            (",", "has no x-honeycomb-team"),
        ];
        for (text, expected) in cases {
            let headers = Headers::read(text);
            assert_eq!(headers.get(TEAM), None, "{text}");
            assert_eq!(headers.without_team(), expected, "{text}");
            assert!(!masked(text).contains("abc"), "{text}");
        }
    }
}
