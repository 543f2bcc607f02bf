//! What is refused, in the words that the user reads.

mod commands;
mod expressions;

use super::super::Query;

/// Shows for each text what the user sees: the text, the carets, the sentence.
fn refusals(texts: &[&str]) -> String {
    texts
        .iter()
        .map(|text| match Query::parse(text) {
            Ok(_) => format!("{text}\naccepted"),
            Err(error) => {
                assert!(text.get(error.position.clone()).is_some(), "{text}");
                format!("{}\n{error}", error.caret(text))
            }
        })
        .collect::<Vec<_>>()
        .join("\n\n")
}

#[test]
fn what_is_too_long_or_too_deep() {
    let long = "x".repeat(10_001);
    let deep = format!("filter {}1", "(".repeat(65));
    insta::assert_snapshot!(refusals(&[&long, &deep]), @"
    …xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
                                                                              ^
    column 10001: the query has 10001 characters; CloudWatch Logs takes at most 10000: shorten it

    filter (((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((1
                                                                            ^
    column 73: this is nested more than 64 levels deep; work parts of it out in a fields command before
    ");
}
