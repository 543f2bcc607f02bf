//! Walks over the text: blanks, marks, words and phrases in quotes.

use std::ops::Range;

use super::error::FilterPatternError;
use crate::caret::quote;

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

    /// The next character, be it a blank.
    pub(super) fn next(&self) -> Option<char> {
        self.rest().chars().next()
    }

    /// Skips blanks and shows the next character.
    pub(super) fn peek(&mut self) -> Option<char> {
        self.take_while(|character| character.is_ascii_whitespace());
        self.next()
    }

    /// Takes this piece of text if it comes next, be it behind blanks.
    pub(super) fn eat(&mut self, wanted: &str) -> bool {
        self.peek();
        let found = self.rest().starts_with(wanted);
        if found {
            self.offset += wanted.len();
        }
        found
    }

    /// Takes the characters that are of a kind.
    pub(super) fn take_while(&mut self, is_of_kind: impl Fn(char) -> bool) -> &'a str {
        let taken = run(self.rest(), is_of_kind);
        self.offset += taken.len();
        taken
    }

    /// Shows the letters that come next, be it behind blanks.
    pub(super) fn peek_word(&mut self) -> &'a str {
        self.peek();
        run(self.rest(), |character| character.is_ascii_alphabetic())
    }

    /// Reads a phrase in quotes; the next character is the quote that opens it.
    pub(super) fn phrase(&mut self) -> Result<String, FilterPatternError> {
        let start = self.offset;
        let mut value = String::new();
        let mut characters = self.rest().char_indices().skip(1).peekable();
        while let Some((index, character)) = characters.next() {
            match character {
                '"' => {
                    self.offset = start + index + 1;
                    return Ok(value);
                }
                '\\' => match characters.next_if(|(_, next)| matches!(next, '"' | '\\')) {
                    Some((_, escaped)) => value.push(escaped),
                    None => value.push('\\'),
                },
                other => value.push(other),
            }
        }
        Err(self.error(
            start..start + 1,
            "this double quote is never closed",
            "add the closing \"",
        ))
    }

    /// The place of the next character; empty at the end of the text.
    pub(super) fn here(&mut self) -> Range<usize> {
        let length = self.peek().map_or(0, char::len_utf8);
        self.offset..self.offset + length
    }

    /// The next thing as a message names it: a character, or the end.
    pub(super) fn found(&mut self) -> String {
        match self.peek() {
            None => "the end of the pattern".to_owned(),
            Some(_) => match self.peek_word() {
                "" => self
                    .next()
                    .map_or_else(String::new, |other| quote(&other.to_string())),
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
    ) -> FilterPatternError {
        FilterPatternError::new(self.text, position, message, hint)
    }

    /// Makes a mistake of whatever comes next.
    pub(super) fn error_here(
        &mut self,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) -> FilterPatternError {
        let here = self.here();
        let word = self.peek_word().len();
        self.error(here.start..here.end.max(here.start + word), message, hint)
    }

    /// Refuses what stands behind the pattern's end.
    pub(super) fn end(&mut self, of: &str, hint: &str) -> Result<(), FilterPatternError> {
        if self.peek().is_none() {
            return Ok(());
        }
        let behind = self.offset..self.text.trim_end().len();
        Err(self.error(behind, format!("nothing may stand behind {of}"), hint))
    }
}

/// The characters at the start of the text that are of a kind.
fn run(text: &str, is_of_kind: impl Fn(char) -> bool) -> &str {
    let end = text
        .find(|character| !is_of_kind(character))
        .unwrap_or(text.len());
    &text[..end]
}

/// Whether it is one of the quotes that word processors make of `"`.
pub(super) fn is_typographic(character: char) -> bool {
    matches!(
        character,
        '“' | '”' | '„' | '‟' | '«' | '»' | '‘' | '’' | '‚' | '′' | '″'
    )
}
