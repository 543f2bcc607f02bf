//! Characters of an expression: those that stand for themselves, classes of them, and what a
//! backslash makes.

use super::super::error::FilterPatternError;
use super::translation::{Before, Translation, push_byte};

/// What a backslash makes.
pub(super) enum Escape {
    Character(u8),
    Class(char),
}

fn is_symbol(character: char) -> bool {
    matches!(
        character,
        ':' | '_' | '#' | '=' | '@' | '/' | ';' | ',' | '-'
    )
}

fn is_operator(character: char) -> bool {
    matches!(
        character,
        '^' | '$' | '?' | '[' | ']' | '{' | '}' | '|' | '\\' | '*' | '+' | '.'
    )
}

impl Translation<'_, '_> {
    /// Reads `[abc]`, `[^a-z]`.
    pub(super) fn class(&mut self) -> Result<(), FilterPatternError> {
        let open = self.reader.offset;
        self.end_run();
        self.compiled.push('[');
        self.reader.offset += 1;
        if self.peek() == Some('^') {
            self.compiled.push('^');
            self.reader.offset += 1;
        }
        let first = self.reader.offset;
        loop {
            let start = self.reader.offset;
            match self.peek() {
                None => {
                    return Err(self.reader.error(
                        open..open + 1,
                        "this [ is never closed",
                        "add the closing ], or write \\[ for the character itself",
                    ));
                }
                Some(']') if start > first => break,
                Some(']') => {
                    return Err(self.reader.error(
                        open..start + 1,
                        "there is nothing between these brackets",
                        "name the characters that are meant, such as [a-z]",
                    ));
                }
                Some(_) => {}
            }
            let Some(low) = self.member()? else {
                continue;
            };
            push_byte(&mut self.compiled, low);
            let rest = &self.reader.text[self.reader.offset..self.end];
            if rest.starts_with('-') && !rest.starts_with("-]") {
                self.reader.offset += 1;
                match self.peek().map(|_| self.member()).transpose()? {
                    Some(Some(high)) if low <= high => {
                        self.compiled.push('-');
                        push_byte(&mut self.compiled, high);
                    }
                    _ => {
                        return Err(self.reader.error(
                            start..self.reader.offset,
                            "this range is none",
                            "the smaller character goes first, such as a-z; write \\- for a minus",
                        ));
                    }
                }
            }
        }
        self.compiled.push(']');
        self.reader.offset += 1;
        self.before = Before::Other;
        Ok(())
    }

    /// Reads one member of a class; a class in a class, such as `\d`, is written down at once.
    fn member(&mut self) -> Result<Option<u8>, FilterPatternError> {
        match self.peek() {
            Some('\\') => match self.escape()? {
                Escape::Character(byte) => Ok(Some(byte)),
                Escape::Class(class) => {
                    self.compiled.push('\\');
                    self.compiled.push(class);
                    Ok(None)
                }
            },
            Some(character) => {
                let byte = if is_operator(character) {
                    character.try_into().unwrap_or(b' ')
                } else {
                    self.known(character)?
                };
                self.reader.offset += 1;
                Ok(Some(byte))
            }
            None => Ok(None),
        }
    }

    /// Reads what a backslash begins.
    pub(super) fn escape(&mut self) -> Result<Escape, FilterPatternError> {
        let start = self.reader.offset;
        let behind = &self.reader.text[start + 1..self.end];
        let Some(character) = behind.chars().next() else {
            return Err(self.wrong(
                "nothing stands behind this backslash",
                "write \\\\ for a backslash, \\x25 for a %",
            ));
        };
        let end = start + 1 + character.len_utf8();
        match character {
            'd' | 'D' | 's' | 'S' | 'w' | 'W' => {
                self.reader.offset = end;
                Ok(Escape::Class(character))
            }
            'x' => {
                let digits = behind
                    .get(1..3)
                    .filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
                match digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
                    Some(byte) => {
                        self.reader.offset = end + 2;
                        Ok(Escape::Character(byte))
                    }
                    None => Err(self.reader.error(
                        start..end,
                        "\\x needs two hexadecimal digits",
                        "write them, such as \\x28 for (",
                    )),
                }
            }
            other if is_operator(other) || is_symbol(other) => {
                self.reader.offset = end;
                Ok(Escape::Character(other.try_into().unwrap_or(b' ')))
            }
            other => Err(self.reader.error(
                start..end,
                format!("CloudWatch Logs does not know \\{other} in a regular expression"),
                match u8::try_from(other) {
                    Ok(byte) if byte.is_ascii_punctuation() => format!("write \\x{byte:02x}"),
                    _ => "it knows \\d \\D \\s \\S \\w \\W and \\xhh".to_owned(),
                },
            )),
        }
    }

    /// A character that stands for itself.
    pub(super) fn known(&self, character: char) -> Result<u8, FilterPatternError> {
        let byte = u8::try_from(character).ok().filter(u8::is_ascii);
        match byte {
            Some(byte) if byte.is_ascii_alphanumeric() || is_symbol(character) => Ok(byte),
            Some(b'(' | b')') => Err(self.wrong(
                "CloudWatch Logs knows no parentheses in a regular expression",
                format!(
                    "leave them away; \\x{:02x} is the character itself",
                    u32::from(character)
                ),
            )),
            Some(b' ') => {
                Err(self.wrong("a blank cannot stand in a regular expression", "write \\s"))
            }
            Some(byte) => Err(self.wrong(
                format!("CloudWatch Logs does not know {character:?} in a regular expression"),
                format!("write \\x{byte:02x}"),
            )),
            None => Err(self.wrong(
                format!("{character:?} is not ASCII, and a regular expression is"),
                "put the text in double quotes instead, or write . for it",
            )),
        }
    }
}
