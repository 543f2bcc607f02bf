//! What is refused, in the words that the user reads.

mod columns;
mod json;
mod regular_expressions;
mod terms;

use super::super::FilterPattern;

/// Shows for each text what the user sees: the text, the carets, the sentence.
fn refusals(texts: &[&str]) -> String {
    texts
        .iter()
        .map(|text| match FilterPattern::parse(text) {
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
    let long = "x".repeat(1025);
    let deep = format!("{{ {}$.a = 1{} }}", "(".repeat(65), ")".repeat(65));
    let large = format!("%{}%", "\\W{1000}".repeat(100));
    insta::assert_snapshot!(refusals(&[&long, &deep, &large]), @r"
    …xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
                                                                              ^
    column 1025: the pattern has 1025 characters; CloudWatch Logs takes at most 1024: shorten it

    …((((((((((((((((((((((((((((($.a = 1))))))))))))))))))))))))))))))))))))))…
                                 ^
    column 67: parentheses are nested more than 64 levels deep; remove some of them

    %\W{1000}\W{1000}\W{1000}\W{1000}\W{1000}\W{1000}\W{1000}\W{1000}\W{1000}\…
    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    column 1: this regular expression grows too large; use smaller counts in its braces
    ");
}
