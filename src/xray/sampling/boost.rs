//! The server's end of adaptive sampling: a higher rate for a while, when something goes wrong.
//!
//! AWS says that X-Ray computes the least boost that captures anomalies, that none is needed
//! where the rule's own rate captures enough, that it lasts up to a minute, and that one cooldown
//! window sees one boost
//! (<https://docs.aws.amazon.com/xray/latest/devguide/xray-adaptive-sampling.html>); it does not
//! say how. Here a boost begins when anomalies are reported of which none was recorded, and its
//! rate is the one at which one of as many is to be expected in the next report.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

/// How long a boost lasts.
const BOOST_LASTS: SignedDuration = SignedDuration::from_mins(1);

/// What clients of one service saw under one rule since their last report.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Anomalies {
    /// Requests that went wrong.
    pub count: u64,
    /// Those of them that were recorded.
    pub sampled: u64,
}

/// What a rule says about boosts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limits {
    /// The rule's own rate, which is enough where it is as high.
    pub fixed_rate: f64,
    /// The highest rate of a boost.
    pub max_rate: f64,
    /// From the beginning of one boost to that of the next, at least.
    pub cooldown: SignedDuration,
}

/// A higher rate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Boost {
    /// The rate, in place of the rule's own.
    pub rate: f64,
    /// Until when it holds.
    pub expires_at: Timestamp,
}

/// The latest boost of every rule.
#[derive(Debug, Clone, Default)]
pub struct Boosts {
    rules: BTreeMap<String, Boost>,
}

impl Boosts {
    /// Starts without any.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes a report of anomalies under a rule.
    pub fn report(
        &mut self,
        rule_name: &str,
        anomalies: Anomalies,
        limits: Limits,
        now: Timestamp,
    ) {
        let is_captured = anomalies.count == 0 || anomalies.sampled > 0;
        if is_captured || self.is_cooling(rule_name, limits.cooldown, now) {
            return;
        }
        #[expect(
            clippy::cast_precision_loss,
            reason = "a rate for so many is no less true for it"
        )]
        let rate = (1.0 / anomalies.count as f64).min(limits.max_rate);
        if rate > limits.fixed_rate {
            let expires_at = now.saturating_add(BOOST_LASTS).unwrap_or(now);
            self.rules
                .insert(rule_name.to_owned(), Boost { rate, expires_at });
        }
    }

    /// The boost that a rule has now.
    pub fn current(&self, rule_name: &str, limits: Limits, now: Timestamp) -> Option<Boost> {
        let boost = self.rules.get(rule_name).filter(|boost| {
            // A clock that was set back does not make a boost longer.
            now < boost.expires_at && boost.expires_at.duration_since(now) <= BOOST_LASTS
        })?;
        // The rule may have been changed since.
        let rate = boost.rate.min(limits.max_rate);
        (rate > limits.fixed_rate).then_some(Boost { rate, ..*boost })
    }

    /// Forgets a rule that was deleted.
    pub fn forget(&mut self, rule_name: &str) {
        self.rules.remove(rule_name);
    }

    fn is_cooling(&self, rule_name: &str, cooldown: SignedDuration, now: Timestamp) -> bool {
        self.rules.get(rule_name).is_some_and(|boost| {
            let since_end = now.duration_since(boost.expires_at);
            let since_start = since_end.saturating_add(BOOST_LASTS);
            // Before its own start there was none: the clock was set back.
            !since_start.is_negative() && since_start < cooldown.max(BOOST_LASTS)
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const RULE: &str = "Cruddur";

    const LIMITS: Limits = Limits {
        fixed_rate: 0.05,
        max_rate: 0.5,
        cooldown: SignedDuration::from_mins(5),
    };

    fn second(second: i64) -> Timestamp {
        Timestamp::from_second(second).expect("the time is in range")
    }

    fn missed(count: u64) -> Anomalies {
        Anomalies { count, sampled: 0 }
    }

    /// The rate after a report at second 1000.
    fn rate(anomalies: Anomalies, limits: Limits) -> Option<f64> {
        let mut boosts = Boosts::new();
        boosts.report(RULE, anomalies, limits, second(1000));
        let boost = boosts.current(RULE, limits, second(1000))?;
        assert_eq!(boost.expires_at, second(1060));
        Some(boost.rate)
    }

    #[test]
    fn a_boost_is_as_high_as_needed_and_allowed() {
        assert_eq!(rate(missed(1), LIMITS), Some(0.5), "the most");
        assert_eq!(rate(missed(4), LIMITS), Some(0.25));
        assert_eq!(
            rate(missed(20), LIMITS),
            None,
            "the rule's own rate will do"
        );
        assert_eq!(rate(missed(0), LIMITS), None);
        let recorded = Anomalies {
            count: 4,
            sampled: 1,
        };
        assert_eq!(rate(recorded, LIMITS), None, "one was captured");
        let none = Limits {
            max_rate: 0.05,
            ..LIMITS
        };
        assert_eq!(rate(missed(1), none), None);
    }

    #[test]
    fn one_boost_in_a_window() {
        let mut boosts = Boosts::new();
        let mut rate_at = |reported: u64, at: i64| {
            boosts.report(RULE, missed(reported), LIMITS, second(at));
            boosts
                .current(RULE, LIMITS, second(at))
                .map(|boost| boost.rate)
        };
        assert_eq!(rate_at(4, 1000), Some(0.25));
        assert_eq!(rate_at(2, 1030), Some(0.25), "the one that is on stays");
        assert_eq!(rate_at(2, 1060), None);
        assert_eq!(rate_at(2, 1299), None);
        assert_eq!(rate_at(2, 1300), Some(0.5));
        assert_eq!(rate_at(2, 900), Some(0.5), "the clock was set back");
        boosts.forget(RULE);
        assert_eq!(boosts.current(RULE, LIMITS, second(900)), None);
    }

    #[test]
    fn without_a_cooldown_the_next_follows_the_last() {
        let mut boosts = Boosts::new();
        let limits = Limits {
            cooldown: SignedDuration::ZERO,
            ..LIMITS
        };
        let mut rate_at = |reported: u64, at: i64| {
            boosts.report(RULE, missed(reported), limits, second(at));
            boosts
                .current(RULE, limits, second(at))
                .map(|boost| boost.rate)
        };
        assert_eq!(rate_at(4, 1000), Some(0.25));
        assert_eq!(rate_at(2, 1059), Some(0.25));
        assert_eq!(rate_at(2, 1060), Some(0.5));
    }

    #[test]
    fn a_changed_rule_changes_its_boost() {
        let mut boosts = Boosts::new();
        boosts.report(RULE, missed(2), LIMITS, second(1000));
        let rate = |fixed_rate, max_rate| {
            let limits = Limits {
                fixed_rate,
                max_rate,
                ..LIMITS
            };
            boosts
                .current(RULE, limits, second(1001))
                .map(|boost| boost.rate)
        };
        assert_eq!(rate(0.05, 0.2), Some(0.2));
        assert_eq!(rate(0.6, 0.5), None);
    }

    proptest! {
        #[test]
        fn a_boost_is_within_its_bounds(
            reports in prop::collection::vec((0_u64..100, 0_u64..3, 0_i64..2_000), 1..40),
            fixed_rate in 0.0..=1.0_f64, max_rate in 0.0..=1.0_f64, cooldown in 0_i64..20,
        ) {
            let limits = Limits { fixed_rate, max_rate, cooldown: SignedDuration::from_mins(cooldown) };
            let mut boosts = Boosts::new();
            for (count, sampled, at) in reports {
                boosts.report(RULE, Anomalies { count, sampled }, limits, second(at));
                if let Some(boost) = boosts.current(RULE, limits, second(at)) {
                    prop_assert!(boost.rate > fixed_rate && boost.rate <= max_rate);
                    prop_assert!(second(at) < boost.expires_at);
                    prop_assert!(boost.expires_at.duration_since(second(at)) <= BOOST_LASTS);
                }
            }
        }
    }
}
