//! Environment variables to export.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::output::{Page, View};

/// Variables, in the order in which they are printed; one without a value is to be unset.
#[derive(Debug)]
pub struct VariablesView(pub Vec<(&'static str, Option<String>)>);

impl Serialize for VariablesView {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0
            .iter()
            .cloned()
            .collect::<BTreeMap<_, _>>()
            .serialize(serializer)
    }
}

impl View for VariablesView {
    fn text(&self, _page: &Page) -> String {
        self.0
            .iter()
            .map(|(name, value)| match value {
                Some(value) => format!("export {name}={}\n", quoted(value)),
                None => format!("unset {name}\n"),
            })
            .collect()
    }
}

/// A value as a POSIX shell reads it back.
fn quoted(value: &str) -> String {
    let plain =
        |character: char| character.is_ascii_alphanumeric() || "-_./:@%+,".contains(character);
    if !value.is_empty() && value.chars().all(plain) {
        value.to_owned()
    } else {
        format!("'{}'", value.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn values_survive_a_shell() {
        assert_eq!(quoted("http://127.0.0.1:4000"), "http://127.0.0.1:4000");
        assert_eq!(quoted("it's $HOME"), r"'it'\''s $HOME'");
        assert_eq!(quoted(""), "''");
    }
}
