//! Patterns of JSON fields: `{ $.level = "error" && ($.status >= 500 || $.slow IS TRUE) }`.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

use super::comparison::{Comparison, Found};
use super::error::FilterPatternError;
use super::reader::Reader;
use super::selector::Selector;
use super::{MAX_DEPTH, MAX_WILDCARDS};
use crate::json;

/// What has to hold for the fields of a JSON message.
#[derive(Clone)]
pub(super) struct JsonPattern {
    condition: Condition,
    /// How many regular expressions there are.
    expressions: usize,
}

#[derive(Clone)]
enum Condition {
    Or(Vec<Condition>),
    And(Vec<Condition>),
    Compare(Selector, Box<Comparison>),
    /// The value is `null`, `true` or `false`.
    Is(Selector, &'static str),
    NotExists(Selector),
}

impl JsonPattern {
    /// Reads a pattern; the next character is its `{`.
    pub(super) fn parse(reader: &mut Reader<'_>) -> Result<Self, FilterPatternError> {
        let open = reader.offset;
        reader.offset += 1;
        if reader.peek() == Some('}') {
            return Err(reader.error(
                open..reader.offset + 1,
                "there is no condition in these braces",
                "write one, such as { $.level = \"error\" }",
            ));
        }
        let mut parser = Parser {
            reader,
            depth: 0,
            expressions: 0,
            wildcards: 0,
        };
        let condition = parser.or()?;
        if !parser.reader.eat("}") {
            return Err(parser.not_closed(open, '{'));
        }
        let expressions = parser.expressions;
        reader.end(
            "the closing }",
            "join conditions with && or || inside of the braces",
        )?;
        Ok(Self {
            condition,
            expressions,
        })
    }

    pub(super) fn has_regular_expressions(&self) -> bool {
        self.expressions > 0
    }

    pub(super) fn matches(&self, message: &str) -> bool {
        root(message).is_some_and(|root| self.condition.holds(root))
    }

    pub(super) fn extract(&self, message: &str) -> Option<BTreeMap<String, String>> {
        let root = root(message)?;
        if !self.condition.holds(root) {
            return None;
        }
        let mut values = BTreeMap::new();
        self.condition.extract(root, &mut values);
        Some(values)
    }
}

/// The object or array that the message is.
fn root(message: &str) -> Option<&str> {
    let start = message.trim_start().bytes().next()?;
    if !matches!(start, b'{' | b'[') {
        return None;
    }
    let raw: &RawValue = serde_json::from_str(message).ok()?;
    Some(raw.get())
}

impl Condition {
    fn holds(&self, root: &str) -> bool {
        match self {
            Self::Or(parts) => parts.iter().any(|part| part.holds(root)),
            Self::And(parts) => parts.iter().all(|part| part.holds(root)),
            Self::Compare(selector, comparison) => selector.any(root, |raw| match raw.as_bytes() {
                [b'"', ..] => {
                    json::text(raw).is_some_and(|text| comparison.holds(Found::Text(&text)))
                }
                [b'-' | b'0'..=b'9', ..] => comparison.holds(Found::Number(raw)),
                _ => false,
            }),
            Self::Is(selector, word) => selector.any(root, |raw| raw == *word),
            Self::NotExists(selector) => !selector.any(root, |_| true),
        }
    }

    fn extract(&self, root: &str, values: &mut BTreeMap<String, String>) {
        match self {
            Self::Or(parts) | Self::And(parts) => {
                for part in parts {
                    part.extract(root, values);
                }
            }
            Self::Compare(selector, _) | Self::Is(selector, _) | Self::NotExists(selector) => {
                if selector.wildcards() > 0 {
                    return;
                }
                let value = selector.first(root).and_then(|raw| match raw.as_bytes() {
                    [b'"', ..] => json::text(raw).map(std::borrow::Cow::into_owned),
                    [b'{' | b'[' | b'n', ..] => None,
                    _ => Some(raw.to_owned()),
                });
                if let Some(value) = value {
                    values.insert(selector.text.clone(), value);
                }
            }
        }
    }
}

struct Parser<'r, 'a> {
    reader: &'r mut Reader<'a>,
    depth: usize,
    expressions: usize,
    wildcards: usize,
}

impl Parser<'_, '_> {
    fn or(&mut self) -> Result<Condition, FilterPatternError> {
        let mut parts = vec![self.and()?];
        while self.reader.eat("||") {
            parts.push(self.and()?);
        }
        Ok(joined(parts, Condition::Or))
    }

    fn and(&mut self) -> Result<Condition, FilterPatternError> {
        let mut parts = vec![self.primary()?];
        while self.reader.eat("&&") {
            parts.push(self.primary()?);
        }
        Ok(joined(parts, Condition::And))
    }

    fn primary(&mut self) -> Result<Condition, FilterPatternError> {
        match self.reader.peek() {
            Some('$') => self.condition(),
            Some('(') => {
                let open = self.reader.offset;
                self.reader.offset += 1;
                self.depth += 1;
                if self.depth > MAX_DEPTH {
                    return Err(self.reader.error(
                        open..open + 1,
                        format!("parentheses are nested more than {MAX_DEPTH} levels deep"),
                        "remove some of them",
                    ));
                }
                let inner = self.or()?;
                if !self.reader.eat(")") {
                    return Err(self.not_closed(open, '('));
                }
                self.depth -= 1;
                Ok(inner)
            }
            Some('!') => Err(self.reader.error_here(
                "a condition cannot be negated as a whole",
                "write !=, or NOT EXISTS behind a selector",
            )),
            _ => {
                let found = self.reader.found();
                let hint = match self.reader.peek_word() {
                    "" => "write one, such as $.level = \"error\"".to_owned(),
                    word => format!("a selector begins with $. : write $.{word}"),
                };
                let message = format!("a condition is missing before {found}");
                Err(self.reader.error_here(message, hint))
            }
        }
    }

    fn condition(&mut self) -> Result<Condition, FilterPatternError> {
        let start = self.reader.offset;
        let selector = Selector::parse(self.reader)?;
        self.wildcards += selector.wildcards();
        if self.wildcards > MAX_WILDCARDS {
            return Err(self.reader.error(
                start..self.reader.offset,
                format!("a pattern has at most {MAX_WILDCARDS} wildcards in its selectors"),
                "name the field or the index here",
            ));
        }
        match self.reader.peek_word() {
            "" => {
                let comparison = Comparison::parse(self.reader, &mut self.expressions)?;
                Ok(Condition::Compare(selector, Box::new(comparison)))
            }
            "IS" => {
                self.reader.eat("IS");
                let word = match self.reader.peek_word() {
                    "NULL" => "null",
                    "TRUE" => "true",
                    "FALSE" => "false",
                    _ => return Err(self.not_a_state(&selector)),
                };
                self.reader.offset += word.len();
                Ok(Condition::Is(selector, word))
            }
            "NOT" => {
                self.reader.eat("NOT");
                if self.reader.peek_word() != "EXISTS" {
                    return Err(self.reader.error_here(
                        "behind NOT stands EXISTS and nothing else",
                        format!("write {} NOT EXISTS", selector.text),
                    ));
                }
                self.reader.eat("EXISTS");
                Ok(Condition::NotExists(selector))
            }
            other => {
                let hint = match other.to_ascii_uppercase().as_str() {
                    "EXISTS" => format!("write {} = *", selector.text),
                    "IS" | "NOT" => "write it in upper case".to_owned(),
                    "LIKE" | "CONTAINS" => format!("write {} = \"*…*\"", selector.text),
                    _ => "write one of = != < <= > >=, IS NULL, IS TRUE, IS FALSE, NOT EXISTS"
                        .to_owned(),
                };
                let message = format!("{other} is no operator");
                Err(self.reader.error_here(message, hint))
            }
        }
    }

    fn not_a_state(&mut self, selector: &Selector) -> FilterPatternError {
        let word = self.reader.peek_word().to_ascii_uppercase();
        let hint = match word.as_str() {
            "NOT" => format!(
                "CloudWatch Logs knows no IS NOT; {} = * asks for a text or a number",
                selector.text
            ),
            "NULL" | "TRUE" | "FALSE" => format!("write {word} in upper case"),
            _ => "write IS NULL, IS TRUE or IS FALSE".to_owned(),
        };
        self.reader
            .error_here("behind IS stands NULL, TRUE or FALSE", hint)
    }

    /// Explains what stands where a closing mark should.
    fn not_closed(&mut self, open: usize, opener: char) -> FilterPatternError {
        let closer = if opener == '{' { '}' } else { ')' };
        match self.reader.peek() {
            None | Some('}') => self.reader.error(
                open..open + 1,
                format!("this {opener} is never closed"),
                format!("add the closing {closer}"),
            ),
            Some(mark @ ('&' | '|')) => self.reader.error_here(
                format!("a single {mark} joins nothing"),
                format!("write {mark}{mark}"),
            ),
            Some(')') => self
                .reader
                .error_here("this ) closes nothing", "remove it, or open it with ("),
            Some(_) => {
                let found = self.reader.found();
                let hint = match self.reader.peek_word().to_ascii_uppercase().as_str() {
                    "AND" => "write &&",
                    "OR" => "write ||",
                    _ => "join conditions with && or ||, and put texts with blanks in quotes",
                };
                let message = format!("{found} cannot stand here");
                self.reader.error_here(message, hint)
            }
        }
    }
}

/// One condition as it is, several joined.
fn joined(mut parts: Vec<Condition>, join: fn(Vec<Condition>) -> Condition) -> Condition {
    match (parts.pop(), parts.is_empty()) {
        (Some(only), true) => only,
        (last, _) => {
            parts.extend(last);
            join(parts)
        }
    }
}
