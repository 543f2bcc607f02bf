//! Environment variables to export.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::output::{Page, View, quoted};

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
