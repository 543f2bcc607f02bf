//! Which events of a request are kept: not those of the future, not those too old.
//!
//! <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html>

use std::ops::Range;

use super::super::Fault;
use super::{DAY, NewLogEvent};

/// How far ahead of the clock an event may be, in milliseconds.
const AHEAD: i64 = 2 * 60 * 60 * 1000;

/// How far behind the clock an event may be, in milliseconds.
const BEHIND: i64 = 14 * DAY;

/// What was not kept of a request, by the places of its events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RejectedEvents {
    /// From here on they are too far in the future.
    pub too_new_start: Option<usize>,
    /// Before this they are older than 14 days.
    pub too_old_end: Option<usize>,
    /// Before this they are older than the group's retention, and not all of them are too old
    /// anyway.
    pub expired_end: Option<usize>,
}

/// Gives the events to keep, of some in the order of their times.
pub(super) fn judge(
    events: &[NewLogEvent<'_>],
    now: i64,
    retention_in_days: Option<i64>,
) -> Result<(Range<usize>, RejectedEvents), Fault> {
    let older_than = |limit: i64| events.partition_point(|event| event.timestamp < limit);
    let too_old = older_than(now.saturating_sub(BEHIND));
    let expired = retention_in_days.map_or(0, |days| older_than(expiry(now, days)));
    let too_new = events.partition_point(|event| event.timestamp <= now.saturating_add(AHEAD));
    let rejected = RejectedEvents {
        too_new_start: (too_new < events.len()).then_some(too_new),
        too_old_end: (too_old > 0).then_some(too_old),
        expired_end: (expired > too_old).then_some(expired),
    };
    let kept = too_old.max(expired)..too_new;
    if let [first, .., last] = &events[kept.clone()]
        && last.timestamp.saturating_sub(first.timestamp) > DAY
    {
        return Err(Fault::invalid_parameter(
            "The batch of log events in a single PutLogEvents request cannot span more than 24 hours.",
        ));
    }
    Ok((kept, rejected))
}

/// Events before this have outlived a retention.
pub(super) fn expiry(now: i64, days: i64) -> i64 {
    now.saturating_sub(days.saturating_mul(DAY))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_528_317_567_891;

    fn judged(offsets: &[i64], retention: Option<i64>) -> (Range<usize>, RejectedEvents) {
        let events: Vec<NewLogEvent<'_>> = offsets
            .iter()
            .map(|offset| NewLogEvent {
                timestamp: NOW + offset,
                message: "a",
            })
            .collect();
        judge(&events, NOW, retention).unwrap()
    }

    #[test]
    fn the_window_is_kept_to_the_millisecond() {
        assert_eq!(
            judged(&[-BEHIND, -BEHIND + DAY], None),
            (0..2, RejectedEvents::default())
        );
        assert_eq!(judged(&[AHEAD], None), (0..1, RejectedEvents::default()));
        let (kept, rejected) = judged(&[-BEHIND - 1, -1, 0, AHEAD + 1, AHEAD + 2], None);
        assert_eq!(kept, 1..3);
        assert_eq!(
            rejected,
            RejectedEvents {
                too_new_start: Some(3),
                too_old_end: Some(1),
                expired_end: None
            }
        );
    }

    #[test]
    fn a_retention_expires_what_is_not_too_old_anyway() {
        let (kept, rejected) = judged(&[-20 * DAY, -3 * DAY - 1, -3 * DAY, -3 * DAY + 5], Some(3));
        assert_eq!(kept, 2..4);
        assert_eq!(
            (rejected.too_old_end, rejected.expired_end),
            (Some(1), Some(2))
        );
        let (kept, rejected) = judged(&[-40 * DAY, 0], Some(30));
        assert_eq!(kept, 1..2);
        assert_eq!(
            (rejected.too_old_end, rejected.expired_end),
            (Some(1), None)
        );
    }

    #[test]
    fn nothing_may_be_left() {
        assert_eq!(judged(&[-20 * DAY], None).0.len(), 0);
        assert_eq!(judged(&[DAY], None).0.len(), 0);
        let (kept, rejected) = judged(&[-20 * DAY, DAY], None);
        assert_eq!(kept.len(), 0);
        assert_eq!(rejected.too_new_start, Some(1));
    }

    #[test]
    fn only_kept_events_have_to_lie_within_a_day() {
        let events = |offsets: &[i64]| -> Vec<NewLogEvent<'static>> {
            let one = |offset: &i64| NewLogEvent {
                timestamp: NOW + offset,
                message: "a",
            };
            offsets.iter().map(one).collect()
        };
        assert!(judge(&events(&[-DAY, 0]), NOW, None).is_ok());
        let refused = judge(&events(&[-DAY - 1, 0]), NOW, None).unwrap_err();
        assert_eq!(refused.code, "InvalidParameterException");
        assert!(judge(&events(&[-15 * DAY, -DAY, 0, DAY]), NOW, None).is_ok());
        assert!(judge(&events(&[-2 * DAY - 1, 0]), NOW, Some(1)).is_ok());
    }
}
