//! What is known of X-Ray at this moment: whether it answers.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use jiff::Timestamp;

/// Shared by all uploads.
#[derive(Debug, Default)]
pub(super) struct Endpoint(Mutex<State>);

#[derive(Debug, Clone, Default)]
pub(super) struct State {
    /// When the first of the attempts was that have failed since the last success.
    pub(super) failing_since: Option<Instant>,
    /// How many have failed since.
    pub(super) failures: u64,
    /// The last attempt.
    pub(super) last: Option<Attempt>,
    /// When a batch arrived last.
    pub(super) last_success: Option<Timestamp>,
}

/// One upload.
#[derive(Debug, Clone)]
pub(super) struct Attempt {
    pub(super) at: Timestamp,
    /// What went wrong.
    pub(super) error: Option<String>,
}

impl Endpoint {
    /// An upload was answered; returns how many failed before it.
    pub(super) fn answered(&self) -> u64 {
        let mut state = self.lock();
        let now = Timestamp::now();
        state.failing_since = None;
        state.last = Some(Attempt {
            at: now,
            error: None,
        });
        state.last_success = Some(now);
        std::mem::take(&mut state.failures)
    }

    /// An upload failed; returns how many did so in a row.
    pub(super) fn failed(&self, error: &str) -> u64 {
        let mut state = self.lock();
        state.failing_since.get_or_insert_with(Instant::now);
        state.failures += 1;
        state.last = Some(Attempt {
            at: Timestamp::now(),
            error: Some(error.to_owned()),
        });
        state.failures
    }

    /// Whether the last upload failed.
    pub(super) fn is_down(&self) -> bool {
        self.lock().failing_since.is_some()
    }

    /// All of it.
    pub(super) fn state(&self) -> State {
        self.lock().clone()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
