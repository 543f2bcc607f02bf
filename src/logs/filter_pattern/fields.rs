//! Takes a line apart into its fields.

/// A field of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Field<'a> {
    /// What is in it, without brackets or quotes around it.
    pub(super) value: &'a str,
    /// Where it begins in the line, brackets and quotes included.
    pub(super) start: usize,
}

/// The fields of a line: what stands between blanks, or in `[…]` or `"…"`.
pub(super) fn fields(line: &str) -> Vec<Field<'_>> {
    let mut fields = Vec::new();
    let mut offset = 0;
    loop {
        let rest = line[offset..].trim_start_matches(is_blank);
        if rest.is_empty() {
            return fields;
        }
        let start = line.len() - rest.len();
        let enclosed = match rest.as_bytes()[0] {
            b'[' => rest.find(']'),
            b'"' => closing_quote(rest),
            _ => None,
        };
        let value = if let Some(end) = enclosed {
            offset = start + end + 1;
            &rest[1..end]
        } else {
            // A bracket that is never closed is a character like others.
            let end = rest.find(is_blank).unwrap_or(rest.len());
            offset = start + end;
            &rest[..end]
        };
        fields.push(Field { value, start });
    }
}

/// Tabs separate too: lines of AWS Lambda for Node.js, for which the console offers a pattern of
/// three columns, have them.
pub(super) fn is_blank(character: char) -> bool {
    character.is_ascii_whitespace()
}

/// Where the quote that begins the text is closed; `\"` does not close it.
fn closing_quote(text: &str) -> Option<usize> {
    let mut escaped = false;
    text.bytes()
        .enumerate()
        .skip(1)
        .find(|(_, byte)| {
            let closes = *byte == b'"' && !escaped;
            escaped = *byte == b'\\' && !escaped;
            closes
        })
        .map(|(index, _)| index)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_their_fields() {
        let values = |line: &'static str| -> Vec<&str> {
            fields(line).iter().map(|field| field.value).collect()
        };
        assert_eq!(
            values(r#"127.0.0.1 - frank [10/Oct/2000:13:25:15 -0700] "GET /a b" 200 "#),
            [
                "127.0.0.1",
                "-",
                "frank",
                "10/Oct/2000:13:25:15 -0700",
                "GET /a b",
                "200"
            ]
        );
        assert_eq!(values(r#"a "b \"c\" d" e"#), ["a", r#"b \"c\" d"#, "e"]);
        assert_eq!(values("a\tb   c\n"), ["a", "b", "c"]);
        assert_eq!(values("[open and \"shut"), ["[open", "and", "\"shut"]);
        assert_eq!(values("[ERROR]: no"), ["ERROR", ":", "no"]);
        assert_eq!(values("x[0] \"\" []"), ["x[0]", "", ""]);
        assert_eq!(values("  "), [""; 0]);
    }
}
