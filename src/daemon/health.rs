//! Whether all is well: what `/healthz` says, and on what grounds.

use std::time::{Duration, Instant};

use jiff::Timestamp;
use serde::Serialize;

use super::endpoint::State;

/// So long uploads may fail before it is called a failure: longer than a deployment of X-Ray, and
/// than the pauses between attempts.
const TOLERATED: Duration = Duration::from_mins(1);

/// The verdict in a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Nothing is known to be wrong.
    Ok,
    /// Uploads fail, but not for long, or nothing waits.
    Retrying,
    /// Uploads have failed for more than a minute and segments wait.
    Failing,
}

/// What `/healthz` answers.
#[derive(Debug, Clone, Serialize)]
pub struct Health {
    /// The verdict; `failing` comes with status 503.
    pub status: Verdict,
    /// The version of this program.
    pub version: &'static str,
    /// Seconds since the start.
    pub uptime_seconds: u64,
    /// The region of X-Ray.
    pub region: String,
    /// The URL of X-Ray.
    pub endpoint: String,
    /// What is in memory.
    pub queue: QueueHealth,
    /// The last attempt to send, if there was one.
    pub last_upload: Option<LastUpload>,
    /// When a batch arrived last.
    pub last_success: Option<Timestamp>,
    /// For how many seconds uploads have failed.
    pub failing_seconds: Option<u64>,
    /// What waits for X-Ray.
    pub spool: SpoolHealth,
}

/// What is in memory.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct QueueHealth {
    /// Documents, those under way included.
    pub documents: u64,
    /// Their bytes.
    pub bytes: u64,
    /// The most bytes that there may be.
    pub capacity: u64,
}

/// The last attempt to send.
#[derive(Debug, Clone, Serialize)]
pub struct LastUpload {
    /// When it ended.
    pub at: Timestamp,
    /// Whether X-Ray answered.
    pub ok: bool,
    /// Why not.
    pub error: Option<String>,
}

/// What waits for X-Ray.
#[derive(Debug, Clone, Serialize)]
pub struct SpoolHealth {
    /// Batches.
    pub batches: u64,
    /// Their documents.
    pub documents: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Where; `null` is memory.
    pub directory: Option<String>,
}

/// Decides by what is known of the endpoint and how many documents wait for it.
pub(super) fn verdict(state: &State, waiting: u64, now: Instant) -> Verdict {
    match state.failing_since {
        None => Verdict::Ok,
        Some(since) if now.duration_since(since) > TOLERATED && waiting > 0 => Verdict::Failing,
        Some(_) => Verdict::Retrying,
    }
}

impl LastUpload {
    pub(super) fn of(state: &State) -> Option<Self> {
        let attempt = state.last.clone()?;
        Some(Self {
            at: attempt.at,
            ok: attempt.error.is_none(),
            error: attempt.error,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_fails_after_a_minute_of_failures_while_segments_wait() {
        let start = Instant::now();
        let mut state = State::default();
        let after = |seconds| start + Duration::from_secs(seconds);
        assert_eq!(verdict(&state, 5, after(999)), Verdict::Ok);
        state.failing_since = Some(start);
        assert_eq!(verdict(&state, 5, after(60)), Verdict::Retrying);
        assert_eq!(verdict(&state, 5, after(61)), Verdict::Failing);
        assert_eq!(verdict(&state, 0, after(61)), Verdict::Retrying);
    }
}
