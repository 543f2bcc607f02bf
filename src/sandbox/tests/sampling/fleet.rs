use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::{NOW, create, delete, report, summaries, watched};
use crate::sandbox::tests::Caller;
use crate::xray::sampling::client::Sampler;
use crate::xray::sampling::local::LocalSampler;
use crate::xray::sampling::matcher::Request;
use crate::xray::sampling::report::{ClientId, Target};
use crate::xray::sampling_rule::SamplingRule;

/// A process with a sampler that works as those of the SDKs do.
struct Process {
    sampler: Sampler,
    fetched: u32,
    /// Requests that it reported, by rule.
    reported: BTreeMap<String, u64>,
}

impl Process {
    fn new(number: u8) -> Self {
        Self {
            sampler: Sampler::new(ClientId::new([number; 12]), LocalSampler::default()),
            fetched: 0,
            reported: BTreeMap::new(),
        }
    }

    async fn fetch(&mut self, caller: &Caller, now: Timestamp) {
        let answer = caller.done("/GetSamplingRules", json!({})).await;
        let records = answer["SamplingRuleRecords"].as_array().unwrap();
        self.sampler
            .load_rules(records.iter().map(rule).collect(), now);
        self.fetched += 1;
    }

    async fn poll(&mut self, caller: &Caller, now: Timestamp) {
        let reports = self.sampler.report(now);
        let documents: Vec<Value> = reports
            .iter()
            .map(|report| {
                *self.reported.entry(report.rule_name.clone()).or_default() +=
                    report.counts.requests;
                json!({
                    "RuleName": report.rule_name, "ClientID": report.client_id.as_str(),
                    "Timestamp": report.at.as_second(), "RequestCount": report.counts.requests,
                    "SampledCount": report.counts.sampled, "BorrowCount": report.counts.borrowed,
                })
            })
            .collect();
        let answer = report(caller, json!(documents)).await;
        let targets = answer["SamplingTargetDocuments"].as_array().unwrap();
        let targets: Vec<Target> = targets.iter().map(target).collect();
        self.sampler.load_targets(&targets);
        if self
            .sampler
            .needs_rules(time(&answer["LastRuleModification"]))
        {
            self.fetch(caller, now).await;
        }
    }

    /// Ten unlucky requests within a second; how many of them are recorded.
    fn serve(&mut self, now: Timestamp) -> usize {
        let requests = (0..10).filter(|_| {
            let decision = self.sampler.decide(&Request::default(), now, 0.999);
            decision.is_sampled
        });
        requests.count()
    }
}

fn time(seconds: &Value) -> Timestamp {
    let since = SignedDuration::from_secs_f64(seconds.as_f64().unwrap());
    Timestamp::UNIX_EPOCH + since
}

fn number<T: TryFrom<i64>>(value: &Value) -> Option<T> {
    T::try_from(value.as_i64()?).ok()
}

fn rule(record: &Value) -> SamplingRule {
    let rule = &record["SamplingRule"];
    let text = |name: &str| rule[name].as_str().unwrap().to_owned();
    SamplingRule {
        name: text("RuleName"),
        arn: text("RuleARN"),
        resource_arn: text("ResourceARN"),
        priority: number(&rule["Priority"]).unwrap(),
        fixed_rate: rule["FixedRate"].as_f64().unwrap(),
        reservoir_size: number(&rule["ReservoirSize"]).unwrap(),
        service_name: text("ServiceName"),
        service_type: text("ServiceType"),
        host: text("Host"),
        http_method: text("HTTPMethod"),
        url_path: text("URLPath"),
        version: number(&rule["Version"]).unwrap(),
        attributes: BTreeMap::new(),
        boost: None,
    }
}

fn target(document: &Value) -> Target {
    Target {
        rule_name: document["RuleName"].as_str().unwrap().to_owned(),
        fixed_rate: document["FixedRate"].as_f64().unwrap(),
        quota: number(&document["ReservoirQuota"]),
        quota_expires_at: Some(time(&document["ReservoirQuotaTTL"])),
        interval: number(&document["Interval"]),
    }
}

#[tokio::test]
async fn a_fleet_keeps_to_the_reservoir_and_follows_changes_at_once() {
    let (caller, watch) = watched();
    create(&caller, "Cruddur", json!({"ReservoirSize": 5})).await;
    let mut fleet = [1, 2, 3].map(Process::new);
    let mut recorded = Vec::new();
    for after in 1..300 {
        watch.set(NOW + after);
        let now = Timestamp::from_second(NOW + after).unwrap();
        match after {
            125 => {
                let update = json!({"RuleName": "Cruddur", "ReservoirSize": 2});
                let body = json!({"SamplingRuleUpdate": update});
                caller.done("/UpdateSamplingRule", body).await;
            }
            205 => delete(&caller, "Cruddur").await,
            _ => {}
        }
        let mut in_this_second = 0;
        for (process, offset) in fleet.iter_mut().zip(1..) {
            if after == 1 {
                process.fetch(&caller, now).await;
            }
            in_this_second += process.serve(now);
            if after % 10 == offset {
                process.poll(&caller, now).await;
            }
        }
        recorded.push(in_this_second);
        if after == 204 {
            check_statistics(&fleet, &summaries(&caller).await);
        }
    }
    // At the start each may borrow one a second, on top of what others were given already.
    assert!(recorded.iter().all(|count| *count <= 7), "{recorded:?}");
    let steady = |range: std::ops::Range<usize>, reservoir: usize| {
        assert!(
            recorded[range].iter().all(|count| *count == reservoir),
            "{reservoir}: {recorded:?}"
        );
    };
    steady(60..124, 5);
    steady(170..204, 2);
    steady(250..298, 1);
    // Once at the start, once for the change and once for the deletion.
    assert_eq!(fleet.map(|process| process.fetched), [3, 3, 3]);
}

/// What was told of is what was reported.
fn check_statistics(fleet: &[Process], summaries: &Value) {
    let rows = summaries.as_array().unwrap();
    let told: u64 = rows
        .iter()
        .map(|row| {
            assert_eq!(row["RuleName"], "Cruddur");
            row["RequestCount"].as_u64().unwrap()
        })
        .sum();
    let reported: u64 = fleet
        .iter()
        .map(|process| process.reported["Cruddur"])
        .sum();
    assert_eq!(told, reported);
}
