//! Comparisons: the operator behind a keyword and the value behind the operator.

use super::ast::{AnnotationTest, NumberTest, Text, TextTest};
use super::error::SyntaxError;
use super::keyword::{BooleanKeyword, Equality, GroupKeyword, NumberOperator, TextOperator};
use super::parser::{Parser, is_connective};
use super::reader::Word;
use crate::caret::quote;

/// An operator as it is written, before the keyword's type is applied to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operator {
    Equality(Equality),
    /// One of `< <= > >=`.
    Order(NumberOperator),
    /// One of CONTAINS, BEGINSWITH, ENDSWITH.
    Part(TextOperator),
}

/// Operators of other languages, longest first, and ours.
///
/// They come before ours, of which some are the beginning of one of them.
const FOREIGN: [(&str, &str); 8] = [
    ("===", "="),
    ("!==", "!="),
    ("==", "="),
    ("=~", "CONTAINS"),
    ("!~", "! and CONTAINS"),
    ("<>", "!="),
    ("=>", ">="),
    ("=<", "<="),
];

impl<'a> Parser<'a> {
    /// Takes the operator that comes next, if one does.
    fn operator(&mut self) -> Result<Option<(Operator, Word<'a>)>, SyntaxError> {
        self.reader.peek();
        let start = self.reader.offset;
        if let Some((typed, meant)) = FOREIGN
            .iter()
            .find(|(typed, _)| self.reader.rest().starts_with(typed))
        {
            return Err(self
                .reader
                .error(
                    start..start + typed.len(),
                    format!("{} is not an operator here", quote(typed)),
                )
                .hint(format!("write {meant}")));
        }
        for length in [2, 1] {
            let Some(text) = self.reader.rest().get(..length) else {
                continue;
            };
            let found = Equality::find(text)
                .map(Operator::Equality)
                .or_else(|| NumberOperator::find(text).map(Operator::Order));
            if let Some(operator) = found {
                let span = start..start + length;
                self.reader.offset = span.end;
                return Ok(Some((operator, Word { text, span })));
            }
        }
        let Some(word) = self.reader.peek_word() else {
            return Ok(None);
        };
        Ok(TextOperator::find_word(word.text).map(|operator| {
            self.reader.take(&word);
            (Operator::Part(operator), word)
        }))
    }

    /// Reads what follows a keyword that is true or false; gives the value that it must have.
    pub(super) fn boolean_test(&mut self, keyword: BooleanKeyword) -> Result<bool, SyntaxError> {
        match self.operator()? {
            None => Ok(true),
            Some((Operator::Equality(operator), _)) => {
                let Some(value) = self.boolean() else {
                    let found = self.reader.found();
                    return Err(self
                        .reader
                        .error_here(format!(
                            "{keyword} is compared with true or false, found {found}"
                        ))
                        .hint(format!("write {keyword} or !{keyword}")));
                };
                Ok(value == (operator == Equality::Equal))
            }
            Some((Operator::Order(_), word)) => Err(self
                .reader
                .error(
                    word.span,
                    format!(
                        "{} compares numbers, but {keyword} is true or false",
                        word.text
                    ),
                )
                .hint(format!("write {keyword} or !{keyword}"))),
            Some((Operator::Part(operator), word)) => Err(self
                .reader
                .error(
                    word.span,
                    format!("{operator} compares texts, but {keyword} is true or false"),
                )
                .hint(format!("write {keyword} or !{keyword}"))),
        }
    }

    /// Reads what follows a keyword with a number.
    pub(super) fn number_test(&mut self, subject: &str) -> Result<Option<NumberTest>, SyntaxError> {
        let Some((operator, word)) = self.operator()? else {
            return Ok(None);
        };
        let operator = match operator {
            Operator::Equality(equality) => equality.into(),
            Operator::Order(order) => order,
            Operator::Part(part) => {
                return Err(self
                    .reader
                    .error(
                        word.span,
                        format!("{part} compares texts, but {subject} is a number"),
                    )
                    .hint("use =, !=, <, <=, > or >="));
            }
        };
        let value = self.number(subject)?;
        Ok(Some(NumberTest { operator, value }))
    }

    /// Reads what follows a keyword with a text.
    pub(super) fn text_test(&mut self, subject: &str) -> Result<Option<TextTest>, SyntaxError> {
        let Some((operator, word)) = self.operator()? else {
            return Ok(None);
        };
        let operator = match operator {
            Operator::Equality(equality) => equality.into(),
            Operator::Part(part) => part,
            Operator::Order(_) => {
                return Err(self
                    .reader
                    .error(
                        word.span,
                        format!("{} compares numbers, but {subject} is a text", word.text),
                    )
                    .hint("use =, !=, CONTAINS, BEGINSWITH or ENDSWITH"));
            }
        };
        let value = self.text(subject, "a text")?;
        Ok(Some(TextTest { operator, value }))
    }

    /// Reads what follows an annotation: the written value decides the type.
    pub(super) fn annotation_test(
        &mut self,
        key: &str,
    ) -> Result<Option<AnnotationTest>, SyntaxError> {
        let Some((operator, _)) = self.operator()? else {
            return Ok(None);
        };
        let subject = format!("the annotation {}", quote(key));
        let test = match operator {
            Operator::Order(operator) => {
                let value = self.number(&subject)?;
                AnnotationTest::Number(NumberTest { operator, value })
            }
            Operator::Part(operator) => {
                let value = self.text(&subject, "a text")?;
                AnnotationTest::Text(TextTest { operator, value })
            }
            Operator::Equality(operator) => {
                if let Some(value) = self.boolean() {
                    AnnotationTest::Boolean { operator, value }
                } else if let Some((value, word)) = self.peek_number() {
                    self.reader.take(&word);
                    AnnotationTest::Number(NumberTest {
                        operator: operator.into(),
                        value,
                    })
                } else {
                    AnnotationTest::Text(TextTest {
                        operator: operator.into(),
                        value: self.text(&subject, "a value")?,
                    })
                }
            }
        };
        Ok(Some(test))
    }

    /// Reads what follows `group.name` and `group.arn`.
    pub(super) fn group_test(
        &mut self,
        keyword: GroupKeyword,
        word: &Word<'a>,
    ) -> Result<(Equality, Text), SyntaxError> {
        match self.operator()? {
            Some((Operator::Equality(operator), _)) => {
                Ok((operator, self.text(keyword.as_str(), "a text")?))
            }
            other => {
                let position = other.map_or_else(|| word.span.clone(), |(_, word)| word.span);
                Err(self
                    .reader
                    .error(
                        position,
                        format!("{keyword} can only be compared with = or !="),
                    )
                    .hint(format!("write {keyword} = \"…\"")))
            }
        }
    }

    fn boolean(&mut self) -> Option<bool> {
        let word = self.reader.peek_bare()?;
        let value = match word.text.to_ascii_lowercase().as_str() {
            "true" => true,
            "false" => false,
            _ => return None,
        };
        self.reader.take(&word);
        Some(value)
    }

    fn peek_number(&mut self) -> Option<(f64, Word<'a>)> {
        let word = self.reader.peek_bare()?;
        let value = number_of(word.text)?;
        Some((value, word))
    }

    fn number(&mut self, subject: &str) -> Result<f64, SyntaxError> {
        if let Some((value, word)) = self.peek_number() {
            self.reader.take(&word);
            return Ok(value);
        }
        if let Some(mistyped) = self.reader.mistyped() {
            return Err(mistyped);
        }
        if let Some(text) = self.reader.string()? {
            let error = self
                .reader
                .error(text.span, format!("{subject} needs a number, found a text"));
            return Err(match number_of(&text.value) {
                Some(_) => error.hint(format!("write {} without quotes", text.value)),
                None => error,
            });
        }
        let bare = self.reader.peek_bare();
        let found = self.reader.found();
        let error = self
            .reader
            .error_here(format!("{subject} needs a number, found {found}"));
        Err(match bare.and_then(|word| in_seconds(word.text)) {
            Some(seconds) => error.hint(format!(
                "times are in seconds, without a unit: write {seconds}"
            )),
            None => error,
        })
    }

    fn text(&mut self, subject: &str, wanted: &str) -> Result<Text, SyntaxError> {
        if let Some(text) = self.reader.string()? {
            return Ok(text);
        }
        if let Some(mistyped) = self.reader.mistyped() {
            return Err(mistyped);
        }
        let bare = self
            .reader
            .peek_bare()
            .filter(|word| !is_connective(word.text));
        let Some(word) = bare else {
            let found = self.reader.found();
            return Err(self
                .reader
                .error_here(format!("{subject} needs {wanted}, found {found}"))
                .hint("a text goes in double quotes: \"…\""));
        };
        self.reader.take(&word);
        // A URL with a query, say: what is left of it would be read as another term.
        let tail = self.reader.rest();
        let length = tail
            .find(|next: char| next.is_whitespace() || matches!(next, ')' | '}' | ']' | '"'))
            .unwrap_or(tail.len());
        if length > 0 {
            let span = word.span.start..word.span.end + length;
            let whole = quote(&self.reader.text[span.clone()]);
            return Err(self
                .reader
                .error(span, format!("{subject} needs the text in double quotes"))
                .hint(format!("write {whole}")));
        }
        Ok(Text {
            value: word.text.to_owned(),
            span: word.span,
            bare: true,
        })
    }
}

/// The number that the word is, if it is a plain, finite one.
fn number_of(word: &str) -> Option<f64> {
    // Rust would also read `inf` and `NaN`.
    word.chars()
        .all(|character| {
            character.is_ascii_digit() || matches!(character, '.' | '-' | '+' | 'e' | 'E')
        })
        .then(|| word.parse().ok())
        .flatten()
        .filter(|number: &f64| number.is_finite())
}

/// The seconds that a word such as `250ms` or `2s` stands for.
fn in_seconds(word: &str) -> Option<f64> {
    let lower = word.to_ascii_lowercase();
    if let Some(milliseconds) = lower.strip_suffix("ms") {
        return number_of(milliseconds).map(|number| number / 1000.0);
    }
    number_of(lower.strip_suffix('s')?)
}

impl From<Equality> for NumberOperator {
    fn from(equality: Equality) -> Self {
        match equality {
            Equality::Equal => Self::Equal,
            Equality::NotEqual => Self::NotEqual,
        }
    }
}

impl From<Equality> for TextOperator {
    fn from(equality: Equality) -> Self {
        match equality {
            Equality::Equal => Self::Equal,
            Equality::NotEqual => Self::NotEqual,
        }
    }
}
