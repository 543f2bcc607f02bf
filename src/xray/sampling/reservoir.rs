//! One second's worth of requests that are recorded whatever the rate says.

use jiff::Timestamp;

/// What the reservoir gives for one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Draw {
    /// One of the quota.
    Taken,
    /// One without a quota.
    Borrowed,
    /// Nothing: the rate decides.
    Nothing,
}

/// A client's part of a rule's reservoir.
#[derive(Debug, Clone, Default)]
pub(super) struct Reservoir {
    /// Requests per second.
    quota: Option<u32>,
    /// The last second in which the quota holds.
    last_second: Option<i64>,
    /// The second that the counts below are of, since 1970.
    second: i64,
    taken: u32,
    has_borrowed: bool,
}

impl Reservoir {
    /// Draws for one request.
    pub(super) fn draw(&mut self, now: Timestamp, can_borrow: bool) -> Draw {
        let second = now.as_second();
        self.turn(second);
        let holds = self.last_second.is_some_and(|last| second <= last);
        match self.quota.filter(|_| holds) {
            // A quota of 0 that still holds means "by rate only".
            Some(quota) => self.take(quota),
            None if can_borrow && !self.has_borrowed => {
                self.has_borrowed = true;
                Draw::Borrowed
            }
            None => Draw::Nothing,
        }
    }

    /// Draws for one request from a fixed number per second.
    pub(super) fn draw_fixed(&mut self, now: Timestamp, per_second: u32) -> Draw {
        self.turn(now.as_second());
        self.take(per_second)
    }

    /// Sets the quota; where either is left out, what was set before goes on.
    pub(super) fn set_quota(&mut self, per_second: Option<u32>, expires_at: Option<Timestamp>) {
        self.quota = per_second.or(self.quota);
        self.last_second = expires_at.map(Timestamp::as_second).or(self.last_second);
    }

    fn turn(&mut self, second: i64) {
        if second != self.second {
            self.second = second;
            self.taken = 0;
            self.has_borrowed = false;
        }
    }

    fn take(&mut self, per_second: u32) -> Draw {
        if self.taken < per_second {
            self.taken += 1;
            Draw::Taken
        } else {
            Draw::Nothing
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(milliseconds: i64) -> Timestamp {
        Timestamp::from_millisecond(milliseconds).expect("the time is in range")
    }

    fn draws(reservoir: &mut Reservoir, milliseconds: i64, count: usize) -> Vec<Draw> {
        (0..count)
            .map(|_| reservoir.draw(at(milliseconds), true))
            .collect()
    }

    #[test]
    fn without_a_quota_one_a_second_is_borrowed() {
        let mut reservoir = Reservoir::default();
        assert_eq!(
            draws(&mut reservoir, 1_000, 2),
            [Draw::Borrowed, Draw::Nothing]
        );
        assert_eq!(reservoir.draw(at(1_999), true), Draw::Nothing);
        assert_eq!(reservoir.draw(at(2_000), false), Draw::Nothing);
        assert_eq!(reservoir.draw(at(2_001), true), Draw::Borrowed);
    }

    #[test]
    fn a_quota_is_taken_until_its_last_second_is_over() {
        let mut reservoir = Reservoir::default();
        reservoir.set_quota(Some(2), Some(at(5_000)));
        assert_eq!(
            draws(&mut reservoir, 5_999, 3),
            [Draw::Taken, Draw::Taken, Draw::Nothing]
        );
        assert_eq!(
            draws(&mut reservoir, 6_000, 2),
            [Draw::Borrowed, Draw::Nothing]
        );
    }

    #[test]
    fn a_quota_of_nothing_forbids_borrowing() {
        let mut reservoir = Reservoir::default();
        reservoir.set_quota(Some(0), Some(at(9_000)));
        assert_eq!(draws(&mut reservoir, 1_000, 1), [Draw::Nothing]);
    }

    #[test]
    fn what_is_left_out_goes_on() {
        let mut reservoir = Reservoir::default();
        reservoir.set_quota(None, Some(at(9_000)));
        assert_eq!(draws(&mut reservoir, 1_000, 1), [Draw::Borrowed]);
        reservoir.set_quota(Some(1), Some(at(2_000)));
        reservoir.set_quota(None, None);
        assert_eq!(draws(&mut reservoir, 2_000, 1), [Draw::Taken]);
        reservoir.set_quota(None, Some(at(3_000)));
        assert_eq!(
            draws(&mut reservoir, 3_000, 2),
            [Draw::Taken, Draw::Nothing]
        );
    }

    #[test]
    fn fixed_numbers_need_no_quota() {
        let mut reservoir = Reservoir::default();
        let fixed: Vec<_> = (0..3).map(|_| reservoir.draw_fixed(at(1_000), 2)).collect();
        assert_eq!(fixed, [Draw::Taken, Draw::Taken, Draw::Nothing]);
        assert_eq!(reservoir.draw_fixed(at(2_000), 2), Draw::Taken);
        assert_eq!(reservoir.draw_fixed(at(2_000), 0), Draw::Nothing);
    }
}
