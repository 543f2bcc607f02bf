//! `$.user.ids[0]`: a place in a JSON message.

use super::error::FilterPatternError;
use super::reader::Reader;
use crate::json;

/// A way from the root of a message to a value, or to several with a wildcard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Selector {
    /// As it is written.
    pub(super) text: String,
    steps: Vec<Step>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Step {
    Name(String),
    AnyName,
    Item(usize),
    AnyItem,
}

impl Selector {
    /// Reads a selector; the next character is its `$`.
    pub(super) fn parse(reader: &mut Reader<'_>) -> Result<Self, FilterPatternError> {
        let start = reader.offset;
        reader.offset += 1;
        let mut steps = Vec::new();
        loop {
            let step = match reader.next() {
                Some('.') => {
                    reader.offset += 1;
                    match reader.next() {
                        Some('[') => bracket(reader)?,
                        _ => name(reader, start)?,
                    }
                }
                Some('[') => bracket(reader)?,
                _ => break,
            };
            steps.push(step);
        }
        let span = start..reader.offset;
        let strange = reader.next().filter(|next| !ends_a_selector(*next));
        if steps.is_empty() || strange.is_some() {
            let behind = reader
                .take_while(|next| !ends_a_selector(next) && next != '.')
                .to_owned();
            if steps.is_empty() {
                return Err(reader.error(
                    span,
                    "a selector names a field behind the $",
                    format!(
                        "write $.{}",
                        if behind.is_empty() { "name" } else { &behind }
                    ),
                ));
            }
            let first = strange.map_or(0, char::len_utf8);
            let last = reader.text[start..span.end].rfind('.').unwrap_or(0);
            let whole = &reader.text[start + last + 1..reader.offset];
            return Err(reader.error(
                span.end..span.end + first,
                "only the letters a-z and A-Z, digits, - and _ stand in a name as it is",
                format!("write $.['{}']", whole.replace('\'', "")),
            ));
        }
        let selector = Self {
            text: reader.text[span.clone()].to_owned(),
            steps,
        };
        if selector.wildcards() > 1 {
            return Err(reader.error(
                span,
                "a selector has at most one wildcard",
                "name the field or the index of all but one",
            ));
        }
        Ok(selector)
    }

    /// How many wildcards it has.
    pub(super) fn wildcards(&self) -> usize {
        let is_wildcard = |step: &&Step| matches!(step, Step::AnyName | Step::AnyItem);
        self.steps.iter().filter(is_wildcard).count()
    }

    /// Whether one of the values that it leads to, each valid JSON, satisfies the test.
    pub(super) fn any<'a>(&self, root: &'a str, mut test: impl FnMut(&'a str) -> bool) -> bool {
        any(&self.steps, root, &mut test)
    }

    /// The value that it leads to; the first one if there are several.
    pub(super) fn first<'a>(&self, root: &'a str) -> Option<&'a str> {
        let mut first = None;
        self.any(root, |raw| {
            first = Some(raw);
            true
        });
        first
    }
}

fn any<'a>(steps: &[Step], raw: &'a str, test: &mut impl FnMut(&'a str) -> bool) -> bool {
    let Some((step, behind)) = steps.split_first() else {
        return test(raw);
    };
    let mut found = false;
    // What is neither an object nor an array where one is asked for leads nowhere.
    match step {
        Step::Name(wanted) => {
            let mut last = None;
            let read = json::members(raw, |name, value| {
                if name == wanted {
                    last = Some(value);
                }
            });
            if let (Ok(()), Some(value)) = (read, last) {
                return any(behind, value, test);
            }
        }
        Step::AnyName => {
            drop(json::members(raw, |_, value| {
                found = found || any(behind, value, test);
            }));
        }
        Step::Item(wanted) => {
            let mut index = 0;
            drop(json::items(raw, |value| {
                found = found || (index == *wanted && any(behind, value, test));
                index += 1;
            }));
        }
        Step::AnyItem => {
            drop(json::items(raw, |value| {
                found = found || any(behind, value, test);
            }));
        }
    }
    found
}

fn name(reader: &mut Reader<'_>, start: usize) -> Result<Step, FilterPatternError> {
    if reader.next() == Some('*') {
        reader.offset += 1;
        return Ok(Step::AnyName);
    }
    let name = reader.take_while(is_of_name);
    if !name.is_empty() {
        return Ok(Step::Name(name.to_owned()));
    }
    let behind = reader.take_while(|next| !ends_a_selector(next) && next != '.');
    if behind.is_empty() {
        return Err(reader.error(
            start..reader.offset,
            "a name is missing behind the last period",
            "write it, or remove the period",
        ));
    }
    let place = reader.offset - behind.len()..reader.offset;
    Err(reader.error(
        place,
        "only the letters a-z and A-Z, digits, - and _ stand in a name as it is",
        format!("write $.['{}']", behind.replace(['\'', '"'], "")),
    ))
}

/// Reads `[0]`, `[*]` or `['a key']`.
fn bracket(reader: &mut Reader<'_>) -> Result<Step, FilterPatternError> {
    let open = reader.offset;
    reader.offset += 1;
    let step = match reader.next() {
        Some('*') => {
            reader.offset += 1;
            Some(Step::AnyItem)
        }
        Some('\'') => {
            reader.offset += 1;
            let key = reader.take_while(|next| next != '\'').to_owned();
            let is_closed = reader.next() == Some('\'');
            reader.offset += usize::from(is_closed);
            is_closed.then_some(Step::Name(key))
        }
        Some(next) if next.is_ascii_digit() => {
            let digits = reader.take_while(|next| next.is_ascii_digit());
            digits.parse().ok().map(Step::Item)
        }
        _ => None,
    };
    match step {
        Some(step) if reader.next() == Some(']') => {
            reader.offset += 1;
            Ok(step)
        }
        _ => {
            let end = reader.text[open..]
                .find([']', '}', ' '])
                .map_or(reader.text.len(), |length| open + length);
            let end = end + usize::from(reader.text[end..].starts_with(']'));
            Err(reader.error(
                open..end,
                "these brackets hold neither an index nor a key",
                "write [0], [*] or ['the key']",
            ))
        }
    }
}

fn is_of_name(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '-' | '_')
}

fn ends_a_selector(character: char) -> bool {
    character.is_ascii_whitespace()
        || matches!(
            character,
            '=' | '!' | '<' | '>' | '~' | '(' | ')' | '{' | '}' | '&' | '|'
        )
}
