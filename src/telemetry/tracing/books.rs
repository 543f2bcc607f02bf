//! A bounded queue, and the books over what was put into it.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use super::counts::{Totals, Undelivered};

/// The queue of one pipeline. Putting in never waits; when it is full, what comes goes, for what
/// waits already has the better claim to be whole traces.
#[derive(Debug)]
pub(super) struct Books<T> {
    /// How many may wait.
    most: usize,
    /// How many there must be for the worker to be woken before its time.
    batch: usize,
    /// Whether it is woken by the first one already.
    is_eager: bool,
    state: Mutex<State<T>>,
    news: Notify,
}

#[derive(Debug)]
struct State<T> {
    queue: VecDeque<T>,
    under_way: u64,
    totals: Totals,
    ended: bool,
}

/// What all books can be asked, whatever is put into their queues.
pub(super) trait Account: std::fmt::Debug + Send + Sync {
    /// What became of what was given.
    fn totals(&self) -> Totals;
    /// The end: what waits or is under way is dropped, and so is what still comes.
    fn end(&self);
}

impl<T: std::fmt::Debug + Send> Account for Books<T> {
    fn totals(&self) -> Totals {
        let state = self.lock();
        let mut totals = state.totals;
        totals.waiting = state.queue.len() as u64 + state.under_way;
        totals
    }

    fn end(&self) {
        let mut state = self.lock();
        let left = state.queue.len() as u64 + state.under_way;
        state.totals.count(Undelivered::NotInTime, left);
        state.queue = VecDeque::new();
        (state.under_way, state.ended) = (0, true);
    }
}

impl<T> Books<T> {
    pub(super) fn new(most: usize, batch: usize) -> Self {
        Self {
            most: most.max(1),
            batch: batch.clamp(1, most.max(1)),
            is_eager: false,
            state: Mutex::new(State {
                queue: VecDeque::new(),
                under_way: 0,
                totals: Totals::default(),
                ended: false,
            }),
            news: Notify::new(),
        }
    }

    /// These, but the worker is woken by the first of a batch already.
    pub(super) fn eager(self) -> Self {
        Self {
            is_eager: true,
            ..self
        }
    }

    /// Takes one, or counts it as dropped.
    pub(super) fn give(&self, item: T) {
        let mut state = self.lock();
        state.totals.given += 1;
        if state.ended {
            state.totals.count(Undelivered::Stopped, 1);
        } else if state.queue.len() >= self.most {
            state.totals.count(Undelivered::QueueFull, 1);
        } else {
            state.queue.push_back(item);
            let waiting = state.queue.len();
            let is_due = waiting == self.batch || (self.is_eager && waiting == 1);
            drop(state);
            if is_due {
                self.news.notify_one();
            }
        }
    }

    /// Waits for a whole batch, or where the worker is eager for the first one.
    pub(super) async fn batch(&self) {
        self.news.notified().await;
    }

    /// Whether a whole batch waits, or where the worker is eager one.
    pub(super) fn has_batch(&self) -> bool {
        let waiting = self.lock().queue.len();
        waiting >= self.batch || (self.is_eager && waiting > 0)
    }

    /// The oldest, as many as a batch holds; they are under way then.
    pub(super) fn take(&self) -> Vec<T> {
        let mut state = self.lock();
        let number = state.queue.len().min(self.batch);
        state.under_way += number as u64;
        state.queue.drain(..number).collect()
    }

    /// So many of those under way have arrived.
    pub(super) fn sent(&self, number: usize) {
        let mut state = self.lock();
        state.under_way -= number as u64;
        state.totals.sent += number as u64;
    }

    /// So many of those under way will not arrive.
    pub(super) fn undelivered(&self, reason: Undelivered, number: usize) {
        let mut state = self.lock();
        state.under_way -= number as u64;
        state.totals.count(reason, number as u64);
    }

    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_queue_takes_no_more_and_nothing_is_forgotten() {
        let books = Books::new(3, 2);
        for number in 0..5 {
            books.give(number);
        }
        assert_eq!(books.take(), [0, 1]);
        books.sent(1);
        books.undelivered(Undelivered::Refused, 1);
        assert_eq!(
            books.totals().to_string(),
            "given 5 · sent 1 · dropped 2 (queue full) · rejected 1 (refused) · waiting 1"
        );
        assert_eq!(books.take(), [2]);
        books.give(6);
        books.end();
        books.give(7);
        assert_eq!(
            books.totals().to_string(),
            "given 7 · sent 1 · dropped 5 (2 queue full, 2 not delivered in time, 1 stopped) · rejected 1 (refused)"
        );
    }

    #[tokio::test]
    async fn an_eager_worker_is_woken_by_the_first_and_leaves_none() {
        let books = Books::new(10, 2).eager();
        assert!(!books.has_batch());
        for number in 0..3 {
            books.give(number);
        }
        books.batch().await;
        assert_eq!(books.take(), [0, 1]);
        assert!(books.has_batch(), "nobody is told of the third again");
        assert_eq!(books.take(), [2]);
        assert!(!books.has_batch());
        books.give(3);
        books.batch().await;
    }
}
