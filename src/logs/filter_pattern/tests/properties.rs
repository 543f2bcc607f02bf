//! What holds for every pattern and every message.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::super::{FilterPattern, MAX_CHARACTERS, quoted};

/// Pieces that patterns are made of, so that many of what they make is a pattern.
const PIECES: [&str; 58] = [
    "{",
    "}",
    "[",
    "]",
    "(",
    ")",
    "$",
    ".",
    "$.a",
    "$.b.c",
    "[0]",
    "[*]",
    ".*",
    "['k']",
    "=",
    "!=",
    "<",
    ">=",
    "&&",
    "||",
    " ",
    " ",
    "IS",
    "NULL",
    "TRUE",
    "NOT",
    "EXISTS",
    "\"",
    "\\",
    "%",
    "?",
    "-",
    "*",
    "1",
    "-2.5e3",
    "a",
    "ERROR",
    "...",
    ",",
    "x",
    "é",
    "…",
    "^",
    "+",
    "{1,2}",
    "\\d",
    "\\x41",
    "|",
    "[a-z]",
    "4*",
    "\"a b\"",
    "{ $.a = 1 }",
    "[a, b]",
    "[a=1, ...]",
    "%a+%",
    "\t",
    "\n",
    "0",
];

const MESSAGES: [&str; 14] = [
    "{", "}", "\"a\":", "\"b\":", "1", ",", "[", "]", " ", "ERROR", "\"x\"", "null", "\\", "é",
];

fn pattern() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        vec(select(&PIECES[..]), 0..12).prop_map(|pieces| pieces.concat()),
        valid(),
    ]
}

/// Patterns that are accepted for sure.
fn valid() -> impl Strategy<Value = String> {
    let word = "[a-c]{1,2}";
    let term =
        (select(vec!["", "", "?", "-"]), word).prop_map(|(mark, word)| format!("{mark}{word}"));
    let value = prop_oneof![
        Just("1".to_owned()),
        Just("a".to_owned()),
        Just("*a*".to_owned()),
        Just("\"b c\"".to_owned()),
        Just("%[ab]c?%".to_owned()),
    ];
    let column = prop_oneof![
        Just("...".to_owned()),
        Just("x".to_owned()),
        (select(vec!["=", "!="]), value.clone())
            .prop_map(|(operator, value)| format!("x{operator}{value}")),
        value
            .clone()
            .prop_filter("one expression", |value| !value.contains('%'))
            .prop_map(|value| format!("x={value} || x=b && x!=c")),
    ];
    let condition = (
        select(vec!["$.a", "$.b", "$.a.b", "$.a[0]", "$.*"]),
        select(vec!["=", "!="]),
        value,
    )
        .prop_map(|(selector, operator, value)| format!("{selector} {operator} {value}"));
    prop_oneof![
        vec(term, 1..4).prop_map(|terms| terms.join(" ")),
        "%[a-c]{1,3}[+*?]?[a-c]%",
        "%[a-c]{0,2}(\\\\d|\\.|\\[ab\\])[a-c]{0,3}(\\|[a-c])?%",
        vec(column, 1..3).prop_map(|columns| format!("[{}]", columns.join(", "))),
        vec(condition, 1..3).prop_map(|conditions| format!("{{ {} }}", conditions.join(" || "))),
    ]
}

fn message() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[a-c1 \"\\[\\]\t]{0,12}",
        vec(select(&MESSAGES[..]), 0..10).prop_map(|pieces| pieces.concat()),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn nothing_panics(pattern in pattern(), message in message()) {
        match FilterPattern::parse(&pattern) {
            Ok(parsed) => {
                prop_assert_eq!(parsed.text(), pattern.as_str());
                let matches = parsed.matches(&message);
                prop_assert_eq!(parsed.extract(&message).is_some(), matches);
                prop_assert!(matches || !parsed.is_everything());
                if let Some(text) = parsed.required_text() {
                    prop_assert!(!text.is_empty());
                    prop_assert!(!matches || message.contains(text), "{} lacks {}", message, text);
                }
            }
            Err(error) => {
                prop_assert!(pattern.get(error.position.clone()).is_some());
                prop_assert!(!error.message.is_empty() && !error.hint.is_empty());
                prop_assert!(!error.to_string().contains('\n'), "{}", error);
                prop_assert_eq!(error.caret(&pattern).lines().count(), 2);
            }
        }
    }

    #[test]
    fn what_is_made_to_be_valid_is(pattern in valid()) {
        let parsed = FilterPattern::parse(&pattern);
        prop_assert!(parsed.is_ok(), "{}: {}", pattern, parsed.unwrap_err());
    }

    #[test]
    fn a_quoted_term_matches_what_contains_it(term in prop_oneof!["[ab\"\\\\%{\\[?é-]{1,3}", ".{1,20}"], message in "[ab\"\\\\%{\\[?é -]{0,12}") {
        prop_assume!(!term.trim().is_empty());
        let parsed = FilterPattern::parse(&quoted(&term)).expect("a phrase");
        prop_assert_eq!(parsed.matches(&message), message.contains(&term));
        let around = format!("{message}{term}{message}");
        prop_assert!(parsed.matches(&around));
        prop_assert_eq!(parsed.required_text(), Some(term.as_str()));
    }
}

#[test]
fn depth_and_length_have_ends() {
    let deep = format!("{{ {}$.a = 1{} }}", "(".repeat(64), ")".repeat(64));
    assert!(FilterPattern::parse(&deep).is_ok());
    let long = "é".repeat(MAX_CHARACTERS - 2);
    assert!(FilterPattern::parse(&quoted(&long)).is_ok());
    let message = format!("{}1{}", "{\"a\":".repeat(100_000), "}".repeat(100_000));
    let pattern = FilterPattern::parse("{ $.a.a.a = 1 }").expect("valid");
    assert!(!pattern.matches(&message));
    let steps = format!("{{ ${} = 1 }}", ".a".repeat(500));
    assert!(
        !FilterPattern::parse(&steps)
            .expect("valid")
            .matches(&message)
    );
}

#[test]
fn what_every_match_contains() {
    for (pattern, expected) in [
        ("", None),
        ("a bcd -efghi", Some("bcd")),
        ("?abc ?de", None),
        ("?abc", Some("abc")),
        ("-abc", None),
        ("\"a b\" c", Some("a b")),
        ("%ab+cd?e%", Some("ab")),
        ("%abc|d%", None),
        ("%10\\.10%", Some("10.10")),
        ("%ab{0,3}%", Some("a")),
        ("%ab{2}%", Some("ab")),
        ("%[abc]%", None),
        ("{ $.level = \"error\" }", None),
        ("[a=ERROR, b=*timeout*, ...]", Some("timeout")),
        ("[a=ERROR || a=WARN]", None),
        ("[a=404]", None),
        ("[a!=ERROR]", None),
        ("[a=*]", None),
    ] {
        let parsed = FilterPattern::parse(pattern).expect(pattern);
        assert_eq!(parsed.required_text(), expected, "{pattern}");
    }
}
