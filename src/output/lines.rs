//! Lines for stderr or stdout from somebody who cannot wait: written by a thread of its own.
//!
//! A terminal that is held, or a pipe that nobody reads, fills the queue; then lines are dropped
//! and counted, and what comes next says how many.

use std::io::{self, Write as _};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// How many lines may wait.
const WAITING: usize = 16_384;

/// How much is written at once.
const CHUNK: usize = 64 * 1024;

/// How long the end waits for what is not written yet.
const PATIENCE: Duration = Duration::from_millis(500);

/// Where lines are put; cheap to clone.
#[derive(Debug, Clone)]
pub struct Console {
    queue: SyncSender<String>,
    dropped: Arc<AtomicU64>,
}

/// Writes what is put into the console, until it is finished.
#[derive(Debug)]
pub struct ConsoleWriter(JoinHandle<()>);

impl Console {
    /// Begins to write to stderr.
    pub fn stderr() -> io::Result<(Self, ConsoleWriter)> {
        Self::start(|text| io::stderr().lock().write_all(text))
    }

    /// Begins to write to stdout.
    pub fn stdout() -> io::Result<(Self, ConsoleWriter)> {
        Self::start(|text| {
            let mut stdout = io::stdout().lock();
            stdout.write_all(text).and_then(|()| stdout.flush())
        })
    }

    fn start(
        write_all: impl Fn(&[u8]) -> io::Result<()> + Send + 'static,
    ) -> io::Result<(Self, ConsoleWriter)> {
        let (queue, lines) = sync_channel(WAITING);
        let dropped = Arc::new(AtomicU64::new(0));
        let counted = Arc::clone(&dropped);
        let thread = std::thread::Builder::new()
            .name("console".to_owned())
            .spawn(move || write(&lines, &counted, write_all))?;
        Ok((Self { queue, dropped }, ConsoleWriter(thread)))
    }

    /// Takes a line, or a text of several, without waiting.
    pub fn put(&self, line: String) {
        if let Err(TrySendError::Full(_)) = self.queue.try_send(line) {
            self.dropped.fetch_add(1, Ordering::Relaxed);
        }
    }
}

impl ConsoleWriter {
    /// Waits, not for long, until everything is written; every [`Console`] must be gone.
    pub fn finish(self) {
        let deadline = Instant::now() + PATIENCE;
        while !self.0.is_finished() {
            if Instant::now() > deadline {
                return;
            }
            std::thread::sleep(Duration::from_millis(1));
        }
    }
}

fn write(
    lines: &Receiver<String>,
    dropped: &AtomicU64,
    write_all: impl Fn(&[u8]) -> io::Result<()>,
) {
    let mut text = String::new();
    while let Ok(line) = lines.recv() {
        text.clear();
        let mut next = Some(line);
        while let Some(line) = next {
            text.push_str(line.trim_end_matches('\n'));
            text.push('\n');
            next = if text.len() < CHUNK {
                lines.try_recv().ok()
            } else {
                None
            };
        }
        let missing = dropped.swap(0, Ordering::Relaxed);
        if missing > 0 {
            text.push_str(&format!(
                "… {missing} lines are not shown: nobody read fast enough\n"
            ));
        }
        // The stream may be closed; there is nobody left to tell.
        drop(write_all(text.as_bytes()));
    }
}
