use proptest::prelude::*;

use super::*;

const RULE: &str = "Cruddur";

fn client(number: u8) -> ClientId {
    ClientId::new([number; 12])
}

fn second(second: i64) -> Timestamp {
    Timestamp::from_second(second).expect("the time is in range")
}

/// One round of reports; what each client got.
fn round(quotas: &mut Quotas, requests: &[u64], reservoir: u32, at: i64) -> Vec<u32> {
    requests
        .iter()
        .zip(0..)
        .map(|(requests, number)| {
            quotas
                .share(RULE, &client(number), *requests, reservoir, second(at))
                .per_second
        })
        .collect()
}

#[test]
fn a_single_client_gets_everything_for_half_a_minute() {
    let share = Quotas::new().share(RULE, &client(1), 7, 5, second(100));
    assert_eq!(
        share,
        Share {
            per_second: 5,
            expires_at: second(130),
        }
    );
}

#[test]
fn what_is_left_over_goes_to_the_busiest() {
    let mut quotas = Quotas::new();
    round(&mut quotas, &[1, 9, 5], 11, 100);
    round(&mut quotas, &[1, 9, 5], 11, 110);
    assert_eq!(round(&mut quotas, &[1, 9, 5], 11, 120), [3, 4, 4]);
    assert_eq!(round(&mut quotas, &[1, 9, 5], 11, 130), [3, 4, 4], "stable");
    // Among equals the ids decide.
    round(&mut quotas, &[0, 0, 0], 11, 140);
    assert_eq!(round(&mut quotas, &[0, 0, 0], 11, 150), [4, 4, 3]);
}

#[test]
fn a_newcomer_gets_what_is_free_and_an_even_share_next_time() {
    let mut quotas = Quotas::new();
    assert_eq!(round(&mut quotas, &[5], 10, 100), [10]);
    let newcomer = quotas.share(RULE, &client(1), 5, 10, second(105));
    assert_eq!(newcomer.per_second, 0);
    // The other one may have taken ten in this second already.
    assert_eq!(round(&mut quotas, &[5, 5], 10, 110), [5, 0]);
    assert_eq!(round(&mut quotas, &[5, 5], 10, 112), [5, 5]);
}

#[test]
fn who_is_silent_gives_its_share_back_when_it_has_run_out() {
    let mut quotas = Quotas::new();
    round(&mut quotas, &[5, 5], 10, 100);
    round(&mut quotas, &[5, 5], 10, 110);
    assert_eq!(round(&mut quotas, &[5], 10, 140), [5]);
    assert_eq!(round(&mut quotas, &[5], 10, 141), [10]);
}

#[test]
fn rules_do_not_share_with_one_another() {
    let mut quotas = Quotas::new();
    round(&mut quotas, &[1], 4, 100);
    let other = quotas.share("Default", &client(9), 1, 1, second(100));
    assert_eq!(other.per_second, 1);
    quotas.forget(RULE);
    let again = quotas.share(RULE, &client(9), 1, 4, second(100));
    assert_eq!(again.per_second, 4);
}

#[test]
fn fewer_than_there_are_clients_are_shared_all_the_same() {
    let mut quotas = Quotas::new();
    for at in [100, 110, 120] {
        round(&mut quotas, &[1, 3, 2], 2, at);
    }
    assert_eq!(round(&mut quotas, &[1, 3, 2], 2, 130), [0, 1, 1]);
    assert_eq!(round(&mut quotas, &[1, 3, 2], 0, 140), [0, 0, 0]);
}

#[test]
fn a_smaller_reservoir_is_kept_to_one_round_later() {
    let mut quotas = Quotas::new();
    round(&mut quotas, &[1, 1], 10, 100);
    round(&mut quotas, &[1, 1], 10, 110);
    let now: u32 = round(&mut quotas, &[1, 1], 3, 120).iter().sum();
    assert!(now <= 3, "{now}");
}

#[test]
fn a_flood_of_ids_is_not_remembered() {
    let mut quotas = Quotas::new();
    let idle = Client {
        requests: 0,
        share: 0,
        before: (0, i64::MIN),
        last_second: 130,
    };
    let flood = (0_u16..).take(MOST_CLIENTS).map(|number| {
        let mut random = [0; 12];
        random[..2].copy_from_slice(&number.to_be_bytes());
        (ClientId::new(random), idle)
    });
    quotas.rules.insert(RULE.to_owned(), flood.collect());
    let share = quotas.share(RULE, &ClientId::new([255; 12]), 1, 100_000, second(100));
    assert_eq!(share.per_second, 0);
    assert_eq!(quotas.rules[RULE].len(), MOST_CLIENTS);
    let known = quotas.share(RULE, &ClientId::new([0; 12]), 1, 100_000, second(100));
    assert_eq!(known.per_second, 10);
}

proptest! {
    /// The shares as the clients know them never come to more than the reservoir.
    #[test]
    fn the_sum_never_exceeds_the_reservoir(
        reservoir in 0_u32..20,
        reports in prop::collection::vec((0_u8..6, 0_u64..50, 0_i64..25), 1..80),
    ) {
        let mut quotas = Quotas::new();
        let mut held: BTreeMap<u8, Share> = BTreeMap::new();
        // What each could take before its last report, and when that was.
        let mut before: BTreeMap<u8, (u32, i64)> = BTreeMap::new();
        let mut at = 1_000;
        for (number, requests, pause) in reports {
            at += pause;
            let share = quotas.share(RULE, &client(number), requests, reservoir, second(at));
            if let Some(old) = held.insert(number, share)
                && at <= old.expires_at.as_second()
            {
                before.insert(number, (old.per_second, at));
            }
            let sum: u32 = held
                .iter()
                .filter(|(_, share)| at <= share.expires_at.as_second())
                .map(|(number, share)| match before.get(number) {
                    // It may have used the larger one in this very second.
                    Some((old, since)) if at <= since + 1 => share.per_second.max(*old),
                    _ => share.per_second,
                })
                .sum();
            prop_assert!(sum <= reservoir, "{sum} of {reservoir} at {at}");
        }
    }

    /// Clients that go on reporting get an even share at least, whatever was before, whoever is
    /// the busiest and in whatever order they report.
    #[test]
    fn nobody_starves(
        number in 1_u8..6,
        reservoir in 0_u32..20,
        before in prop::collection::vec((0_u8..6, 0_u64..50), 0..20),
        rounds in prop::collection::vec(
            (Just((0_u8..6).collect::<Vec<_>>()).prop_shuffle(), prop::collection::vec(0_u64..50, 6)),
            5..8,
        ),
    ) {
        let mut quotas = Quotas::new();
        for (number, requests) in before {
            quotas.share(RULE, &client(number), requests, reservoir, second(1_000));
        }
        // Those from before who do not go on are forgotten by then.
        let mut at = 1_031;
        let last = rounds.len() - 1;
        for (index, (order, requests)) in rounds.into_iter().enumerate() {
            for each in order.into_iter().filter(|each| *each < number) {
                let requests = requests[usize::from(each)];
                let share = quotas.share(RULE, &client(each), requests, reservoir, second(at));
                if index == last {
                    prop_assert!(share.per_second >= reservoir / u32::from(number));
                }
            }
            at += 10;
        }
    }

    /// With steady traffic the whole reservoir is given out, and stays where it is.
    #[test]
    fn steady_traffic_gets_all_of_it(
        reservoir in 0_u32..40,
        requests in prop::collection::vec(0_u64..50, 1..8),
    ) {
        let mut quotas = Quotas::new();
        for at in (100..200).step_by(10) {
            round(&mut quotas, &requests, reservoir, at);
        }
        let shares = round(&mut quotas, &requests, reservoir, 200);
        prop_assert_eq!(shares.iter().sum::<u32>(), reservoir);
        prop_assert_eq!(round(&mut quotas, &requests, reservoir, 210), shares);
    }
}
