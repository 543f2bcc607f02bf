//! The entity that events are said to come from: checked, and not kept.
//!
//! A bad one is reported beside the events, which are taken all the same,
//! <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_Entity.html>.

use std::collections::BTreeMap;

use serde::Deserialize;

/// The most bytes of all keys and values; AWS does not say its limit.
const MOST_BYTES: usize = 8 * 1024;

/// What an entity can be.
const KINDS: [&str; 5] = [
    "Service",
    "RemoteService",
    "AWS::Service",
    "Resource",
    "AWS::Resource",
];

/// The caller's words about where events come from.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Entity {
    key_attributes: Option<BTreeMap<String, String>>,
    attributes: Option<BTreeMap<String, String>>,
}

impl Entity {
    /// Which of AWS's reasons there is to reject it.
    pub(super) fn fault(&self, is_supported: bool) -> Option<&'static str> {
        let Some(keys) = &self.key_attributes else {
            return Some("InvalidEntity");
        };
        let no_more = BTreeMap::new();
        let more = self.attributes.as_ref().unwrap_or(&no_more);
        let is_within = |text: &str, most: usize| (1..=most).contains(&text.chars().count());
        let fits = |all: &BTreeMap<String, String>, longest_key: usize| {
            all.iter()
                .all(|(key, value)| is_within(key, longest_key) && is_within(value, 512))
        };
        let bytes = |all: &BTreeMap<String, String>| -> usize {
            all.iter().map(|(key, value)| key.len() + value.len()).sum()
        };
        let Some(kind) = keys.get("Type") else {
            return Some("MissingRequiredFields");
        };
        if !KINDS.contains(&kind.as_str()) {
            return Some("InvalidTypeValue");
        }
        let needed: &[&str] = match kind.as_str() {
            "Service" => &["Name", "Environment"],
            "RemoteService" | "AWS::Service" => &["Name"],
            _ => &["ResourceType", "Identifier"],
        };
        if needed.iter().any(|key| !keys.contains_key(*key)) {
            return Some("MissingRequiredFields");
        }
        if !(2..=4).contains(&keys.len()) || !fits(keys, 32) {
            return Some("InvalidKeyAttributes");
        }
        if more.len() > 10 || !fits(more, 256) {
            return Some("InvalidAttributes");
        }
        if bytes(keys) + bytes(more) > MOST_BYTES {
            return Some("EntitySizeTooLarge");
        }
        (!is_supported).then_some("UnsupportedLogGroupType")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(text: &str) -> Option<&'static str> {
        serde_json::from_str::<Entity>(text).unwrap().fault(true)
    }

    #[test]
    fn a_bad_entity_has_a_reason() {
        let good = r#"{"keyAttributes": {"Type": "Service", "Name": "a", "Environment": "b"}, "attributes": {"c": "d"}}"#;
        assert_eq!(fault(good), None);
        let entity = serde_json::from_str::<Entity>(good).unwrap();
        assert_eq!(entity.fault(false), Some("UnsupportedLogGroupType"));
        for (text, reason) in [
            ("{}", "InvalidEntity"),
            (r#"{"keyAttributes": {}}"#, "MissingRequiredFields"),
            (
                r#"{"keyAttributes": {"Type": "Cat", "Name": "a"}}"#,
                "InvalidTypeValue",
            ),
            (
                r#"{"keyAttributes": {"Type": "Service", "Name": "a"}}"#,
                "MissingRequiredFields",
            ),
            (
                r#"{"keyAttributes": {"Type": "AWS::Service", "Name": ""}}"#,
                "InvalidKeyAttributes",
            ),
            (
                r#"{"keyAttributes": {"Type": "RemoteService", "Name": "a", "b": "", "c": "d", "e": "f"}}"#,
                "InvalidKeyAttributes",
            ),
            (
                r#"{"keyAttributes": {"Type": "RemoteService", "Name": "a"}, "attributes": {"": "a"}}"#,
                "InvalidAttributes",
            ),
        ] {
            assert_eq!(fault(text), Some(reason), "{text}");
        }
    }
}
