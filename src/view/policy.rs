//! An IAM policy.

use serde::Serialize;
use serde_json::Value;

use crate::output::{Page, View};

/// A policy document; its text form is the JSON itself, ready to be attached.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub struct PolicyView(pub Value);

impl View for PolicyView {
    fn text(&self, _page: &Page) -> String {
        format!("{:#}\n", self.0)
    }
}
