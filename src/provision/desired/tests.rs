//! Whatever stands in a file, reading it ends in a value or in one error that names a place.

use proptest::prelude::*;

use super::document::Document;
use super::{Desired, logs, xray};
use crate::error::{Error, Kind};
use crate::settings::Environment;

fn read(text: &str) -> [Option<Error>; 2] {
    let environment = Environment::of([], "/".into(), None);
    let document = Document::new("file.json", text, &environment);
    [
        xray::read(&document, &mut Desired::default()).err(),
        logs::read(&document, &mut Desired::default()).err(),
    ]
}

fn is_helpful(error: &Error) -> bool {
    error.kind() == Kind::Usage
        && error.message().starts_with("file.json:")
        && error.reason().is_some()
}

/// Texts made of what such files are made of.
fn nearly_json() -> impl Strategy<Value = String> {
    let words = [
        "{",
        "}",
        "[",
        "]",
        ":",
        ",",
        "\"",
        "\n",
        "\t",
        " ",
        "Group",
        "SamplingRule",
        "GroupName",
        "FilterExpression",
        "LogGroups",
        "logGroupName",
        "retentionInDays",
        "Priority",
        "\"x\"",
        "null",
        "true",
        "-1",
        "1e400",
        "0.1",
        "${",
        "$${A}",
        "service(",
        "\\u00e9",
        "é",
        "🦀",
        "\\",
    ];
    prop::collection::vec(prop::sample::select(words.to_vec()), 0..60)
        .prop_map(|words| words.concat())
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused_with_its_place(text in prop_oneof![nearly_json(), ".*"]) {
        for error in read(&text).iter().flatten() {
            prop_assert!(is_helpful(error), "{error:?}");
        }
    }

    #[test]
    fn one_changed_character_is_read_or_refused_with_its_place(index in 0_usize..400, with in any::<char>()) {
        let text = include_str!("../../../aws/json/xray.json");
        let mut characters: Vec<char> = text.chars().collect();
        let index = index % characters.len();
        characters[index] = with;
        let changed: String = characters.into_iter().collect();
        if let Some(error) = &read(&changed)[0] {
            prop_assert!(is_helpful(error), "{error:?}");
        }
    }
}
