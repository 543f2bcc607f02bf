//! Mistakes in the desired state: one error that names file, line, column, key and the nearest
//! right spelling, before any call.

use crate::world::{Run, World};

fn xray(text: &str) -> Run {
    World::new()
        .with_file("project/aws/json/xray.json", text)
        .run("--sandbox setup --yes")
        .exits(2)
}

fn logs(text: &str) -> Run {
    World::new()
        .with_file("project/aws/json/logs.json", text)
        .run("--sandbox setup --yes")
        .exits(2)
}

const RULE: &str = r#"{
  "SamplingRule": {
    "RuleName": "Cruddur",
    "Priority": 9000,
    "FixedRate": 0.1,
    "ReservoirSize": 5,
    "ServiceName": "Cruddur",
    "ServiceType": "*",
    "Host": "*",
    "HTTPMethod": "*",
    "URLPath": "*"
  }
}"#;

#[test]
fn unknown_key() {
    insta::assert_snapshot!(xray(&RULE.replace("FixedRate", "FixedRte")).stderr, @"");
    insta::assert_snapshot!(xray(r#"{"SamplingRules": {}, "Wibble": 1}"#).stderr, @"");
}

#[test]
fn key_twice_and_key_missing() {
    insta::assert_snapshot!(xray(&RULE.replace(r#""Host": "*","#, r#""Host": "*", "Host": "x","#)).stderr, @"");
    insta::assert_snapshot!(xray(&RULE.replace(r#""Priority": 9000,"#, "")).stderr, @"");
}

#[test]
fn wrong_type() {
    insta::assert_snapshot!(xray(&RULE.replace("0.1", r#""a tenth""#)).stderr, @"");
    insta::assert_snapshot!(xray(&RULE.replace("9000", "9000.5")).stderr, @"");
    insta::assert_snapshot!(logs(r#"{"LogGroups": {"logGroupName": "x"}}"#).stderr, @"");
}

#[test]
fn out_of_range() {
    insta::assert_snapshot!(xray(&RULE.replace("0.1", "1.5")).stderr, @"");
    insta::assert_snapshot!(xray(&RULE.replace("9000", "10000")).stderr, @"");
    insta::assert_snapshot!(xray(&RULE.replace(r#""RuleName": "Cruddur""#, &format!(r#""RuleName": "{}""#, "x".repeat(33)))).stderr, @"");
    insta::assert_snapshot!(logs(r#"{"LogGroups": [{"logGroupName": "x", "retentionInDays": 10}]}"#).stderr, @"");
    insta::assert_snapshot!(logs(r#"{"LogGroups": [{"logGroupName": "x", "logGroupClass": "STANDART"}]}"#).stderr, @"");
    insta::assert_snapshot!(logs(r#"{"LogGroups": [{"logGroupName": "aws/x"}]}"#).stderr, @"");
}

#[test]
fn broken_json() {
    insta::assert_snapshot!(xray(&RULE.replace("0.1,", "0.1")).stderr, @"");
    insta::assert_snapshot!(xray(&RULE[..RULE.len() - 3]).stderr, @"");
    insta::assert_snapshot!(xray("").stderr, @"");
    insta::assert_snapshot!(xray("{\n  // a comment\n}").stderr, @"");
    insta::assert_snapshot!(xray(&"[".repeat(100_000)).stderr, @"");
}

#[test]
fn unset_variable() {
    insta::assert_snapshot!(xray(&RULE.replace(r#""ServiceName": "Cruddur""#, r#""ServiceName": "${SERVICE}""#)).stderr, @"");
    let world = World::new()
        .with_file(
            "project/aws/json/xray.json",
            &RULE.replace(
                r#""ServiceName": "Cruddur""#,
                r#""ServiceName": "${SERVICE:-backend}-flask""#,
            ),
        )
        .with_file(
            "project/aws/json/logs.json",
            r#"{"LogGroups": [{"logGroupName": "${NAME}", "retentionInDays": "${DAYS:-3}"}]}"#,
        )
        .with("NAME", "from-the-environment");
    insta::assert_snapshot!(world.run("--sandbox setup").exits(0).stdout, @"");
}

#[test]
fn malformed_filter_is_refused_with_a_caret() {
    let group = |filter: &str| {
        let filter = filter.replace('"', "\\\"");
        xray(&format!(
            "{{\"Group\": {{\"GroupName\": \"Cruddur\",\n  \"FilterExpression\": \"{filter}\"}}}}"
        ))
        .stderr
    };
    insta::assert_snapshot!(group(r#"service("backend-flask") {fault OR eror}"#), @"");
    insta::assert_snapshot!(group(r#"service("backend-flask) {fault}"#), @"");
    insta::assert_snapshot!(group("service(backend-flask)"), @"");
    insta::assert_snapshot!(group(""), @"");
}

#[test]
fn reserved_and_fixed_things() {
    insta::assert_snapshot!(xray(r#"{"Group": {"GroupName": "Default"}}"#).stderr, @"");
    insta::assert_snapshot!(xray(r#"{"SamplingRule": {"RuleName": "Default", "Priority": 5, "FixedRate": 0.1, "ReservoirSize": 1}}"#).stderr, @"");
}

#[test]
fn a_file_that_cannot_be_read() {
    let world = World::new();
    insta::assert_snapshot!(world.run("--sandbox setup --file nowhere.json").exits(2).stderr, @"");
    insta::assert_snapshot!(world.run("--sandbox setup --logs-file .").exits(2).stderr, @"");
    std::fs::write(world.path("project/latin1.json"), b"{\n\"a\": \"\xe9\"}").expect("written");
    insta::assert_snapshot!(world.run("--sandbox setup --file latin1.json").exits(2).stderr, @"");
}

#[test]
fn windows_line_ends_and_a_byte_order_mark_are_fine() {
    let world = World::new().with_file(
        "project/aws/json/xray.json",
        &format!("\u{feff}{}", RULE.replace('\n', "\r\n")),
    );
    let _run = world.run("--sandbox setup").exits(0);
}
