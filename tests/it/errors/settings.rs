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
    insta::assert_snapshot!(told_before_any_call(with_keys()), @"");
}

#[test]
fn neither_region_nor_credentials() {
    insta::assert_snapshot!(told_before_any_call(World::new()), @"");
}

#[test]
fn empty_region() {
    insta::assert_snapshot!(told_before_any_call(with_keys().with("AWS_REGION", "")), @"");
}

#[test]
fn misspelt_region() {
    insta::assert_snapshot!(told_before_any_call(with_keys().with("AWS_REGION", "us-esat-1")), @"");
}

#[test]
fn misspelt_region_of_the_profile() {
    let world = with_keys().with_file(
        "home/.aws/config",
        "[default]\noutput = json\nregion = us-east1\n",
    );
    insta::assert_snapshot!(told_before_any_call(world), @"");
}

#[test]
fn availability_zone_as_region() {
    insta::assert_snapshot!(told_before_any_call(with_keys().with("AWS_DEFAULT_REGION", "eu-central-1a")), @"");
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
    insta::assert_snapshot!(told_before_any_call(with_region()), @"");
}

#[test]
fn no_credentials_where_there_are_files() {
    let world = with_region()
        .with_file("home/.aws/config", "[default]\nregion = us-east-1\n")
        .with_file("project/.env", "AWS_REGION=us-east-1\n");
    insta::assert_snapshot!(told_before_any_call(world), @"");
}

#[test]
fn half_a_pair() {
    insta::assert_snapshot!(told_before_any_call(with_region().with("AWS_ACCESS_KEY_ID", KEY)), @"");
}

#[test]
fn the_other_half() {
    insta::assert_snapshot!(told_before_any_call(with_region().with("AWS_SECRET_ACCESS_KEY", SECRET)), @"");
}

#[test]
fn half_a_pair_in_a_file() {
    let world = with_region().with_file("project/.env", &format!("AWS_ACCESS_KEY_ID={KEY}\n"));
    insta::assert_snapshot!(told_before_any_call(world), @"");
}

#[test]
fn empty_keys() {
    let world = with_region()
        .with("AWS_ACCESS_KEY_ID", "")
        .with("AWS_SECRET_ACCESS_KEY", "");
    insta::assert_snapshot!(told_before_any_call(world), @"");
}

#[test]
fn a_key_with_its_quotes() {
    let world = with_keys()
        .with("AWS_REGION", "us-east-1")
        .with("AWS_SECRET_ACCESS_KEY", &format!("\"{SECRET}\""));
    insta::assert_snapshot!(told_before_any_call(world), @"");
}

#[test]
fn a_temporary_key_without_its_token() {
    let world = with_keys()
        .with("AWS_REGION", "us-east-1")
        .with("AWS_ACCESS_KEY_ID", "ASIAIOSFODNN7EXAMPLE");
    insta::assert_snapshot!(told_before_any_call(world), @"");
}

#[test]
fn no_such_profile_and_no_file() {
    let world = with_region().with("AWS_PROFILE", "nope");
    insta::assert_snapshot!(told_before_any_call(world), @"");
}

#[test]
fn no_such_profile() {
    let world = with_region().with("AWS_PROFILE", "dve").with_file(
        "home/.aws/config",
        "[default]\nregion = us-east-1\n[profile dev]\nregion = us-east-1\n",
    );
    insta::assert_snapshot!(told_before_any_call(world), @"");
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
    insta::assert_snapshot!(told_before_any_call(world), @"");
}

#[test]
fn an_endpoint_without_scheme() {
    let world = with_keys()
        .with("AWS_REGION", "us-east-1")
        .with("AWS_ENDPOINT_URL", "localhost:4000");
    insta::assert_snapshot!(told_before_any_call(world), @"");
}

#[test]
fn an_endpoint_without_scheme_on_the_command_line() {
    let world = with_keys().with("AWS_REGION", "us-east-1");
    insta::assert_snapshot!(told(&world, "setup --endpoint-url aws.example.com", 5), @"");
}

#[test]
fn numbers_that_are_none() {
    let world = || with_keys().with("AWS_REGION", "us-east-1");
    insta::assert_snapshot!(told_before_any_call(world().with("AWS_MAX_ATTEMPTS", "many")), @"");
    insta::assert_snapshot!(told_before_any_call(world().with("CRUDDUR_OBS_TIMEOUT", "0")), @"");
    insta::assert_snapshot!(world().run("setup --max-attempts 0").exits(2).stderr, @"");
}

#[test]
fn a_bundle_of_certificates_that_is_none() {
    let world = with_keys()
        .with("AWS_REGION", "us-east-1")
        .with("AWS_CA_BUNDLE", "/nowhere/ca.pem");
    insta::assert_snapshot!(told_before_any_call(world), @"");
}
