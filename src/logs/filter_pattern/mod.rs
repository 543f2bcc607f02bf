//! CloudWatch Logs' filter patterns: text in, a [`FilterPattern`] or a helpful
//! [`FilterPatternError`] out; whether a message matches; which values it gives.
//!
//! One language for `FilterLogEvents`, Live Tail and metric filters. The rules are those of
//! <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html> and the
//! pages below it. A pattern that breaks them is an error with a place in it, never "everything".
//! Where the pages are silent, this is what happens here:
//!
//! - A term is looked for as it stands, inside of words too; upper and lower case differ.
//! - `\"` and `\\` in quotes are a quote and a backslash; a backslash before anything else is
//!   itself.
//! - A JSON field that is missing, an object, an array, `null`, `true` or `false` satisfies
//!   neither `=` nor `!=`.
//! - A number without quotes is compared as a number with JSON numbers and with the fields of a
//!   line, and as it is written with JSON strings. In quotes it is compared as it is written.
//! - The fields of a line are separated by runs of blanks and tabs. A line may have more fields
//!   than a pattern without `...` has columns if the last column has no condition: that column
//!   is then the rest of the line.
//!
//! Which events there are, and asking a service for them, stay out.

mod comparison;

mod delimited;
mod error;
mod fields;
mod glob;
mod json_condition;
mod reader;
mod regular_expression;
mod selector;
mod terms;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fmt;

pub use error::FilterPatternError;

use delimited::Columns;
use json_condition::JsonPattern;
use reader::Reader;
use regular_expression::RegularExpression;
use terms::Terms;

/// The longest pattern that is read, in characters.
pub const MAX_CHARACTERS: usize = 1024;

/// The most regular expressions in a JSON pattern or a pattern of columns.
pub const MAX_REGULAR_EXPRESSIONS: usize = 2;

/// The most wildcards in all selectors of a JSON pattern together; a selector has at most one.
pub const MAX_WILDCARDS: usize = 3;

/// The deepest nesting of parentheses that is read.
pub const MAX_DEPTH: usize = 64;

/// A filter pattern that was read; ready to be held against millions of messages.
#[derive(Clone)]
pub struct FilterPattern {
    text: String,
    kind: Kind,
}

#[derive(Clone)]
enum Kind {
    Everything,
    Terms(Terms),
    RegularExpression(RegularExpression),
    Json(JsonPattern),
    Delimited(Columns),
}

impl FilterPattern {
    /// Reads a pattern. Nothing, blanks, `""` and `" "` are the pattern that everything matches.
    pub fn parse(text: &str) -> Result<Self, FilterPatternError> {
        if let Some((limit, _)) = text.char_indices().nth(MAX_CHARACTERS) {
            let characters = text.chars().count();
            let message = format!("the pattern has {characters} characters");
            return Err(FilterPatternError::new(
                text,
                limit..text.len(),
                message,
                format!("CloudWatch Logs takes at most {MAX_CHARACTERS}: shorten it"),
            ));
        }
        let mut reader = Reader::new(text);
        let kind = match reader.peek() {
            None => Kind::Everything,
            Some('{') => Kind::Json(JsonPattern::parse(&mut reader)?),
            Some('[') => Kind::Delimited(Columns::parse(&mut reader)?),
            Some('%') => Kind::RegularExpression(RegularExpression::alone(&mut reader)?),
            Some(_) => match Terms::parse(&mut reader)? {
                Some(terms) => Kind::Terms(terms),
                None => Kind::Everything,
            },
        };
        Ok(Self {
            text: text.to_owned(),
            kind,
        })
    }

    /// The pattern that everything matches; its text is empty.
    pub fn everything() -> Self {
        Self {
            text: String::new(),
            kind: Kind::Everything,
        }
    }

    /// Whether it is written as the pattern that everything matches.
    pub fn is_everything(&self) -> bool {
        matches!(self.kind, Kind::Everything)
    }

    /// The text as it was written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether it names fields, so that a metric can take its value and dimensions from them.
    pub fn names_fields(&self) -> bool {
        matches!(self.kind, Kind::Json(_) | Kind::Delimited(_))
    }

    /// Whether there are regular expressions in it; a log group takes only few such filters.
    pub fn has_regular_expressions(&self) -> bool {
        match &self.kind {
            Kind::Everything | Kind::Terms(_) => false,
            Kind::RegularExpression(_) => true,
            Kind::Json(pattern) => pattern.has_regular_expressions(),
            Kind::Delimited(columns) => columns.has_regular_expressions(),
        }
    }

    /// Whether the message of an event matches.
    pub fn matches(&self, message: &str) -> bool {
        match &self.kind {
            Kind::Everything => true,
            Kind::Terms(terms) => terms.matches(message),
            Kind::RegularExpression(expression) => expression.is_match(message),
            Kind::Json(pattern) => pattern.matches(message),
            Kind::Delimited(columns) => columns.matches(message),
        }
    }

    /// The values that the pattern names in a message; nothing where it does not match.
    ///
    /// Keys are as a metric's value refers to them: `$name` for a column and `$3` for the third
    /// field where it has no name; for JSON the selector as it is written, `$.user.id`, where
    /// that is a text, a number, or true or false. Selectors with `*` and patterns of terms
    /// name no value.
    pub fn extract(&self, message: &str) -> Option<BTreeMap<String, String>> {
        match &self.kind {
            Kind::Json(pattern) => pattern.extract(message),
            Kind::Delimited(columns) => columns.extract(message),
            _ => self.matches(message).then(BTreeMap::new),
        }
    }

    /// A text that every matching message contains, the longest that is known.
    ///
    /// A block of messages without it needs no closer look. JSON patterns have none: every
    /// character of a JSON text can be written in another way.
    pub fn required_text(&self) -> Option<&str> {
        match &self.kind {
            Kind::Everything | Kind::Json(_) => None,
            Kind::Terms(terms) => terms.required_text(),
            Kind::RegularExpression(expression) => expression.required_text(),
            Kind::Delimited(columns) => columns.required_text(),
        }
    }
}

/// Two patterns are equal where they are written alike.
impl PartialEq for FilterPattern {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for FilterPattern {}

impl fmt::Debug for FilterPattern {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_tuple("FilterPattern")
            .field(&self.text)
            .finish()
    }
}

impl fmt::Display for FilterPattern {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}

impl std::str::FromStr for FilterPattern {
    type Err = FilterPatternError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

/// Writes a term as a phrase in quotes, which is looked for as it stands.
///
/// A pattern of nothing but such a phrase matches what contains the term, except that blanks
/// alone match everything.
pub fn quoted(term: &str) -> String {
    let mut phrase = String::with_capacity(term.len() + 2);
    phrase.push('"');
    for character in term.chars() {
        if matches!(character, '"' | '\\') {
            phrase.push('\\');
        }
        phrase.push(character);
    }
    phrase.push('"');
    phrase
}
