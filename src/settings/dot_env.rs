//! The nearest `.env`, read without touching the process's environment.
//!
//! `dotenvy` reads the lines. It would fill in `$NAME` from the process's own environment, which
//! is not ours to look at: dollars are hidden from it and filled in afterwards.

use std::cell::Cell;
use std::io::{self, BufRead as _, Read};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use super::environment::Environment;
use super::origin::Origin;
use crate::error::{Error, Result};

/// Stands for a dollar that begins a name; a character that no text uses.
const NAME_FOLLOWS: char = '\u{F0001}';
/// Stands for a dollar that means itself.
const DOLLAR: char = '\u{F0002}';

/// A `.env` file and its variables.
#[derive(Clone)]
pub(super) struct DotEnv {
    shown: String,
    variables: Vec<(String, String)>,
}

impl DotEnv {
    /// Reads the nearest `.env` from the working directory upwards; the search ends at the home
    /// directory and at the root of a repository.
    pub(super) fn nearest(environment: &Environment) -> Result<Option<Self>> {
        let Some(path) = find(environment) else {
            return Ok(None);
        };
        let shown = environment.shown(&path);
        let text = std::fs::read_to_string(&path).map_err(|error| {
            Error::configuration(format!("{shown} cannot be read"))
                .code("dot-env-unreadable")
                .cause(error.to_string())
                .source(error)
        })?;
        let variables = parse(&text, environment).map_err(|line| broken(&shown, &text, line))?;
        Ok(Some(Self { shown, variables }))
    }

    /// The file as it is shown.
    pub(super) fn shown(&self) -> &str {
        &self.shown
    }

    /// The variable's value and its place; of two lines with one name the later counts.
    pub(super) fn variable(&self, name: &str) -> Option<(&str, Origin)> {
        let (variable, value) = self.variables.iter().rfind(|(each, _)| each == name)?;
        let origin = Origin::DotEnv {
            path: self.shown.clone(),
            variable: variable.clone(),
        };
        Some((value, origin))
    }

    /// The names of the variables.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.variables.iter().map(|(name, _)| name.as_str())
    }
}

fn find(environment: &Environment) -> Option<PathBuf> {
    for directory in environment.working_directory().ancestors() {
        let file = directory.join(".env");
        // A directory of that name is a Python environment.
        if file.is_file() {
            return Some(file);
        }
        if Some(directory) == environment.home() || Path::exists(&directory.join(".git")) {
            break;
        }
    }
    None
}

/// The variables in the order of the file, or the number of the line that cannot be read.
fn parse(text: &str, environment: &Environment) -> Result<Vec<(String, String)>, usize> {
    let hidden = hide_dollars(text.trim_start_matches('\u{FEFF}'));
    let lines_read = Rc::new(Cell::new(0));
    let reader = LineByLine {
        rest: hidden.as_bytes(),
        lines_read: Rc::clone(&lines_read),
    };
    let mut variables: Vec<(String, String)> = Vec::new();
    for item in dotenvy::from_read_iter(reader) {
        let (name, value) = item.map_err(|error| match error {
            // The text goes from the faulty line, or from its value, to the last line read.
            dotenvy::Error::LineParse(text, _) => {
                let lines = text.split_inclusive('\n').count().max(1);
                (lines_read.get() + 1).saturating_sub(lines).max(1)
            }
            _ => lines_read.get(),
        })?;
        let value = fill_in(&value, |name| {
            environment.variable(name).or_else(|| {
                variables
                    .iter()
                    .rfind(|(each, _)| each == name)
                    .map(|(_, value)| value.as_str())
            })
        });
        variables.push((name, value));
    }
    Ok(variables)
}

/// Hands out one line per call, so that the lines read so far are known.
struct LineByLine<'a> {
    rest: &'a [u8],
    lines_read: Rc<Cell<usize>>,
}

impl Read for LineByLine<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let line = self.rest.split_inclusive(|byte| *byte == b'\n').next();
        let length = line.map_or(0, <[u8]>::len).min(buffer.len());
        buffer[..length].copy_from_slice(&self.rest[..length]);
        if buffer[..length].ends_with(b"\n") || (length > 0 && length == self.rest.len()) {
            self.lines_read.set(self.lines_read.get() + 1);
        }
        self.rest.consume(length);
        Ok(length)
    }
}

/// Replaces every dollar by one of the two stand-ins; comments stay as they are.
fn hide_dollars(text: &str) -> String {
    let mut hidden = String::with_capacity(text.len());
    let mut quote: Option<char> = None;
    let mut comment = false;
    let mut previous = '\n';
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        let before = std::mem::replace(&mut previous, character);
        match (quote, character) {
            _ if comment => {
                comment = character != '\n';
                hidden.push(character);
                continue;
            }
            (Some('\''), '$') => {
                hidden.push(DOLLAR);
                continue;
            }
            (None | Some('"'), '$') => {
                hidden.push(NAME_FOLLOWS);
                continue;
            }
            (None | Some('"'), '\\') if characters.peek() == Some(&'$') => {
                characters.next();
                hidden.push(DOLLAR);
                continue;
            }
            (None | Some('"'), '\\') => {
                hidden.push(character);
                hidden.extend(characters.next());
                continue;
            }
            (None, '#') if before.is_whitespace() => comment = true,
            (None, '\'' | '"') => quote = Some(character),
            (Some(open), _) if open == character => quote = None,
            _ => {}
        }
        hidden.push(character);
    }
    hidden
}

/// Puts values in the place of `$NAME`, `${NAME}` and `${NAME:-default}`.
fn fill_in<'a>(hidden: &str, lookup: impl Fn(&str) -> Option<&'a str>) -> String {
    let mut parts = hidden.split(NAME_FOLLOWS);
    let mut filled = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let braced = part.strip_prefix('{').and_then(|part| part.split_once('}'));
        if let Some((inside, rest)) = braced {
            let (name, default) = inside.split_once(":-").unwrap_or((inside, ""));
            let value = lookup(name).filter(|value| !value.is_empty());
            filled.push_str(value.unwrap_or(default));
            filled.push_str(rest);
            continue;
        }
        let end = part
            .find(|character: char| !character.is_ascii_alphanumeric() && character != '_')
            .unwrap_or(part.len());
        if end == 0 {
            filled.push('$');
        } else {
            filled.push_str(lookup(&part[..end]).unwrap_or_default());
        }
        filled.push_str(&part[end..]);
    }
    filled.replace(DOLLAR, "$")
}

/// The error for a line that cannot be read. The line itself may hold a secret and is not shown.
fn broken(shown: &str, text: &str, line: usize) -> Error {
    let content = text.lines().nth(line.saturating_sub(1)).unwrap_or_default();
    let (name, cause) = match content.split_once('=') {
        None => ("NAME", "there is no `=` in the line"),
        Some((name, value)) => {
            let quotes = value.matches(['"', '\'']).count();
            let cause = if quotes % 2 == 1 {
                "a quote is opened and not closed"
            } else if value.trim().contains([' ', '\t']) {
                "a value with blanks in it needs quotes"
            } else {
                "it does not read as NAME=value"
            };
            let name = name.trim().trim_start_matches("export ").trim();
            (if is_plain(name) { name } else { "NAME" }, cause)
        }
    };
    Error::configuration(format!("{shown}, line {line} cannot be read"))
        .code("dot-env-broken")
        .cause(cause)
        .fix(format!("write `{name}='value'` in {shown}, line {line}"))
}

/// Whether it reads as a variable's name and cannot be a key that stands in the wrong place.
fn is_plain(name: &str) -> bool {
    let in_words = name.len() <= 12 || (name.len() <= 40 && name.contains('_'));
    in_words
        && name
            .chars()
            .all(|each| each.is_ascii_uppercase() || each.is_ascii_digit() || each == '_')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn any_text_is_read_or_refused_by_line(text in "([A-C]=|[ \\t#$'\"\\\\{}\n\r=a-cé]){0,40}") {
            let environment = Environment::of([], PathBuf::from("/"), None);
            if let Err(line) = parse(&text, &environment) {
                prop_assert!((1..=text.lines().count()).contains(&line), "{line}");
            }
        }
    }
}
