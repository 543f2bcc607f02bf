//! The queue and the figures, under one lock: so they add up at any moment.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::Instant;

use super::counts::{Totals, Undelivered};
use super::settings::Settings;
use crate::logs::batch::{BYTES, EVENTS, EncodedEvent};

/// What is known of every event.
#[derive(Debug)]
pub(super) struct Books {
    state: Mutex<State>,
    events: usize,
    bytes: usize,
    waits_for_close: bool,
    /// For the worker: there is something to do.
    news: Notify,
    /// For those who wait for it.
    room: Notify,
}

#[derive(Debug, Default)]
struct State {
    queue: VecDeque<(EncodedEvent, Arrival)>,
    bytes: usize,
    under_way: u64,
    totals: Totals,
    /// Somebody waits for room.
    pressed: bool,
    close: Close,
    ended: bool,
}

type Arrival = Instant;

/// What is known of the end.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Close {
    /// Since when it is known that nothing more comes.
    pub(super) complete: Option<Instant>,
    /// Whether the process has to stop.
    pub(super) stopping: bool,
}

impl Close {
    /// Whether the end is near.
    pub(super) fn is_near(self) -> bool {
        self.stopping || self.complete.is_some()
    }
}

/// When there is a batch to send.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Due {
    /// Now.
    Now,
    /// Then, unless something happens before.
    At(Instant),
    /// When something comes.
    Unknown,
    /// Never again.
    Never,
}

impl State {
    fn enter(&mut self, event: EncodedEvent, cut: bool) {
        self.totals.given += 1;
        if event.bytes() == 0 {
            self.totals.count(Undelivered::Empty, 1);
            return;
        }
        self.totals.cut += u64::from(cut);
        if self.ended {
            self.totals.count(Undelivered::Stopped, 1);
            return;
        }
        self.bytes += event.cost();
        self.queue.push_back((event, Instant::now()));
    }
}

impl Books {
    pub(super) fn new(settings: &Settings) -> Self {
        Self {
            state: Mutex::default(),
            events: settings.queue_events.max(1),
            bytes: settings.queue_bytes.max(BYTES),
            waits_for_close: settings.waits_for_close,
            news: Notify::new(),
            room: Notify::new(),
        }
    }

    /// Takes an event in, which may have been cut; the oldest go when there is no room.
    pub(super) fn give(&self, event: EncodedEvent, cut: bool) {
        let mut state = self.lock();
        state.enter(event, cut);
        while state.queue.len() > self.events || state.bytes > self.bytes {
            let Some((oldest, _)) = state.queue.pop_front() else {
                break;
            };
            state.bytes -= oldest.cost();
            state.totals.count(Undelivered::QueueFull, 1);
        }
        self.tell(&state);
    }

    /// Takes an event in when there is room.
    pub(super) async fn give_when_there_is_room(&self, event: EncodedEvent, cut: bool) {
        loop {
            let room = self.room.notified();
            tokio::pin!(room);
            // From here on no notice is missed.
            room.as_mut().enable();
            {
                let mut state = self.lock();
                let fits = state.queue.len() < self.events
                    && state.bytes + event.cost() <= self.bytes
                    || state.queue.is_empty();
                if fits || state.ended {
                    state.enter(event, cut);
                    self.tell(&state);
                    return;
                }
                state.pressed = true;
                self.tell(&state);
            }
            room.await;
        }
    }

    fn tell(&self, state: &State) {
        if state.queue.len() == 1 || self.presses(state) {
            self.news.notify_one();
        }
    }

    /// Whether there is reason not to wait for more.
    fn presses(&self, state: &State) -> bool {
        let is_a_batch = state.queue.len() >= EVENTS || state.bytes >= BYTES;
        is_a_batch || state.queue.len() >= self.events || state.pressed
    }

    /// When the next batch is to be sent, where an event waits so long for others.
    pub(super) fn due(&self, interval: Duration) -> Due {
        let state = self.lock();
        match state.queue.front() {
            Some(_) if state.close.is_near() || self.presses(&state) => Due::Now,
            Some((_, arrival)) => Due::At(*arrival + interval),
            None if state.close.complete.is_some() => Due::Never,
            None if state.close.stopping && !self.waits_for_close => Due::Never,
            None => Due::Unknown,
        }
    }

    /// Something has come, or nothing more will.
    pub(super) async fn news(&self) {
        self.news.notified().await;
    }

    /// The oldest events, as many as may go into one batch; they are under way then.
    pub(super) fn take(&self) -> Vec<EncodedEvent> {
        let mut state = self.lock();
        let mut taken = Vec::new();
        let mut bytes = 0;
        while let Some((event, _)) = state.queue.front() {
            bytes += event.cost();
            if taken.len() == EVENTS || bytes > BYTES {
                break;
            }
            if let Some((event, _)) = state.queue.pop_front() {
                state.bytes -= event.cost();
                taken.push(event);
            }
        }
        state.under_way += taken.len() as u64;
        state.pressed = false;
        self.room.notify_waiters();
        taken
    }

    /// Events under way have arrived.
    pub(super) fn sent(&self, events: usize) {
        let mut state = self.lock();
        state.under_way -= events as u64;
        state.totals.sent += events as u64;
    }

    /// Events under way will not arrive.
    pub(super) fn undelivered(&self, reason: Undelivered, events: usize) {
        let mut state = self.lock();
        state.under_way -= events as u64;
        state.totals.count(reason, events as u64);
    }

    /// Nothing more comes.
    pub(super) fn complete(&self) {
        let mut state = self.lock();
        state.close.complete.get_or_insert_with(Instant::now);
        self.news.notify_one();
    }

    /// The process has to stop.
    pub(super) fn stop(&self) {
        self.lock().close.stopping = true;
        self.news.notify_one();
    }

    /// What is known of the end.
    pub(super) fn close(&self) -> Close {
        self.lock().close
    }

    /// The worker ends: what waits or is under way is dropped, and so is what still comes.
    pub(super) fn end(&self, reason: Undelivered) {
        let mut state = self.lock();
        let left = state.queue.len() as u64 + state.under_way;
        state.totals.count(reason, left);
        state.queue = VecDeque::new();
        (state.bytes, state.under_way, state.ended) = (0, 0, true);
        self.room.notify_waiters();
    }

    pub(super) fn totals(&self) -> Totals {
        let state = self.lock();
        let mut totals = state.totals;
        totals.waiting = state.queue.len() as u64 + state.under_way;
        totals
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::logs::batch::InputLogEvent;

    fn event(message: impl Into<String>) -> EncodedEvent {
        let message = message.into();
        let event = InputLogEvent {
            timestamp: 0,
            message,
        };
        EncodedEvent::of(event, 0).0
    }

    fn books(events: usize, bytes: usize) -> Books {
        Books::new(&Settings {
            queue_events: events,
            queue_bytes: bytes,
            ..Settings::new("g", "s")
        })
    }

    fn adds_up(totals: Totals) {
        assert_eq!(
            totals.given,
            totals.sent + totals.dropped() + totals.rejected() + totals.waiting,
            "{totals}"
        );
    }

    #[test]
    fn a_full_queue_drops_the_oldest() {
        let books = books(3, BYTES);
        for number in 0..5 {
            books.give(event(number.to_string()), false);
            adds_up(books.totals());
        }
        books.give(event(""), false);
        assert_eq!(
            books.totals().to_string(),
            "logs: given 6 · sent 0 · dropped 2 (queue full) · rejected 1 (empty) · waiting 3"
        );
        assert_eq!(books.take(), ["2", "3", "4"].map(event));
        books.sent(2);
        books.undelivered(Undelivered::Refused, 1);
        adds_up(books.totals());
        assert_eq!(books.totals().waiting, 0);
    }

    #[test]
    fn bytes_are_a_bound_too_and_one_event_always_fits() {
        let books = books(1000, 0);
        books.give(event("x".repeat(3 * BYTES)), true);
        assert_eq!((books.totals().waiting, books.totals().cut), (1, 1));
        books.give(event("y"), false);
        // The long one went, for it was the oldest.
        assert_eq!((books.totals().waiting, books.totals().dropped()), (1, 1));
        assert_eq!(books.take(), [event("y")]);
    }

    #[test]
    fn what_is_taken_is_one_batch() {
        let books = books(100_000, 64 * BYTES);
        for _ in 0..EVENTS + 5 {
            books.give(event("x"), false);
        }
        assert_eq!(books.take().len(), EVENTS);
        assert_eq!(books.take().len(), 5);
        for _ in 0..5 {
            books.give(event("x".repeat(BYTES / 3)), false);
        }
        assert_eq!((books.take().len(), books.take().len()), (2, 2));
        adds_up(books.totals());
    }

    #[test]
    fn nothing_is_forgotten_at_the_end() {
        let books = books(10, BYTES);
        books.give(event("under way"), false);
        books.take();
        books.give(event("waiting"), false);
        books.end(Undelivered::NotInTime);
        books.give(event("late"), false);
        assert_eq!(
            books.totals().to_string(),
            "logs: given 3 · sent 0 · dropped 3 (2 not delivered in time, 1 shipping stopped) · rejected 0"
        );
    }

    #[tokio::test]
    async fn who_waits_for_room_gets_it() {
        let books = books(1, BYTES);
        books.give(event("first"), false);
        let second = books.give_when_there_is_room(event("second"), false);
        tokio::pin!(second);
        assert!(futures::poll!(second.as_mut()).is_pending());
        assert_eq!(
            books.totals().given,
            1,
            "what waits outside is not given yet"
        );
        books.take();
        second.await;
        let third = books.give_when_there_is_room(event("third"), false);
        tokio::pin!(third);
        assert!(futures::poll!(third.as_mut()).is_pending());
        // The end lets everybody go.
        books.end(Undelivered::Stopped);
        third.await;
        assert_eq!((books.totals().given, books.totals().dropped()), (3, 3));
    }
}
