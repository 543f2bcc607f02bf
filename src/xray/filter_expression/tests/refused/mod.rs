//! What is refused, in the words that the user reads.

mod brackets;
mod caret;
mod values;
mod words;

use super::super::parse;

/// Shows for each text what the user sees: the text, the carets, the sentence.
fn refusals(texts: &[&str]) -> String {
    texts
        .iter()
        .map(|text| match parse(text) {
            Ok(expression) => format!("{text}\naccepted: {expression}"),
            Err(error) => {
                assert!(text.get(error.position.clone()).is_some(), "{text}");
                format!("{}\n{error}", error.caret(text))
            }
        })
        .collect::<Vec<_>>()
        .join("\n\n")
}
