//! What AWS answers on a bad day: throttling, quotas, failures.

use super::{told, told_of};
use crate::world::{Answer, Stub, World, empty_account};

fn throttled() -> Answer {
    Answer::error(429, "ThrottledException", "Rate exceeded").with("x-amz-retry-after", "1")
}

#[test]
fn throttled_to_the_end() {
    let stub = Stub::always(throttled());
    let world = World::new().pointed_at(stub.url());
    insta::assert_snapshot!(told(&world, "xray groups --max-attempts 3", 7), @"
    error[throttled]: X-Ray is rate limiting
      tried: xray:GetGroups, up to 3 times, waiting longer each time
      cause: other programs, or many of this one, use up the account's calls
      fix:   wait a minute and run the command again: it goes on where it stopped
             or add more patience: --max-attempts 8 --timeout 120
    ");
    assert_eq!(
        stub.asked().len(),
        6,
        "three times as text, three times as JSON"
    );
}

#[test]
fn the_environment_says_how_often() {
    let stub = Stub::always(throttled());
    let world = World::new()
        .pointed_at(stub.url())
        .with("AWS_MAX_ATTEMPTS", "2");
    let _run = world.run("xray groups").exits(7);
    assert_eq!(stub.asked().len(), 2);
    let _run = world.run("xray groups --max-attempts 1").exits(7);
    assert_eq!(stub.asked().len(), 3);
}

#[test]
fn throttled_until_the_time_is_up() {
    let stub = Stub::always(throttled());
    let world = World::new().pointed_at(stub.url());
    let run = world
        .run("xray groups --max-attempts 50 --timeout 1")
        .exits(7);
    assert!(
        run.stderr
            .starts_with("error[throttled]: X-Ray is rate limiting\n"),
        "{run}"
    );
}

#[test]
fn the_quota_of_sampling_rules() {
    let stub = Stub::start(|asked| match asked.operation.as_str() {
        "/CreateSamplingRule" => Answer::error(
            400,
            "RuleLimitExceededException",
            "You have reached the maximum number of sampling rules.",
        ),
        operation => empty_account(operation),
    });
    let world = World::new()
        .pointed_at(stub.url())
        .with_file("project/aws/json/logs.json", r#"{"LogGroups": []}"#);
    let run = world.run("setup").exits(2);
    insta::assert_snapshot!(run.stderr, @"
    region us-east-1
    from built-in xray.json, aws/json/logs.json
      note  on a busy service rule Cruddur records at least 5 traces/s: 13.4 million a month, about $66
    1 created, 0 adopted, 0 updated, 0 unchanged, 1 failed in [TIME]
    error[quota]: the quota of sampling rules is used up
      tried: xray:CreateSamplingRule, endpoint from AWS_ENDPOINT_URL
      cause: You have reached the maximum number of sampling rules.
      fix:   find one that nobody needs: cruddur-obs xray rules
             delete it: aws xray delete-sampling-rule --rule-name NAME
    ");
    let tries = stub
        .writes()
        .iter()
        .filter(|call| *call == "/CreateSamplingRule")
        .count();
    assert_eq!(tries, 1, "a quota is not tried again");
}

#[test]
fn the_quota_of_log_groups() {
    let stub = Stub::start(|asked| match asked.operation.as_str() {
        "CreateLogGroup" => {
            Answer::error(400, "LimitExceededException", "Resource limit exceeded.")
        }
        operation => empty_account(operation),
    });
    let world = World::new().pointed_at(stub.url());
    insta::assert_snapshot!(world.run("logs create one").exits(2), @"
      + create   log group  one  keeps for ever
      failed  log group  one
    --- stderr ---
    region us-east-1
    0 created, 0 adopted, 0 updated, 0 unchanged, 1 failed in [TIME]
    error[quota]: a quota of CloudWatch Logs is used up
      tried: logs:CreateLogGroup, endpoint from AWS_ENDPOINT_URL
      cause: Resource limit exceeded.
      fix:   delete what nobody needs: cruddur-obs logs groups
             or ask AWS for more: aws service-quotas list-service-quotas --service-code logs
    [exit code 2]
    ");
    assert_eq!(stub.writes().len(), 1, "a quota is not tried again");
}

#[test]
fn a_failure_on_their_side() {
    insta::assert_snapshot!(told_of(Answer::error(500, "InternalFailure", "An internal error occurred."), 7), @"
    error[service-failure]: X-Ray failed on its side
      tried: xray:GetGroups, endpoint from AWS_ENDPOINT_URL
      cause: HTTP 500 InternalFailure An internal error occurred.
      fix:   run the command again in a minute: it goes on where it stopped
    ");
    insta::assert_snapshot!(told_of(Answer::error(503, "ServiceUnavailableException", ""), 7), @"
    error[service-failure]: X-Ray failed on its side
      tried: xray:GetGroups, endpoint from AWS_ENDPOINT_URL
      cause: HTTP 503 ServiceUnavailableException
      fix:   run the command again in a minute: it goes on where it stopped
    ");
    insta::assert_snapshot!(told_of(Answer::new(500, ""), 7), @"
    error[service-failure]: X-Ray failed on its side
      tried: xray:GetGroups, endpoint from AWS_ENDPOINT_URL
      cause: HTTP 500 with an empty body
      fix:   run the command again in a minute: it goes on where it stopped
    ");
}

#[test]
fn a_refusal_that_nobody_foresaw() {
    insta::assert_snapshot!(told_of(Answer::error(400, "ValidationException", "1 validation error detected: Value 'x' at 'groupName' failed"), 2), @"
    error[refused]: X-Ray refused xray:GetGroups
      tried: xray:GetGroups, endpoint from AWS_ENDPOINT_URL
      cause: ValidationException: 1 validation error detected: Value 'x' at 'groupName' failed
      fix:   compare what the files or the command line ask for with what the cause says
             for AWS's support, -v shows the request's id
    ");
    insta::assert_snapshot!(told_of(Answer::error(400, "InvalidRequestException", ""), 2), @"
    error[refused]: X-Ray refused xray:GetGroups
      tried: xray:GetGroups, endpoint from AWS_ENDPOINT_URL
      cause: InvalidRequestException
      fix:   compare what the files or the command line ask for with what the cause says
             for AWS's support, -v shows the request's id
    ");
}

#[test]
fn the_request_id_is_for_the_curious() {
    let stub = Stub::always(Answer::error(400, "ValidationException", "no"));
    let world = World::new().pointed_at(stub.url());
    let id = "11111111-2222-3333-4444-555555555555";
    assert!(!world.run("xray groups").exits(2).stderr.contains(id));
    let run = world.run("xray groups -v").exits(2);
    assert!(run.stderr.contains(&format!("  id:    {id}\n")), "{run}");
    let run = world.run("xray groups -v -o json").exits(2);
    assert!(
        run.stderr.contains(&format!("\"request_id\":\"{id}\"")),
        "{run}"
    );
}
