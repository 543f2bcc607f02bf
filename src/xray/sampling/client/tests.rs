use proptest::prelude::*;

use super::super::matcher::tests::rule;
use super::*;

/// A random number that no rate of these tests lets through, and one that each does.
const UNLUCKY: f64 = 0.999;
const LUCKY: f64 = 0.0;

fn second(second: i64) -> Timestamp {
    Timestamp::from_second(second).expect("the time is in range")
}

fn counts(requests: u64, sampled: u64, borrowed: u64) -> Counts {
    Counts {
        requests,
        sampled,
        borrowed,
    }
}

fn target(rule_name: &str, quota: Option<u32>, expires: i64) -> Target {
    Target {
        rule_name: rule_name.to_owned(),
        fixed_rate: 0.1,
        quota,
        quota_expires_at: Some(second(expires)),
        interval: None,
    }
}

fn sampler(rules: Vec<SamplingRule>) -> Sampler {
    let mut sampler = Sampler::new(ClientId::new([7; 12]), LocalSampler::default());
    sampler.load_rules(rules, second(100));
    sampler
}

fn decide(sampler: &mut Sampler, at: i64, chance: f64) -> (bool, Option<String>) {
    let decision = sampler.decide(&Request::default(), second(at), chance);
    (decision.is_sampled, decision.rule_name.map(str::to_owned))
}

#[test]
fn before_rules_come_the_local_ones_decide() {
    let mut sampler = Sampler::new(ClientId::new([7; 12]), LocalSampler::default());
    assert_eq!(decide(&mut sampler, 100, UNLUCKY), (true, None));
    assert_eq!(decide(&mut sampler, 100, UNLUCKY), (false, None));
    sampler.load_rules(Vec::new(), second(100));
    assert_eq!(decide(&mut sampler, 101, UNLUCKY), (true, None));
    assert_eq!(sampler.report(second(110)), []);
}

#[test]
fn rules_last_for_an_hour() {
    let mut sampler = sampler(vec![rule("Default", 10_000)]);
    let by_rule = (true, Some("Default".to_owned()));
    assert_eq!(decide(&mut sampler, 3_700, UNLUCKY), by_rule);
    assert_eq!(decide(&mut sampler, 3_701, UNLUCKY), (true, None));
    sampler.load_rules(vec![rule("Default", 10_000)], second(3_702));
    assert_eq!(decide(&mut sampler, 3_702, UNLUCKY), by_rule);
}

/// What the SDK for Python reported when it was watched: one borrowed, three by the rate.
#[test]
fn borrowed_and_sampled_are_counted_apart() {
    let mut every = rule("Cruddur", 9_000);
    every.fixed_rate = 1.0;
    let mut sampler = sampler(vec![every]);
    for _ in 0..4 {
        assert!(decide(&mut sampler, 100, UNLUCKY).0);
    }
    let reports = sampler.report(second(110));
    assert_eq!(
        reports,
        [Report {
            rule_name: "Cruddur".to_owned(),
            client_id: ClientId::new([7; 12]),
            at: second(110),
            counts: counts(4, 3, 1),
        }]
    );
    assert_eq!(sampler.report(second(120)), [], "nothing matched since");
    sampler.put_back(&reports);
    decide(&mut sampler, 121, UNLUCKY);
    assert_eq!(sampler.report(second(130))[0].counts, counts(5, 3, 2));
}

#[test]
fn the_quota_comes_first_then_the_rate() {
    let mut sampler = sampler(vec![rule("Cruddur", 9_000)]);
    sampler.load_targets(&[
        target("Cruddur", Some(2), 105),
        target("gone", Some(9), 105),
    ]);
    let decided: Vec<bool> = [UNLUCKY, UNLUCKY, UNLUCKY, LUCKY]
        .map(|chance| decide(&mut sampler, 105, chance).0)
        .to_vec();
    assert_eq!(decided, [true, true, false, true]);
    assert_eq!(sampler.report(second(110))[0].counts, counts(4, 3, 0));
    let decided: Vec<bool> = [UNLUCKY, UNLUCKY]
        .map(|chance| decide(&mut sampler, 106, chance).0)
        .to_vec();
    assert_eq!(decided, [true, false], "borrowed once the quota is void");
    assert_eq!(sampler.report(second(120))[0].counts, counts(2, 0, 1));
}

#[test]
fn without_a_reservoir_nothing_is_borrowed() {
    let mut bare = rule("bare", 1);
    bare.reservoir_size = 0;
    let mut sampler = sampler(vec![bare]);
    assert!(!decide(&mut sampler, 100, 0.1).0);
    assert!(decide(&mut sampler, 100, 0.099).0);
}

#[test]
fn targets_change_the_rate_until_rules_are_fetched() {
    let mut sampler = sampler(vec![rule("a", 1)]);
    let mut nothing = target("a", Some(0), 9_999);
    nothing.fixed_rate = 0.0;
    sampler.load_targets(&[nothing]);
    assert!(!decide(&mut sampler, 101, LUCKY).0);
    sampler.load_rules(vec![rule("a", 1)], second(102));
    assert!(decide(&mut sampler, 102, LUCKY).0);
}

#[test]
fn rules_that_stay_keep_quota_and_counts() {
    let mut sampler = sampler(vec![rule("a", 1), rule("Default", 10_000)]);
    sampler.load_targets(&[target("a", Some(1), 200)]);
    decide(&mut sampler, 101, UNLUCKY);
    let mut edited = rule("a", 20_000);
    edited.fixed_rate = 0.5;
    sampler.load_rules(vec![edited.clone(), rule("b", 2)], second(102));
    assert_eq!(
        decide(&mut sampler, 101, UNLUCKY),
        (true, Some("b".to_owned()))
    );
    sampler.load_rules(vec![edited], second(103));
    assert!(
        !decide(&mut sampler, 101, UNLUCKY).0,
        "the quota of this second is used up"
    );
    assert_eq!(sampler.report(second(110))[0].counts, counts(2, 1, 0));
}

#[test]
fn intervals_are_counted_in_polls() {
    let mut sampler = sampler(vec![rule("a", 1), rule("Default", 10_000)]);
    let mut slow = target("a", None, 0);
    slow.interval = Some(30);
    sampler.load_targets(&[slow]);
    let mut reported = Vec::new();
    for poll in 1..=7_i64 {
        // A poll that comes early counts as well.
        let at = 100 + poll * 9;
        decide(&mut sampler, at, UNLUCKY);
        reported.push(sampler.report(second(at)).len());
    }
    assert_eq!(reported, [0, 0, 1, 0, 0, 1, 0]);
}

#[test]
fn rules_are_fetched_again_when_they_have_changed() {
    let mut sampler = Sampler::new(ClientId::new([7; 12]), LocalSampler::default());
    assert!(sampler.needs_rules(second(1)));
    let at = Timestamp::from_millisecond(100_700).expect("the time is in range");
    sampler.load_rules(vec![rule("a", 1)], at);
    assert!(!sampler.needs_rules(second(99)));
    assert!(sampler.needs_rules(second(100)), "it may be 100.9");
    assert!(sampler.needs_rules(second(101)));
}

#[test]
fn rules_that_sdks_skip_decide_nothing() {
    let mut other = rule("other", 1);
    other.resource_arn = "arn:aws:ecs:*".to_owned();
    let mut sampler = sampler(vec![other, rule("Default", 10_000)]);
    assert_eq!(
        decide(&mut sampler, 100, UNLUCKY).1.as_deref(),
        Some("Default")
    );
}

proptest! {
    /// Whatever comes: what is recorded is what is counted, and the quota is kept.
    #[test]
    fn counts_add_up(
        quota in prop::option::of(0_u32..4),
        requests in prop::collection::vec((0_i64..6, 0.0_f64..1.0), 0..60),
    ) {
        let mut sampler = sampler(vec![rule("a", 1)]);
        sampler.load_targets(&[target("a", quota, 102)]);
        let mut sorted = requests;
        sorted.sort_by_key(|(at, _)| *at);
        let mut recorded = 0;
        for (at, chance) in &sorted {
            recorded += u64::from(decide(&mut sampler, 100 + at, *chance).0);
        }
        let reported = sampler.report(second(110));
        let sum = reported.first().map(|report| report.counts).unwrap_or_default();
        prop_assert_eq!(sum.requests, sorted.len() as u64);
        prop_assert_eq!(sum.sampled + sum.borrowed, recorded);
        // At most one of each second is borrowed, and none while a quota holds.
        let seconds = if quota.is_some() { 3 } else { 6 };
        prop_assert!(sum.borrowed <= seconds);
        let by_rate = sorted.iter().filter(|(_, chance)| *chance < 0.1).count() as u64;
        prop_assert!(sum.sampled <= by_rate + 3 * u64::from(quota.unwrap_or(0)));
    }
}
