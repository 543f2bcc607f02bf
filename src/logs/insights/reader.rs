//! Walks over the text: blanks and comments, words, texts in quotes, regular expressions.

use std::ops::Range;

use regex::{Regex, RegexBuilder};

use super::error::QueryError;
use crate::caret::quote;

/// The most memory that a compiled expression may take, in bytes.
const MAX_SIZE: usize = 1 << 20;

/// A position in the text, and how to move it.
pub(super) struct Reader<'a> {
    pub(super) text: &'a str,
    pub(super) offset: usize,
}

impl<'a> Reader<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, offset: 0 }
    }

    /// What has not been read yet.
    pub(super) fn rest(&self) -> &'a str {
        &self.text[self.offset..]
    }

    /// Skips blanks and comments and shows the next character.
    pub(super) fn peek(&mut self) -> Option<char> {
        loop {
            let rest = self.rest();
            let behind = rest.trim_start_matches(|next: char| next.is_ascii_whitespace());
            self.offset += rest.len() - behind.len();
            if !behind.starts_with('#') {
                return behind.chars().next();
            }
            self.offset += behind.find('\n').unwrap_or(behind.len());
        }
    }

    /// Takes this mark if it comes next.
    pub(super) fn eat(&mut self, mark: &str) -> bool {
        self.peek();
        let found = self.rest().starts_with(mark);
        if found {
            self.offset += mark.len();
        }
        found
    }

    /// Shows the word that comes next, such as a keyword or a field; empty where there is none.
    pub(super) fn peek_word(&mut self) -> &'a str {
        self.peek();
        let rest = self.rest();
        if !rest.starts_with(|first: char| first.is_alphabetic() || matches!(first, '_' | '@')) {
            return "";
        }
        let end = rest
            .find(|next: char| !next.is_alphanumeric() && !matches!(next, '_' | '@' | '.'))
            .unwrap_or(rest.len());
        &rest[..end]
    }

    /// Takes this keyword, in whatever case, if it comes next.
    pub(super) fn eat_word(&mut self, wanted: &str) -> bool {
        let word = self.peek_word();
        let found = word.eq_ignore_ascii_case(wanted);
        if found {
            self.offset += word.len();
        }
        found
    }

    /// Takes the digits and the letters behind them, such as `12`, `0.5`, `1e3` or `5m`.
    pub(super) fn number(&mut self) -> &'a str {
        self.peek();
        let rest = self.rest().as_bytes();
        let mut length = 0;
        while let Some(byte) = rest.get(length) {
            let is_sign = matches!(byte, b'+' | b'-')
                && length > 0
                && matches!(rest[length - 1], b'e' | b'E')
                && rest.get(length + 1).is_some_and(u8::is_ascii_digit);
            if !byte.is_ascii_alphanumeric() && *byte != b'.' && !is_sign {
                break;
            }
            length += 1;
        }
        let number = &self.rest()[..length];
        self.offset += length;
        number
    }

    /// Reads a text in double or single quotes, if one comes next.
    pub(super) fn string(&mut self) -> Result<Option<String>, QueryError> {
        let Some(mark @ ('"' | '\'')) = self.peek() else {
            return Ok(None);
        };
        let start = self.offset;
        let mut value = String::new();
        let mut characters = self.rest().char_indices().skip(1).peekable();
        while let Some((index, character)) = characters.next() {
            match character {
                closing if closing == mark => {
                    self.offset = start + index + 1;
                    return Ok(Some(value));
                }
                // A backslash before anything else stands for itself.
                '\\' => match characters.next_if(|(_, next)| matches!(next, '"' | '\'' | '\\')) {
                    Some((_, escaped)) => value.push(escaped),
                    None => value.push('\\'),
                },
                other => value.push(other),
            }
        }
        Err(self.error(
            start..start + 1,
            "this quote is never closed",
            format!("add the closing {mark}"),
        ))
    }

    /// Reads a field's name in backticks; the next character is the first of them.
    pub(super) fn backticks(&mut self) -> Result<&'a str, QueryError> {
        let start = self.offset;
        match self.text[start + 1..].find('`') {
            Some(length) if length > 0 => {
                self.offset = start + length + 2;
                Ok(&self.text[start + 1..start + 1 + length])
            }
            Some(_) => Err(self.error(
                start..start + 2,
                "there is no name between these backticks",
                "write the field's name between them",
            )),
            None => Err(self.error(
                start..start + 1,
                "this backtick is never closed",
                "add the closing `",
            )),
        }
    }

    /// Reads `/…/`, if that comes next; `\/` is a slash in it.
    pub(super) fn regular_expression(&mut self) -> Result<Option<Regex>, QueryError> {
        if self.peek() != Some('/') {
            return Ok(None);
        }
        let start = self.offset;
        let mut escaped = false;
        let length = self.text[start + 1..].find(|next: char| {
            let closes = next == '/' && !escaped;
            escaped = next == '\\' && !escaped;
            closes
        });
        let Some(length) = length else {
            return Err(self.error(
                start..start + 1,
                "this / opens a regular expression that is never closed",
                "add the closing /",
            ));
        };
        let body = &self.text[start + 1..start + 1 + length];
        self.offset = start + length + 2;
        match RegexBuilder::new(body).size_limit(MAX_SIZE).build() {
            Ok(compiled) => Ok(Some(compiled)),
            Err(error) => {
                let said = error.to_string();
                let reason = said
                    .lines()
                    .last()
                    .unwrap_or_default()
                    .trim()
                    .trim_start_matches("error: ")
                    .to_owned();
                Err(self.error(
                    start..self.offset,
                    format!("this regular expression cannot be used: {reason}"),
                    "mend it; there is no look-around and no back-reference here",
                ))
            }
        }
    }

    /// The marks that come next, such as `==` or `)`; empty where there are none.
    pub(super) fn next_mark(&mut self) -> &'a str {
        self.peek();
        let rest = self.rest();
        let is_double = ["==", "&&", "||"].iter().any(|mark| rest.starts_with(mark));
        let length = if is_double { 2 } else { 1 };
        rest.get(..length).unwrap_or("")
    }

    /// The place of the next character; empty at the end of the text.
    pub(super) fn here(&mut self) -> Range<usize> {
        let length = self.peek().map_or(0, char::len_utf8);
        self.offset..self.offset + length
    }

    /// The next thing as a message names it: a word, a character, or the end.
    pub(super) fn found(&mut self) -> String {
        match self.peek() {
            None => "the end of the query".to_owned(),
            Some(next) => match self.peek_word() {
                "" => quote(&next.to_string()),
                word => quote(word),
            },
        }
    }

    /// Makes a mistake at this place.
    pub(super) fn error(
        &self,
        position: Range<usize>,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) -> QueryError {
        QueryError::new(self.text, position, message, hint)
    }

    /// Makes a mistake of whatever comes next.
    pub(super) fn error_here(
        &mut self,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) -> QueryError {
        let here = self.here();
        let word = self.peek_word().len();
        self.error(here.start..here.end.max(here.start + word), message, hint)
    }
}
