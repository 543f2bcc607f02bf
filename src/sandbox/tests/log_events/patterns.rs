//! The table of filter patterns, through the wire.

use std::collections::{BTreeMap, BTreeSet};

use super::*;

/// Which of the table's messages each of its patterns matches.
pub(in crate::sandbox::tests) fn table() -> BTreeMap<String, Vec<(String, bool)>> {
    let text = include_str!(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/scenarios/filter_patterns.jsonl"
    ));
    let mut table: BTreeMap<String, Vec<(String, bool)>> = BTreeMap::new();
    for line in text.lines() {
        let row: Value = serde_json::from_str(line).unwrap();
        let word = |name: &str| row[name].as_str().unwrap().to_owned();
        let message = (word("message"), row["matches"].as_bool().unwrap());
        // An event without a message cannot be put.
        if !message.0.is_empty() {
            table.entry(word("pattern")).or_default().push(message);
        }
    }
    table
}

/// All messages of the table, each once.
pub(in crate::sandbox::tests) fn lines(
    table: &BTreeMap<String, Vec<(String, bool)>>,
) -> Vec<String> {
    let rows = table.values().flatten();
    let lines: BTreeSet<&String> = rows.map(|(message, _)| message).collect();
    lines.into_iter().cloned().collect()
}

#[tokio::test]
async fn every_row_of_the_table_through_a_search() {
    let table = table();
    let lines = lines(&table);
    let caller = with_streams(caller(), &["s", "t"]).await;
    for half in lines.chunks(lines.len().div_ceil(2)).zip(["s", "t"]) {
        let (half, stream) = half;
        let events: Vec<(i64, &str)> = half.iter().map(|line| (0, line.as_str())).collect();
        caller.write(stream, &events).await;
    }
    let mut wrong = Vec::new();
    for (pattern, rows) in &table {
        let page = caller.filter(json!({"filterPattern": pattern})).await;
        assert!(page["nextToken"].is_null());
        let found: BTreeSet<String> = messages(&page).into_iter().collect();
        for (message, matches) in rows {
            if found.contains(message) != *matches {
                wrong.push(format!("{pattern} on {message}: not {matches}"));
            }
        }
    }
    assert!(table.len() > 50, "{}", table.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
