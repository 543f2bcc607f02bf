//! Which lines have been shown: those of the last minutes, each as often as it was there.
//!
//! A follower asks for the same minutes again, for lines come late, and hears some lines twice,
//! from Live Tail and from a search. Neither source numbers lines in the same way, and the same
//! text may stand in a stream twice within a millisecond. So lines are counted: of those that
//! are alike, as many are shown as any one source has told of in one go.

use std::collections::{BTreeMap, HashMap};
use std::hash::{BuildHasher as _, RandomState};

use crate::logs::event::LogEvent;

/// The most kinds of lines that are remembered.
const MOST: usize = 500_000;

/// How often lines that are alike were told of.
#[derive(Debug, Clone, Copy, Default)]
struct Count {
    shown: u32,
    live: u32,
    in_round: u32,
    round: u32,
}

/// What has been shown.
#[derive(Debug, Default)]
pub(super) struct Seen {
    hasher: RandomState,
    /// By second, so that the oldest can be forgotten.
    seconds: BTreeMap<i64, HashMap<u64, Count>>,
    kinds: usize,
    round: u32,
    /// The first millisecond that is remembered.
    horizon: i64,
    /// Where that would be, had there not been too many lines.
    wanted_horizon: i64,
    /// The newest line, by the time of its arrival, that a search has found.
    ingested: i64,
    /// The same when lines were forgotten early, and all that lay between the horizons was read.
    forgotten: i64,
    is_full: bool,
    was_told: bool,
}

impl Seen {
    /// A search begins again.
    pub(super) fn begin_round(&mut self) {
        self.round = self.round.wrapping_add(1);
    }

    /// The first millisecond that is remembered; what is older must not be asked for again.
    pub(super) fn horizon(&self) -> i64 {
        self.horizon
    }

    /// Whether lines had to be forgotten early; says so once.
    pub(super) fn overflowed(&mut self) -> bool {
        let is_news = self.is_full && !self.was_told;
        self.was_told |= is_news;
        is_news
    }

    /// Whether a line that a search found is new.
    pub(super) fn is_new(&mut self, event: &LogEvent) -> bool {
        let round = self.round;
        self.ingested = self.ingested.max(event.ingested_at.unwrap_or_default());
        let Some(count) = self.count(event) else {
            return false;
        };
        if count.round != round {
            count.round = round;
            count.in_round = 0;
        }
        count.in_round += 1;
        let is_new = count.in_round > count.shown;
        count.shown = count.shown.max(count.in_round);
        self.keep_within(event.timestamp);
        is_new
    }

    /// Whether a line that Live Tail told of is new.
    pub(super) fn is_new_live(&mut self, event: &LogEvent) -> bool {
        let Some(count) = self.count(event) else {
            // Live Tail tells each line once, so one that is older than all memory is new; unless a
            // search has found it, and there were too many to remember it.
            let is_older = event.timestamp < self.wanted_horizon;
            return is_older || event.ingested_at.is_none_or(|at| at > self.forgotten);
        };
        count.live += 1;
        let is_new = count.live > count.shown;
        count.shown = count.shown.max(count.live);
        is_new
    }

    /// Forgets what is older than this.
    pub(super) fn forget_before(&mut self, millisecond: i64) {
        let second = millisecond.div_euclid(1000);
        self.wanted_horizon = self.wanted_horizon.max(second.saturating_mul(1000));
        if second.saturating_mul(1000) <= self.horizon {
            return;
        }
        let kept = self.seconds.split_off(&second);
        let gone = std::mem::replace(&mut self.seconds, kept);
        self.kinds -= gone.values().map(HashMap::len).sum::<usize>();
        self.horizon = second.saturating_mul(1000);
    }

    fn count(&mut self, event: &LogEvent) -> Option<&mut Count> {
        if event.timestamp < self.horizon {
            return None;
        }
        let key =
            self.hasher
                .hash_one((&event.group, &event.stream, event.timestamp, &event.message));
        let second = self
            .seconds
            .entry(event.timestamp.div_euclid(1000))
            .or_default();
        let kinds = second.len();
        second.entry(key).or_default();
        self.kinds += second.len() - kinds;
        second.get_mut(&key)
    }

    /// Forgets the oldest second while there are too many, of those that the search has passed: it
    /// finds lines in the order of their time.
    fn keep_within(&mut self, position: i64) {
        while self.kinds > MOST {
            let Some(oldest) = self.seconds.first_entry() else {
                return;
            };
            if *oldest.key() >= position.div_euclid(1000) {
                return;
            }
            let (second, gone) = oldest.remove_entry();
            self.kinds -= gone.len();
            self.horizon = (second + 1).saturating_mul(1000);
            self.forgotten = self.ingested;
            self.is_full = true;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use proptest::prelude::*;

    use super::*;

    fn event(timestamp: i64, message: &str) -> LogEvent {
        LogEvent {
            timestamp,
            ingested_at: None,
            group: Arc::from("group"),
            stream: Arc::from("stream"),
            message: message.to_owned(),
        }
    }

    #[test]
    fn lines_that_are_alike_are_shown_as_often_as_they_are_there() {
        let mut seen = Seen::default();
        let (hello, other) = (event(1000, "hello"), event(1000, "other"));
        seen.begin_round();
        assert!(seen.is_new(&hello));
        assert!(seen.is_new(&hello));
        assert!(seen.is_new(&other));
        seen.begin_round();
        assert!(!seen.is_new(&hello));
        assert!(!seen.is_new(&hello));
        assert!(seen.is_new(&hello), "a third one came");
    }

    #[test]
    fn what_is_forgotten_is_not_shown_again() {
        let mut seen = Seen::default();
        seen.begin_round();
        assert!(seen.is_new(&event(1500, "a")));
        assert!(seen.is_new(&event(9000, "b")));
        seen.forget_before(5000);
        assert_eq!(seen.horizon(), 5000);
        assert_eq!(seen.kinds, 1);
        seen.begin_round();
        assert!(!seen.is_new(&event(1500, "a")));
        assert!(!seen.is_new(&event(9000, "b")));
        assert!(seen.is_new_live(&event(1500, "late")), "told once only");
    }

    #[test]
    fn memory_is_bounded() {
        let mut seen = Seen::default();
        seen.begin_round();
        let lines = i64::try_from(MOST).unwrap() + 5000;
        for line in 0..lines {
            assert!(seen.is_new(&event(line, "x")));
        }
        assert!(seen.kinds <= MOST);
        assert!(seen.overflowed());
        assert!(!seen.overflowed(), "said once");
        assert!(seen.horizon() >= 5000);
        seen.begin_round();
        assert!(!seen.is_new(&event(lines - 1, "x")));
    }

    #[test]
    fn what_was_too_much_to_remember_is_not_shown_twice() {
        let mut seen = Seen::default();
        let at = |timestamp: i64, ingested: i64| LogEvent {
            ingested_at: Some(ingested),
            ..event(timestamp, "x")
        };
        seen.begin_round();
        let lines = i64::try_from(MOST).unwrap() + 5000;
        for line in 0..lines {
            assert!(seen.is_new(&at(line, line)));
        }
        let (known, late) = (at(10, 10), at(10, lines + 10));
        assert!(!seen.is_new_live(&known), "a search has found it");
        assert!(seen.is_new_live(&late), "it came afterwards");
        // Live Tail runs ahead of a search, which then finds all of a second nevertheless.
        let mut seen = Seen::default();
        assert!(seen.is_new_live(&at(900_000, 1)));
        seen.begin_round();
        for line in 0..lines {
            let mut same_second = at(5000, 1);
            same_second.message = line.to_string();
            assert!(seen.is_new(&same_second));
        }
    }

    proptest! {
        /// However searches and Live Tail take turns, each line is shown as often as it is there.
        #[test]
        fn no_line_is_lost_and_none_shown_twice(
            lines in prop::collection::vec((0i64..3, 0u8..3), 0..40),
            turns in prop::collection::vec(any::<bool>(), 40),
        ) {
            let mut seen = Seen::default();
            let mut there: Vec<LogEvent> = Vec::new();
            let mut shown: Vec<LogEvent> = Vec::new();
            let line = |(second, text): &(i64, u8)| event(second * 1000, &text.to_string());
            let mut told = 0;
            for (count, turn) in turns.iter().enumerate() {
                there.extend(lines.get(count).map(line));
                if *turn {
                    // Live Tail tells what came since it told last.
                    for event in &there[told..] {
                        if seen.is_new_live(event) {
                            shown.push(event.clone());
                        }
                    }
                    told = there.len();
                } else {
                    seen.begin_round();
                    for event in &there {
                        if seen.is_new(event) {
                            shown.push(event.clone());
                        }
                    }
                }
            }
            seen.begin_round();
            for event in &there {
                if seen.is_new(event) {
                    shown.push(event.clone());
                }
            }
            let key = |event: &LogEvent| (event.timestamp, event.message.clone());
            shown.sort_by_key(key);
            there.sort_by_key(key);
            prop_assert_eq!(shown, there);
        }
    }
}
