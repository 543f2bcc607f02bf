//! What is in memory: a queue that gives batches, and a budget of bytes that goes with each
//! document until it has arrived or lies on disk.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{Instant, timeout_at};

/// As many as AWS's daemon puts into one call.
const MOST: usize = 50;

/// A batch that has so many bytes is full.
const FULL: usize = 256 * 1024;

/// How long the first document of a batch may wait for others.
const LINGER: Duration = Duration::from_secs(1);

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

/// The end that the reader has; the queue is closed when it is dropped.
#[derive(Debug)]
pub(super) struct Sender(Arc<Queue>);

/// The end that batches come out of.
#[derive(Debug)]
pub(super) struct Receiver(Arc<Queue>);

#[derive(Debug, Default)]
struct Queue {
    waiting: Mutex<Waiting>,
    /// There is a first document, a full batch, or an end. Nobody is woken for those between.
    changed: Notify,
}

#[derive(Debug, Default)]
struct Waiting {
    documents: VecDeque<Held>,
    bytes: usize,
    is_closed: bool,
}

/// The queue between the reader and the batches. The budget is its bound.
pub(super) fn queue() -> (Sender, Receiver) {
    let queue = Arc::new(Queue::default());
    (Sender(Arc::clone(&queue)), Receiver(queue))
}

impl Sender {
    /// Puts a document behind the others.
    pub(super) fn send(&self, document: Held) {
        let mut waiting = self.0.lock();
        let (was_empty, was_full) = (waiting.documents.is_empty(), waiting.is_full());
        waiting.bytes += document.text.len();
        waiting.documents.push_back(document);
        let is_news = was_empty || waiting.is_full() != was_full;
        drop(waiting);
        if is_news {
            self.0.changed.notify_one();
        }
    }
}

impl Drop for Sender {
    fn drop(&mut self) {
        self.0.lock().is_closed = true;
        self.0.changed.notify_one();
    }
}

impl Receiver {
    /// The next batch, when it is full or its first document has waited long enough; `None` when
    /// the queue is closed and empty.
    pub(super) async fn batch(&mut self) -> Option<Vec<Held>> {
        loop {
            {
                let waiting = self.0.lock();
                if !waiting.documents.is_empty() {
                    break;
                }
                if waiting.is_closed {
                    return None;
                }
            }
            self.0.changed.notified().await;
        }
        let end = Instant::now() + LINGER;
        loop {
            {
                let waiting = self.0.lock();
                if waiting.is_full() || waiting.is_closed {
                    break;
                }
            }
            if timeout_at(end, self.0.changed.notified()).await.is_err() {
                break;
            }
        }
        Some(self.0.lock().take())
    }
}

impl Queue {
    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Waiting {
    /// Whether there is a batch that nothing more would go into.
    fn is_full(&self) -> bool {
        self.documents.len() >= MOST || self.bytes >= FULL
    }

    fn take(&mut self) -> Vec<Held> {
        let mut batch = Vec::with_capacity(self.documents.len().min(MOST));
        let mut bytes = 0;
        while batch.len() < MOST && bytes < FULL {
            let Some(document) = self.documents.pop_front() else {
                break;
            };
            bytes += document.text.len();
            batch.push(document);
        }
        self.bytes -= bytes;
        batch
    }
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

    /// What comes out of a queue that these went into before it was closed.
    async fn batches(texts: impl Iterator<Item = String>) -> Vec<Vec<String>> {
        let budget = Budget::new(usize::MAX);
        let (sender, mut receiver) = queue();
        for text in texts {
            sender.send(budget.hold(&text).unwrap());
        }
        drop(sender);
        let mut batches = Vec::new();
        while let Some(batch) = receiver.batch().await {
            batches.push(batch.iter().map(|held| held.text.clone()).collect());
        }
        batches
    }

    #[tokio::test]
    async fn batches_are_in_order_and_full() {
        let found = batches((0..120).map(|number| number.to_string())).await;
        assert_eq!(found.iter().map(Vec::len).collect::<Vec<_>>(), [50, 50, 20]);
        let order = found.concat();
        assert!(
            order
                .iter()
                .enumerate()
                .all(|(place, text)| *text == place.to_string())
        );

        let found = batches((0..7).map(|_| "x".repeat(FULL / 4))).await;
        assert_eq!(found.iter().map(Vec::len).collect::<Vec<_>>(), [4, 3]);
        assert!(batches(std::iter::empty()).await.is_empty());
    }

    #[tokio::test]
    async fn a_full_batch_does_not_wait_and_another_one_does() {
        let budget = Budget::new(usize::MAX);
        let (sender, mut receiver) = queue();
        for _ in 0..MOST {
            sender.send(budget.hold("x").unwrap());
        }
        let begun = Instant::now();
        assert_eq!(receiver.batch().await.unwrap().len(), MOST);
        assert!(begun.elapsed() < LINGER);
        sender.send(budget.hold("x").unwrap());
        assert_eq!(receiver.batch().await.unwrap().len(), 1);
        assert!(begun.elapsed() >= LINGER);
    }
}
