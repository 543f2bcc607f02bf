//! What the daemon tells the person who runs it: one line per event, in the form of AWS's own, for
//! scripts look for its words.

use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use crate::xray::daemon_configuration::LogLevel;

/// A place for lines of at least one level.
#[derive(Clone)]
pub struct Log {
    writer: Arc<Mutex<dyn Write + Send>>,
    least: LogLevel,
}

/// A file is put aside when it has grown so large; one old one is kept.
const LARGEST_FILE: u64 = 50 * 1024 * 1024;

impl Log {
    /// Lines go to stderr.
    pub fn stderr() -> Self {
        Self::to(io::stderr())
    }

    /// Lines go to `writer`.
    pub fn to(writer: impl Write + Send + 'static) -> Self {
        Self {
            writer: Arc::new(Mutex::new(writer)),
            least: LogLevel::Info,
        }
    }

    /// Lines go to the end of a file; with `rotates`, it is put aside when it is too large.
    pub fn file(path: &Path, rotates: bool) -> io::Result<Self> {
        Rotated::open(path, rotates.then_some(LARGEST_FILE)).map(Self::to)
    }

    /// The log without what matters less than `least`.
    #[must_use]
    pub fn at_least(mut self, least: LogLevel) -> Self {
        self.least = least;
        self
    }

    /// Writes a line for whoever looks for a fault.
    pub fn debug(&self, text: &str) {
        self.line(LogLevel::Debug, text);
    }

    /// Writes a line about what happened.
    pub fn info(&self, text: &str) {
        self.line(LogLevel::Info, text);
    }

    /// Writes a line about what was lost or refused.
    pub fn warn(&self, text: &str) {
        self.line(LogLevel::Warn, text);
    }

    /// Writes a line about what does not work.
    pub fn error(&self, text: &str) {
        self.line(LogLevel::Error, text);
    }

    /// Strangers' words are part of it, so control characters are shown, not sent to a terminal; a
    /// log that cannot be written must not end the service.
    fn line(&self, level: LogLevel, text: &str) {
        if level < self.least {
            return;
        }
        let mut line = format!(
            "{} [{}] ",
            jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ"),
            word(level)
        );
        for character in text.chars() {
            if character.is_control() {
                line.extend(character.escape_default());
            } else {
                line.push(character);
            }
        }
        line.push('\n');
        let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        drop(
            writer
                .write_all(line.as_bytes())
                .and_then(|()| writer.flush()),
        );
    }
}

/// As AWS's daemon writes it.
fn word(level: LogLevel) -> &'static str {
    match level {
        LogLevel::Dev | LogLevel::Debug => "Debug",
        LogLevel::Info => "Info",
        LogLevel::Warn => "Warn",
        LogLevel::Error => "Error",
    }
}

impl fmt::Debug for Log {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Log")
            .field("least", &self.least)
            .finish_non_exhaustive()
    }
}

/// A file that is put aside when it is too large.
struct Rotated {
    path: PathBuf,
    file: File,
    size: u64,
    largest: Option<u64>,
}

impl Rotated {
    fn open(path: &Path, largest: Option<u64>) -> io::Result<Self> {
        let file = OpenOptions::new().create(true).append(true).open(path)?;
        Ok(Self {
            size: file.metadata()?.len(),
            path: path.to_owned(),
            file,
            largest,
        })
    }

    fn rotate(&mut self) -> io::Result<()> {
        let mut old = self.path.clone().into_os_string();
        old.push(".1");
        fs::rename(&self.path, old)?;
        *self = Self::open(&self.path, self.largest)?;
        Ok(())
    }
}

impl Write for Rotated {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.size += written as u64;
        Ok(written)
    }

    /// Called after every line, so that no line is cut in two.
    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()?;
        if self.largest.is_some_and(|largest| self.size >= largest) {
            self.rotate()?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_too_large_is_put_aside_once() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("daemon.log");
        let log = Log::to(Rotated::open(&path, Some(60)).unwrap());
        for number in 0..6 {
            log.info(&format!("line {number}"));
        }
        let old = fs::read_to_string(directory.path().join("daemon.log.1")).unwrap();
        let new = fs::read_to_string(&path).unwrap();
        assert!(
            old.ends_with("line 3\n") || old.ends_with("line 5\n"),
            "{old}"
        );
        assert!(new.len() < 60 && old.len() < 120, "{old}{new}");
    }

    #[test]
    fn strangers_words_are_harmless_and_levels_are_kept() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("daemon.log");
        let log = Log::file(&path, true).unwrap().at_least(LogLevel::Warn);
        log.info("not this");
        log.warn("a\nb\u{1b}[2J");
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.ends_with(" [Warn] a\\nb\\u{1b}[2J\n"), "{text}");
        assert_eq!(text.lines().count(), 1);
    }
}
