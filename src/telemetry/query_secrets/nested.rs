//! Addresses that are values of a query, with percent escapes or without.

use std::ops::Range;

use crate::percent;

use super::{MASKED, SEPARATORS, is_secret};

/// The value with the secrets of the address in it masked; none where it has none.
pub(super) fn mask(value: &str) -> Option<String> {
    if !is_suspicious(value.as_bytes()) {
        return None;
    }
    let read = Unescaped::read(value);
    let mut secrets: Vec<(Range<usize>, String)> = read.secret_values();
    secrets.extend(read.user(value));
    if secrets.is_empty() {
        return None;
    }
    secrets.sort_by_key(|(place, _)| place.start);
    let mut text = String::with_capacity(value.len());
    let mut copied = 0;
    for (place, shown) in secrets {
        // A secret may be in another one.
        if place.start >= copied {
            text.push_str(&value[copied..place.start]);
            text.push_str(&shown);
            copied = place.end;
        }
    }
    text.push_str(&value[copied..]);
    Some(text)
}

/// Whether there may be a pair or a user in it.
fn is_suspicious(value: &[u8]) -> bool {
    value.iter().enumerate().any(|(place, byte)| match byte {
        b'=' | b'@' => true,
        b'%' => matches!(value.get(place + 1..place + 3), Some(b"3D" | b"3d" | b"40")),
        _ => false,
    })
}

/// A text with its percent escapes undone, and where in it every byte stood.
struct Unescaped {
    bytes: Vec<u8>,
    /// The start of each, and the end of the last.
    places: Vec<usize>,
}

impl Unescaped {
    fn read(text: &str) -> Self {
        let mut bytes = Vec::with_capacity(text.len());
        let mut places = Vec::with_capacity(text.len() + 1);
        let mut rest = text.as_bytes();
        while let Some((byte, length)) = percent::first(rest) {
            places.push(text.len() - rest.len());
            bytes.push(byte);
            rest = &rest[length..];
        }
        places.push(text.len());
        Self { bytes, places }
    }

    fn place(&self, range: Range<usize>) -> Range<usize> {
        self.places[range.start]..self.places[range.end]
    }

    /// Where the values of secret names stand in the text as it was.
    fn secret_values(&self) -> Vec<(Range<usize>, String)> {
        let mut found = Vec::new();
        let mut start = 0;
        let ends = |byte: &u8| *byte == b'#' || SEPARATORS.contains(&char::from(*byte));
        for pair in self.bytes.split(ends) {
            let end = start + pair.len();
            if let Some(name) = pair.iter().position(|byte| *byte == b'=')
                && is_secret(&String::from_utf8_lossy(pair))
            {
                found.push((self.place(start + name + 1..end), MASKED.to_owned()));
            }
            start = end + 1;
        }
        found
    }

    /// Where user and password stand.
    fn user(&self, text: &str) -> Option<(Range<usize>, String)> {
        let mark = b"://";
        let scheme = self.bytes.windows(mark.len()).position(|it| it == mark)?;
        let start = scheme + mark.len();
        let authority = &self.bytes[start..];
        let end = authority
            .iter()
            .position(|byte| matches!(byte, b'/' | b'?' | b'#'));
        let authority = &authority[..end.unwrap_or(authority.len())];
        let at = authority.iter().rposition(|byte| *byte == b'@')?;
        let colon = if text.contains("://") { ":" } else { "%3A" };
        let shown = format!("{MASKED}{colon}{MASKED}");
        Some((self.place(start..start + at), shown))
    }
}

#[cfg(test)]
mod tests {
    use super::super::mask_query;

    #[test]
    fn secrets_of_an_address_in_an_address_go() {
        for (address, masked) in [
            (
                "/debug/outbound?url=https%3A%2F%2Fuser%3Apass%40host%2F%3Ftoken%3Dabc&n=1",
                "/debug/outbound?url=https%3A%2F%2FREDACTED%3AREDACTED%40host%2F%3Ftoken%3DREDACTED&n=1",
            ),
            (
                "/a?url=https%3a%2f%2fhost%2f%3fb%3d%26api_key%3dabc%26c%3dd%23sig%3dx",
                "/a?url=https%3a%2f%2fhost%2f%3fb%3d%26api_key%3dREDACTED%26c%3dd%23sig%3dREDACTED",
            ),
            (
                "/a?next=%2Flogin%3Fpass%2577ord%3Dx",
                "/a?next=%2Flogin%3Fpass%2577ord%3DREDACTED",
            ),
            (
                "/a?https%3A%2F%2Fada%40host",
                "/a?https%3A%2F%2FREDACTED%3AREDACTED%40host",
            ),
            (
                "/a?url=https:%2F%2Fada:pw@host%2F",
                "/a?url=https:%2F%2FREDACTED%3AREDACTED@host%2F",
            ),
            (
                "/a?url=https%3A%2F%2Ftoken%3Dx%40host",
                "/a?url=https%3A%2F%2FREDACTED%3AREDACTED%40host",
            ),
        ] {
            assert_eq!(mask_query(address), masked);
        }
    }

    #[test]
    fn what_has_none_stays_where_it_is() {
        for address in [
            "/a?url=https%3A%2F%2Fhost%2F%3Fa%3Db%26c%3D%40d",
            "/a?mail=ada%40host&e=1%3D1&x=%3",
            "/a?a==&b=c=d&e=@f",
            "/a?é=%C3%A9%3D",
        ] {
            let shown = mask_query(address);
            assert_eq!(shown, address);
            assert!(matches!(shown, std::borrow::Cow::Borrowed(_)), "{address}");
        }
    }
}
