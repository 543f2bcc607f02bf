//! Where batches wait that did not arrive: bounded, in order, the oldest dropped when it is full.
//!
//! On disk it is one file per batch, see `batch_file`. A file is written whole and renamed, so
//! that `kill -9` at any instant leaves all of a batch or nothing. It is not forced to the disk's
//! platter: a power cut may take the last seconds with it.

mod batch_file;
#[cfg(test)]
mod tests;

use std::collections::VecDeque;
use std::fs::{File, OpenOptions};
use std::io;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use super::counters::Counters;
use super::files;
use super::log::Log;
use super::queue::Held;

/// The name of the file that a running daemon keeps locked.
const LOCK: &str = "lock";

/// The spool; shared by all tasks.
#[derive(Debug)]
pub(super) struct Spool {
    place: Place,
    capacity: u64,
    state: Mutex<State>,
    /// One writer at a time keeps the order.
    writing: tokio::sync::Mutex<()>,
    arrived: Notify,
    counters: Arc<Counters>,
    log: Log,
}

#[derive(Debug)]
enum Place {
    /// The lock is held, never read.
    Disk {
        directory: PathBuf,
        _lock: File,
    },
    Memory,
}

#[derive(Debug, Default)]
struct State {
    entries: VecDeque<Entry>,
    bytes: u64,
    documents: u64,
    next: u64,
}

#[derive(Debug)]
struct Entry {
    sequence: u64,
    documents: u64,
    bytes: u64,
    /// It is on its way: not to be dropped.
    claimed: bool,
    /// The batch itself, where there is no disk.
    held: Vec<Held>,
}

/// What the spool holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Waiting {
    pub(super) batches: u64,
    pub(super) documents: u64,
    pub(super) bytes: u64,
}

/// The oldest batch, on its way.
#[derive(Debug)]
pub(super) struct Claimed {
    pub(super) sequence: u64,
    pub(super) documents: Vec<String>,
}

impl Spool {
    /// A spool that ends with the process.
    pub(super) fn in_memory(counters: Arc<Counters>, log: Log) -> Self {
        // What is in memory has its budget already.
        Self::new(Place::Memory, u64::MAX, State::default(), counters, log)
    }

    /// Opens a directory, which is this daemon's alone until it ends, and finds what an earlier
    /// run left in it.
    pub(super) fn on_disk(
        directory: PathBuf,
        capacity: u64,
        counters: Arc<Counters>,
        log: Log,
    ) -> io::Result<Self> {
        files::create_private_directory(&directory)?;
        let lock = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(false)
            .open(directory.join(LOCK))?;
        lock.try_lock()
            .map_err(|_| io::Error::other("another daemon uses it"))?;
        let mut state = State::default();
        for found in batch_file::all(&directory)? {
            state.next = state.next.max(found.sequence + 1);
            match found.documents {
                Ok(documents) => state.push(Entry {
                    sequence: found.sequence,
                    documents,
                    bytes: found.bytes,
                    claimed: false,
                    held: Vec::new(),
                }),
                Err(error) => put_aside(&log, &directory, found.sequence, &error),
            }
        }
        counters.recovered(state.documents);
        let place = Place::Disk {
            directory,
            _lock: lock,
        };
        let spool = Self::new(place, capacity, state, counters, log);
        spool.make_room(0);
        Ok(spool)
    }

    fn new(place: Place, capacity: u64, state: State, counters: Arc<Counters>, log: Log) -> Self {
        Self {
            place,
            capacity,
            state: Mutex::new(state),
            writing: tokio::sync::Mutex::default(),
            arrived: Notify::new(),
            counters,
            log,
        }
    }

    /// Takes a batch in; what has no room is dropped, counted and said.
    pub(super) async fn push(self: &Arc<Self>, batch: Vec<Held>) {
        let _one_at_a_time = self.writing.lock().await;
        match &self.place {
            Place::Memory => {
                self.counters.spooled(batch.len() as u64);
                let mut state = self.lock();
                let entry = Entry {
                    sequence: state.next,
                    documents: batch.len() as u64,
                    bytes: batch.iter().map(|held| held.text.len() as u64).sum(),
                    claimed: false,
                    held: batch,
                };
                state.push(entry);
            }
            Place::Disk { .. } => {
                let spool = Arc::clone(self);
                // Disks may be slow, and somebody has to read datagrams meanwhile.
                let written = tokio::task::spawn_blocking(move || spool.write(&batch)).await;
                if let Err(error) = written {
                    self.log.error(&format!("the spool failed: {error}"));
                }
            }
        }
        self.arrived.notify_one();
    }

    fn write(&self, batch: &[Held]) {
        let Place::Disk { directory, .. } = &self.place else {
            return;
        };
        let documents = batch.len() as u64;
        let texts: Vec<&str> = batch.iter().map(|held| held.text.as_str()).collect();
        let header = batch_file::header(&texts);
        let bytes = header.len() as u64 + texts.iter().map(|text| text.len() as u64).sum::<u64>();
        let sequence = self.lock().next;
        let fits = self.make_room(bytes);
        let written = if fits {
            batch_file::write(directory, sequence, &header, &texts)
        } else {
            Err(io::Error::other("it is full"))
        };
        if let Err(error) = written {
            self.counters.no_room_in_spool(documents);
            self.log.error(&format!(
                "Dropped {documents} segments: the spool {} takes no more: {error}",
                directory.display()
            ));
            return;
        }
        self.counters.spooled(documents);
        self.lock().push(Entry {
            sequence,
            documents,
            bytes,
            claimed: false,
            held: Vec::new(),
        });
    }

    /// Drops the oldest batches until `bytes` more fit; whether they do.
    fn make_room(&self, bytes: u64) -> bool {
        loop {
            let oldest = {
                let mut state = self.lock();
                if state.bytes + bytes <= self.capacity {
                    return true;
                }
                let Some(place) = state.entries.iter().position(|entry| !entry.claimed) else {
                    return false;
                };
                state.take(place)
            };
            let Some(oldest) = oldest else { return false };
            self.delete(oldest.sequence);
            self.counters.no_room_in_spool(oldest.documents);
            self.log.warn(&format!(
                "Spilling over {} segments: the spool is full, the oldest go; --spool-size makes it larger",
                oldest.documents
            ));
        }
    }

    /// The oldest batch, to be settled with [`Self::remove`] or [`Self::release`].
    pub(super) async fn claim(self: &Arc<Self>) -> Option<Claimed> {
        loop {
            let sequence = {
                let mut state = self.lock();
                let entry = state.entries.front_mut()?;
                entry.claimed = true;
                if matches!(self.place, Place::Memory) {
                    let documents = entry.held.iter().map(|held| held.text.clone());
                    return Some(Claimed {
                        sequence: entry.sequence,
                        documents: documents.collect(),
                    });
                }
                entry.sequence
            };
            let spool = Arc::clone(self);
            let read = tokio::task::spawn_blocking(move || match &spool.place {
                Place::Disk { directory, .. } => batch_file::read(directory, sequence),
                Place::Memory => Ok(Vec::new()),
            });
            match read
                .await
                .unwrap_or_else(|error| Err(io::Error::other(error)))
            {
                Ok(documents) => {
                    return Some(Claimed {
                        sequence,
                        documents,
                    });
                }
                Err(error) => self.damaged(sequence, &error),
            }
        }
    }

    /// Lets go of a batch that has arrived, or never will.
    pub(super) fn remove(&self, sequence: u64) {
        let entry = self.lock().remove(sequence);
        if entry.is_some() {
            self.delete(sequence);
        }
    }

    /// Puts a claimed batch back.
    pub(super) fn release(&self, sequence: u64) {
        if let Some(entry) = self
            .lock()
            .entries
            .iter_mut()
            .find(|entry| entry.sequence == sequence)
        {
            entry.claimed = false;
        }
    }

    /// Counts what waits as lost, and lets go of it.
    pub(super) fn give_up(&self) {
        let mut state = self.lock();
        self.counters.no_room_in_spool(state.documents);
        state.entries.clear();
        (state.documents, state.bytes) = (0, 0);
    }

    /// What waits.
    pub(super) fn waiting(&self) -> Waiting {
        let state = self.lock();
        Waiting {
            batches: state.entries.len() as u64,
            documents: state.documents,
            bytes: state.bytes,
        }
    }

    /// Whether what waits survives the process.
    pub(super) fn is_on_disk(&self) -> bool {
        matches!(self.place, Place::Disk { .. })
    }

    /// The directory, if it is on disk.
    pub(super) fn directory(&self) -> Option<&PathBuf> {
        match &self.place {
            Place::Disk { directory, .. } => Some(directory),
            Place::Memory => None,
        }
    }

    /// Waits until a batch has come in since the last time.
    pub(super) async fn arrival(&self) {
        self.arrived.notified().await;
    }

    fn damaged(&self, sequence: u64, error: &io::Error) {
        let entry = self.lock().remove(sequence);
        if let (Some(entry), Place::Disk { directory, .. }) = (entry, &self.place) {
            self.counters.damaged(entry.documents);
            put_aside(&self.log, directory, sequence, error);
        }
    }

    fn delete(&self, sequence: u64) {
        if let Place::Disk { directory, .. } = &self.place
            && let Err(error) = batch_file::delete(directory, sequence)
        {
            // It would be sent twice after the next start, which X-Ray tolerates.
            self.log
                .warn(&format!("a file of the spool stays: {error}"));
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn put_aside(log: &Log, directory: &std::path::Path, sequence: u64, error: &io::Error) {
    let kept = batch_file::put_aside(directory, sequence);
    let place = kept.map_or_else(|error| error.to_string(), |path| path.display().to_string());
    log.error(&format!(
        "A batch of the spool cannot be read: {error}; it is kept as {place}"
    ));
}

impl State {
    fn push(&mut self, entry: Entry) {
        self.next = self.next.max(entry.sequence + 1);
        self.bytes += entry.bytes;
        self.documents += entry.documents;
        self.entries.push_back(entry);
    }

    fn take(&mut self, place: usize) -> Option<Entry> {
        let entry = self.entries.remove(place)?;
        self.bytes -= entry.bytes;
        self.documents -= entry.documents;
        Some(entry)
    }

    fn remove(&mut self, sequence: u64) -> Option<Entry> {
        let place = self
            .entries
            .iter()
            .position(|entry| entry.sequence == sequence)?;
        self.take(place)
    }
}
