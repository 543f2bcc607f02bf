//! One term: a keyword with its comparison, an annotation, a group, a root cause.

use super::ast::{Annotation, Expression, Group, RootCause, Text};
use super::error::SyntaxError;
use super::keyword::{
    self, BooleanKeyword, GroupKeyword, NumberKeyword, RootCauseKind, RootCausePart, TextKeyword,
};
use super::parser::{Parser, is_operator};
use super::reader::Word;
use crate::caret::quote;

impl<'a> Parser<'a> {
    /// Reads the term that begins with this word, which has been taken.
    pub(super) fn term(&mut self, word: &Word<'a>) -> Result<Expression, SyntaxError> {
        if let Some(keyword) = BooleanKeyword::find(word.text) {
            let expected = self.boolean_test(keyword)?;
            return Ok(Expression::Boolean { keyword, expected });
        }
        if let Some(keyword) = NumberKeyword::find(word.text) {
            let test = self.number_test(keyword.as_str())?;
            return Ok(Expression::Number { keyword, test });
        }
        if let Some(keyword) = TextKeyword::find(word.text) {
            let test = self.text_test(keyword.as_str())?;
            return Ok(Expression::Text { keyword, test });
        }
        if let Some(keyword) = GroupKeyword::find(word.text) {
            let (operator, value) = self.group_test(keyword, word)?;
            return Ok(Expression::Group(Group {
                keyword,
                operator,
                value,
            }));
        }
        let lower = word.text.to_ascii_lowercase();
        match lower.split_once('.').unwrap_or((&lower, "")) {
            ("service", "") => self.service(word).map(Expression::Service),
            ("edge", "") => self.edge(word).map(Expression::Edge),
            ("annotation", _) => self.annotation(word).map(Expression::Annotation),
            ("rootcause", "json") => self.root_cause_json().map(Expression::RootCauseJson),
            ("rootcause", path) => self.root_cause(word, path).map(Expression::RootCause),
            _ => Err(self.unknown(word)),
        }
    }

    fn annotation(&mut self, word: &Word<'a>) -> Result<Annotation, SyntaxError> {
        if let Some(owner) = self.inside {
            return Err(self
                .reader
                .error(
                    word.span.clone(),
                    format!("annotation cannot stand inside the braces of {owner}(…)"),
                )
                .hint(
                    "annotations are searched in the whole trace; move it behind the closing }",
                ));
        }
        let key = match word.text.split_once('.') {
            Some((_, key)) if is_plain_key(key) => Text {
                value: key.to_owned(),
                span: word.span.end - key.len()..word.span.end,
                bare: false,
            },
            Some((_, "")) => {
                return Err(self
                    .reader
                    .error(word.span.clone(), "annotation needs a key")
                    .hint("write annotation.KEY or annotation[\"KEY\"]"));
            }
            Some((_, key)) => {
                return Err(self
                    .reader
                    .error(
                        word.span.clone(),
                        "an annotation key with dots or dashes needs brackets",
                    )
                    .hint(format!("write annotation[{}]", quote(key))));
            }
            None => self.bracketed_key(word)?,
        };
        let test = self.annotation_test(&key.value)?;
        Ok(Annotation { key, test })
    }

    fn bracketed_key(&mut self, word: &Word<'a>) -> Result<Text, SyntaxError> {
        self.reader.peek();
        let open = self.reader.offset;
        if !self.reader.eat('[') {
            return Err(self
                .reader
                .error(word.span.clone(), "annotation needs a key")
                .hint("write annotation.KEY or annotation[\"KEY\"]"));
        }
        let key = match self.reader.string()? {
            Some(key) => Some(key),
            None => self.reader.peek_bare().map(|bare| {
                self.reader.take(&bare);
                Text {
                    value: bare.text.to_owned(),
                    span: bare.span,
                    bare: false,
                }
            }),
        };
        let Some(key) = key.filter(|key| !key.value.is_empty()) else {
            if let Some(mistyped) = self.reader.mistyped() {
                return Err(mistyped);
            }
            let position = word.span.start..self.reader.offset;
            return Err(self
                .reader
                .error(position, "the annotation's key is empty")
                .hint("write annotation[\"KEY\"]"));
        };
        self.close(open, '[')?;
        Ok(key)
    }

    fn root_cause(&mut self, word: &Word<'a>, path: &str) -> Result<RootCause, SyntaxError> {
        let found = path.split_once('.').and_then(|(kind, part)| {
            Some((RootCauseKind::find(kind)?, RootCausePart::find(part)?))
        });
        let Some((kind, part)) = found else {
            let error = self.reader.error(
                word.span.clone(),
                format!("unknown root cause {}", quote(word.text)),
            );
            return Err(match keyword::nearest(word.text) {
                Some(meant) => error.hint(format!("did you mean {meant}?")),
                None => error.hint(
                    "write rootcause.fault, .error or .responsetime, \
                     then .service, .entity or .exception",
                ),
            });
        };
        if self.reader.peek() != Some('{') {
            let name = word.text.to_ascii_lowercase();
            return Err(self
                .reader
                .error(word.span.clone(), format!("{name} needs braces"))
                .hint(format!("write {name} {{…}}")));
        }
        let filter = self.block()?;
        Ok(RootCause { kind, part, filter })
    }

    fn root_cause_json(&mut self) -> Result<Vec<serde_json::Value>, SyntaxError> {
        if !self.reader.eat('=') || !self.reader.eat('#') || self.reader.peek() != Some('[') {
            return Err(self
                .reader
                .error_here("rootcause.json needs a JSON array")
                .hint("write rootcause.json = #[{…}]"));
        }
        let start = self.reader.offset;
        let mut values =
            serde_json::Deserializer::from_str(self.reader.rest()).into_iter::<Vec<_>>();
        let read = values.next();
        let end = start + values.byte_offset();
        match read {
            Some(Ok(causes)) => {
                self.reader.offset = end;
                Ok(causes)
            }
            Some(Err(error)) if error.is_eof() => Err(self
                .reader
                .error(start - 1..start + 1, "this JSON array is never closed")
                .hint("add the missing ]")),
            other => {
                let reason = match other {
                    Some(Err(error)) => error.to_string(),
                    _ => "nothing there".to_owned(),
                };
                // serde_json counts lines of the array alone; the caret shows the place.
                let reason = reason.split(" at line ").next().unwrap_or_default();
                let position = end..self.reader.text.len().min(end + 1);
                Err(self
                    .reader
                    .error(position, format!("invalid JSON: {reason}")))
            }
        }
    }

    fn unknown(&mut self, word: &Word<'a>) -> SyntaxError {
        let error =
            |parser: &Self, message: String| parser.reader.error(word.span.clone(), message);
        let lower = word.text.to_ascii_lowercase();
        if lower == "true" || lower == "false" {
            return error(self, format!("{lower} cannot stand alone"))
                .hint(format!("compare a keyword with it, such as ok = {lower}"));
        }
        if lower == "id" || lower == "account.id" {
            return error(
                self,
                format!("{lower} belongs inside service(…) or edge(…)"),
            )
            .hint("write service(id(name: \"…\", type: \"…\"))");
        }
        if is_operator(word.text) {
            let operator = word.text.to_ascii_uppercase();
            return error(self, format!("{operator} needs a text keyword before it"))
                .hint(format!("such as http.url {operator} \"/api/\""));
        }
        let unknown = error(self, format!("unknown keyword {}", quote(word.text)));
        if word.text.contains('$') {
            return unknown.hint("it looks like a variable that the shell did not expand");
        }
        if let Some(meant) = keyword::nearest(word.text) {
            // A form such as service("…") brings quotes of its own.
            return unknown.hint(if meant.contains('"') {
                format!("did you mean {meant}?")
            } else {
                format!("did you mean \"{meant}\"?")
            });
        }
        if matches!(self.reader.peek(), Some('=' | '<' | '>'))
            || self.reader.rest().starts_with("!=")
        {
            return unknown.hint(format!("for an annotation write annotation.{}", word.text));
        }
        unknown.hint(format!("for a service write service({})", quote(word.text)))
    }
}

/// Whether the key may follow `annotation.` without brackets.
pub(super) fn is_plain_key(key: &str) -> bool {
    !key.is_empty()
        && key
            .chars()
            .all(|character| character.is_ascii_alphanumeric() || character == '_')
}
