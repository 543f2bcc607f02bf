//! Patterns of words and phrases: `ERROR "not found" -retry`, `?ERROR ?WARN`.

use std::ops::Range;

use memchr::memmem::Finder;

use super::error::FilterPatternError;
use super::quoted;
use super::reader::{Reader, is_typographic};

/// What a message has to contain, and what it must not contain.
#[derive(Clone)]
pub(super) struct Terms {
    required: Vec<Term>,
    excluded: Vec<Term>,
    /// One of these is enough; empty where there are others: AWS ignores `?` terms then.
    optional: Vec<Term>,
}

#[derive(Clone)]
struct Term {
    text: String,
    finder: Finder<'static>,
}

impl Term {
    fn new(text: String) -> Self {
        let finder = Finder::new(&text).into_owned();
        Self { text, finder }
    }

    fn is_in(&self, message: &str) -> bool {
        self.finder.find(message.as_bytes()).is_some()
    }
}

impl Terms {
    /// Reads all of the text; gives nothing where it is one phrase of blanks, which AWS takes as
    /// "everything".
    pub(super) fn parse(reader: &mut Reader<'_>) -> Result<Option<Self>, FilterPatternError> {
        let mut terms = Self {
            required: Vec::new(),
            excluded: Vec::new(),
            optional: Vec::new(),
        };
        while let Some(first) = reader.peek() {
            let start = reader.offset;
            if matches!(first, '?' | '-') {
                reader.offset += 1;
                // The user guide has an example with a blank behind the minus.
                if first == '-' {
                    reader.peek();
                }
            }
            let text = term(reader, start)?;
            if first == '-' && text.is_empty() {
                return Err(reader.error(
                    start..reader.offset,
                    "every message contains the empty text, so that this excludes all",
                    "write what is to be excluded",
                ));
            }
            match first {
                '?' => terms.optional.push(Term::new(text)),
                '-' => terms.excluded.push(Term::new(text)),
                _ => terms.required.push(Term::new(text)),
            }
        }
        if !terms.required.is_empty() || !terms.excluded.is_empty() {
            terms.optional.clear();
        }
        let is_everything = terms.excluded.is_empty()
            && matches!(&terms.required[..], [term] if term.text.trim().is_empty());
        Ok((!is_everything).then_some(terms))
    }

    pub(super) fn matches(&self, message: &str) -> bool {
        self.required.iter().all(|term| term.is_in(message))
            && !self.excluded.iter().any(|term| term.is_in(message))
            && (self.optional.is_empty() || self.optional.iter().any(|term| term.is_in(message)))
    }

    pub(super) fn required_text(&self) -> Option<&str> {
        let only = match &self.optional[..] {
            [term] => Some(term),
            _ => None,
        };
        self.required
            .iter()
            .chain(only)
            .map(|term| term.text.as_str())
            .filter(|text| !text.is_empty())
            .max_by_key(|text| text.len())
    }
}

/// Reads a word or a phrase; `start` is where its `?` or `-` stands.
fn term(reader: &mut Reader<'_>, start: usize) -> Result<String, FilterPatternError> {
    let text = match reader.next() {
        Some('"') => reader.phrase()?,
        Some(other) if is_of_word(other) => reader.take_while(is_of_word).to_owned(),
        None => {
            return Err(reader.error(
                start..reader.offset,
                "a term is missing behind this mark",
                "write it right behind the mark, such as -DEBUG or ?WARN",
            ));
        }
        Some(other) if other.is_ascii_whitespace() => {
            return Err(reader.error(
                start..start + 1,
                "a term is missing behind this mark",
                "write it right behind the mark, such as ?WARN",
            ));
        }
        Some(_) => return Err(not_a_word(reader)),
    };
    match reader.next() {
        None => Ok(text),
        Some(next) if next.is_ascii_whitespace() => Ok(text),
        Some('"') => Err(reader.error(
            reader.offset..reader.offset + 1,
            "two terms touch each other",
            "put a blank between them",
        )),
        Some(_) => {
            // The whole word is meant, not what is behind its first part.
            let touching = reader.text[start..reader.offset].ends_with('"');
            if touching {
                return Err(reader.error(
                    here(reader),
                    "two terms touch each other",
                    "put a blank between them",
                ));
            }
            let strange = here(reader);
            reader.offset -= text.len();
            Err(not_a_word_at(reader, strange))
        }
    }
}

fn is_of_word(character: char) -> bool {
    character.is_ascii_alphanumeric() || character == '_'
}

/// The place of the next character.
fn here(reader: &Reader<'_>) -> Range<usize> {
    let length = reader.next().map_or(0, char::len_utf8);
    reader.offset..reader.offset + length
}

fn not_a_word(reader: &mut Reader<'_>) -> FilterPatternError {
    let strange = here(reader);
    not_a_word_at(reader, strange)
}

/// Explains why the word that comes next needs quotes; `strange` is its first wrong character.
fn not_a_word_at(reader: &mut Reader<'_>, strange: Range<usize>) -> FilterPatternError {
    let character = reader.text[strange.clone()].chars().next().unwrap_or(' ');
    let word = reader.take_while(|next| !next.is_ascii_whitespace() && next != '"');
    let (message, hint) = match character {
        '%' => (
            "a regular expression stands alone, without other terms".to_owned(),
            "give only the %…%, or terms without %".to_owned(),
        ),
        '?' | '-' if word.starts_with(character) => (
            "this term has two marks".to_owned(),
            "keep one: ? for one of several, - for none of".to_owned(),
        ),
        '*' => {
            let plain = word.replace('*', "");
            let hint = if !plain.is_empty() && plain.chars().all(is_of_word) {
                format!("a term is found inside of longer words too: write {plain}")
            } else {
                format!("for the character itself write {}", quoted(word))
            };
            ("terms have no wildcards".to_owned(), hint)
        }
        '$' => (
            "a selector stands in braces".to_owned(),
            "for JSON messages write { $.name = … }".to_owned(),
        ),
        other if is_typographic(other) => (
            format!("{other} is a typographic quote"),
            "use plain double quotes: \"…\"".to_owned(),
        ),
        '\'' | '`' => (
            format!("{character} does not quote a phrase"),
            "use double quotes: \"…\"".to_owned(),
        ),
        other => (
            format!("{other:?} cannot stand in a term without quotes"),
            format!("write {}", quoted(word)),
        ),
    };
    reader.error(strange, message, hint)
}
