//! Walks over the text: blanks, words, operators and quoted strings.

use std::ops::Range;

use super::ast::Text;
use super::error::SyntaxError;
use crate::caret::quote;

/// A position in the text, and how to move it.
pub(super) struct Reader<'a> {
    pub(super) text: &'a str,
    pub(super) offset: usize,
}

/// A word of the text and its place.
#[derive(Debug, Clone)]
pub(super) struct Word<'a> {
    pub(super) text: &'a str,
    pub(super) span: Range<usize>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, offset: 0 }
    }

    /// What has not been read yet.
    pub(super) fn rest(&self) -> &'a str {
        &self.text[self.offset..]
    }

    /// Skips blanks and shows the next character.
    ///
    /// Only ASCII blanks count: a no-break space out of a web page is a mistake to be told.
    pub(super) fn peek(&mut self) -> Option<char> {
        let rest = self.rest();
        self.offset += rest.len()
            - rest
                .trim_start_matches(|c: char| c.is_ascii_whitespace())
                .len();
        self.rest().chars().next()
    }

    /// Takes the next character if it is this one.
    pub(super) fn eat(&mut self, wanted: char) -> bool {
        let found = self.peek() == Some(wanted);
        if found {
            self.offset += wanted.len_utf8();
        }
        found
    }

    /// Shows the next word, such as a keyword, without taking it.
    pub(super) fn peek_word(&mut self) -> Option<Word<'a>> {
        self.peek()?;
        let rest = self.rest();
        let word = &rest[..run(rest, is_of_keyword)];
        word.starts_with(|first: char| first.is_alphabetic() || matches!(first, '_' | '$'))
            .then(|| self.word_of(word.len()))
    }

    /// Shows the next run of characters that may be a value without quotes, without taking it.
    pub(super) fn peek_bare(&mut self) -> Option<Word<'a>> {
        self.peek()?;
        let length = run(self.rest(), is_of_bare_value);
        (length > 0).then(|| self.word_of(length))
    }

    /// Moves behind the word.
    pub(super) fn take(&mut self, word: &Word<'_>) {
        self.offset = word.span.end;
    }

    fn word_of(&self, length: usize) -> Word<'a> {
        let span = self.offset..self.offset + length;
        Word {
            text: &self.text[span.clone()],
            span,
        }
    }

    /// Reads a string in double quotes, if one comes next.
    pub(super) fn string(&mut self) -> Result<Option<Text>, SyntaxError> {
        if self.peek() != Some('"') {
            return Ok(None);
        }
        let start = self.offset;
        let mut value = String::new();
        let mut characters = self.rest().char_indices().skip(1).peekable();
        while let Some((index, character)) = characters.next() {
            match character {
                '"' => {
                    self.offset = start + index + 1;
                    return Ok(Some(Text {
                        value,
                        span: start..self.offset,
                        bare: false,
                    }));
                }
                // A backslash before anything else stands for itself.
                '\\' => match characters.next_if(|(_, next)| matches!(next, '"' | '\\')) {
                    Some((_, escaped)) => value.push(escaped),
                    None => value.push('\\'),
                },
                other => value.push(other),
            }
        }
        let error = self.error(start..start + 1, "this double quote is never closed");
        let word = &value[..run(&value, is_of_bare_value)];
        Err(if word.is_empty() {
            error.hint("add the closing \"")
        } else {
            error.hint(format!("is \"{word}\" meant?"))
        })
    }

    /// The place of the next character; empty at the end of the text.
    pub(super) fn here(&mut self) -> Range<usize> {
        let length = self.peek().map_or(0, char::len_utf8);
        self.offset..self.offset + length
    }

    /// The next thing as a message names it: a word, a character, or the end.
    pub(super) fn found(&mut self) -> String {
        if let Some(word) = self.peek_word().or_else(|| self.peek_bare()) {
            return quote(word.text);
        }
        match self.peek() {
            None => "the end of the expression".to_owned(),
            Some('"') => "a text".to_owned(),
            Some(other) => quote(&other.to_string()),
        }
    }

    /// Makes a mistake at this place.
    pub(super) fn error(&self, position: Range<usize>, message: impl Into<String>) -> SyntaxError {
        SyntaxError::new(self.text, position, message)
    }

    /// Makes a mistake of whatever comes next.
    pub(super) fn error_here(&mut self, message: impl Into<String>) -> SyntaxError {
        let position = self
            .peek_word()
            .or_else(|| self.peek_bare())
            .map_or_else(|| self.here(), |word| word.span);
        self.error(position, message)
    }

    /// Knows the characters that people type where they mean another one.
    pub(super) fn mistyped(&mut self) -> Option<SyntaxError> {
        let character = self.peek()?;
        let here = self.here();
        let error = match character {
            '&' | '|' => {
                let length = run(self.rest(), |next| next == character);
                let typed = &self.rest()[..length];
                let meant = if character == '&' { "AND" } else { "OR" };
                self.error(
                    here.start..here.start + length,
                    format!("{} is not an operator here", quote(typed)),
                )
                .hint(format!("write {meant}"))
            }
            '\'' | '`' => self
                .error(here, format!("{character} does not quote text here"))
                .hint("use plain double quotes: \"…\""),
            '“' | '”' | '„' | '‟' | '«' | '»' | '‘' | '’' | '‚' | '′' | '″' => {
                self.error(here, format!("{character} is a typographic quote"))
                    .hint("use plain double quotes: \"…\"")
            }
            '\\' => self
                .error(here, "a backslash has no meaning outside of a text")
                .hint("remove it: a text begins and ends with a plain \""),
            other if other.is_whitespace() || is_invisible(other) => self
                .error(
                    here,
                    format!("this is not a plain space but U+{:04X}", u32::from(other)),
                )
                .hint("type the space again; it was probably copied from a web page"),
            _ => return None,
        };
        Some(error)
    }
}

/// The bytes of the characters at the start of the text that are of a kind.
fn run(text: &str, is_of_kind: impl Fn(char) -> bool) -> usize {
    text.find(|character| !is_of_kind(character))
        .unwrap_or(text.len())
}

fn is_of_keyword(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '_' | '.' | '-' | '$')
}

fn is_of_bare_value(character: char) -> bool {
    is_of_keyword(character) || matches!(character, ':' | '/' | '@' | '+' | '%' | '*' | '~')
}

fn is_invisible(character: char) -> bool {
    matches!(character, '\u{200B}'..='\u{200F}' | '\u{2060}' | '\u{FEFF}')
}
