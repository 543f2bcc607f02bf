//! What differs between desired and live, field by field.

use serde::Serialize;
use serde_json::Value;

use crate::remote::Tags;

/// The tag on all that this tool creates; what lacks it was made by somebody else.
pub const MARKER_KEY: &str = "managed-by";
/// The marker's value.
pub const MARKER_VALUE: &str = "cruddur-obs";

/// One field that differs; `Null` stands for "not set".
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FieldChange {
    /// The field's name in the AWS API, such as `FixedRate` or `Tags.team`.
    pub field: String,
    /// The live value.
    pub from: Value,
    /// The desired value.
    pub to: Value,
}

/// The differences, gathered.
#[derive(Debug, Default)]
pub(super) struct Changes(Vec<FieldChange>);

impl Changes {
    /// Compares a field that the desired state may leave open.
    pub(super) fn field<T>(&mut self, name: &str, live: &T, desired: Option<&T>)
    where
        T: PartialEq + Clone + Into<Value>,
    {
        if let Some(desired) = desired
            && desired != live
        {
            self.push(name, live.clone().into(), desired.clone().into());
        }
    }

    /// Adds a difference.
    pub(super) fn push(&mut self, name: &str, from: Value, to: Value) {
        self.0.push(FieldChange {
            field: name.to_owned(),
            from,
            to,
        });
    }

    /// Compares tags: those that are desired must be there; others are left alone.
    pub(super) fn tags(&mut self, prefix: &str, live: &Tags, desired: &Tags) {
        for (key, value) in desired {
            if live.get(key) != Some(value) {
                self.push(
                    &format!("{prefix}.{key}"),
                    live.get(key).cloned().into(),
                    value.clone().into(),
                );
            }
        }
    }

    pub(super) fn into_fields(self) -> Vec<FieldChange> {
        self.0
    }
}

/// Whether the tags say that this tool made the resource.
pub(super) fn is_ours(tags: &Tags) -> bool {
    tags.get(MARKER_KEY)
        .is_some_and(|value| value == MARKER_VALUE)
}

/// The desired tags with the marker, for creation.
pub(super) fn with_marker(tags: &Tags) -> Tags {
    let mut tags = tags.clone();
    tags.entry(MARKER_KEY.to_owned())
        .or_insert_with(|| MARKER_VALUE.to_owned());
    tags
}
