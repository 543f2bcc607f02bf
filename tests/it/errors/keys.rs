//! Keys that AWS does not take: unknown, with another secret, expired.

use super::{told, told_of};
use crate::world::{Answer, Stub, World};

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
