use insta::assert_snapshot;

use super::*;
use crate::settings::{ChainSource, Credentials, Origin};

fn machine() -> Machine {
    Machine::new().region("us-east-1")
}

#[test]
fn row_4_no_credentials() {
    assert_snapshot!(machine().refusal(), @r"
    error[no-credentials]: no AWS credentials
      tried: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY: not set
      tried: profile 'default': neither ~/.aws/config nor ~/.aws/credentials exists
      tried: EC2 instance metadata: this machine is no EC2 instance
      fix: aws login
      fix: aws configure sso
      fix: export AWS_ACCESS_KEY_ID=… AWS_SECRET_ACCESS_KEY=…
      fix: add `--sandbox` to try it without an AWS account
      fix: cruddur-obs demo   # all of it on this machine, without an account
    ");
    let machine = machine()
        .config("[default]\nregion = us-east-1\n")
        .dot_env("AWS_REGION=us-east-1\n")
        .set("AWS_EC2_METADATA_DISABLED", "true")
        .set("AWS_WEB_IDENTITY_TOKEN_FILE", "/var/run/token");
    assert_snapshot!(machine.refusal(), @r"
    error[no-credentials]: no AWS credentials
      tried: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY: not set
      tried: ~/project/.env: no AWS keys in it
      tried: profile 'default' in ~/.aws/config: no credentials in it
      tried: AWS_WEB_IDENTITY_TOKEN_FILE: set, but AWS_ROLE_ARN is not
      tried: EC2 instance metadata: switched off by AWS_EC2_METADATA_DISABLED
      fix: aws login
      fix: aws configure sso
      fix: export AWS_ACCESS_KEY_ID=… AWS_SECRET_ACCESS_KEY=…
      fix: add `--sandbox` to try it without an AWS account
      fix: cruddur-obs demo   # all of it on this machine, without an account
    ");
}

#[test]
fn row_4_named_profile_goes_before_keys_and_has_none() {
    let machine = machine()
        .keys()
        .config("[profile dev]\nregion = us-east-1\n")
        .profile("dev");
    assert_snapshot!(machine.refusal(), @r"
    error[no-credentials]: no AWS credentials
      tried: --profile dev: goes before keys in the environment
      tried: profile 'dev' in ~/.aws/config: no credentials in it
      tried: EC2 instance metadata: this machine is no EC2 instance
      fix: aws login
      fix: aws configure sso
      fix: export AWS_ACCESS_KEY_ID=… AWS_SECRET_ACCESS_KEY=…
      fix: add `--sandbox` to try it without an AWS account
    ");
}

#[test]
fn row_5_half_a_pair() {
    let id = machine().set("AWS_ACCESS_KEY_ID", KEY_ID);
    assert_snapshot!(id.refusal(), @r"
    error[keys-incomplete]: AWS_ACCESS_KEY_ID is set but AWS_SECRET_ACCESS_KEY is not
      tried: AWS_ACCESS_KEY_ID=AKIA…MPLE
      cause: the two only work as a pair; a compose file or a CI job often forwards one of them
      fix: export AWS_SECRET_ACCESS_KEY=…
    ");
    let secret = machine().set("AWS_SECRET_ACCESS_KEY", SECRET_KEY);
    assert_snapshot!(secret.refusal(), @r"
    error[keys-incomplete]: AWS_SECRET_ACCESS_KEY is set but AWS_ACCESS_KEY_ID is not
      tried: AWS_SECRET_ACCESS_KEY=wJal…EKEY
      cause: the two only work as a pair; a compose file or a CI job often forwards one of them
      fix: export AWS_ACCESS_KEY_ID=…
    ");
    let split = machine()
        .set("AWS_ACCESS_KEY_ID", KEY_ID)
        .dot_env(&format!("AWS_SECRET_ACCESS_KEY={SECRET_KEY}\n"));
    assert_snapshot!(split.refusal(), @r"
    error[keys-incomplete]: AWS_ACCESS_KEY_ID is set but AWS_SECRET_ACCESS_KEY is not
      tried: AWS_ACCESS_KEY_ID=AKIA…MPLE
      tried: ~/project/.env: has AWS_SECRET_ACCESS_KEY, which is not mixed with the environment's
      cause: the two only work as a pair; a compose file or a CI job often forwards one of them
      fix: export AWS_SECRET_ACCESS_KEY=…
    ");
    let in_file = machine().dot_env(&format!("AWS_ACCESS_KEY_ID={KEY_ID}\n"));
    assert_snapshot!(in_file.refusal(), @r"
    error[keys-incomplete]: ~/project/.env has AWS_ACCESS_KEY_ID but no AWS_SECRET_ACCESS_KEY
      tried: .env: AWS_ACCESS_KEY_ID=AKIA…MPLE
      cause: the two only work as a pair; a compose file or a CI job often forwards one of them
      fix: write `AWS_SECRET_ACCESS_KEY=…` in ~/project/.env
    ");
}

#[test]
fn row_6_empty_keys() {
    let both = machine()
        .set("AWS_ACCESS_KEY_ID", "")
        .set("AWS_SECRET_ACCESS_KEY", "");
    assert_snapshot!(both.refusal(), @r"
    error[keys-empty]: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are empty
      tried: profile 'default': neither ~/.aws/config nor ~/.aws/credentials exists
      tried: EC2 instance metadata: this machine is no EC2 instance
      cause: typical of a compose file that forwards variables which are not set
      fix: aws login
      fix: aws configure sso
      fix: export AWS_ACCESS_KEY_ID=… AWS_SECRET_ACCESS_KEY=…
      fix: add `--sandbox` to try it without an AWS account
    ");
    let one = machine().keys().set("AWS_SECRET_ACCESS_KEY", "");
    assert_snapshot!(one.refusal(), @r"
    error[keys-empty]: AWS_SECRET_ACCESS_KEY is empty
      tried: AWS_ACCESS_KEY_ID=AKIA…MPLE
      cause: the two only work as a pair; a compose file or a CI job often forwards one of them
      fix: export AWS_SECRET_ACCESS_KEY=…
    ");
}

#[test]
fn empty_keys_step_aside() {
    let machine = machine()
        .set("AWS_ACCESS_KEY_ID", "")
        .set("AWS_SECRET_ACCESS_KEY", "")
        .credentials(&pair_in("default"));
    let Credentials::Profile { name, .. } = machine.access().credentials else {
        panic!("the profile has the keys");
    };
    assert_eq!(name.origin, Origin::Default);
}

#[test]
fn temporary_key_needs_its_token() {
    let lost = machine().keys().set("AWS_ACCESS_KEY_ID", TEMPORARY_KEY_ID);
    assert_snapshot!(lost.refusal(), @r"
    error[session-token-missing]: AWS_ACCESS_KEY_ID is a temporary key (ASIA…MPLE) and its session token is missing
      tried: AWS_SESSION_TOKEN: not set, or empty
      cause: a key that begins with ASIA works only together with its session token; compose files often forward two of the three variables
      fix: export AWS_SESSION_TOKEN=…
    ");
    let Credentials::Static { session_token, .. } =
        lost.set("AWS_SESSION_TOKEN", TOKEN).access().credentials
    else {
        panic!("the environment has the keys");
    };
    assert_eq!(session_token.unwrap().expose(), TOKEN);
    let in_profile = machine().credentials(&pair_in("default").replace(KEY_ID, TEMPORARY_KEY_ID));
    assert_snapshot!(in_profile.refusal(), @r"
    error[session-token-missing]: aws_access_key_id of profile 'default' is a temporary key (ASIA…MPLE) and its session token is missing
      tried: aws_session_token: not set, or empty
      cause: a key that begins with ASIA works only together with its session token; compose files often forward two of the three variables
      fix: add `aws_session_token = …` below ~/.aws/credentials, line 2
    ");
}

#[test]
fn damaged_keys_are_named() {
    let quoted = machine()
        .keys()
        .set("AWS_SECRET_ACCESS_KEY", &format!("\"{SECRET_KEY}\""));
    assert_snapshot!(quoted.refusal(), @r"
    error[key-damaged]: AWS_SECRET_ACCESS_KEY is damaged
      cause: it has quotes around it that were pasted along
      fix: export AWS_SECRET_ACCESS_KEY=…
    ");
    let blank = machine()
        .keys()
        .set("AWS_ACCESS_KEY_ID", &format!("{KEY_ID}\r"));
    assert_snapshot!(blank.refusal(), @r"
    error[key-damaged]: AWS_ACCESS_KEY_ID is damaged
      cause: it begins or ends with a blank or a line break
      fix: export AWS_ACCESS_KEY_ID=…
    ");
    let in_profile =
        machine().credentials(&pair_in("default").replace(SECRET_KEY, &format!("'{SECRET_KEY}'")));
    assert_snapshot!(in_profile.refusal(), @r"
    error[key-damaged]: aws_secret_access_key of profile 'default' is damaged
      cause: it has quotes around it that were pasted along
      fix: mend line 3 of ~/.aws/credentials
    ");
}

#[test]
fn keys_of_dot_env_count() {
    let machine = machine().dot_env(&format!(
        "AWS_ACCESS_KEY_ID={KEY_ID}\nAWS_SECRET_ACCESS_KEY='{SECRET_KEY}'\n"
    ));
    let Credentials::Static {
        access_key_id,
        secret_access_key,
        ..
    } = machine.access().credentials
    else {
        panic!("the file has the keys");
    };
    assert_eq!(access_key_id.origin.to_string(), ".env: AWS_ACCESS_KEY_ID");
    assert_eq!(secret_access_key.expose(), SECRET_KEY);
}

#[test]
fn profile_of_the_environment_stands_behind_keys_and_the_flag_before() {
    let machine = machine()
        .keys()
        .credentials(&pair_in("dev"))
        .set("AWS_PROFILE", "dev");
    assert!(matches!(
        machine.access().credentials,
        Credentials::Static { .. }
    ));
    let machine = machine.profile("dev");
    assert!(matches!(
        machine.access().credentials,
        Credentials::Profile { .. }
    ));
}

#[test]
fn what_the_machine_provides_counts() {
    let source = |machine: Machine| match machine.access().credentials {
        Credentials::Chain { source } => source.value,
        other => panic!("{other:?}"),
    };
    let kubernetes = machine()
        .set("AWS_WEB_IDENTITY_TOKEN_FILE", "/var/run/token")
        .set("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/r");
    assert_eq!(source(kubernetes), ChainSource::WebIdentity);
    let container = machine().set(
        "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
        "/v2/credentials/x",
    );
    assert_eq!(source(container), ChainSource::Container);
    assert_eq!(source(machine().on_ec2()), ChainSource::Instance);
    let disabled = machine().on_ec2().set("AWS_EC2_METADATA_DISABLED", "true");
    assert!(disabled.aws().is_err());
}

fn pair_in(profile: &str) -> String {
    format!("[{profile}]\naws_access_key_id = {KEY_ID}\naws_secret_access_key = {SECRET_KEY}\n")
}

#[test]
fn a_profile_goes_before_keys_of_weaker_places() {
    let keys = format!("AWS_ACCESS_KEY_ID={KEY_ID}\nAWS_SECRET_ACCESS_KEY={SECRET_KEY}\n");
    let file =
        format!("[dev]\naws_access_key_id = {KEY_ID}\naws_secret_access_key = {SECRET_KEY}\n");
    let uses_the_profile =
        |machine: Machine| matches!(machine.access().credentials, Credentials::Profile { .. });
    let machine = || Machine::new().region("us-east-1").credentials(&file);
    let in_dot_env = || machine().dot_env(&keys);
    assert!(uses_the_profile(in_dot_env().set("AWS_PROFILE", "dev")));
    assert!(uses_the_profile(in_dot_env().profile("dev")));
    assert!(uses_the_profile(machine().keys().profile("dev")));
    assert!(!uses_the_profile(
        machine().keys().set("AWS_PROFILE", "dev")
    ));
    assert!(!uses_the_profile(
        machine().dot_env(&format!("{keys}AWS_PROFILE=dev\n"))
    ));
}
