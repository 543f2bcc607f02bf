//! Messages that are too long are cut, and say so themselves.

use super::LONGEST_MESSAGE;

/// A message that is taken, unless it is empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fitted {
    /// The text, at most [`LONGEST_MESSAGE`] bytes of it.
    pub message: String,
    /// How many bytes were cut off.
    pub cut: u64,
}

/// Cuts a message that is too long, at the end of a character; what is left ends in how many bytes
/// are gone. `further` is how many bytes followed that the caller did not keep.
pub fn fitted(mut message: String, further: u64) -> Fitted {
    if further == 0 && message.len() <= LONGEST_MESSAGE {
        return Fitted { message, cut: 0 };
    }
    let whole = further.saturating_add(message.len() as u64);
    // No more can be cut than there is: the suffix does not get longer than this.
    let room = LONGEST_MESSAGE - suffix(whole).len();
    message.truncate(message.floor_char_boundary(room));
    let cut = whole - message.len() as u64;
    message.push_str(&suffix(cut));
    Fitted { message, cut }
}

fn suffix(bytes: u64) -> String {
    format!("… [{bytes} bytes cut]")
}
