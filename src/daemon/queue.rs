//! What is in memory: a bounded queue, and a budget of bytes that goes with each document until it
//! has arrived or lies on disk.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::mpsc;

/// What a document costs besides its bytes.
const OVERHEAD: usize = 64;

/// The budget; cheap to clone.
#[derive(Debug, Clone)]
pub(super) struct Budget(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    used: AtomicUsize,
    documents: AtomicUsize,
    limit: usize,
}

/// A document in memory; its bytes are free again when it is dropped.
#[derive(Debug)]
pub(super) struct Held {
    pub(super) text: String,
    budget: Budget,
}

impl Budget {
    pub(super) fn new(limit: usize) -> Self {
        Self(Arc::new(Inner {
            used: AtomicUsize::new(0),
            documents: AtomicUsize::new(0),
            limit,
        }))
    }

    /// Takes a document in, if there is room.
    pub(super) fn hold(&self, text: &str) -> Option<Held> {
        let cost = text.len() + OVERHEAD;
        self.0
            .used
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |used| {
                Some(used + cost).filter(|used| *used <= self.0.limit)
            })
            .ok()?;
        self.0.documents.fetch_add(1, Ordering::Relaxed);
        Some(Held {
            text: text.to_owned(),
            budget: self.clone(),
        })
    }

    /// Bytes in memory.
    pub(super) fn used(&self) -> usize {
        self.0.used.load(Ordering::Relaxed)
    }

    /// Documents in memory.
    pub(super) fn documents(&self) -> usize {
        self.0.documents.load(Ordering::Relaxed)
    }

    /// The most bytes that may be in memory.
    pub(super) fn limit(&self) -> usize {
        self.0.limit
    }

    /// Whether it is time to make room.
    pub(super) fn is_half_full(&self) -> bool {
        self.used() > self.0.limit / 2
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        let inner = &self.budget.0;
        inner
            .used
            .fetch_sub(self.text.len() + OVERHEAD, Ordering::Relaxed);
        inner.documents.fetch_sub(1, Ordering::Relaxed);
    }
}

/// The queue between the reader and the batches. The budget is the real bound; so many places
/// are enough for documents of any useful length.
pub(super) fn queue(budget: &Budget) -> (mpsc::Sender<Held>, mpsc::Receiver<Held>) {
    mpsc::channel((budget.limit() / 256).max(1024))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_budget_is_never_passed_and_comes_back() {
        let budget = Budget::new(2 * (OVERHEAD + 10));
        let one = budget.hold("0123456789").unwrap();
        let two = budget.hold("0123456789").unwrap();
        assert!(budget.hold("").is_none());
        assert_eq!((budget.documents(), budget.used()), (2, budget.limit()));
        drop(one);
        assert!(budget.hold("01234567890").is_none(), "one byte too many");
        assert!(budget.hold("0123456789").is_some());
        drop(two);
        assert_eq!((budget.documents(), budget.used()), (0, 0));
    }
}
