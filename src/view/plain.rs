//! Text from outside, made harmless: nothing in it can drive a terminal or turn its line around.
//!
//! Names, URLs and messages of a trace are whatever a traced program sent.

use std::borrow::Cow;

/// The text with what cannot be seen written out: `\n`, `\u{1b}`.
pub fn plain(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_unseen) {
        return Cow::Borrowed(text);
    }
    let mut seen = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        if is_unseen(character) {
            seen.extend(character.escape_default());
        } else {
            seen.push(character);
        }
    }
    Cow::Owned(seen)
}

/// Controls, and marks that change the direction of what stands around them.
fn is_unseen(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
}

/// The text in at most so many columns, its middle left out: ends tell names apart.
pub(super) fn shortened(text: &str, most: usize) -> Cow<'_, str> {
    if console::measure_text_width(text) <= most {
        return Cow::Borrowed(text);
    }
    let room = most.saturating_sub(1);
    let head = taken(text.chars(), room.div_ceil(2));
    let tail: String = taken(text.chars().rev(), room / 2).chars().rev().collect();
    Cow::Owned(format!("{head}…{tail}"))
}

fn taken(characters: impl Iterator<Item = char>, most: usize) -> String {
    let mut text = String::new();
    for character in characters {
        text.push(character);
        if console::measure_text_width(&text) > most {
            text.pop();
            break;
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_drives_the_terminal() {
        assert_eq!(plain("backend-flask ü 漢"), "backend-flask ü 漢");
        assert_eq!(plain("\u{1b}[31mred\u{7}"), "\\u{1b}[31mred\\u{7}");
        assert_eq!(plain("a\r\nb\tc\u{9b}d"), "a\\r\\nb\\tc\\u{9b}d");
        assert_eq!(plain("abc\u{202e}def"), "abc\\u{202e}def");
    }

    #[test]
    fn the_middle_is_left_out() {
        assert_eq!(shortened("short", 5), "short");
        assert_eq!(shortened("awseb-e-x-SignupsTable", 11), "awseb…Table");
        assert_eq!(shortened("漢漢漢漢漢漢", 7), "漢…漢");
        assert_eq!(shortened("abc", 1), "…");
        assert_eq!(shortened("abc", 0), "…");
    }
}
