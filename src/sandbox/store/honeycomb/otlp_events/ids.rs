//! Ids in hexadecimal.

use std::fmt::Write as _;

/// A trace id; one whose first half is empty is as short as ids once were.
pub(super) fn trace_id(id: &[u8]) -> String {
    match id {
        [0, 0, 0, 0, 0, 0, 0, 0, rest @ ..] if rest.len() == 8 => hex(rest),
        id => hex(id),
    }
}

/// Bytes as lower-case digits.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
            _ = write!(text, "{byte:02x}");
            text
        })
}
