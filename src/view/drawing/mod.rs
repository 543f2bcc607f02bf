//! What every drawing of ours shares: escaped text, short numbers, widths of words, colours.
//!
//! Drawings are SVG by hand: shapes are trivial, and the same input gives the same bytes. They
//! carry no script and refer to nothing outside.

mod palette;

use std::borrow::Cow;

pub(super) use palette::css;

use super::plain::plain;

/// Text between tags or inside an attribute, harmless to a reader of XML and to a terminal.
pub(super) fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in plain(text).chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

/// Lines for a `<title>`: line breaks are meant there.
pub(super) fn escaped_lines(lines: &[String]) -> String {
    let lines: Vec<String> = lines.iter().map(|line| escaped(line)).collect();
    lines.join("\n")
}

/// A coordinate with one decimal at most.
pub(super) fn number(value: f64) -> String {
    let text = format!("{value:.1}");
    match text.strip_suffix(".0") {
        Some("-0") => "0".to_owned(),
        Some(whole) => whole.to_owned(),
        None => text,
    }
}

/// About how wide a text is at a size, in the fonts that systems show interfaces in.
pub(super) fn text_width(text: &str, size: f64) -> f64 {
    let ems: f64 = text.chars().map(ems).sum();
    ems * size
}

fn ems(character: char) -> f64 {
    match character {
        'i' | 'j' | 'l' | '\'' | '|' | '.' | ',' | ':' | ';' | '!' => 0.29,
        'f' | 't' | 'r' | 'I' | ' ' | '(' | ')' | '[' | ']' | '/' | '\\' | '-' | '·' | '"' => 0.38,
        'm' | 'w' | 'M' | 'W' | '@' | '%' | '…' | '→' => 0.92,
        'A'..='Z' | '&' | '+' | '=' | '<' | '>' | '~' | '#' => 0.68,
        '0'..='9' | 'a'..='z' | '_' | '$' | '*' => 0.58,
        _ => match console::measure_text_width(character.encode_utf8(&mut [0; 4])) {
            0 => 0.0,
            1 => 0.66,
            _ => 1.05,
        },
    }
}

/// The text within a width, its middle left out where it is longer.
pub(super) fn within(text: &str, size: f64, width: f64) -> Cow<'_, str> {
    if text_width(text, size) <= width {
        return Cow::Borrowed(text);
    }
    let room = (width - text_width("…", size)).max(0.0) / 2.0;
    let head = filled(text.chars(), size, room);
    let tail: String = filled(text.chars().rev(), size, room)
        .chars()
        .rev()
        .collect();
    // A dot or a dash beside the ellipsis only makes it longer.
    let is_mark = |character: char| !character.is_alphanumeric();
    Cow::Owned(format!(
        "{}…{}",
        head.trim_end_matches(is_mark),
        tail.trim_start_matches(is_mark)
    ))
}

fn filled(characters: impl Iterator<Item = char>, size: f64, width: f64) -> String {
    let mut used = 0.0;
    characters
        .take_while(|character| {
            used += ems(*character) * size;
            used <= width
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_cannot_leave_its_place() {
        assert_eq!(
            escaped("<a b=\"c\">&'\u{1b}"),
            "&lt;a b=&quot;c&quot;&gt;&amp;&#39;\\u{1b}"
        );
        assert_eq!(
            escaped_lines(&["a".to_owned(), "b\n".to_owned()]),
            "a\nb\\n"
        );
    }

    #[test]
    fn numbers_are_short() {
        assert_eq!(
            [1.0, 1.25, -0.04, -3.06].map(number),
            ["1", "1.2", "0", "-3.1"]
        );
    }

    #[test]
    fn long_names_keep_their_ends() {
        let name = "awseb-e-x-stack-StartupSignupsTable";
        let short = within(name, 13.0, 120.0);
        assert!(text_width(&short, 13.0) <= 120.0, "{short}");
        assert!(
            short.starts_with("awseb") && short.ends_with("Table"),
            "{short}"
        );
        assert_eq!(within("web", 13.0, 120.0), "web");
    }
}
