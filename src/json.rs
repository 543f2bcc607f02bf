//! One level of JSON at a time.
//!
//! Documents and log lines nest as deep as their senders please. Every reader here looks at one object or one
//! array and hands out the raw text of what is inside, so that depth costs no stack, unknown
//! members cost nothing and one bad member spoils no other.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserializer as _, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

/// Calls `each` with name and raw value of every member of an object.
pub(crate) fn members<'a>(
    json: &'a str,
    each: impl FnMut(&str, &'a str),
) -> Result<(), serde_json::Error> {
    let mut deserializer = serde_json::Deserializer::from_str(json);
    deserializer.deserialize_map(Members(each))?;
    deserializer.end()
}

/// Calls `each` with the raw text of every item of an array.
pub(crate) fn items<'a>(json: &'a str, each: impl FnMut(&'a str)) -> Result<(), serde_json::Error> {
    let mut deserializer = serde_json::Deserializer::from_str(json);
    deserializer.deserialize_seq(Items(each))?;
    deserializer.end()
}

/// A string.
pub(crate) fn text(raw: &str) -> Option<Cow<'_, str>> {
    let inside = raw.strip_prefix('"')?.strip_suffix('"')?;
    if inside.contains('\\') {
        serde_json::from_str(raw).ok().map(Cow::Owned)
    } else {
        Some(Cow::Borrowed(inside))
    }
}

/// A string that is not empty; some exporters send empty ones for what they do not know.
pub(crate) fn filled(raw: &str) -> Option<String> {
    text(raw)
        .filter(|text| !text.is_empty())
        .map(Cow::into_owned)
}

/// A finite number.
pub(crate) fn number(raw: &str) -> Option<f64> {
    raw.parse().ok().filter(|number: &f64| number.is_finite())
}

/// A whole number, which some senders write with a fraction or as a string.
pub(crate) fn integer(raw: &str) -> Option<i64> {
    let plain = text(raw).unwrap_or(Cow::Borrowed(raw));
    plain.parse().ok().or_else(|| {
        let number = number(&plain)?;
        #[expect(
            clippy::cast_possible_truncation,
            reason = "a cast saturates, and such figures are for show"
        )]
        Some(number as i64)
    })
}

/// Whether it is `true`; anything else is `false`.
pub(crate) fn is_true(raw: &str) -> bool {
    raw == "true"
}

/// Whether it says nothing.
pub(crate) fn is_null(raw: &str) -> bool {
    raw == "null"
}

/// Where `part`, a slice of `whole`, begins and ends in it.
pub(crate) fn range(whole: &str, part: &str) -> std::ops::Range<usize> {
    let start = part.as_ptr().addr() - whole.as_ptr().addr();
    start..start + part.len()
}

/// The deepest nesting of objects and arrays, whether or not the text is valid.
pub(crate) fn depth(json: &str) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    let (mut in_string, mut escaped) = (false, false);
    for byte in json.bytes() {
        if in_string {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => in_string = false,
                _ => {}
            }
        } else {
            match byte {
                b'"' => in_string = true,
                b'{' | b'[' => {
                    depth += 1;
                    deepest = deepest.max(depth);
                }
                b'}' | b']' => depth = depth.saturating_sub(1),
                _ => {}
            }
        }
    }
    deepest
}

/// A member's name, borrowed where it has no escapes.
struct Name<'a>(Cow<'a, str>);

impl<'de> serde::Deserialize<'de> for Name<'de> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Names;
        impl<'de> Visitor<'de> for Names {
            type Value = Name<'de>;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a name")
            }

            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(Name(Cow::Borrowed(text)))
            }

            fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Name(Cow::Owned(text.to_owned())))
            }
        }
        deserializer.deserialize_str(Names)
    }
}

struct Members<F>(F);

impl<'de, F: FnMut(&str, &'de str)> Visitor<'de> for Members<F> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<(), A::Error> {
        while let Some((name, value)) = map.next_entry::<Name<'de>, &'de RawValue>()? {
            (self.0)(&name.0, value.get());
        }
        Ok(())
    }
}

struct Items<F>(F);

impl<'de, F: FnMut(&'de str)> Visitor<'de> for Items<F> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an array")
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut sequence: A) -> Result<(), A::Error> {
        while let Some(value) = sequence.next_element::<&'de RawValue>()? {
            (self.0)(value.get());
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_object_is_read_one_level_deep() {
        let json = r#" {"a": {"b": [1, 2]}, "\u0063": "x\ny" , "a": 1e400} "#;
        let mut seen = Vec::new();
        members(json, |name, raw| seen.push((name.to_owned(), raw))).expect("valid");
        assert_eq!(
            seen,
            [
                ("a".to_owned(), r#"{"b": [1, 2]}"#),
                ("c".to_owned(), r#""x\ny""#),
                ("a".to_owned(), "1e400"),
            ]
        );
        assert_eq!(&json[range(json, seen[1].1)], seen[1].1);
        assert_eq!(text(seen[1].1).as_deref(), Some("x\ny"));
        assert_eq!(number(seen[2].1), None);
        assert!(members("[]", |_, _| ()).is_err());
        assert!(members("{} {}", |_, _| ()).is_err());
        assert!(items("{}", |_| ()).is_err());
    }

    #[test]
    fn depth_costs_no_stack() {
        let deep = format!("{{\"a\":{}{}}}", "[".repeat(100_000), "]".repeat(100_000));
        assert_eq!(depth(&deep), 100_001);
        members(&deep, |_, _| ()).expect("valid");
        assert_eq!(depth(r#"["[[[", "\"[["]"#), 1);
    }

    #[test]
    fn whole_numbers_in_whatever_clothes() {
        for (raw, expected) in [
            ("200", Some(200)),
            ("\"200\"", Some(200)),
            ("200.0", Some(200)),
            ("-1", Some(-1)),
            ("2e2", Some(200)),
            ("1e400", None),
            ("\"many\"", None),
            ("null", None),
        ] {
            assert_eq!(integer(raw), expected, "{raw}");
        }
    }
}
