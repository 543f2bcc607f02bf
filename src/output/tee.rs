//! What goes in, out again: bytes as they are, for a command in the middle of a pipe.

use std::io::{self, Write as _};

/// A way to stdout for bytes that are not ours; may be taken to a thread.
#[derive(Debug, Clone, Copy, Default)]
pub struct Tee {
    is_closed: bool,
}

impl Tee {
    /// Writes bytes to stdout; nothing any more once nobody reads.
    pub fn write(&mut self, bytes: &[u8]) {
        if self.is_closed {
            return;
        }
        let mut stdout = io::stdout().lock();
        let written = stdout.write_all(bytes).and_then(|()| stdout.flush());
        self.is_closed = written.is_err();
    }
}
