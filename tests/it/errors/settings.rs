//! Region, keys, profile and endpoint that are missing or wrong: refused before any call.

use super::{told, told_before_any_call};
use crate::world::{Answer, Stub, World};

const KEY: &str = "AKIAIOSFODNN7EXAMPLE";
const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

fn with_keys() -> World {
    World::new()
        .with("AWS_ACCESS_KEY_ID", KEY)
        .with("AWS_SECRET_ACCESS_KEY", SECRET)
}

fn with_region() -> World {
    World::new().with("AWS_REGION", "us-east-1")
}

#[test]
fn a_call_to_aws_would_be_seen() {
    let way_out = Stub::always(Answer::Cut);
    let world = with_keys()
        .with("AWS_REGION", "us-east-1")
        .with("HTTPS_PROXY", way_out.url());
    let _run = world.run("setup --max-attempts 1").exits(7);
    let asked = way_out.asked();
    assert!(
        asked.iter().any(|asked| asked.line.starts_with("CONNECT ")),
        "{asked:?}"
    );
}

#[test]
fn no_region() {
    insta::assert_snapshot!(told_before_any_call(with_keys()), @"
    error[no-region]: no AWS region
      tried: --region: not given
             AWS_REGION, AWS_DEFAULT_REGION: not set
             profile 'default': neither ~/.aws/config nor ~/.aws/credentials exists
      fix:   export AWS_REGION=us-east-1
    ");
}

#[test]
fn neither_region_nor_credentials() {
    insta::assert_snapshot!(told_before_any_call(World::new()), @"
    error[region-and-credentials]: no AWS region, and no AWS credentials
      tried: --region: not given
             AWS_REGION, AWS_DEFAULT_REGION: not set
             profile 'default': neither ~/.aws/config nor ~/.aws/credentials exists
             AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY: not set
             EC2 instance metadata: this machine is no EC2 instance
      fix:   export AWS_REGION=us-east-1
             aws login
             aws configure sso
             export AWS_ACCESS_KEY_ID=… AWS_SECRET_ACCESS_KEY=…
             add `--sandbox` to try it without an AWS account
             cruddur-obs demo   # all of it on this machine, without an account
    ");
}

#[test]
fn empty_region() {
    insta::assert_snapshot!(told_before_any_call(with_keys().with("AWS_REGION", "")), @"
    error[region-empty]: AWS_REGION is empty
      cause: typical of a compose file that forwards a variable which is not set, such as `AWS_REGION: ${AWS_REGION}`
      fix:   export AWS_REGION=us-east-1
    ");
}

#[test]
fn misspelt_region() {
    insta::assert_snapshot!(told_before_any_call(with_keys().with("AWS_REGION", "us-esat-1")), @"
    error[region-unknown]: 'us-esat-1' is not an AWS region
      tried: it comes from AWS_REGION
      cause: did you mean us-east-1?
      fix:   export AWS_REGION=us-east-1
    ");
}

#[test]
fn misspelt_region_of_the_profile() {
    let world = with_keys().with_file(
        "home/.aws/config",
        "[default]\noutput = json\nregion = us-east1\n",
    );
    insta::assert_snapshot!(told_before_any_call(world), @"
    error[region-unknown]: 'us-east1' is not an AWS region
      tried: it comes from profile 'default' in ~/.aws/config
      cause: did you mean us-east-1?
      fix:   write `region = us-east-1` in ~/.aws/config, line 3
    ");
}

#[test]
fn availability_zone_as_region() {
    insta::assert_snapshot!(told_before_any_call(with_keys().with("AWS_DEFAULT_REGION", "eu-central-1a")), @"
    error[region-unknown]: 'eu-central-1a' is not an AWS region
      tried: it comes from AWS_DEFAULT_REGION
      cause: eu-central-1a is an availability zone of eu-central-1
      fix:   export AWS_DEFAULT_REGION=eu-central-1
    ");
}

#[test]
fn a_region_younger_than_this_program_is_called() {
    let way_out = Stub::always(Answer::Cut);
    let world = with_keys().with("HTTPS_PROXY", way_out.url());
    let _run = world
        .run("setup --max-attempts 1 --region us-east-3")
        .exits(7);
    assert!(
        way_out.asked()[0].line.contains(".us-east-3."),
        "{:?}",
        way_out.asked()
    );
}

#[test]
fn no_credentials() {
    insta::assert_snapshot!(told_before_any_call(with_region()), @"
    error[no-credentials]: no AWS credentials
      tried: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY: not set
             profile 'default': neither ~/.aws/config nor ~/.aws/credentials exists
             EC2 instance metadata: this machine is no EC2 instance
      fix:   aws login
             aws configure sso
             export AWS_ACCESS_KEY_ID=… AWS_SECRET_ACCESS_KEY=…
             add `--sandbox` to try it without an AWS account
             cruddur-obs demo   # all of it on this machine, without an account
    ");
}

#[test]
fn no_credentials_where_there_are_files() {
    let world = with_region()
        .with_file("home/.aws/config", "[default]\nregion = us-east-1\n")
        .with_file("project/.env", "AWS_REGION=us-east-1\n");
    insta::assert_snapshot!(told_before_any_call(world), @"
    error[no-credentials]: no AWS credentials
      tried: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY: not set
             [ROOT]/project/.env: no AWS keys in it
             profile 'default' in ~/.aws/config: no credentials in it
             EC2 instance metadata: this machine is no EC2 instance
      fix:   aws login
             aws configure sso
             export AWS_ACCESS_KEY_ID=… AWS_SECRET_ACCESS_KEY=…
             add `--sandbox` to try it without an AWS account
             cruddur-obs demo   # all of it on this machine, without an account
    ");
}

#[test]
fn half_a_pair() {
    insta::assert_snapshot!(told_before_any_call(with_region().with("AWS_ACCESS_KEY_ID", KEY)), @"
    error[keys-incomplete]: AWS_ACCESS_KEY_ID is set but AWS_SECRET_ACCESS_KEY is not
      tried: AWS_ACCESS_KEY_ID=AKIA…MPLE
      cause: the two only work as a pair; a compose file or a CI job often forwards one of them
      fix:   export AWS_SECRET_ACCESS_KEY=…
    ");
}

#[test]
fn the_other_half() {
    insta::assert_snapshot!(told_before_any_call(with_region().with("AWS_SECRET_ACCESS_KEY", SECRET)), @"
    error[keys-incomplete]: AWS_SECRET_ACCESS_KEY is set but AWS_ACCESS_KEY_ID is not
      tried: AWS_SECRET_ACCESS_KEY=wJal…EKEY
      cause: the two only work as a pair; a compose file or a CI job often forwards one of them
      fix:   export AWS_ACCESS_KEY_ID=…
    ");
}

#[test]
fn half_a_pair_in_a_file() {
    let world = with_region().with_file("project/.env", &format!("AWS_ACCESS_KEY_ID={KEY}\n"));
    insta::assert_snapshot!(told_before_any_call(world), @"
    error[keys-incomplete]: [ROOT]/project/.env has AWS_ACCESS_KEY_ID but no AWS_SECRET_ACCESS_KEY
      tried: .env: AWS_ACCESS_KEY_ID=AKIA…MPLE
      cause: the two only work as a pair; a compose file or a CI job often forwards one of them
      fix:   write `AWS_SECRET_ACCESS_KEY=…` in [ROOT]/project/.env
    ");
}

#[test]
fn empty_keys() {
    let world = with_region()
        .with("AWS_ACCESS_KEY_ID", "")
        .with("AWS_SECRET_ACCESS_KEY", "");
    insta::assert_snapshot!(told_before_any_call(world), @"
    error[keys-empty]: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are empty
      tried: profile 'default': neither ~/.aws/config nor ~/.aws/credentials exists
             EC2 instance metadata: this machine is no EC2 instance
      cause: typical of a compose file that forwards variables which are not set
      fix:   aws login
             aws configure sso
             export AWS_ACCESS_KEY_ID=… AWS_SECRET_ACCESS_KEY=…
             add `--sandbox` to try it without an AWS account
    ");
}

#[test]
fn a_key_with_its_quotes() {
    let world = with_keys()
        .with("AWS_REGION", "us-east-1")
        .with("AWS_SECRET_ACCESS_KEY", &format!("\"{SECRET}\""));
    insta::assert_snapshot!(told_before_any_call(world), @"
    error[key-damaged]: AWS_SECRET_ACCESS_KEY is damaged
      cause: it has quotes around it that were pasted along
      fix:   export AWS_SECRET_ACCESS_KEY=…
    ");
}

#[test]
fn a_temporary_key_without_its_token() {
    let world = with_keys()
        .with("AWS_REGION", "us-east-1")
        .with("AWS_ACCESS_KEY_ID", "ASIAIOSFODNN7EXAMPLE");
    insta::assert_snapshot!(told_before_any_call(world), @"
    error[session-token-missing]: AWS_ACCESS_KEY_ID is a temporary key (ASIA…MPLE) and its session token is missing
      tried: AWS_SESSION_TOKEN: not set, or empty
      cause: a key that begins with ASIA works only together with its session token; compose files often forward two of the three variables
      fix:   export AWS_SESSION_TOKEN=…
    ");
}

#[test]
fn no_such_profile_and_no_file() {
    let world = with_region().with("AWS_PROFILE", "nope");
    insta::assert_snapshot!(told_before_any_call(world), @"
    error[profile-not-found]: profile 'nope' not found
      tried: the name comes from AWS_PROFILE
      cause: neither ~/.aws/config nor ~/.aws/credentials exists
      fix:   aws configure --profile nope
    ");
}

#[test]
fn no_such_profile() {
    let world = with_region().with("AWS_PROFILE", "dve").with_file(
        "home/.aws/config",
        "[default]\nregion = us-east-1\n[profile dev]\nregion = us-east-1\n",
    );
    insta::assert_snapshot!(told_before_any_call(world), @"
    error[profile-not-found]: profile 'dve' not found in ~/.aws/config
      tried: the name comes from AWS_PROFILE
             available: default, dev
      cause: did you mean 'dev'?
      fix:   export AWS_PROFILE=dev
    ");
}

#[test]
fn a_profile_in_the_environment_goes_before_keys_in_a_file() {
    let world = with_region()
        .with("AWS_PROFILE", "dev")
        .with_file("home/.aws/config", "[profile dev]\nregion = us-east-1\n")
        .with_file(
            "project/.env",
            &format!("AWS_ACCESS_KEY_ID={KEY}\nAWS_SECRET_ACCESS_KEY={SECRET}\n"),
        );
    insta::assert_snapshot!(told_before_any_call(world), @"
    error[no-credentials]: no AWS credentials
      tried: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY: not set
             [ROOT]/project/.env: not looked at, AWS_PROFILE goes before it
             profile 'dev' in ~/.aws/config: no credentials in it
             EC2 instance metadata: this machine is no EC2 instance
      fix:   aws login
             aws configure sso
             export AWS_ACCESS_KEY_ID=… AWS_SECRET_ACCESS_KEY=…
             add `--sandbox` to try it without an AWS account
    ");
}

#[test]
fn an_endpoint_without_scheme() {
    let world = with_keys()
        .with("AWS_REGION", "us-east-1")
        .with("AWS_ENDPOINT_URL", "localhost:4000");
    insta::assert_snapshot!(told_before_any_call(world), @"
    error[endpoint-invalid]: AWS_ENDPOINT_URL is not a URL that can be called: 'localhost:4000'
      cause: it must start with http:// or https://
      fix:   export AWS_ENDPOINT_URL=http://localhost:4000
    ");
}

#[test]
fn an_endpoint_without_scheme_on_the_command_line() {
    let world = with_keys().with("AWS_REGION", "us-east-1");
    insta::assert_snapshot!(told(&world, "setup --endpoint-url aws.example.com", 5), @"
    error[endpoint-invalid]: --endpoint-url is not a URL that can be called: 'aws.example.com'
      cause: it must start with http:// or https://
      fix:   --endpoint-url=https://aws.example.com
    ");
}

#[test]
fn numbers_that_are_none() {
    let world = || with_keys().with("AWS_REGION", "us-east-1");
    insta::assert_snapshot!(told_before_any_call(world().with("AWS_MAX_ATTEMPTS", "many")), @"
    error[number-invalid]: AWS_MAX_ATTEMPTS is not a number from 1 to 100
      tried: AWS_MAX_ATTEMPTS=many
      fix:   export AWS_MAX_ATTEMPTS=8
    ");
    insta::assert_snapshot!(told_before_any_call(world().with("CRUDDUR_OBS_TIMEOUT", "0")), @"
    error[number-invalid]: CRUDDUR_OBS_TIMEOUT is not a number from 1 to 3600
      tried: CRUDDUR_OBS_TIMEOUT=0
      fix:   export CRUDDUR_OBS_TIMEOUT=60
    ");
    insta::assert_snapshot!(world().run("setup --max-attempts 0").exits(2).stderr, @"
    error: invalid value '0' for '--max-attempts <N>': 0 is not in 1..=100

    For more information, try '--help'.
    ");
}

#[test]
fn a_bundle_of_certificates_that_is_none() {
    let world = with_keys()
        .with("AWS_REGION", "us-east-1")
        .with("AWS_CA_BUNDLE", "/nowhere/ca.pem");
    insta::assert_snapshot!(told_before_any_call(world), @"
    error[ca-bundle]: AWS_CA_BUNDLE cannot be used: /nowhere/ca.pem
      cause: No such file or directory (os error 2)
      fix:   unset AWS_CA_BUNDLE, or name a readable PEM file
    ");
}
