//! Both ends together: clients that report to one server.

use jiff::Timestamp;
use proptest::prelude::*;

use super::client::{POLL_SECONDS, Sampler};
use super::local::LocalSampler;
use super::matcher::Request;
use super::matcher::tests::rule;
use super::quota::Quotas;
use super::report::{ClientId, Target};
use super::statistics::Statistics;

/// One rule with a reservoir and no rate, so that whatever is recorded comes from the reservoir.
fn clients(number: u8, reservoir: u32) -> Vec<Sampler> {
    let mut only = rule("Cruddur", 9_000);
    only.fixed_rate = 0.0;
    only.reservoir_size = i32::try_from(reservoir).expect("it is small");
    (0..number)
        .map(|each| {
            let mut sampler = Sampler::new(ClientId::new([each; 12]), LocalSampler::default());
            sampler.load_rules(vec![only.clone()], second(0));
            sampler
        })
        .collect()
}

fn second(second: i64) -> Timestamp {
    Timestamp::from_second(second).expect("the time is in range")
}

/// Runs one second of traffic and tells how many requests were recorded.
fn traffic(clients: &mut [Sampler], requests: usize, at: i64) -> u32 {
    let mut recorded = 0;
    for client in clients {
        for _ in 0..requests {
            let decision = client.decide(&Request::default(), second(at), 0.5);
            recorded += u32::from(decision.is_sampled);
        }
    }
    recorded
}

/// Lets one client report, and hands it what the server answers.
fn poll(
    client: &mut Sampler,
    quotas: &mut Quotas,
    statistics: &mut Statistics,
    reservoir: u32,
    at: i64,
) {
    let targets: Vec<Target> = client
        .report(second(at))
        .into_iter()
        .map(|report| {
            statistics.add(&report.rule_name, report.counts, second(at));
            let share = quotas.share(
                &report.rule_name,
                &report.client_id,
                report.counts.requests,
                reservoir,
                second(at),
            );
            Target {
                rule_name: report.rule_name,
                fixed_rate: 0.0,
                quota: Some(share.per_second),
                quota_expires_at: Some(share.expires_at),
                interval: Some(POLL_SECONDS),
            }
        })
        .collect();
    client.load_targets(&targets);
}

proptest! {
    /// Clients that poll at their own times, and sometimes not at all: once each has a quota,
    /// no second has more records than the reservoir, and steady traffic uses all of it.
    #[test]
    fn a_reservoir_is_shared_and_not_exceeded(
        number in 1_u8..4,
        reservoir in 3_u32..12,
        silences in prop::collection::vec(any::<bool>(), 40),
    ) {
        let mut clients = clients(number, reservoir);
        let (mut quotas, mut statistics) = (Quotas::new(), Statistics::new());
        let mut all = 0;
        for at in 1..=120_i64 {
            let recorded = traffic(&mut clients, 20, at);
            all += u64::from(recorded);
            // Before the first poll each borrows one a second.
            let most = if at <= 13 { reservoir.max(u32::from(number)) + 3 } else { reservoir };
            prop_assert!(recorded <= most, "{recorded} in second {at}");
            if at > 115 {
                prop_assert_eq!(recorded, reservoir, "in second {}", at);
            }
            for (client, offset) in clients.iter_mut().zip(0_i64..) {
                let turn = usize::try_from((at - offset) / 10).unwrap_or_default();
                // One poll of two may be lost, and none of the first and the last.
                let is_lost = turn > 1 && turn < 9 && turn.is_multiple_of(2) && silences[turn];
                if at % 10 == offset && at > offset && !is_lost {
                    poll(client, &mut quotas, &mut statistics, reservoir, at);
                }
            }
        }
        for client in &mut clients {
            poll(client, &mut quotas, &mut statistics, reservoir, 121);
        }
        let told: u64 = statistics
            .summaries(second(121))
            .iter()
            .map(|summary| summary.counts.sampled + summary.counts.borrowed)
            .sum();
        prop_assert_eq!(told, all);
    }
}
