//! Regular expressions between `%`: what AWS knows of them, and nothing else.
//!
//! <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/regex-expressions.html>

mod class;
mod translation;

use regex::bytes::{Regex, RegexBuilder};

use super::error::FilterPatternError;
use super::reader::Reader;
use translation::Translation;

/// The most memory that a compiled expression may take, in bytes.
const MAX_SIZE: usize = 1 << 20;

/// An expression that may match anywhere in a text.
#[derive(Clone)]
pub(super) struct RegularExpression {
    compiled: Regex,
    literal: String,
}

impl RegularExpression {
    /// Reads a pattern that is one expression.
    pub(super) fn alone(reader: &mut Reader<'_>) -> Result<Self, FilterPatternError> {
        let expression = Self::parse(reader)?;
        reader.end(
            "the % that closes a regular expression",
            "such a pattern is one %…% and nothing else; write \\x25 for a % in it",
        )?;
        Ok(expression)
    }

    /// Reads an expression; the next character is the `%` that opens it.
    pub(super) fn parse(reader: &mut Reader<'_>) -> Result<Self, FilterPatternError> {
        let open = reader.offset;
        let body = open + 1;
        let Some(length) = reader.text[body..].find('%') else {
            return Err(reader.error(
                open..body,
                "this % opens a regular expression that is never closed",
                "add the closing %, or put the text in double quotes",
            ));
        };
        let close = body + length;
        if length == 0 {
            return Err(reader.error(
                open..close + 1,
                "there is nothing between these %",
                "write a regular expression between them, such as %[Ee]rror%",
            ));
        }
        reader.offset = body;
        let (translated, literal) = Translation::new(reader, close).run()?;
        reader.offset = close + 1;
        // Bytes, not characters: \w, \d and \s are ASCII's.
        let compiled = RegexBuilder::new(&translated)
            .unicode(false)
            .size_limit(MAX_SIZE)
            .build();
        match compiled {
            Ok(compiled) => Ok(Self { compiled, literal }),
            Err(_) => Err(reader.error(
                open..reader.offset,
                "this regular expression grows too large",
                "use smaller counts in its braces",
            )),
        }
    }

    pub(super) fn is_match(&self, text: &str) -> bool {
        self.compiled.is_match(text.as_bytes())
    }

    /// What every text that matches contains, if that can be told.
    pub(super) fn required_text(&self) -> Option<&str> {
        (!self.literal.is_empty()).then_some(self.literal.as_str())
    }
}
