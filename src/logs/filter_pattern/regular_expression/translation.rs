//! Checks an expression and writes it down for the regex crate.

use super::super::error::FilterPatternError;
use super::super::reader::Reader;
use super::class::Escape;

/// The highest count in braces.
const MAX_COUNT: u32 = 1000;

/// What stands before the next character; tells whether it can be repeated.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Before {
    Nothing,
    /// Something that may be repeated; a literal is still the last of the run.
    Literal,
    Other,
    Repeated,
}

/// Checks an expression and writes it down for the regex crate.
pub(super) struct Translation<'r, 'a> {
    pub(super) reader: &'r mut Reader<'a>,
    /// Where the closing `%` stands.
    pub(super) end: usize,
    pub(super) compiled: String,
    /// The literal characters that were just read, one behind the other.
    run: String,
    longest: String,
    has_alternatives: bool,
    pub(super) before: Before,
}

impl<'r, 'a> Translation<'r, 'a> {
    /// Starts where the reader stands.
    pub(super) fn new(reader: &'r mut Reader<'a>, end: usize) -> Self {
        Self {
            reader,
            end,
            compiled: String::new(),
            run: String::new(),
            longest: String::new(),
            has_alternatives: false,
            before: Before::Nothing,
        }
    }

    /// Gives the expression for the regex crate, and the longest text that each match contains.
    pub(super) fn run(mut self) -> Result<(String, String), FilterPatternError> {
        while let Some(character) = self.peek() {
            match character {
                '\\' => {
                    let escape = self.escape()?;
                    match escape {
                        Escape::Character(byte) => self.literal(byte),
                        Escape::Class(class) => {
                            self.end_run();
                            self.compiled.push('\\');
                            self.compiled.push(class);
                            self.before = Before::Other;
                        }
                    }
                }
                '[' => self.class()?,
                '?' | '*' | '+' => self.repeat(character)?,
                '{' => self.count()?,
                '^' | '$' | '|' => {
                    self.end_run();
                    self.has_alternatives |= character == '|';
                    self.compiled.push(character);
                    self.before = Before::Nothing;
                    self.reader.offset += 1;
                }
                '.' => {
                    self.end_run();
                    self.compiled.push('.');
                    self.before = Before::Other;
                    self.reader.offset += 1;
                }
                ']' | '}' => {
                    return Err(self.wrong(
                        format!("this {character} closes nothing"),
                        format!("write \\{character} for the character itself"),
                    ));
                }
                other => {
                    let byte = self.known(other)?;
                    self.reader.offset += 1;
                    self.literal(byte);
                }
            }
        }
        self.end_run();
        if self.has_alternatives {
            self.longest.clear();
        }
        Ok((self.compiled, self.longest))
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.reader.text[self.reader.offset..self.end]
            .chars()
            .next()
    }

    /// Adds a character that stands for itself.
    fn literal(&mut self, byte: u8) {
        push_byte(&mut self.compiled, byte);
        if byte.is_ascii() {
            self.run.push(char::from(byte));
            self.before = Before::Literal;
        } else {
            self.end_run();
            self.before = Before::Other;
        }
    }

    pub(super) fn end_run(&mut self) {
        if self.run.len() > self.longest.len() {
            self.longest.clone_from(&self.run);
        }
        self.run.clear();
    }

    /// Takes what is repeated out of the run where it may be missing.
    fn repeated(&mut self, may_be_missing: bool) {
        if may_be_missing && self.before == Before::Literal {
            self.run.pop();
        }
        self.end_run();
        self.before = Before::Repeated;
    }

    fn repeat(&mut self, mark: char) -> Result<(), FilterPatternError> {
        match self.before {
            Before::Nothing => return Err(self.nothing_to_repeat(mark)),
            // A second ? makes it match as little as possible, which changes no answer.
            Before::Repeated if mark != '?' => return Err(self.repeated_twice(mark)),
            Before::Repeated => {}
            Before::Literal | Before::Other => self.repeated(mark != '+'),
        }
        self.compiled.push(mark);
        self.reader.offset += 1;
        Ok(())
    }

    /// Reads `{3}`, `{3,}` or `{3,5}`.
    fn count(&mut self) -> Result<(), FilterPatternError> {
        match self.before {
            Before::Nothing => return Err(self.nothing_to_repeat('{')),
            Before::Repeated => return Err(self.repeated_twice('{')),
            Before::Literal | Before::Other => {}
        }
        let start = self.reader.offset;
        let braces = &self.reader.text[start..self.end];
        let length = braces.find('}').map_or(braces.len(), |end| end + 1);
        let inside = braces[1..length].strip_suffix('}').unwrap_or("");
        let (low, high) = inside.split_once(',').unwrap_or((inside, inside));
        let number = |text: &str| -> Option<u32> {
            let is_plain = text.bytes().all(|byte| byte.is_ascii_digit());
            text.parse()
                .ok()
                .filter(|number| is_plain && *number <= MAX_COUNT)
        };
        let is_count = match (number(low), number(high)) {
            (Some(low), Some(high)) => low <= high,
            (Some(_), None) => high.is_empty(),
            _ => false,
        };
        if !is_count {
            return Err(self.reader.error(
                start..start + length,
                "these braces do not hold a count",
                format!("write {{3}}, {{3,}} or {{3,5}}, with numbers up to {MAX_COUNT}; \\{{ is the character itself"),
            ));
        }
        self.repeated(number(low) == Some(0));
        self.compiled.push_str(&braces[..length]);
        self.reader.offset += length;
        Ok(())
    }

    fn nothing_to_repeat(&self, mark: char) -> FilterPatternError {
        self.wrong(
            format!("there is nothing before this {mark} that it could repeat"),
            format!("write \\{mark} for the character itself"),
        )
    }

    fn repeated_twice(&self, mark: char) -> FilterPatternError {
        self.wrong(
            "this is repeated already",
            format!("keep one of the two; \\{mark} is the character itself"),
        )
    }

    /// Makes a mistake of the next character.
    pub(super) fn wrong(
        &self,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) -> FilterPatternError {
        let start = self.reader.offset;
        let length = self.peek().map_or(0, char::len_utf8);
        self.reader.error(start..start + length, message, hint)
    }
}

/// Writes a byte so that it means itself wherever it stands.
pub(super) fn push_byte(compiled: &mut String, byte: u8) {
    if byte.is_ascii_alphanumeric() {
        compiled.push(char::from(byte));
    } else {
        compiled.push_str(&format!("\\x{byte:02x}"));
    }
}
