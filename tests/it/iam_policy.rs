//! `iam-policy`: valid, minimal, and for the resources that the files name.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::world::World;

const COMMANDS: [&str; 15] = [
    "setup",
    "teardown",
    "xray graph",
    "xray traces",
    "xray trace",
    "xray groups",
    "xray rules",
    "xray stats",
    "logs groups",
    "logs create",
    "logs tail",
    "logs search",
    "logs query",
    "logs --trace",
    "logs ship",
];

fn policy(world: &World, words: &[&str]) -> Value {
    let run = world
        .run_with(["iam-policy"].iter().chain(words).copied(), "")
        .exits(0);
    assert_eq!(run.stderr, "");
    run.json()
}

fn list(value: &Value) -> Vec<String> {
    let items = value.as_array().expect("a list").iter();
    items
        .map(|item| item.as_str().expect("a text").to_owned())
        .collect()
}

fn all(policy: &Value, member: &str) -> BTreeSet<String> {
    let statements = policy["Statement"].as_array().expect("statements");
    statements
        .iter()
        .flat_map(|statement| list(&statement[member]))
        .collect()
}

#[test]
fn the_whole_policy() {
    insta::assert_snapshot!(World::new().run("iam-policy").exits(0), @r#"
    {
      "Version": "2012-10-17",
      "Statement": [
        {
          "Sid": "WithoutResources",
          "Effect": "Allow",
          "Action": [
            "logs:DescribeLogGroups",
            "logs:StopQuery",
            "xray:BatchGetTraces",
            "xray:GetGroups",
            "xray:GetSamplingRules",
            "xray:GetSamplingStatisticSummaries",
            "xray:GetSamplingTargets",
            "xray:GetServiceGraph",
            "xray:GetTraceSegmentDestination",
            "xray:GetTraceSummaries",
            "xray:PutTelemetryRecords",
            "xray:PutTraceSegments"
          ],
          "Resource": [
            "*"
          ]
        },
        {
          "Sid": "XRayGroups",
          "Effect": "Allow",
          "Action": [
            "xray:CreateGroup",
            "xray:DeleteGroup",
            "xray:ListTagsForResource",
            "xray:TagResource",
            "xray:UpdateGroup"
          ],
          "Resource": [
            "arn:aws:xray:*:*:group/Cruddur/*"
          ]
        },
        {
          "Sid": "XRaySamplingRules",
          "Effect": "Allow",
          "Action": [
            "xray:CreateSamplingRule",
            "xray:DeleteSamplingRule",
            "xray:ListTagsForResource",
            "xray:TagResource",
            "xray:UpdateSamplingRule"
          ],
          "Resource": [
            "arn:aws:xray:*:*:sampling-rule/Cruddur"
          ]
        },
        {
          "Sid": "LogGroups",
          "Effect": "Allow",
          "Action": [
            "logs:CreateLogGroup",
            "logs:DeleteLogGroup",
            "logs:DeleteRetentionPolicy",
            "logs:FilterLogEvents",
            "logs:GetLogEvents",
            "logs:GetQueryResults",
            "logs:PutLogGroupDeletionProtection",
            "logs:PutRetentionPolicy",
            "logs:StartLiveTail",
            "logs:StartQuery",
            "logs:TagLogGroup"
          ],
          "Resource": [
            "arn:aws:logs:*:*:log-group:cruddur:*"
          ]
        },
        {
          "Sid": "LogGroupTags",
          "Effect": "Allow",
          "Action": [
            "logs:ListTagsForResource",
            "logs:TagResource"
          ],
          "Resource": [
            "arn:aws:logs:*:*:log-group:cruddur"
          ]
        },
        {
          "Sid": "LogStreams",
          "Effect": "Allow",
          "Action": [
            "logs:CreateLogStream",
            "logs:PutLogEvents"
          ],
          "Resource": [
            "arn:aws:logs:*:*:log-group:cruddur:log-stream:*"
          ]
        }
      ]
    }
    "#);
}

#[test]
fn text_and_json_are_the_same_document() {
    let world = World::new();
    let text = world.run("iam-policy").exits(0);
    assert_eq!(text.json(), world.run("iam-policy -o json").exits(0).json());
}

#[test]
fn every_policy_is_one_that_iam_takes() {
    let world = World::new();
    for command in COMMANDS {
        for words in [
            vec!["--for", command],
            vec!["--for", command, "--read-only"],
        ] {
            // What only writes has no policy without writing.
            if words == ["--for", "logs ship", "--read-only"] {
                continue;
            }
            let policy = policy(&world, &words);
            assert_eq!(policy["Version"], "2012-10-17");
            let statements = policy["Statement"].as_array().expect("statements");
            assert!(!statements.is_empty(), "{words:?}");
            let mut sids = BTreeSet::new();
            for statement in statements {
                assert_eq!(statement["Effect"], "Allow");
                let sid = statement["Sid"].as_str().expect("a Sid");
                assert!(
                    sid.bytes().all(|byte| byte.is_ascii_alphanumeric()),
                    "{sid}"
                );
                assert!(sids.insert(sid.to_owned()), "{sid} comes twice");
                let actions = list(&statement["Action"]);
                let distinct: BTreeSet<_> = actions.iter().collect();
                assert_eq!(actions.len(), distinct.len(), "{actions:?}");
                for action in actions {
                    let (service, verb) = action.split_once(':').expect("a service");
                    assert!(matches!(service, "xray" | "logs"), "{action}");
                    assert!(
                        verb.starts_with(char::is_uppercase) && !verb.contains('*'),
                        "{action}"
                    );
                }
                assert!(!list(&statement["Resource"]).is_empty());
            }
        }
    }
}

#[test]
fn each_command_has_what_it_needs_and_no_more() {
    let world = World::new();
    let mut table = String::new();
    for command in COMMANDS {
        let actions = all(&policy(&world, &["--for", command]), "Action");
        let actions: Vec<_> = actions.into_iter().collect();
        table.push_str(&format!("{command}: {}\n", actions.join(" ")));
    }
    insta::assert_snapshot!(table, @"
    setup: logs:CreateLogGroup logs:DeleteRetentionPolicy logs:DescribeLogGroups logs:ListTagsForResource logs:PutLogGroupDeletionProtection logs:PutRetentionPolicy logs:TagLogGroup logs:TagResource xray:CreateGroup xray:CreateSamplingRule xray:DeleteGroup xray:GetGroups xray:GetSamplingRules xray:ListTagsForResource xray:TagResource xray:UpdateGroup xray:UpdateSamplingRule
    teardown: logs:DeleteLogGroup logs:DescribeLogGroups logs:ListTagsForResource xray:DeleteGroup xray:DeleteSamplingRule xray:GetGroups xray:GetSamplingRules xray:ListTagsForResource
    xray graph: xray:GetGroups xray:GetSamplingStatisticSummaries xray:GetServiceGraph xray:GetTraceSegmentDestination xray:GetTraceSummaries
    xray traces: xray:GetGroups xray:GetSamplingStatisticSummaries xray:GetTraceSegmentDestination xray:GetTraceSummaries
    xray trace: xray:BatchGetTraces xray:GetTraceSegmentDestination
    xray groups: xray:GetGroups
    xray rules: xray:GetSamplingRules
    xray stats: xray:GetSamplingRules xray:GetSamplingStatisticSummaries
    logs groups: logs:DescribeLogGroups
    logs create: logs:CreateLogGroup logs:DescribeLogGroups logs:ListTagsForResource logs:PutRetentionPolicy logs:TagLogGroup logs:TagResource
    logs tail: logs:DescribeLogGroups logs:FilterLogEvents logs:GetQueryResults logs:StartLiveTail logs:StartQuery
    logs search: logs:DescribeLogGroups logs:FilterLogEvents logs:GetLogEvents logs:GetQueryResults logs:StartQuery
    logs query: logs:DescribeLogGroups logs:GetQueryResults logs:StartQuery logs:StopQuery
    logs --trace: logs:DescribeLogGroups logs:FilterLogEvents logs:GetQueryResults logs:StartQuery xray:BatchGetTraces
    logs ship: logs:CreateLogGroup logs:CreateLogStream logs:PutLogEvents logs:PutRetentionPolicy logs:TagLogGroup logs:TagResource
    ");
    let both = all(
        &policy(&world, &["--for", "xray groups,logs groups"]),
        "Action",
    );
    assert_eq!(both.len(), 2, "{both:?}");
}

#[test]
fn read_only_changes_nothing() {
    let world = World::new();
    let mut for_all = all(&policy(&world, &["--read-only"]), "Action");
    for command in COMMANDS.into_iter().filter(|each| *each != "logs ship") {
        for_all.extend(all(
            &policy(&world, &["--for", command, "--read-only"]),
            "Action",
        ));
    }
    for action in &for_all {
        let verb = action.split_once(':').map_or("", |(_, verb)| verb);
        assert!(
            ["Get", "BatchGet", "List", "Describe", "Filter"]
                .iter()
                .any(|look| verb.starts_with(look))
                // A query, and a tail, are begun and ended, and change nothing.
                || ["StartQuery", "StopQuery", "StartLiveTail"].contains(&verb),
            "{action} is no reading"
        );
    }
    assert!(for_all.len() >= 4, "{for_all:?}");
}

#[test]
fn only_what_knows_no_resources_is_allowed_everywhere() {
    let policy = policy(&World::new(), &[]);
    for statement in policy["Statement"].as_array().expect("statements") {
        if list(&statement["Resource"]) == ["*"] {
            for action in list(&statement["Action"]) {
                let adds_telemetry = ["xray:PutTraceSegments", "xray:PutTelemetryRecords"]
                    .contains(&action.as_str());
                assert!(
                    [":Get", ":BatchGet", ":Describe"]
                        .iter()
                        .any(|look| action.contains(look))
                        || adds_telemetry
                        || action == "logs:StopQuery",
                    "{action} may change everything"
                );
            }
        }
    }
}

#[test]
fn resources_are_those_of_the_files() {
    let rule = |name: &str| {
        format!(
            r#"{{"RuleName": "{name}", "Priority": 1, "FixedRate": 0.1, "ReservoirSize": 1, "ServiceName": "*",
            "ServiceType": "*", "Host": "*", "HTTPMethod": "*", "URLPath": "*"}}"#
        )
    };
    let world = World::new()
        .with("AWS_REGION", "eu-west-1")
        .with_file(
            "project/x.json",
            &format!(
                r#"{{"Groups": [{{"GroupName": "one"}}, {{"GroupName": "two"}}], "SamplingRules": [{}, {}]}}"#,
                rule("first"),
                rule("second")
            ),
        )
        .with_file(
            "project/l.json",
            r#"{"LogGroups": [{"logGroupName": "/app/a"}, {"logGroupName": "/app/b"}]}"#,
        );
    let policy = policy(
        &world,
        &[
            "--file",
            "x.json",
            "--logs-file",
            "l.json",
            "--account",
            "111122223333",
        ],
    );
    let resources: Vec<_> = all(&policy, "Resource").into_iter().collect();
    insta::assert_snapshot!(resources.join("\n"), @"
    *
    arn:aws:logs:eu-west-1:111122223333:log-group:/app/a
    arn:aws:logs:eu-west-1:111122223333:log-group:/app/a:*
    arn:aws:logs:eu-west-1:111122223333:log-group:/app/a:log-stream:*
    arn:aws:logs:eu-west-1:111122223333:log-group:/app/b
    arn:aws:logs:eu-west-1:111122223333:log-group:/app/b:*
    arn:aws:logs:eu-west-1:111122223333:log-group:/app/b:log-stream:*
    arn:aws:xray:eu-west-1:111122223333:group/one/*
    arn:aws:xray:eu-west-1:111122223333:group/two/*
    arn:aws:xray:eu-west-1:111122223333:sampling-rule/first
    arn:aws:xray:eu-west-1:111122223333:sampling-rule/second
    ");
}

#[test]
fn region_and_partition_are_those_of_the_settings() {
    let first = |world: World, words: &[&str]| {
        let resources = all(&policy(&world, words), "Resource");
        resources
            .into_iter()
            .find(|resource| resource.contains(":xray:"))
            .expect("an X-Ray resource")
    };
    for (region, arn) in [
        ("us-east-1", "arn:aws:xray:us-east-1:*:group/Cruddur/*"),
        ("cn-north-1", "arn:aws-cn:xray:cn-north-1:*:group/Cruddur/*"),
        (
            "us-gov-west-1",
            "arn:aws-us-gov:xray:us-gov-west-1:*:group/Cruddur/*",
        ),
        (
            "us-iso-east-1",
            "arn:aws-iso:xray:us-iso-east-1:*:group/Cruddur/*",
        ),
        (
            "eusc-de-east-1",
            "arn:aws-eusc:xray:eusc-de-east-1:*:group/Cruddur/*",
        ),
    ] {
        assert_eq!(first(World::new().with("AWS_REGION", region), &[]), arn);
    }
    assert_eq!(
        first(World::new(), &["--account", "111122223333"]),
        "arn:aws:xray:*:111122223333:group/Cruddur/*"
    );
}

#[test]
fn mistakes_are_usage_errors() {
    let world = World::new();
    let empty = world.run_with(["iam-policy", "--read-only", "--for", "logs ship"], "");
    insta::assert_snapshot!(empty.exits(2).stderr, @"
    error[policy-empty]: of these commands nothing is left with --read-only
      cause: all that they call changes something, or is limited to what no file names
      fix:   leave --read-only out, or name other commands with --for
    ");
    insta::assert_snapshot!(world.run("iam-policy --for setpu").exits(2).stderr, @r#"
    error: invalid value 'setpu' for '--for <COMMANDS>'
      [possible values: setup, teardown, "xray graph", "xray traces", "xray trace", "xray groups", "xray rules", "xray stats", "logs groups", "logs create", "logs tail", "logs search", "logs query", "logs --trace", "logs ship", daemon]

      tip: a similar value exists: 'setup'

    For more information, try '--help'.
    "#);
    insta::assert_snapshot!(world.run("iam-policy --account 1234").exits(2).stderr, @"
    error: invalid value '1234' for '--account <ACCOUNT>': an account number has 12 digits

    For more information, try '--help'.
    ");
}
