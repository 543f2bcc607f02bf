//! Calls that are made until they are answered.
//!
//! Throttling, a service that fails, a connection that is cut: each is waited out, and told once
//! for all who wait at the same time.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::time::{Instant, sleep};

use super::Notice;
use crate::error::{Error, Kind, Result};

/// The first wait.
const FIRST: Duration = Duration::from_millis(500);

/// The longest wait.
const LONGEST: Duration = Duration::from_secs(8);

/// How long to go on trying; clones share what is amiss.
#[derive(Debug, Clone)]
pub struct Patience {
    limit: Option<Duration>,
    // Unbounded, but an episode has two notices and lasts for a wait at least.
    notices: UnboundedSender<Notice>,
    episode: Arc<Mutex<Option<Instant>>>,
}

impl Patience {
    /// Tries for so long at most, or for ever; what happens meanwhile comes out of the other end.
    pub fn new(limit: Option<Duration>) -> (Self, UnboundedReceiver<Notice>) {
        let (notices, happened) = unbounded_channel();
        let patience = Self {
            limit,
            notices,
            episode: Arc::default(),
        };
        (patience, happened)
    }

    /// Makes a call until it is answered, be it with a refusal.
    pub(super) async fn until_answered<T, F>(&self, mut call: impl FnMut() -> F) -> Result<T>
    where
        F: Future<Output = Result<T>>,
    {
        let begun = Instant::now();
        let mut wait = FIRST;
        loop {
            let error = match call().await {
                Ok(answer) => {
                    self.resumed();
                    return Ok(answer);
                }
                Err(error) => error,
            };
            if error.kind() != Kind::Unreachable {
                return Err(error);
            }
            if self
                .limit
                .is_some_and(|limit| begun.elapsed() + wait > limit)
            {
                return Err(error);
            }
            self.interrupted(&error);
            sleep(wait.mul_f64(0.75 + fastrand::f64() / 2.0)).await;
            wait = (wait * 2).min(LONGEST);
        }
    }

    /// Says something that is no failure of a call.
    pub(super) fn say(&self, notice: Notice) {
        // Who no longer listens does not want to know.
        drop(self.notices.send(notice));
    }

    fn interrupted(&self, error: &Error) {
        let mut episode = self.episode();
        if episode.is_some() {
            return;
        }
        *episode = Some(Instant::now());
        self.say(if error.known_as() == Some("throttled") {
            Notice::SlowedDown
        } else {
            Notice::Interrupted {
                what: error.message().to_owned(),
            }
        });
    }

    fn resumed(&self) {
        if let Some(since) = self.episode().take() {
            self.say(Notice::Resumed {
                after: since.elapsed(),
            });
        }
    }

    fn episode(&self) -> MutexGuard<'_, Option<Instant>> {
        self.episode.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
