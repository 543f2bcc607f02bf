//! What was asked for, as the log lines tell it: on one line, and without secrets.

use std::borrow::Cow;

use crate::telemetry::mask_query;

/// The path with its percent signs resolved, `?`, and the query as it came: Flask's `full_path`.
pub(super) fn full_path(path: &str, query: &str) -> String {
    let path = on_one_line(path);
    let mut full = String::with_capacity(path.len() + 1 + query.len());
    full.push_str(&path);
    full.push('?');
    if query.is_empty() {
        return full;
    }
    // The mask looks at what stands behind the first question mark; a path may hold one itself.
    let asked = format!("?{query}");
    full.push_str(&mask_query(&asked)[1..]);
    full
}

/// A path on one line: control characters are written with percent signs, as they came.
fn on_one_line(path: &str) -> Cow<'_, str> {
    if !path.chars().any(char::is_control) {
        return Cow::Borrowed(path);
    }
    let mut line = String::with_capacity(path.len() + 8);
    for character in path.chars() {
        if character.is_control() {
            for byte in character.encode_utf8(&mut [0; 4]).bytes() {
                line.push_str(&format!("%{byte:02X}"));
            }
        } else {
            line.push(character);
        }
    }
    Cow::Owned(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_cannot_break_a_line() {
        assert_eq!(on_one_line("/a\nb\r\u{1b}\u{85}é"), "/a%0Ab%0D%1B%C2%85é");
        assert_eq!(full_path("/a b", ""), "/a b?");
    }

    #[test]
    fn secrets_of_the_query_are_not_told() {
        let told = full_path("/a?password=x", "q=%0A&password=sesame");
        assert!(told.starts_with("/a?password=x?q=%0A&password="), "{told}");
        assert!(!told.contains("sesame"), "{told}");
    }
}
