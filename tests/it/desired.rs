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
    insta::assert_snapshot!(xray(&RULE.replace("FixedRate", "FixedRte")).stderr, @r#"
    error[desired-key]: aws/json/xray.json:5:5: unknown key "FixedRte" in SamplingRule
      cause: 5 | "FixedRte": 0.1,
               | ^^^^^^^^^^
      fix:   did you mean "FixedRate"?
    "#);
    insta::assert_snapshot!(xray(r#"{"SamplingRules": {}, "Wibble": 1}"#).stderr, @r#"
    error[desired-key]: aws/json/xray.json:1:23: unknown key "Wibble" in the file
      cause: 1 | {"SamplingRules": {}, "Wibble": 1}
               |                       ^^^^^^^^
      fix:   the keys of the file are: Group, SamplingRule, Tags, Groups, SamplingRules
    "#);
}

#[test]
fn key_twice_and_key_missing() {
    insta::assert_snapshot!(xray(&RULE.replace(r#""Host": "*","#, r#""Host": "*", "Host": "x","#)).stderr, @r#"
    error[desired-key]: aws/json/xray.json:9:18: key "Host" stands in SamplingRule twice
      cause: 9 | "Host": "*", "Host": "x",
               |              ^^^^^^
    "#);
    insta::assert_snapshot!(xray(&RULE.replace(r#""Priority": 9000,"#, "")).stderr, @r#"
    error[desired-key]: aws/json/xray.json:2:19: SamplingRule has no "Priority"
      cause: 2 | "SamplingRule": {
               |                 ^
      fix:   add "Priority" to SamplingRule
    "#);
}

#[test]
fn wrong_type() {
    insta::assert_snapshot!(xray(&RULE.replace("0.1", r#""a tenth""#)).stderr, @r#"
    error[desired-type]: aws/json/xray.json:5:18: "FixedRate" must be a number, not a string
      cause: 5 | "FixedRate": "a tenth",
               |              ^^^^^^^^^
    "#);
    insta::assert_snapshot!(xray(&RULE.replace("9000", "9000.5")).stderr, @r#"
    error[desired-value]: aws/json/xray.json:4:17: "Priority" must be a whole number, not 9000.5
      cause: 4 | "Priority": 9000.5,
               |             ^^^^^^
    "#);
    insta::assert_snapshot!(logs(r#"{"LogGroups": {"logGroupName": "x"}}"#).stderr, @r#"
    error[desired-type]: aws/json/logs.json:1:15: "LogGroups" must be an array, not an object
      cause: 1 | {"LogGroups": {"logGroupName": "x"}}
               |               ^^^^^^^^^^^^^^^^^^^^^
    "#);
}

#[test]
fn out_of_range() {
    insta::assert_snapshot!(xray(&RULE.replace("0.1", "1.5")).stderr, @r#"
    error[desired-value]: aws/json/xray.json:5:18: "FixedRate" must be 0 to 1, not 1.5
      cause: 5 | "FixedRate": 1.5,
               |              ^^^
    "#);
    insta::assert_snapshot!(xray(&RULE.replace("9000", "10000")).stderr, @r#"
    error[desired-value]: aws/json/xray.json:4:17: "Priority" must be 1 to 9999, not 10000
      cause: 4 | "Priority": 10000,
               |             ^^^^^
    "#);
    insta::assert_snapshot!(xray(&RULE.replace(r#""RuleName": "Cruddur""#, &format!(r#""RuleName": "{}""#, "x".repeat(33)))).stderr, @r#"
    error[desired-value]: aws/json/xray.json:3:17: "RuleName" must have 1 to 32 characters, it has 33
      cause: 3 | "RuleName": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
               |             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    "#);
    insta::assert_snapshot!(logs(r#"{"LogGroups": [{"logGroupName": "x", "retentionInDays": 10}]}"#).stderr, @r#"
    error[desired-value]: aws/json/logs.json:1:57: "retentionInDays": a retention of 10 days is not allowed; 7 or 14
      cause: 1 | …tentionInDays": 10}]}
               |                  ^^
    "#);
    insta::assert_snapshot!(logs(r#"{"LogGroups": [{"logGroupName": "x", "logGroupClass": "STANDART"}]}"#).stderr, @r#"
    error[desired-value]: aws/json/logs.json:1:55: "logGroupClass": "STANDART" is no log group class; did you mean STANDARD?
      cause: 1 | …logGroupClass": "STANDART"}]}
               |                  ^^^^^^^^^^
    "#);
    insta::assert_snapshot!(logs(r#"{"LogGroups": [{"logGroupName": "aws/x"}]}"#).stderr, @r#"
    error[desired-value]: aws/json/logs.json:1:33: log group names that begin with aws/ are reserved; /aws/ is allowed
      cause: 1 | {"LogGroups": [{"logGroupName": "aws/x"}]}
               |                                 ^^^^^^^
    "#);
}

#[test]
fn broken_json() {
    insta::assert_snapshot!(xray(&RULE.replace("0.1,", "0.1")).stderr, @r#"
    error[desired-json]: aws/json/xray.json:5:21: broken JSON: expected comma
      cause: 5 | "FixedRate": 0.1
               |                 ^
    "#);
    insta::assert_snapshot!(xray(&RULE[..RULE.len() - 3]).stderr, @r#"
    error[desired-json]: aws/json/xray.json:2:19: broken JSON: unterminated object
      cause: 2 | "SamplingRule": {
               |                 ^
    "#);
    insta::assert_snapshot!(xray("").stderr, @"
    error[desired-json]: aws/json/xray.json:1:1: broken JSON: the file is empty
      cause: 1 | 
               | ^
    ");
    insta::assert_snapshot!(xray("{\n  // a comment\n}").stderr, @"
    error[desired-json]: aws/json/xray.json:2:3: broken JSON: comments are not allowed
      cause: 2 | // a comment
               | ^^^^^^^^^^^^
    ");
    insta::assert_snapshot!(xray(&"[".repeat(100_000)).stderr, @"
    error[desired-json]: aws/json/xray.json:1:513: broken JSON: maximum nesting depth exceeded
      cause: 1 | …[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[…
               |                  ^^
    ");
}

#[test]
fn unset_variable() {
    insta::assert_snapshot!(xray(&RULE.replace(r#""ServiceName": "Cruddur""#, r#""ServiceName": "${SERVICE}""#)).stderr, @r#"
    error[desired-value]: aws/json/xray.json:7:20: ${SERVICE} is not set in the environment
      cause: 7 | "ServiceName": "${SERVICE}",
               |                ^^^^^^^^^^^^
      fix:   export SERVICE=…
             or give a default: ${SERVICE:-value}
    "#);
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
    insta::assert_snapshot!(world.run("--sandbox setup").exits(0).stdout, @r#"
    + create   X-Ray group    Cruddur               service("backend-flask")
    + create   sampling rule  Cruddur               priority 9000, 5 traces/s then 10 %, service backend-flask
    + create   log group      from-the-environment  keeps 3 days
    created  X-Ray group    Cruddur
    created  sampling rule  Cruddur
    created  log group      from-the-environment
    "#);
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
    insta::assert_snapshot!(group(r#"service("backend-flask") {fault OR eror}"#), @r#"
    error[desired-value]: aws/json/xray.json:2:23: "FilterExpression": unknown keyword "eror"
      cause: service("backend-flask") {fault OR eror}
                                                ^^^^
      fix:   did you mean "error"?
    "#);
    insta::assert_snapshot!(group(r#"service("backend-flask) {fault}"#), @r#"
    error[desired-value]: aws/json/xray.json:2:23: "FilterExpression": this double quote is never closed
      cause: service("backend-flask) {fault}
                     ^
      fix:   is "backend-flask" meant?
    "#);
    insta::assert_snapshot!(group("service(backend-flask)"), @r#"
    error[desired-value]: aws/json/xray.json:2:23: "FilterExpression": the service name in service(…) needs double quotes
      cause: service(backend-flask)
                     ^^^^^^^^^^^^^
      fix:   write service("backend-flask"), and in a shell put the whole expression in single quotes
    "#);
    insta::assert_snapshot!(group(""), @r#"
    error[desired-value]: aws/json/xray.json:2:23: "FilterExpression": the expression is empty
      cause: 
             ^
      fix:   the language: https://docs.aws.amazon.com/xray/latest/devguide/xray-console-filters.html
    "#);
}

#[test]
fn reserved_and_fixed_things() {
    insta::assert_snapshot!(xray(r#"{"Group": {"GroupName": "Default"}}"#).stderr, @r#"
    error[desired-value]: aws/json/xray.json:1:25: the group name "Default" is reserved by X-Ray
      cause: 1 | {"Group": {"GroupName": "Default"}}
               |                         ^^^^^^^^^
      fix:   give the group another name
    "#);
    insta::assert_snapshot!(xray(r#"{"SamplingRule": {"RuleName": "Default", "Priority": 5, "FixedRate": 0.1, "ReservoirSize": 1}}"#).stderr, @r#"
    error[desired-value]: aws/json/xray.json:1:54: the rule "Default" has "Priority" 10000, which cannot be changed
      cause: 1 | …t", "Priority": 5, "FixedRate": 0.1, "ReservoirSize": 1}}
               |                  ^
      fix:   keep "FixedRate" and "ReservoirSize" only
    "#);
}

#[test]
fn a_file_that_cannot_be_read() {
    let world = World::new();
    insta::assert_snapshot!(world.run("--sandbox setup --file nowhere.json").exits(2).stderr, @"
    error[desired-file]: cannot read nowhere.json
      cause: there is no such file
      fix:   name another file with --file or --logs-file
    ");
    insta::assert_snapshot!(world.run("--sandbox setup --logs-file .").exits(2).stderr, @"
    error[desired-file]: cannot read .
      cause: it is a directory
      fix:   name another file with --file or --logs-file
    ");
    std::fs::write(world.path("project/latin1.json"), b"{\n\"a\": \"\xe9\"}").expect("written");
    insta::assert_snapshot!(world.run("--sandbox setup --file latin1.json").exits(2).stderr, @"
    error[desired-file]: cannot read latin1.json
      cause: line 2 is not UTF-8
      fix:   name another file with --file or --logs-file
    ");
}

#[test]
fn windows_line_ends_and_a_byte_order_mark_are_fine() {
    let world = World::new().with_file(
        "project/aws/json/xray.json",
        &format!("\u{feff}{}", RULE.replace('\n', "\r\n")),
    );
    let _run = world.run("--sandbox setup").exits(0);
}
