//! What AWS does not permit: whose permission it is, which one, and how to get it.

use super::{told, told_of};
use crate::world::{Answer, Stub, World, empty_account};

const DEV: &str = "User: arn:aws:iam::111122223333:user/dev is not authorized to perform:";

fn denied(message: &str) -> Answer {
    Answer::error(403, "AccessDeniedException", message)
}

#[test]
fn no_policy_allows_it() {
    let text = told_of(
        denied(&format!(
            "{DEV} xray:GetGroups on resource: arn:aws:xray:us-east-1:111122223333:* because no identity-based policy allows the xray:GetGroups action"
        )),
        6,
    );
    insta::assert_snapshot!(text, @r#"
    error[denied]: AWS refused xray:GetGroups
      tried: as arn:aws:iam::111122223333:user/dev
      cause: no policy of the caller allows it
      fix:   attach this statement to arn:aws:iam::111122223333:user/dev:
             {"Effect":"Allow","Action":"xray:GetGroups","Resource":"arn:aws:xray:us-east-1:111122223333:*"}
             or all that is needed at once: cruddur-obs iam-policy
    "#);
    let statement = text
        .lines()
        .find(|line| line.trim_start().starts_with('{'))
        .expect("a statement");
    let statement: serde_json::Value = serde_json::from_str(statement).expect("JSON");
    assert_eq!(statement["Effect"], "Allow");
    assert_eq!(statement["Action"], "xray:GetGroups");
    assert_eq!(
        statement["Resource"],
        "arn:aws:xray:us-east-1:111122223333:*"
    );
}

#[test]
fn an_explicit_deny() {
    insta::assert_snapshot!(told_of(
        denied(&format!("{DEV} xray:GetGroups on resource: * with an explicit deny in an identity-based policy")),
        6,
    ), @"
    error[denied]: AWS refused xray:GetGroups
      tried: as arn:aws:iam::111122223333:user/dev
      cause: an explicit deny in an identity-based policy: no policy you attach can fix this
      fix:   ask the administrator of the account to allow xray:GetGroups in the identity-based policy
    ");
}

#[test]
fn a_service_control_policy() {
    insta::assert_snapshot!(told_of(
        denied(&format!("{DEV} xray:GetGroups on resource: * with an explicit deny in a service control policy: arn:aws:organizations::444455556666:policy/o-1/service_control_policy/p-1")),
        6,
    ), @"
    error[denied]: AWS refused xray:GetGroups
      tried: as arn:aws:iam::111122223333:user/dev
             it meets arn:aws:organizations::444455556666:policy/o-1/service_control_policy/p-1
      cause: an explicit deny in a service control policy: no policy you attach can fix this
      fix:   ask the administrator of the account to allow xray:GetGroups in the service control policy
    ");
    insta::assert_snapshot!(told_of(
        denied(&format!("{DEV} xray:GetGroups on resource: * because no service control policy allows the xray:GetGroups action")),
        6,
    ), @"
    error[denied]: AWS refused xray:GetGroups
      tried: as arn:aws:iam::111122223333:user/dev
      cause: no service control policy allows it: no policy you attach can fix this
      fix:   ask the administrator of the account to allow xray:GetGroups in the service control policy
    ");
}

#[test]
fn a_denial_that_says_nothing() {
    insta::assert_snapshot!(told_of(Answer::new(403, r#"{"__type":"AccessDeniedException","Message":null}"#), 6), @r#"
    error[denied]: AWS refused xray:GetGroups
      cause: AWS does not say why; most likely no policy of the caller allows it
      fix:   attach this statement to the caller:
             {"Effect":"Allow","Action":"xray:GetGroups","Resource":"*"}
             or all that is needed at once: cruddur-obs iam-policy
    "#);
}

/// Looking is allowed, creating the log group is not: the rest is done, or not tried, and said.
#[test]
fn denied_half_way() {
    let stub = Stub::start(|asked| match asked.operation.as_str() {
        "CreateLogGroup" => denied(&format!(
            "{DEV} logs:CreateLogGroup on resource: arn:aws:logs:us-east-1:111122223333:log-group:cruddur:log-stream: because no identity-based policy allows the logs:CreateLogGroup action"
        )),
        operation => empty_account(operation),
    });
    let world = World::new()
        .pointed_at(stub.url())
        .with_file("project/aws/json/xray.json", r#"{"SamplingRules": []}"#);
    let run = world.run("setup").exits(6);
    insta::assert_snapshot!(run.stdout, @"
    + create   log group  cruddur  keeps 7 days, class STANDARD
    failed  log group  cruddur
    ");
    insta::assert_snapshot!(run.stderr, @r#"
    region us-east-1
    from aws/json/xray.json, built-in logs.json
    0 created, 0 adopted, 0 updated, 0 unchanged, 1 failed in [TIME]
    error[denied]: AWS refused logs:CreateLogGroup
      tried: as arn:aws:iam::111122223333:user/dev
      cause: no policy of the caller allows it
      fix:   attach this statement to arn:aws:iam::111122223333:user/dev:
             {"Effect":"Allow","Action":"logs:CreateLogGroup","Resource":"arn:aws:logs:us-east-1:111122223333:log-group:cruddur:*"}
             or all that is needed at once: cruddur-obs iam-policy
    "#);
    assert_eq!(stub.writes(), ["CreateLogGroup"], "nothing else was tried");
}

/// The policy that is offered is for the command that failed.
#[test]
fn other_commands_say_the_same() {
    let stub = Stub::always(denied(&format!(
        "{DEV} logs:DescribeLogGroups on resource: arn:aws:logs:us-east-1:111122223333:log-group::log-stream: because no identity-based policy allows the logs:DescribeLogGroups action"
    )));
    let world = World::new().pointed_at(stub.url());
    insta::assert_snapshot!(told(&world, "logs groups", 6), @r#"
    error[denied]: AWS refused logs:DescribeLogGroups
      tried: as arn:aws:iam::111122223333:user/dev
      cause: no policy of the caller allows it
      fix:   attach this statement to arn:aws:iam::111122223333:user/dev:
             {"Effect":"Allow","Action":"logs:DescribeLogGroups","Resource":"arn:aws:logs:us-east-1:111122223333:log-group:*"}
             or all that is needed at once: cruddur-obs iam-policy
    "#);
}
