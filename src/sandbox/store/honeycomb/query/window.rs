//! Which stretch of time a query is about, and into which steps it is cut.
//!
//! Honeycomb rounds a query's ends to minutes; here they are taken as they are, so that an event that
//! was just sent is found.

use super::invalid::Findings;

const SECOND: i64 = 1_000_000_000;

/// Two hours, in seconds.
const USUAL_RANGE: i64 = 7200;

/// So many steps are aimed at where a query names none.
const USUAL_STEPS: i64 = 240;

/// The most steps of a window.
const MOST_STEPS: i64 = 1000;

/// Steps that people can read, in seconds.
const ROUND: [i64; 14] = [
    1, 5, 10, 15, 30, 60, 300, 900, 1800, 3600, 7200, 21_600, 43_200, 86_400,
];

/// As it is written: seconds, what is absent was not said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TimeSpecification {
    pub(super) range: Option<i64>,
    pub(super) start: Option<i64>,
    pub(super) end: Option<i64>,
    pub(super) granularity: Option<i64>,
}

/// A stretch of time in nanoseconds since 1970, and its steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) start: i64,
    /// Not within it any more.
    pub(super) end: i64,
    pub(super) step: i64,
}

impl TimeSpecification {
    /// Looks whether its parts fit together.
    pub(super) fn check(self, findings: &mut Findings) {
        if let (Some(_), Some(_), Some(_)) = (self.range, self.start, self.end) {
            findings.invalid(
                "time_range",
                "of time_range, start_time and end_time at most two may be given",
            );
        }
        if let (Some(start), Some(end)) = (self.start, self.end)
            && start >= end
        {
            findings.invalid("end_time", "end_time must be after start_time");
        }
        if let Some(granularity) = self.granularity {
            let range = match (self.start, self.end) {
                (Some(start), Some(end)) => end - start,
                _ => self.range.unwrap_or(USUAL_RANGE),
            };
            if granularity > range || granularity * MOST_STEPS < range {
                findings.invalid(
                    "granularity",
                    format!("granularity must be at most time_range, and at least time_range / {MOST_STEPS}"),
                );
            }
        }
    }

    /// The stretch of time, seen at `now`, in milliseconds since 1970.
    pub(super) fn span(self, now: i64) -> Span {
        // The second that has begun counts too.
        let now = now.div_euclid(1000) + 1;
        let range = self.range.unwrap_or(USUAL_RANGE);
        let (start, end) = match (self.start, self.end) {
            (Some(start), Some(end)) => (start, end),
            (Some(start), None) if self.range.is_some() => (start, start.saturating_add(range)),
            (Some(start), None) => (start, now.max(start.saturating_add(1))),
            (None, Some(end)) => (end.saturating_sub(range), end),
            (None, None) => (now.saturating_sub(range), now),
        };
        let length = end.saturating_sub(start).max(1);
        let step = self.granularity.unwrap_or_else(|| {
            ROUND
                .into_iter()
                .find(|step| step.saturating_mul(USUAL_STEPS) >= length)
                .unwrap_or(length / USUAL_STEPS)
        });
        Span {
            start: start.saturating_mul(SECOND),
            end: end.saturating_mul(SECOND),
            step: step.max(1).saturating_mul(SECOND),
        }
    }
}

impl Span {
    /// The last second whose nanoseconds can be written, so that nothing has to overflow.
    pub(super) const MOST_SECONDS: i64 = 9_000_000_000;

    /// Whether a moment lies within it.
    pub(super) fn contains(self, time: i64) -> bool {
        self.start <= time && time < self.end
    }

    /// The beginning of the step of a moment; the first step begins with the window.
    pub(super) fn step_of(self, time: i64) -> i64 {
        time.div_euclid(self.step)
            .saturating_mul(self.step)
            .max(self.start)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_700_000_000_500;

    fn given(range: Option<i64>, start: Option<i64>, end: Option<i64>) -> (i64, i64, i64) {
        let time = TimeSpecification {
            range,
            start,
            end,
            granularity: None,
        };
        let span = time.span(NOW);
        (span.start / SECOND, span.end / SECOND, span.step / SECOND)
    }

    #[test]
    fn two_of_three_make_a_window() {
        let now = 1_700_000_001;
        assert_eq!(given(None, None, None), (now - 7200, now, 30));
        assert_eq!(given(Some(600), None, None), (now - 600, now, 5));
        assert_eq!(given(Some(600), Some(1000), None), (1000, 1600, 5));
        assert_eq!(given(Some(600), None, Some(1000)), (400, 1000, 5));
        assert_eq!(given(None, Some(1000), Some(1100)), (1000, 1100, 1));
        assert_eq!(given(None, Some(now - 60), None), (now - 60, now, 1));
        assert_eq!(given(Some(7 * 86_400), None, None).2, 3600);
    }

    #[test]
    fn steps_are_aligned_to_the_clock() {
        let span = Span {
            start: 7 * SECOND,
            end: 40 * SECOND,
            step: 10 * SECOND,
        };
        assert_eq!(span.step_of(8 * SECOND), 7 * SECOND);
        assert_eq!(span.step_of(10 * SECOND), 10 * SECOND);
        assert_eq!(span.step_of(19 * SECOND), 10 * SECOND);
        assert!(span.contains(7 * SECOND) && !span.contains(40 * SECOND));
    }
}
