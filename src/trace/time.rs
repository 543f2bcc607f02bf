//! Points in time, as traces have them.

use std::fmt;

/// A point in time: whole microseconds since the epoch.
///
/// Segment documents carry seconds as floating-point numbers, and AWS advises microseconds.
/// Whole numbers make sums exact, and so the same in whichever order traces are added.
/// Lengths of time are plain `i64` microseconds.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Time(i64);

/// The first second that is beyond what is taken for a time: the year 10000.
const BEYOND: f64 = 253_402_300_800.0;

impl Time {
    /// The point so many microseconds after the epoch.
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// The point so many seconds after the epoch, unless that is no time within 10,000 years.
    ///
    /// Milliseconds in the place of seconds are the usual mistake; they are beyond.
    pub fn from_seconds(seconds: f64) -> Option<Self> {
        let sensible = seconds.is_finite() && seconds.abs() < BEYOND;
        sensible.then(|| Self(micros(seconds)))
    }

    /// Microseconds since the epoch.
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// Seconds since the epoch, as a document carries them.
    pub fn seconds(self) -> f64 {
        seconds(self.0)
    }

    /// Whole seconds since the epoch, as the service graph has them.
    pub const fn whole_seconds(self) -> i64 {
        self.0.div_euclid(1_000_000)
    }

    /// The microseconds from an earlier point to this one; negative when it is a later one.
    pub const fn since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }
}

/// Rounds seconds to microseconds.
#[expect(
    clippy::cast_possible_truncation,
    reason = "a cast saturates, and callers bound what they give"
)]
fn micros(seconds: f64) -> i64 {
    (seconds * 1e6).round() as i64
}

/// Microseconds as seconds.
#[expect(
    clippy::cast_precision_loss,
    reason = "microseconds of ten thousand years keep their microsecond, near enough"
)]
pub fn seconds(micros: i64) -> f64 {
    micros as f64 / 1e6
}

impl fmt::Debug for Time {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "{}.{:06}",
            self.whole_seconds(),
            self.0.rem_euclid(1_000_000)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_become_microseconds() {
        let time = Time::from_seconds(1_795_167_728.614_987_9).expect("a time");
        assert_eq!(time.micros(), 1_795_167_728_614_988);
        assert_eq!(format!("{time:?}"), "1795167728.614988");
        assert_eq!(time.whole_seconds(), 1_795_167_728);
        assert_eq!(Time::from_seconds(time.seconds()), Some(time));
    }

    #[test]
    fn times_before_the_epoch_are_times() {
        let time = Time::from_seconds(-0.25).expect("a time");
        assert_eq!(time.whole_seconds(), -1);
        assert_eq!(format!("{time:?}"), "-1.750000");
    }

    #[test]
    fn milliseconds_and_infinities_are_none() {
        for seconds in [1_795_167_728_614.0, f64::INFINITY, f64::NAN, 1e300, -1e300] {
            assert_eq!(Time::from_seconds(seconds), None, "{seconds}");
        }
    }
}
