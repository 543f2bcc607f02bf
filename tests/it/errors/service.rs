//! What AWS answers on a bad day: keys, clocks, throttling, quotas, failures.

use super::{told, told_of};
use crate::world::{Answer, Stub, World, empty_account};

const BAD_SIGNATURE: &str = "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method.";

#[test]
fn a_key_that_aws_does_not_know() {
    insta::assert_snapshot!(told_of(
        Answer::error(403, "UnrecognizedClientException", "The security token included in the request is invalid."),
        5,
    ), @"
    error[key-unknown]: AWS does not know the access key AKIA…MPLE
      tried: AKIA…MPLE from AWS_ACCESS_KEY_ID
      cause: it is mistyped, deleted or switched off, or its account has not enabled us-east-1
      fix:   export AWS_ACCESS_KEY_ID=… AWS_SECRET_ACCESS_KEY=…
             unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY && aws login
    ");
}

#[test]
fn a_key_of_a_file_that_aws_does_not_know() {
    let stub = Stub::always(Answer::error(
        403,
        "UnrecognizedClientException",
        "The security token included in the request is invalid.",
    ));
    let world = World::new()
        .with("AWS_REGION", "us-east-1")
        .with("AWS_ENDPOINT_URL", stub.url());
    let keys = "aws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\n";
    let with_profile = world.with_file("home/.aws/credentials", &format!("[dev]\n{keys}"));
    insta::assert_snapshot!(told(&with_profile, "setup --profile dev", 5), @"
    error[key-unknown]: AWS does not know the access key AKIA…MPLE
      tried: AKIA…MPLE from profile 'dev'
      cause: it is mistyped, deleted or switched off, or its account has not enabled us-east-1
      fix:   aws configure --profile dev
    ");
    let with_dot_env = with_profile.with_file(
        "project/.env",
        &keys
            .replace(" = ", "=")
            .replace("aws_access_key_id", "AWS_ACCESS_KEY_ID")
            .replace("aws_secret_access_key", "AWS_SECRET_ACCESS_KEY"),
    );
    insta::assert_snapshot!(told(&with_dot_env, "setup", 5), @"
    error[key-unknown]: AWS does not know the access key AKIA…MPLE
      tried: AKIA…MPLE from .env: AWS_ACCESS_KEY_ID
      cause: it is mistyped, deleted or switched off, or its account has not enabled us-east-1
      fix:   write new ones in [ROOT]/project/.env: AWS_ACCESS_KEY_ID=… AWS_SECRET_ACCESS_KEY=…
             or remove the lines from [ROOT]/project/.env and sign in: aws login
    ");
}

#[test]
fn a_secret_of_another_key() {
    insta::assert_snapshot!(told_of(Answer::error(403, "InvalidSignatureException", BAD_SIGNATURE), 5), @"
    error[wrong-secret]: the secret does not belong to the access key AKIA…MPLE
      tried: AKIA…MPLE from AWS_ACCESS_KEY_ID
      cause: the signature does not match: look for a missing end, pasted quotes or spaces
      fix:   export AWS_SECRET_ACCESS_KEY=…
    ");
}

/// The `Date` header of a service whose clock is so many minutes ahead.
fn ahead(minutes: i64) -> String {
    (jiff::Timestamp::now() + jiff::SignedDuration::from_mins(minutes))
        .to_zoned(jiff::tz::TimeZone::UTC)
        .strftime("%a, %d %b %Y %H:%M:%S GMT")
        .to_string()
}

fn signature_expired(minutes: i64) -> Answer {
    Answer::error(
        403,
        "InvalidSignatureException",
        "Signature expired: 20261120T070000Z is now earlier than 20261120T075500Z (20261120T080000Z - 5 min.)",
    )
    .with("Date", &ahead(minutes))
}

#[test]
fn a_clock_that_is_behind() {
    insta::assert_snapshot!(told_of(signature_expired(60), 5), @"
    error[clock]: your clock is 1 h 0 m behind AWS
      cause: AWS refuses signatures that are more than 5 minutes off
      fix:   sudo hwclock -s                  # WSL2
             sudo timedatectl set-ntp true    # Linux
    ");
}

#[test]
fn a_clock_that_is_ahead() {
    insta::assert_snapshot!(told_of(
        Answer::error(403, "InvalidSignatureException", "Signature not yet current: 20261120T080000Z is still later than 20261120T070500Z (20261120T070000Z + 5 min.)")
            .with("Date", &ahead(-61)),
        5,
    ), @"
    error[clock]: your clock is 1 h 1 m ahead of AWS
      cause: AWS refuses signatures that are more than 5 minutes off
      fix:   sudo hwclock -s                  # WSL2
             sudo timedatectl set-ntp true    # Linux
    ");
}

#[test]
fn a_clock_by_other_codes() {
    for code in ["RequestExpired", "RequestTimeTooSkewed"] {
        let text = told_of(
            Answer::error(403, code, "Request has expired.").with("Date", &ahead(500)),
            5,
        );
        assert!(
            text.starts_with("error[clock]: your clock is 8 h 20 m behind AWS\n"),
            "{text}"
        );
    }
}

#[test]
fn a_clock_without_a_date() {
    let text = told_of(
        Answer::error(403, "RequestExpired", "Request has expired."),
        5,
    );
    assert!(
        text.starts_with("error[clock]: your clock differs from that of AWS\n"),
        "{text}"
    );
}

#[test]
fn a_signature_refused_though_the_clocks_agree() {
    insta::assert_snapshot!(told_of(signature_expired(0), 5), @"
    error[clock]: AWS says that the signature is too old or too new
      cause: this clock and the answer's date agree: something held the request back, such as a proxy, or the clock jumped meanwhile
      fix:   run the command again
    ");
}

/// A clock that is an hour off, and a service that takes what is signed with its own time: the
/// SDK corrects itself, and nobody needs to know.
#[test]
fn a_clock_that_the_sdk_corrects() {
    let stub = Stub::start(|asked| {
        let theirs = ahead(60);
        let signed: String = asked.header("x-amz-date").chars().take(11).collect();
        let hour = (jiff::Timestamp::now() + jiff::SignedDuration::from_mins(60))
            .strftime("%Y%m%dT%H")
            .to_string();
        if signed == hour {
            match asked.operation.as_str() {
                "/GetSamplingRules" => Answer::new(200, r#"{"SamplingRuleRecords": []}"#),
                operation => empty_account(operation),
            }
            .with("Date", &theirs)
        } else {
            signature_expired(60)
        }
    });
    let world = World::new().pointed_at(stub.url());
    let run = world.run("xray rules").exits(0);
    assert!(!run.stderr.contains("clock"), "{run}");
    assert_eq!(stub.asked().len(), 2, "once in vain, once with their time");
}

#[test]
fn expired_keys_of_the_environment() {
    let stub = Stub::always(Answer::error(
        403,
        "ExpiredTokenException",
        "The security token included in the request is expired",
    ));
    let world = World::new()
        .pointed_at(stub.url())
        .with("AWS_ACCESS_KEY_ID", "ASIAIOSFODNN7EXAMPLE")
        .with(
            "AWS_SESSION_TOKEN",
            "IQoJb3JpZ2luX2VjEDMaCXVzLWVhc3QtMSJHMEUCIQ",
        );
    insta::assert_snapshot!(told(&world, "setup", 5), @"
    error[credentials-expired]: the temporary credentials have expired
      tried: ASIA…MPLE from AWS_ACCESS_KEY_ID
      fix:   export AWS_ACCESS_KEY_ID=… AWS_SECRET_ACCESS_KEY=… AWS_SESSION_TOKEN=…
             unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN && aws login
    ");
}

#[test]
fn expired_keys_of_a_profile() {
    let stub = Stub::always(Answer::error(
        403,
        "ExpiredTokenException",
        "The security token included in the request is expired",
    ));
    let world = World::new()
        .with("AWS_REGION", "us-east-1")
        .with("AWS_ENDPOINT_URL", stub.url())
        .with("AWS_PROFILE", "dev")
        .with_file("home/.aws/credentials", "[dev]\naws_access_key_id = ASIAIOSFODNN7EXAMPLE\naws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\naws_session_token = IQoJb3JpZ2luX2VjEDMaCXVzLWVhc3QtMSJHMEUCIQ\n");
    insta::assert_snapshot!(told(&world, "setup", 5), @"
    error[credentials-expired]: the temporary credentials have expired
      tried: ASIA…MPLE from profile 'dev'
      fix:   write new ones, token included, below [dev] in ~/.aws/credentials
             or sign in: aws login --profile dev
    ");
}

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
    region us-east-1  from built-in xray.json, aws/json/logs.json
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
