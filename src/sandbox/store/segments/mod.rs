//! Segments: payloads as they came, and an index of them in memory.
//!
//! A request's documents are one row, so that writing costs little and nothing is rewritten; an
//! acknowledged row is on the disk. What is asked about traces is answered from an [`index`] that
//! is read from the rows' entries when it is first needed and follows them from then on, whoever
//! wrote them. How a trace is understood stays out: that is `trace`'s.
//!
//! Spans that came by OTLP are in the same index: they stand in the rows of
//! [`otlp`](super::otlp), and are read as the documents that X-Ray makes of them.

mod batch;
mod graphs;
mod groups;
mod index;
mod matching;
mod otlp;
mod put;
mod reading;
mod settle;
mod spans_seen;
mod summaries;
mod sync;

use std::sync::{Mutex, MutexGuard, PoisonError};

use super::{Fault, Retention, Store};
pub use graphs::{GroupAnswer, Selection};
pub use groups::Filter;
pub use matching::Matching;
pub use reading::StoredTrace;
pub use summaries::{FoundTrace, SummaryPage, TimeRange, TraceQuery};

/// What the store knows of segments besides the rows.
#[derive(Debug, Default)]
pub(super) struct Segments {
    /// What waits to be written, by whoever writes next.
    waiting: put::Batches,
    index: Mutex<index::Index>,
    /// Held by whoever settles: what one has taken off the list is found by no other until it is
    /// back in the index.
    settling: Mutex<()>,
    retention: Retention,
}

impl Segments {
    /// Keeps so much.
    pub(super) fn keeping(retention: Retention) -> Self {
        Self {
            retention,
            ..Self::default()
        }
    }

    fn index(&self) -> MutexGuard<'_, index::Index> {
        // The index is changed in small whole steps, so a panic leaves it usable.
        self.index.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Forgets everything, with the rows.
    pub(super) fn clear(&self) {
        self.index().clear();
    }
}

/// How much there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Stored {
    /// Traces of all accounts and regions.
    pub traces: usize,
    /// Documents of all of them.
    pub documents: u64,
    /// Bytes of the documents.
    pub bytes: u64,
    /// Documents and spans that have been seen, there still or not.
    pub received: u64,
}

impl Store {
    /// How much is kept of traces.
    pub fn stored_segments(&self) -> Result<Stored, Fault> {
        self.sync_segments()?;
        Ok(self.segments.index().stored())
    }
}
