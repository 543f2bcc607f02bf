//! What the sandbox tells the person who runs it: one line per event, never a secret.

use std::fmt;
use std::io::Write;
use std::sync::{Arc, Mutex, PoisonError};

/// A place for lines.
#[derive(Clone)]
pub struct Log(Arc<Mutex<dyn Write + Send>>);

impl Log {
    /// Lines go to stderr.
    pub fn stderr() -> Self {
        Self::to(std::io::stderr())
    }

    /// Lines go to `writer`.
    pub fn to(writer: impl Write + Send + 'static) -> Self {
        Self(Arc::new(Mutex::new(writer)))
    }

    /// Writes one line. What callers sent is part of it, so control characters are shown, not sent
    /// to the terminal; a log that cannot be written must not end the service.
    pub fn line(&self, text: &str) {
        let mut line = String::with_capacity(text.len() + 10);
        line.push_str("sandbox: ");
        for character in text.chars() {
            if character.is_control() {
                line.extend(character.escape_default());
            } else {
                line.push(character);
            }
        }
        line.push('\n');
        let mut writer = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        drop(
            writer
                .write_all(line.as_bytes())
                .and_then(|()| writer.flush()),
        );
    }
}

impl Default for Log {
    fn default() -> Self {
        Self::stderr()
    }
}

impl fmt::Debug for Log {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Log")
    }
}
