//! The figures of one pipeline, and the line of truth.

use std::fmt;

use indicatif::HumanCount;

/// Why something was not delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Undelivered {
    /// Dropped: the queue was full.
    QueueFull,
    /// Dropped: it still waited when the time was over.
    NotInTime,
    /// Dropped: every attempt failed.
    GaveUp,
    /// Dropped: the pipeline had stopped.
    Stopped,
    /// Rejected: the other end did not accept the key.
    Unauthorised,
    /// Rejected: the other end refused it.
    Refused,
    /// Rejected: the other end took its batch, but not this.
    PartlyRefused,
}

impl Undelivered {
    /// Every reason; those that drop come first.
    pub const ALL: [Self; 7] = [
        Self::QueueFull,
        Self::NotInTime,
        Self::GaveUp,
        Self::Stopped,
        Self::Unauthorised,
        Self::Refused,
        Self::PartlyRefused,
    ];

    /// Whether we dropped it; otherwise the other end rejected it.
    pub fn is_dropped(self) -> bool {
        matches!(
            self,
            Self::QueueFull | Self::NotInTime | Self::GaveUp | Self::Stopped
        )
    }

    /// The reason in words.
    pub fn words(self) -> &'static str {
        match self {
            Self::QueueFull => "queue full",
            Self::NotInTime => "not delivered in time",
            Self::GaveUp => "gave up",
            Self::Stopped => "stopped",
            Self::Unauthorised => "key not accepted",
            Self::Refused => "refused",
            Self::PartlyRefused => "refused in part",
        }
    }
}

/// What became of what a pipeline was given: `given = sent + dropped + rejected + waiting`, at any
/// moment.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Totals {
    /// What the pipeline was given.
    pub given: u64,
    /// What the other end acknowledged; what goes over UDP is never acknowledged, and counts when
    /// it is on its way.
    pub sent: u64,
    /// What waits, or is under way.
    pub waiting: u64,
    undelivered: [u64; Undelivered::ALL.len()],
}

impl Totals {
    /// What was not delivered for this reason.
    pub fn undelivered(&self, reason: Undelivered) -> u64 {
        self.undelivered[reason as usize]
    }

    /// What was dropped.
    pub fn dropped(&self) -> u64 {
        self.sum(Undelivered::is_dropped)
    }

    /// What was rejected.
    pub fn rejected(&self) -> u64 {
        self.sum(|reason| !reason.is_dropped())
    }

    pub(super) fn count(&mut self, reason: Undelivered, number: u64) {
        self.undelivered[reason as usize] += number;
    }

    fn sum(&self, counts: impl Fn(Undelivered) -> bool) -> u64 {
        Undelivered::ALL
            .into_iter()
            .filter(|reason| counts(*reason))
            .map(|reason| self.undelivered(reason))
            .sum()
    }

    /// `4 (queue full)`, `6 (3 refused, 3 refused in part)`, `0`.
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
                let parts: Vec<String> = several
                    .iter()
                    .map(|(number, reason)| format!("{} {reason}", HumanCount(*number)))
                    .collect();
                format!("{} ({})", HumanCount(all), parts.join(", "))
            }
        }
    }
}

/// The line of truth, without the pipeline's name.
impl fmt::Display for Totals {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "given {} · sent {} · dropped {} · rejected {}",
            HumanCount(self.given),
            HumanCount(self.sent),
            self.told(Undelivered::is_dropped),
            self.told(|reason| !reason.is_dropped())
        )?;
        if self.waiting > 0 {
            write!(formatter, " · waiting {}", HumanCount(self.waiting))?;
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
        totals.count(Undelivered::Refused, 3);
        totals.count(Undelivered::PartlyRefused, 3);
        insta::assert_snapshot!(totals, @"given 1,000 · sent 990 · dropped 4 (queue full) · rejected 6 (3 refused, 3 refused in part)");
        totals.waiting = 12;
        insta::assert_snapshot!(totals, @"given 1,000 · sent 990 · dropped 4 (queue full) · rejected 6 (3 refused, 3 refused in part) · waiting 12");
        for reason in Undelivered::ALL {
            assert_eq!(Undelivered::ALL[reason as usize], reason);
        }
    }
}
