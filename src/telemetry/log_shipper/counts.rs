//! The figures, and the line of truth.

use std::fmt;

use indicatif::HumanCount;

use crate::logs::batch::Rejection;

/// Why an event was not delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Undelivered {
    /// Dropped: it was the oldest when the queue was full.
    QueueFull,
    /// Dropped: it still waited when the time was over.
    NotInTime,
    /// Dropped: shipping had stopped.
    Stopped,
    /// Rejected: it had no text.
    Empty,
    /// Rejected: it was older than 14 days.
    TooOld,
    /// Rejected: it was older than its group keeps events.
    Expired,
    /// Rejected: it was more than 2 hours ahead.
    TooNew,
    /// Rejected: CloudWatch Logs refused it, even alone.
    Refused,
}

impl Undelivered {
    /// Every reason; those that drop come first.
    pub const ALL: [Self; 8] = [
        Self::QueueFull,
        Self::NotInTime,
        Self::Stopped,
        Self::Empty,
        Self::TooOld,
        Self::Expired,
        Self::TooNew,
        Self::Refused,
    ];

    /// Whether we dropped it; otherwise it was rejected for what it is.
    pub fn is_dropped(self) -> bool {
        matches!(self, Self::QueueFull | Self::NotInTime | Self::Stopped)
    }

    /// The reason in words.
    pub fn words(self) -> &'static str {
        match self {
            Self::QueueFull => "queue full",
            Self::NotInTime => "not delivered in time",
            Self::Stopped => "shipping stopped",
            Self::Empty => Rejection::Empty.words(),
            Self::TooOld => Rejection::TooOld.words(),
            Self::Expired => Rejection::Expired.words(),
            Self::TooNew => Rejection::TooNew.words(),
            Self::Refused => "refused",
        }
    }
}

impl From<Rejection> for Undelivered {
    fn from(rejection: Rejection) -> Self {
        match rejection {
            Rejection::Empty => Self::Empty,
            Rejection::TooOld => Self::TooOld,
            Rejection::Expired => Self::Expired,
            Rejection::TooNew => Self::TooNew,
        }
    }
}

/// What became of the events: `given = sent + dropped + rejected + waiting`, at any moment.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Totals {
    /// Events that the shipper was given.
    pub given: u64,
    /// Events that CloudWatch Logs acknowledged.
    pub sent: u64,
    /// Events that wait, or are under way.
    pub waiting: u64,
    /// Events whose message was cut; each is one of the others too.
    pub cut: u64,
    undelivered: [u64; Undelivered::ALL.len()],
}

impl Totals {
    /// Events that were not delivered for this reason.
    pub fn undelivered(&self, reason: Undelivered) -> u64 {
        self.undelivered[reason as usize]
    }

    /// Events that were dropped.
    pub fn dropped(&self) -> u64 {
        self.sum(Undelivered::is_dropped)
    }

    /// Events that were rejected.
    pub fn rejected(&self) -> u64 {
        self.sum(|reason| !reason.is_dropped())
    }

    /// Events with a text that did not arrive.
    pub fn lost(&self) -> u64 {
        self.dropped() + self.rejected() - self.undelivered(Undelivered::Empty)
    }

    pub(super) fn count(&mut self, reason: Undelivered, events: u64) {
        self.undelivered[reason as usize] += events;
    }

    fn sum(&self, counts: impl Fn(Undelivered) -> bool) -> u64 {
        let reasons = Undelivered::ALL.into_iter();
        reasons
            .filter(|reason| counts(*reason))
            .map(|reason| self.undelivered(reason))
            .sum()
    }

    /// `4 (queue full)`, `6 (3 too old, 3 too new)`, `0`.
    fn told(&self, counts: impl Fn(Undelivered) -> bool) -> String {
        let reasons: Vec<(u64, &str)> = Undelivered::ALL
            .into_iter()
            .filter(|reason| counts(*reason) && self.undelivered(*reason) > 0)
            .map(|reason| (self.undelivered(reason), reason.words()))
            .collect();
        match reasons.as_slice() {
            [] => "0".to_owned(),
            [(number, reason)] => format!("{} ({reason})", HumanCount(*number)),
            several => {
                let all = several.iter().map(|(number, _)| number).sum();
                let parts = several
                    .iter()
                    .map(|(number, reason)| format!("{} {reason}", HumanCount(*number)));
                let parts: Vec<String> = parts.collect();
                format!("{} ({})", HumanCount(all), parts.join(", "))
            }
        }
    }
}

/// The line of truth.
impl fmt::Display for Totals {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "logs: given {} · sent {} · dropped {} · rejected {}",
            HumanCount(self.given),
            HumanCount(self.sent),
            self.told(Undelivered::is_dropped),
            self.told(|reason| !reason.is_dropped())
        )?;
        for (number, word) in [(self.waiting, "waiting"), (self.cut, "cut")] {
            if number > 0 {
                write!(formatter, " · {word} {}", HumanCount(number))?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_of_truth() {
        let mut totals = Totals {
            given: 1000,
            sent: 990,
            ..Totals::default()
        };
        totals.count(Undelivered::QueueFull, 4);
        totals.count(Undelivered::TooOld, 3);
        totals.count(Undelivered::TooNew, 3);
        insta::assert_snapshot!(totals, @"logs: given 1,000 · sent 990 · dropped 4 (queue full) · rejected 6 (3 too old, 3 too new)");
        totals.count(Undelivered::Stopped, 1_234_567);
        totals.waiting = 12;
        totals.cut = 1;
        insta::assert_snapshot!(totals, @"logs: given 1,000 · sent 990 · dropped 1,234,571 (4 queue full, 1,234,567 shipping stopped) · rejected 6 (3 too old, 3 too new) · waiting 12 · cut 1");
        insta::assert_snapshot!(Totals::default(), @"logs: given 0 · sent 0 · dropped 0 · rejected 0");
    }

    #[test]
    fn empty_events_are_no_loss() {
        let mut totals = Totals::default();
        totals.count(Undelivered::Empty, 3);
        assert_eq!((totals.rejected(), totals.lost()), (3, 0));
        for reason in Undelivered::ALL {
            totals.count(reason, 1);
            assert_eq!(Undelivered::ALL[reason as usize], reason);
        }
        assert_eq!(
            (totals.dropped(), totals.rejected(), totals.lost()),
            (3, 8, 7)
        );
    }
}
