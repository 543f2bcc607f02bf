//! `= 4*`, `!= "a b"`, `> 1.5`, `= %rx%`: what a value is compared with.

use std::cmp::Ordering;

use super::MAX_REGULAR_EXPRESSIONS;
use super::error::FilterPatternError;
use super::glob::Glob;
use super::quoted;
use super::reader::{Reader, is_typographic};
use super::regular_expression::RegularExpression;
use crate::logs::decimal::Decimal;

/// How two values are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operator {
    Equal,
    NotEqual,
    Less,
    AtMost,
    Greater,
    AtLeast,
}

/// What is compared with.
#[derive(Clone)]
enum Operand {
    Number { number: Decimal, written: String },
    Text(Glob),
    RegularExpression(RegularExpression),
}

/// An operator and what is behind it.
#[derive(Clone)]
pub(super) struct Comparison {
    operator: Operator,
    operand: Operand,
}

/// What is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Found<'a> {
    /// A JSON number as it is written.
    Number(&'a str),
    /// A JSON string.
    Text(&'a str),
    /// A field of a line: a number, if it looks like one.
    Field(&'a str),
}

impl Comparison {
    /// Reads an operator and a value. `expressions` counts the regular expressions so far.
    pub(super) fn parse(
        reader: &mut Reader<'_>,
        expressions: &mut usize,
    ) -> Result<Self, FilterPatternError> {
        let operator = operator(reader)?;
        let operand = operand(reader, operator, expressions)?;
        Ok(Self { operator, operand })
    }

    pub(super) fn holds(&self, found: Found<'_>) -> bool {
        let (Found::Number(text) | Found::Text(text) | Found::Field(text)) = found;
        match &self.operand {
            Operand::Text(glob) => glob.matches(text) == (self.operator == Operator::Equal),
            Operand::RegularExpression(expression) => {
                expression.is_match(text) == (self.operator == Operator::Equal)
            }
            Operand::Number { number, written } => {
                let order = match found {
                    Found::Text(_) => None,
                    _ => Decimal::parse(text).map(|found| found.cmp(number)),
                };
                let is_equal = order.map_or_else(|| text == written, Ordering::is_eq);
                match self.operator {
                    Operator::Equal => is_equal,
                    Operator::NotEqual => !is_equal,
                    Operator::Less => order.is_some_and(Ordering::is_lt),
                    Operator::AtMost => order.is_some_and(Ordering::is_le),
                    Operator::Greater => order.is_some_and(Ordering::is_gt),
                    Operator::AtLeast => order.is_some_and(Ordering::is_ge),
                }
            }
        }
    }

    /// What every text that satisfies this contains, if that can be told.
    pub(super) fn required_text(&self) -> Option<&str> {
        if self.operator != Operator::Equal {
            return None;
        }
        match &self.operand {
            // 404 is written 404.0 as well.
            Operand::Number { .. } => None,
            Operand::Text(glob) => Some(glob.literal()).filter(|text| !text.is_empty()),
            Operand::RegularExpression(expression) => expression.required_text(),
        }
    }
}

fn operator(reader: &mut Reader<'_>) -> Result<Operator, FilterPatternError> {
    reader.peek();
    let start = reader.offset;
    let written = reader.take_while(|character| matches!(character, '=' | '!' | '<' | '>' | '~'));
    let (message, hint) = match written {
        "=" => return Ok(Operator::Equal),
        "!=" => return Ok(Operator::NotEqual),
        "<" => return Ok(Operator::Less),
        "<=" => return Ok(Operator::AtMost),
        ">" => return Ok(Operator::Greater),
        ">=" => return Ok(Operator::AtLeast),
        "" => {
            let found = reader.found();
            return Err(reader.error_here(
                format!("an operator is missing before {found}"),
                "write one of = != < <= > >=",
            ));
        }
        "==" => (format!("{written} is no operator"), "write ="),
        "=!" | "<>" | "!" => (format!("{written} is no operator"), "write !="),
        "=<" => (format!("{written} is no operator"), "write <="),
        "=>" => (format!("{written} is no operator"), "write >="),
        "=~" | "~" | "~=" | "!~" => (
            format!("{written} is no operator"),
            "write = or != with a regular expression between %: = %…%",
        ),
        _ => (
            format!("{written} is no operator"),
            "there are = != < <= > >=",
        ),
    };
    Err(reader.error(start..reader.offset, message, hint))
}

fn operand(
    reader: &mut Reader<'_>,
    operator: Operator,
    expressions: &mut usize,
) -> Result<Operand, FilterPatternError> {
    let first = reader.peek();
    let start = reader.offset;
    let operand = match first {
        Some('"') => Operand::Text(Glob::new(&reader.phrase()?)),
        Some('%') => {
            let expression = RegularExpression::parse(reader)?;
            *expressions += 1;
            if *expressions > MAX_REGULAR_EXPRESSIONS {
                return Err(reader.error(
                    start..reader.offset,
                    format!("a pattern has at most {MAX_REGULAR_EXPRESSIONS} regular expressions"),
                    "join two of them with |, or compare with a text",
                ));
            }
            Operand::RegularExpression(expression)
        }
        _ => bare(reader)?,
    };
    let is_order = !matches!(operator, Operator::Equal | Operator::NotEqual);
    if is_order && !matches!(operand, Operand::Number { .. }) {
        return Err(reader.error(
            start..reader.offset,
            "< <= > >= compare with a number, and this is none",
            "write a number without quotes, or use = or !=",
        ));
    }
    Ok(operand)
}

/// Reads a number or a word without quotes.
fn bare(reader: &mut Reader<'_>) -> Result<Operand, FilterPatternError> {
    let start = reader.offset;
    let written = reader.take_while(|character| {
        !character.is_ascii_whitespace()
            && !matches!(
                character,
                '(' | ')' | '{' | '}' | '[' | ']' | ',' | '&' | '|' | '"'
            )
    });
    if written.is_empty() {
        let found = reader.found();
        return Err(reader.error_here(
            format!("a value is missing before {found}"),
            "write a number, a word or a text in double quotes",
        ));
    }
    let strange = written.char_indices().find(|(_, character)| {
        !character.is_ascii_alphanumeric() && !matches!(character, '_' | '-' | '.' | '+' | '*')
    });
    if let Some((index, character)) = strange {
        let place = start + index..start + index + character.len_utf8();
        let (message, hint) = match character {
            '\'' | '`' => (
                format!("{character} does not quote a value"),
                "use double quotes: \"…\"".to_owned(),
            ),
            other if is_typographic(other) => (
                format!("{other} is a typographic quote"),
                "use plain double quotes: \"…\"".to_owned(),
            ),
            other => (
                format!("{other:?} cannot stand in a value without quotes"),
                format!("write {}", quoted(written)),
            ),
        };
        return Err(reader.error(place, message, hint));
    }
    if reader.next() == Some('"') {
        return Err(reader.error(
            reader.offset..reader.offset + 1,
            "a double quote cannot stand in a value without quotes",
            "put the whole value in quotes, with \\\" for each quote in it",
        ));
    }
    Ok(match Decimal::parse(written) {
        Some(number) => Operand::Number {
            number,
            written: written.to_owned(),
        },
        None => Operand::Text(Glob::new(written)),
    })
}
