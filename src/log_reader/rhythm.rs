//! How often groups are asked, and how far back.

use std::time::Duration;

use crate::logs::event::LogEvent;

/// How often what is asked, and how far back.
#[derive(Debug, Clone, Copy)]
pub struct Rhythm {
    /// From the beginning of one round to that of the next.
    pub round: Duration,
    /// The same while Live Tail tells what is new.
    pub live_round: Duration,
    /// The same for groups that answer queries only.
    pub query_round: Duration,
    /// From one far-reaching round to the next.
    pub sweep: Duration,
    /// How far an ordinary round reaches back at least.
    pub overlap: Duration,
    /// How far it does while that is not much to read: many write their lines once a minute.
    pub usual: Duration,
    /// How far a far-reaching one does.
    pub lateness: Duration,
    /// How far rounds may come to reach back where lines come late.
    pub latest: Duration,
    /// From one look for new groups, or for one that is gone, to the next.
    pub look: Duration,
}

impl Default for Rhythm {
    fn default() -> Self {
        Self {
            round: Duration::from_secs(1),
            live_round: Duration::from_secs(15),
            query_round: Duration::from_secs(15),
            sweep: Duration::from_mins(1),
            overlap: Duration::from_secs(15),
            usual: Duration::from_secs(90),
            lateness: Duration::from_mins(6),
            latest: Duration::from_hours(2),
            look: Duration::from_secs(10),
        }
    }
}

/// The most lines of a page; to read more of them again and again is much.
const PAGE: usize = 10_000;

/// How far back rounds have to reach, by what was seen so far.
#[derive(Debug)]
pub(super) struct Reach {
    rhythm: Rhythm,
    /// The most milliseconds that a line was seen to come late.
    lag: i64,
    /// How many lines the round before has read, new or not.
    pub(super) read: usize,
}

impl Reach {
    pub(super) fn new(rhythm: Rhythm) -> Self {
        Self {
            rhythm,
            lag: 0,
            read: 0,
        }
    }

    /// How many milliseconds a round reaches back.
    pub(super) fn back(&self, is_sweep: bool) -> i64 {
        let overlap = milliseconds(self.rhythm.overlap);
        let lateness = milliseconds(self.rhythm.lateness);
        let latest = milliseconds(self.rhythm.latest);
        if is_sweep {
            lateness.max(self.lag * 2).min(latest)
        } else if self.read > PAGE {
            (self.lag + overlap).min(latest)
        } else {
            let usual = milliseconds(self.rhythm.usual);
            (self.lag + overlap).max(usual).min(latest)
        }
    }

    /// Learns how late lines come; what was there before `since` says nothing about what is to
    /// come.
    pub(super) fn learn(&mut self, events: &[LogEvent], since: i64) {
        let lags = events.iter().filter_map(|event| {
            let ingested = event.ingested_at.filter(|at| *at >= since)?;
            Some(ingested - event.timestamp)
        });
        self.lag = lags.fold(self.lag, i64::max);
    }
}

fn milliseconds(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}
