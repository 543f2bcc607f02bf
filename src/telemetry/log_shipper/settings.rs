//! Where events go, how much may wait, and how long is tried.

use std::time::Duration;

use crate::remote::Tags;

/// What a shipper has to know.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The log group.
    pub group: String,
    /// The log stream; created when it is not there.
    pub stream: String,
    /// What to make of a group that is not there; `None` stops shipping.
    pub create_group: Option<NewGroup>,
    /// How many days the group keeps events, where that is known: older ones are not sent.
    pub retention_days: Option<i32>,
    /// How many events may wait.
    pub queue_events: usize,
    /// How many bytes may wait, as `PutLogEvents` counts them; at least one event always may.
    pub queue_bytes: usize,
    /// How long the first event waits for others to go with it.
    pub first_flush: Duration,
    /// How long an event waits after that. A batch that is full does not wait.
    pub flush: Duration,
    /// How long one attempt may take.
    pub patience: Duration,
    /// How long to wait after a failure.
    pub pauses: Pauses,
    /// When to give up after the end; until then a batch is tried for as long as it takes.
    pub give_up: GiveUp,
    /// How long may be taken to send what waits when the process has to stop.
    pub drain: Duration,
    /// Whether a stop waits until the shipper is closed, within that time, for whoever has last
    /// words to give; otherwise it is over when nothing waits.
    pub waits_for_close: bool,
}

/// A log group to make.
#[derive(Debug, Clone, Default)]
pub struct NewGroup {
    /// After how many days events go; `None` keeps them for ever.
    pub retention_days: Option<i32>,
    /// Its tags.
    pub tags: Tags,
}

/// The pauses between attempts; each is twice the last.
#[derive(Debug, Clone, Copy)]
pub struct Pauses {
    /// After the first failure.
    pub first: Duration,
    /// The longest.
    pub longest: Duration,
}

/// How long is tried when nothing more comes and somebody waits for the end.
#[derive(Debug, Clone, Copy)]
pub struct GiveUp {
    /// After so many attempts for one batch.
    pub attempts: u32,
    /// After so long without anything being taken.
    pub after: Duration,
}

impl Settings {
    /// What suits most: 64 MiB or 100,000 events wait; the first goes within 2 seconds.
    pub fn new(group: impl Into<String>, stream: impl Into<String>) -> Self {
        Self {
            group: group.into(),
            stream: stream.into(),
            create_group: None,
            retention_days: None,
            queue_events: 100_000,
            queue_bytes: 64 * 1024 * 1024,
            first_flush: Duration::from_secs(2),
            flush: Duration::from_secs(5),
            patience: Duration::from_secs(20),
            pauses: Pauses {
                first: Duration::from_secs(2),
                longest: Duration::from_mins(1),
            },
            give_up: GiveUp {
                attempts: 8,
                after: Duration::from_mins(1),
            },
            drain: Duration::from_secs(10),
            waits_for_close: false,
        }
    }
}

impl Pauses {
    /// The pause after so many failures in a row. It differs from process to process, so that they
    /// do not all come back at once.
    pub(super) fn after(self, failures: u32) -> Duration {
        let whole = self
            .first
            .saturating_mul(1 << failures.saturating_sub(1).min(20))
            .min(self.longest);
        whole.mul_f64(0.75 + fastrand::f64() / 4.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_a_minute() {
        let pauses = Settings::new("g", "s").pauses;
        for (failures, most) in [(1, 2), (2, 4), (3, 8), (5, 32), (6, 60), (4_000_000, 60)] {
            let most = Duration::from_secs(most);
            let pause = pauses.after(failures);
            assert!(pause <= most && pause >= most.mul_f64(0.74), "{pause:?}");
        }
    }
}
