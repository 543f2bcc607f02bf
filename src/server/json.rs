//! JSON as Flask writes it: keys sorted, compact, ASCII only, and a newline at the end.

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// Room for the largest answer.
const CAPACITY: usize = 1024;

/// A list that is the whole document.
pub(super) fn list(items: impl FnOnce(&mut List<'_>)) -> Vec<u8> {
    let mut out = String::with_capacity(CAPACITY);
    write_list(&mut out, items);
    out.push('\n');
    out.into_bytes()
}

/// An object that is the whole document.
pub(super) fn object(members: impl FnOnce(&mut Object<'_>)) -> Vec<u8> {
    let mut out = String::with_capacity(CAPACITY);
    write_object(&mut out, members);
    out.push('\n');
    out.into_bytes()
}

/// Takes the items of a list.
pub(super) struct List<'a> {
    out: &'a mut String,
    is_empty: bool,
}

/// Takes the members of an object, which must come sorted by name.
pub(super) struct Object<'a> {
    out: &'a mut String,
    last: &'static str,
}

impl List<'_> {
    pub(super) fn object(&mut self, members: impl FnOnce(&mut Object<'_>)) -> &mut Self {
        self.separate();
        write_object(self.out, members);
        self
    }

    pub(super) fn text(&mut self, text: &str) -> &mut Self {
        self.separate();
        write_text(self.out, text);
        self
    }

    fn separate(&mut self) {
        if !self.is_empty {
            self.out.push(',');
        }
        self.is_empty = false;
    }
}

impl Object<'_> {
    pub(super) fn text(&mut self, name: &'static str, text: &str) -> &mut Self {
        self.name(name);
        write_text(self.out, text);
        self
    }

    pub(super) fn number(&mut self, name: &'static str, number: u64) -> &mut Self {
        self.name(name);
        self.out.push_str(&number.to_string());
        self
    }

    pub(super) fn time(&mut self, name: &'static str, time: &Moment) -> &mut Self {
        self.name(name);
        self.out.push('"');
        time.write(self.out);
        self.out.push('"');
        self
    }

    pub(super) fn object(
        &mut self,
        name: &'static str,
        members: impl FnOnce(&mut Object<'_>),
    ) -> &mut Self {
        self.name(name);
        write_object(self.out, members);
        self
    }

    pub(super) fn list(
        &mut self,
        name: &'static str,
        items: impl FnOnce(&mut List<'_>),
    ) -> &mut Self {
        self.name(name);
        write_list(self.out, items);
        self
    }

    fn name(&mut self, name: &'static str) {
        debug_assert!(self.last < name, "{name} comes after {}", self.last);
        if !self.last.is_empty() {
            self.out.push(',');
        }
        self.last = name;
        write_text(self.out, name);
        self.out.push(':');
    }
}

fn write_list(out: &mut String, items: impl FnOnce(&mut List<'_>)) {
    out.push('[');
    items(&mut List {
        out,
        is_empty: true,
    });
    out.push(']');
}

fn write_object(out: &mut String, members: impl FnOnce(&mut Object<'_>)) {
    out.push('{');
    members(&mut Object { out, last: "" });
    out.push('}');
}

/// What is not ASCII is written as UTF-16 code units.
fn write_text(out: &mut String, text: &str) {
    out.push('"');
    let is_plain = |byte: u8| matches!(byte, b' '..=b'~' | 0x7f) && !matches!(byte, b'"' | b'\\');
    if text.bytes().all(is_plain) {
        out.push_str(text);
    } else {
        for character in text.chars() {
            match character {
                '"' => out.push_str("\\\""),
                '\\' => out.push_str("\\\\"),
                '\n' => out.push_str("\\n"),
                '\r' => out.push_str("\\r"),
                '\t' => out.push_str("\\t"),
                '\u{8}' => out.push_str("\\b"),
                '\u{c}' => out.push_str("\\f"),
                ' '..='\u{7f}' => out.push(character),
                other => {
                    for unit in other.encode_utf16(&mut [0; 2]) {
                        out.push_str(&format!("\\u{unit:04x}"));
                    }
                }
            }
        }
    }
    out.push('"');
}

/// A time as Python's `isoformat` writes it: six digits of a second, or none when all are 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Moment {
    time: DateTime,
    has_offset: bool,
}

impl Moment {
    /// The time in UTC, with the offset.
    pub(super) fn utc(timestamp: Timestamp) -> Self {
        Self {
            time: TimeZone::UTC.to_datetime(timestamp),
            has_offset: true,
        }
    }

    /// The time in a zone, without the offset.
    pub(super) fn naive(timestamp: Timestamp, zone: &TimeZone) -> Self {
        Self {
            time: zone.to_datetime(timestamp),
            has_offset: false,
        }
    }

    /// The time so much later, or earlier.
    pub(super) fn plus_hours(self, hours: i64) -> Self {
        Self {
            time: self.time.saturating_add(SignedDuration::from_hours(hours)),
            ..self
        }
    }

    /// The time as text.
    pub(super) fn text(self) -> String {
        let mut out = String::with_capacity(32);
        self.write(&mut out);
        out
    }

    fn write(self, out: &mut String) {
        let time = self.time;
        let micros = time.subsec_nanosecond() / 1000;
        let mut digits = |number: i32, places: u32, after: &str| {
            let mut scale = 10_i32.pow(places - 1);
            while scale > 0 {
                let digit = u8::try_from(number / scale % 10).unwrap_or_default();
                out.push(char::from(b'0' + digit));
                scale /= 10;
            }
            out.push_str(after);
        };
        digits(time.year().into(), 4, "-");
        digits(time.month().into(), 2, "-");
        digits(time.day().into(), 2, "T");
        digits(time.hour().into(), 2, ":");
        digits(time.minute().into(), 2, ":");
        digits(time.second().into(), 2, if micros > 0 { "." } else { "" });
        if micros > 0 {
            digits(micros, 6, "");
        }
        if self.has_offset {
            out.push_str("+00:00");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(document: Vec<u8>) -> String {
        String::from_utf8(document).unwrap()
    }

    #[test]
    fn documents_are_compact_and_ascii() {
        let document = object(|object| {
            object
                .list("a", |list| {
                    list.object(|object| {
                        object.number("n", 5).list("o", |_| {});
                    })
                    .text("x");
                })
                .text("é", "é \u{1f600} \"\\\n\u{1}\u{7f}/");
        });
        assert_eq!(
            text(document),
            "{\"a\":[{\"n\":5,\"o\":[]},\"x\"],\"\\u00e9\":\"\\u00e9 \\ud83d\\ude00 \\\"\\\\\\n\\u0001\u{7f}/\"}\n"
        );
        assert_eq!(text(list(|_| {})), "[]\n");
    }

    #[test]
    fn times_have_six_digits_or_none() {
        let at = |text: &str| Moment::utc(text.parse().unwrap());
        assert_eq!(
            at("2026-11-20T09:34:59.8710094Z").plus_hours(-48).text(),
            "2026-11-18T09:34:59.871009+00:00"
        );
        assert_eq!(
            at("2026-11-20T09:04:05Z").text(),
            "2026-11-20T09:04:05+00:00"
        );
        assert_eq!(
            at("2026-01-02T03:04:05.000007Z").text(),
            "2026-01-02T03:04:05.000007+00:00"
        );
        let zone = TimeZone::fixed(jiff::tz::offset(-5));
        let naive = Moment::naive("2026-01-02T03:04:05.5Z".parse().unwrap(), &zone);
        assert_eq!(naive.text(), "2026-01-01T22:04:05.500000");
    }
}
