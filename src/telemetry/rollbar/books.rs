//! The queue, and what became of everything.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;
use tokio::time::Instant;

use super::ReportingSettings;
use super::rate::Rate;

/// What became of the items.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ErrorTotals {
    /// Reported.
    pub given: u64,
    /// Taken by Rollbar.
    pub sent: u64,
    /// Dropped because too many waited.
    pub queue_full: u64,
    /// Dropped because there were more than so many a minute.
    pub over_rate: u64,
    /// Dropped at the end, because time was up.
    pub not_in_time: u64,
    /// Rollbar did not take the token.
    pub token_refused: u64,
    /// Rollbar did not take the item.
    pub item_refused: u64,
    /// Waiting, or under way.
    pub waiting: u64,
}

/// Room in the queue that was given away.
#[derive(Debug)]
pub(super) struct Place(());

/// How an item ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    Sent,
    TokenRefused,
    ItemRefused,
    NotInTime,
}

#[derive(Debug)]
pub(super) struct Books {
    state: Mutex<State>,
    news: Notify,
    queue_items: u64,
    queue_bytes: usize,
}

#[derive(Debug)]
struct State {
    totals: ErrorTotals,
    rate: Rate,
    queue: VecDeque<String>,
    bytes: usize,
    /// Nothing is taken any more.
    is_over: bool,
}

impl Books {
    pub(super) fn new(settings: &ReportingSettings) -> Self {
        Self {
            state: Mutex::new(State {
                totals: ErrorTotals::default(),
                rate: Rate::new(settings.items_a_minute, Instant::now()),
                queue: VecDeque::new(),
                bytes: 0,
                is_over: false,
            }),
            news: Notify::new(),
            queue_items: settings.queue_items as u64,
            queue_bytes: settings.queue_bytes,
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Changed in small whole steps, so a panic leaves it usable.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts an item, and gives it a place if there is one.
    pub(super) fn admit(&self) -> Option<Place> {
        let mut state = self.state();
        state.totals.given += 1;
        if state.is_over {
            state.totals.not_in_time += 1;
        } else if state.totals.waiting >= self.queue_items {
            state.totals.queue_full += 1;
        } else if state.rate.admits(Instant::now()) {
            state.totals.waiting += 1;
            return Some(Place(()));
        } else {
            state.totals.over_rate += 1;
        }
        None
    }

    /// Puts an item in its place.
    pub(super) fn file(&self, Place(()): Place, body: String) {
        let mut state = self.state();
        if state.is_over {
            state.totals.waiting -= 1;
            state.totals.not_in_time += 1;
            return;
        }
        if state.bytes + body.len() > self.queue_bytes {
            state.totals.waiting -= 1;
            state.totals.queue_full += 1;
            return;
        }
        state.bytes += body.len();
        state.queue.push_back(body);
        drop(state);
        self.news.notify_one();
    }

    /// The next item, when there is one.
    pub(super) async fn next(&self) -> String {
        loop {
            if let Some(body) = self.take() {
                return body;
            }
            self.news.notified().await;
        }
    }

    /// The next item, if there is one.
    pub(super) fn take(&self) -> Option<String> {
        let mut state = self.state();
        let body = state.queue.pop_front()?;
        state.bytes -= body.len();
        Some(body)
    }

    /// Notes how an item that was taken ended.
    pub(super) fn note(&self, end: End) {
        let mut state = self.state();
        let totals = &mut state.totals;
        totals.waiting -= 1;
        *match end {
            End::Sent => &mut totals.sent,
            End::TokenRefused => &mut totals.token_refused,
            End::ItemRefused => &mut totals.item_refused,
            End::NotInTime => &mut totals.not_in_time,
        } += 1;
    }

    /// Drops what waits, and takes nothing more.
    pub(super) fn end(&self) {
        let mut state = self.state();
        state.is_over = true;
        let waiting = state.queue.len() as u64;
        state.queue.clear();
        state.bytes = 0;
        state.totals.waiting -= waiting;
        state.totals.not_in_time += waiting;
    }

    pub(super) fn totals(&self) -> ErrorTotals {
        self.state().totals
    }
}
