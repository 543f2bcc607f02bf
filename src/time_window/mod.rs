//! Which stretch of time a command looks at: what people type, what it means, how it is shown.
//!
//! One parser and one formatter for every command. Pure: the present moment and the local time
//! zone come in as a [`Clock`]; flags are read in `cli`.

mod mistake;
mod moment;
mod shown;
#[cfg(test)]
mod tests;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

pub use mistake::Mistake;
pub use moment::{Edge, Moment};
pub use shown::{shown, shown_window};

/// The present moment, and the zone in which people mean and read times.
#[derive(Debug, Clone)]
pub struct Clock {
    /// The present moment.
    pub now: Timestamp,
    /// The zone of times that are typed without one, and of times that are shown.
    pub zone: TimeZone,
}

/// A stretch of time: from its start up to, and without, its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// The first moment.
    pub start: Timestamp,
    /// The first moment that is no longer part of it.
    pub end: Timestamp,
}

/// What was typed of a window; any part may be missing.
#[derive(Debug, Clone, Copy, Default)]
pub struct Asked {
    /// Its length in minutes.
    pub minutes: Option<u32>,
    /// Its start.
    pub since: Option<Moment>,
    /// Its end.
    pub until: Option<Moment>,
}

impl Asked {
    /// The window that is meant: up to now and `usual` minutes long unless something else is asked.
    ///
    /// It begins and ends on whole seconds, outwards, as X-Ray's own graphs do. An end in the
    /// future is cut to now.
    pub fn window(&self, usual: u32, clock: &Clock) -> Result<Window, Mistake> {
        let until = self
            .until
            .map(|until| until.at(clock, Edge::End))
            .transpose()?;
        let end = until.map_or(clock.now, |until| until.min(clock.now));
        let start = match self.since {
            Some(since) => since.at(clock, Edge::Start)?,
            None => end
                .checked_sub(SignedDuration::from_mins(i64::from(
                    self.minutes.unwrap_or(usual),
                )))
                .map_err(|_| Mistake::Beyond)?,
        };
        if start >= clock.now {
            return Err(Mistake::Future(shown(start, &clock.zone)));
        }
        if start >= end {
            return Err(Mistake::Empty {
                since: shown(start, &clock.zone),
                until: shown(until.unwrap_or(end), &clock.zone),
            });
        }
        Ok(Window {
            start: whole_second(start, false)?,
            end: whole_second(end, true)?,
        })
    }
}

fn whole_second(at: Timestamp, up: bool) -> Result<Timestamp, Mistake> {
    // Nanoseconds have the sign of the seconds.
    let floor = at.as_second() - i64::from(at.subsec_nanosecond() < 0);
    let second = floor + i64::from(up && at.subsec_nanosecond() != 0);
    Timestamp::from_second(second).map_err(|_| Mistake::Beyond)
}

impl Window {
    /// How long it is.
    pub fn length(&self) -> SignedDuration {
        self.end.duration_since(self.start)
    }

    /// The window cut into pieces that are no longer than `longest`, the oldest first; the newest
    /// ones are whole.
    pub fn slices(&self, longest: SignedDuration) -> Vec<Self> {
        let mut slices = Vec::new();
        let mut end = self.end;
        while end > self.start {
            let start = end
                .checked_sub(longest)
                .map_or(self.start, |start| start.max(self.start));
            slices.push(Self { start, end });
            if start == end {
                break;
            }
            end = start;
        }
        slices.reverse();
        slices
    }
}
