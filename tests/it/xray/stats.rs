//! `xray stats`.

use serde_json::{Value, json};

use super::{answering, world};
use crate::world::{Answer, Stub};

fn rule(name: &str, priority: u32) -> Value {
    json!({"SamplingRule": {
        "RuleName": name, "RuleARN": format!("arn:aws:xray:us-east-1:111122223333:sampling-rule/{name}"),
        "ResourceARN": "*", "Priority": priority, "FixedRate": 0.1, "ReservoirSize": 5, "ServiceName": "*",
        "ServiceType": "*", "Host": "*", "HTTPMethod": "*", "URLPath": "*", "Version": 1, "Attributes": {},
    }})
}

fn rules() -> Value {
    json!({"SamplingRuleRecords": [rule("Default", 10_000), rule("Cruddur", 9000), rule("Health", 10)]})
}

fn bucket(rule: &str, minutes_ago: i64, counts: [u64; 3]) -> Value {
    let at = jiff::Timestamp::now().as_second() - 60 * minutes_ago;
    json!({"RuleName": rule, "Timestamp": at, "RequestCount": counts[0], "SampledCount": counts[1], "BorrowCount": counts[2]})
}

fn stub() -> Stub {
    let buckets = [
        bucket("Cruddur", 10, [100, 10, 2]),
        bucket("Default", 5, [40, 0, 0]),
        bucket("Cruddur", 5, [100, 8, 0]),
        bucket("Gone", 5, [3, 3, 0]),
        // Long ago.
        bucket("Health", 90, [1000, 1000, 0]),
    ];
    answering([
        ("/GetSamplingRules", rules()),
        (
            "/SamplingStatisticSummaries",
            json!({"SamplingStatisticSummaries": buckets}),
        ),
    ])
}

#[test]
fn rules_as_they_are_tried_with_what_they_recorded() {
    let run = world(&stub()).run("xray stats").exits(0);
    // Rates fall while the test runs.
    let rows: Vec<String> = run
        .stdout
        .lines()
        .skip(1)
        .map(|row| {
            let mut words: Vec<&str> = row.split_whitespace().collect();
            words[3] = "[RATE]";
            words.join("  ")
        })
        .collect();
    insta::assert_snapshot!(rows.join("\n"), @"
    10  Health  0  [RATE]  0  0  —
    9000  Cruddur  200  [RATE]  18  2  10  %
    10000  Default  40  [RATE]  0  0  0  %
    deleted  Gone  3  [RATE]  3  0  100  %
    ");
    insta::assert_snapshot!(run.stdout.lines().next().unwrap_or_default(), @"PRIORITY  NAME     MATCHED  A MINUTE  SAMPLED  BORROWED  RECORDED");
    insta::assert_snapshot!(run.stderr, @r#"warning: rule "Default" matched 40 requests and recorded none of them"#);
}

#[test]
fn json_has_the_buckets() {
    let stub = stub();
    let stats = world(&stub).run("xray stats -o json").exits(0).json();
    let rules = stats["rules"].as_array().expect("rules");
    let named: Vec<_> = rules
        .iter()
        .map(|rule| rule["name"].as_str().expect("a name"))
        .collect();
    assert_eq!(named, ["Health", "Cruddur", "Default", "Gone"]);
    let cruddur = &rules[1];
    assert_eq!(cruddur["matched"], 200);
    assert_eq!(
        (
            &cruddur["sampled"],
            &cruddur["borrowed"],
            &cruddur["recorded"]
        ),
        (&json!(18), &json!(2), &json!(20))
    );
    assert_eq!(cruddur["recorded_percent"], 10.0);
    let rate = cruddur["matched_per_minute"].as_f64().expect("a rate");
    assert!((15.0..20.1).contains(&rate), "{rate}");
    assert_eq!(cruddur["buckets"].as_array().map(Vec::len), Some(2));
    assert_eq!(cruddur["buckets"][0]["matched"], 100);
    assert_eq!(rules[0]["recorded_percent"], Value::Null);
    assert_eq!(rules[3]["priority"], Value::Null);
}

#[test]
fn nobody_has_reported() {
    let stub = answering([("/GetSamplingRules", rules())]);
    insta::assert_snapshot!(world(&stub).run("xray stats").exits(0), @"
    PRIORITY  NAME     MATCHED  A MINUTE  SAMPLED  BORROWED  RECORDED
          10  Health         0         0        0         0         —
        9000  Cruddur        0         0        0         0         —
       10000  Default        0         0        0         0         —
    --- stderr ---
    no SDK has reported a request in the last 30 minutes, region us-east-1 from AWS_REGION
      maybe  SDKs report every 10 s through the daemon that they send to: it has to run, and to call this region
             cruddur-obs daemon --healthcheck
    ");
}

#[test]
fn pages_are_followed() {
    let stub = Stub::start(|asked| {
        let answer = match (
            asked.operation.as_str(),
            super::body(asked)["NextToken"].as_str(),
        ) {
            ("/GetSamplingRules", _) => rules(),
            (_, None) => json!({"SamplingStatisticSummaries": [], "NextToken": "1"}),
            (_, Some(_)) => {
                json!({"SamplingStatisticSummaries": [bucket("Cruddur", 1, [5, 1, 0])]})
            }
        };
        Answer::new(200, &answer.to_string())
    });
    let stats = world(&stub).run("xray stats -o json").exits(0).json();
    assert_eq!(stats["rules"][1]["matched"], 5);
}
