//! Patterns, messages and whether they match, out of a file that other suites read too.

use std::collections::BTreeMap;

use super::super::FilterPattern;

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    pattern: String,
    message: String,
    matches: bool,
    /// What a metric filter extracts, where that is worth a look.
    values: Option<BTreeMap<String, String>>,
    /// The rule, where the row does not show it by itself.
    #[serde(rename = "why")]
    _why: Option<String>,
}

fn rows() -> Vec<Row> {
    include_str!(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/scenarios/filter_patterns.jsonl"
    ))
    .lines()
    .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}")))
    .collect()
}

#[test]
fn every_row_of_the_table() {
    let mut wrong = Vec::new();
    for row in rows() {
        let (pattern, message) = (&row.pattern, &row.message);
        let parsed = match FilterPattern::parse(pattern) {
            Ok(parsed) => parsed,
            Err(error) => {
                wrong.push(format!("{pattern}\n{error}\n{}", error.caret(pattern)));
                continue;
            }
        };
        if parsed.matches(message) != row.matches {
            wrong.push(format!("{pattern} on {message}: not {}", row.matches));
        }
        let extracted = parsed.extract(message);
        if extracted.is_some() != row.matches {
            wrong.push(format!("{pattern} on {message}: extracts {extracted:?}"));
        }
        if let Some(values) = &row.values
            && extracted.as_ref() != Some(values)
        {
            wrong.push(format!("{pattern} on {message}: extracts {extracted:?}"));
        }
        if let Some(text) = parsed.required_text() {
            let is_sound = !row.matches || message.contains(text);
            assert!(is_sound, "{pattern} does not require {text}");
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn the_table_is_not_short() {
    let rows = rows();
    assert!(rows.len() >= 120, "{}", rows.len());
    assert!(rows.iter().filter(|row| !row.matches).count() >= 50);
}
