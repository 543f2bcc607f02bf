//! Percent escapes, as addresses, forms and lists of headers have them.

use std::borrow::Cow;

/// A text with its escapes undone. What is no escape stays as it is; what is not UTF-8 then is
/// replaced.
pub(crate) fn decoded(text: &str) -> Cow<'_, str> {
    if !text.contains('%') {
        return Cow::Borrowed(text);
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((byte, length)) = first(rest) {
        bytes.push(byte);
        rest = &rest[length..];
    }
    Cow::Owned(String::from_utf8_lossy(&bytes).into_owned())
}

/// The same for a form, where a plus is a space.
pub(crate) fn decoded_form(text: &str) -> String {
    decoded(&text.replace('+', " ")).into_owned()
}

/// The first byte of what a text says, and how many of its own bytes say it.
pub(crate) fn first(text: &[u8]) -> Option<(u8, usize)> {
    let digit = |byte: &u8| char::from(*byte).to_digit(16);
    let escaped = match text {
        [b'%', high, low, ..] => digit(high).zip(digit(low)),
        _ => None,
    };
    match escaped.map(|(high, low)| u8::try_from(high << 4 | low)) {
        Some(Ok(byte)) => Some((byte, 3)),
        _ => text.first().map(|byte| (*byte, 1)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_undone_and_all_else_stays() {
        for (text, plain) in [
            ("", ""),
            ("a+b", "a+b"),
            ("a%3Db%20c%c3%a9", "a=b c\u{e9}"),
            ("%", "%"),
            ("%zz%4%+f", "%zz%4%+f"),
            ("/100%", "/100%"),
            ("%2525", "%25"),
            ("%ff", "\u{fffd}"),
        ] {
            assert_eq!(decoded(text), plain, "{text}");
        }
        assert_eq!(decoded_form("a+b%2B"), "a b+");
    }
}
