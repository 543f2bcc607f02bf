//! What can be searched for.

use std::fmt;

use crate::json;

/// The longest key, in characters.
const LONGEST_KEY: usize = 500;

/// The longest string, in characters; AWS cuts rather than refuses.
const LONGEST_STRING: usize = 1000;

/// The value of an annotation.
#[derive(Debug, Clone, PartialEq)]
pub enum AnnotationValue {
    /// A string.
    String(String),
    /// A finite number.
    Number(f64),
    /// `true` or `false`.
    Boolean(bool),
}

impl fmt::Display for AnnotationValue {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::String(text) => formatter.write_str(text),
            Self::Number(number) => number.fmt(formatter),
            Self::Boolean(boolean) => boolean.fmt(formatter),
        }
    }
}

/// Reads annotations; those with a key or a value that X-Ray does not index are left out.
pub(super) fn read(raw: &str) -> Vec<(String, AnnotationValue)> {
    let mut annotations: Vec<(String, AnnotationValue)> = Vec::new();
    let read = json::members(raw, |key, raw| {
        if !is_key(key) {
            return;
        }
        let value = match raw {
            "true" => AnnotationValue::Boolean(true),
            "false" => AnnotationValue::Boolean(false),
            _ => match (json::text(raw), json::number(raw)) {
                (Some(text), _) => {
                    AnnotationValue::String(text.chars().take(LONGEST_STRING).collect())
                }
                (_, Some(number)) => AnnotationValue::Number(number),
                _ => return,
            },
        };
        annotations.push((key.to_owned(), value));
    });
    drop(read);
    annotations
}

fn is_key(key: &str) -> bool {
    (1..=LONGEST_KEY).contains(&key.len())
        && key
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}
