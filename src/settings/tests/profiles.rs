use insta::assert_snapshot;

use super::*;
use crate::settings::{Credentials, ProfileKind};

fn machine(config: &str) -> Machine {
    Machine::new().region("us-east-1").config(config)
}

fn kind(machine: &Machine) -> ProfileKind {
    match machine.access().credentials {
        Credentials::Profile { kind, .. } => kind,
        other => panic!("{other:?}"),
    }
}

#[test]
fn row_7_profile_is_missing() {
    let files = machine("[default]\nregion = us-east-1\n[profile dev]\n");
    assert_snapshot!(files.profile("nope").refusal(), @r"
    error[profile-not-found]: profile 'nope' not found in ~/.aws/config
      tried: the name comes from --profile
      tried: available: default, dev
      fix: aws configure --profile nope
    ");
    let near = machine("[profile dev]\n").set("AWS_PROFILE", "dve");
    assert_snapshot!(near.refusal(), @r"
    error[profile-not-found]: profile 'dve' not found in ~/.aws/config
      tried: the name comes from AWS_PROFILE
      tried: available: dev
      cause: did you mean 'dev'?
      fix: export AWS_PROFILE=dev
    ");
    let no_file = Machine::new().profile("nope");
    assert_snapshot!(no_file.refusal(), @r"
    error[profile-not-found]: profile 'nope' not found
      tried: the name comes from --profile
      cause: neither ~/.aws/config nor ~/.aws/credentials exists
      fix: aws configure --profile nope
    ");
    let elsewhere = Machine::new()
        .set("AWS_CONFIG_FILE", "~/elsewhere/config")
        .profile("nope");
    assert_snapshot!(elsewhere.refusal(), @r"
    error[profile-not-found]: profile 'nope' not found
      tried: the name comes from --profile
      cause: neither ~/elsewhere/config nor ~/.aws/credentials exists
      fix: aws configure --profile nope
    ");
    let header = machine("[default]\n\n[dev]\nregion = us-east-1\n").profile("dev");
    assert_snapshot!(header.refusal(), @r"
    error[profile-not-found]: profile 'dev' not found in ~/.aws/config
      tried: the name comes from --profile
      tried: available: default
      cause: ~/.aws/config, line 3 reads [dev], which counts for nothing in that file
      fix: write `[profile dev]` in ~/.aws/config, line 3
    ");
}

#[test]
fn missing_profile_of_the_environment_does_not_matter_beside_keys_and_region() {
    let machine = Machine::good().set("AWS_PROFILE", "nope");
    assert!(machine.aws().is_ok());
    let machine = Machine::new().keys().set("AWS_PROFILE", "nope");
    assert_snapshot!(machine.refusal(), @r"
    error[profile-not-found]: profile 'nope' not found
      tried: the name comes from AWS_PROFILE
      cause: neither ~/.aws/config nor ~/.aws/credentials exists
      fix: aws configure --profile nope
    ");
}

#[test]
fn default_profile_of_the_environment_need_not_exist() {
    let machine = Machine::new()
        .region("us-east-1")
        .set("AWS_PROFILE", "default");
    assert!(machine.refusal().starts_with("error[no-credentials]"));
    let machine = machine.profile("default");
    assert!(machine.refusal().starts_with("error[profile-not-found]"));
}

#[test]
fn row_11_process_is_left_to_the_sdk() {
    let machine = machine("[default]\ncredential_process = /opt/credentials --token x\n");
    assert_eq!(kind(&machine), ProfileKind::Process);
}

#[test]
fn row_12_source_profile_is_missing() {
    let machine = machine(
        "[profile ghosts]\n[profile dev]\nrole_arn = arn:aws:iam::123456789012:role/r\nsource_profile = ghost\n",
    );
    assert_snapshot!(machine.profile("dev").refusal(), @r"
    error[source-profile-missing]: profile 'dev' builds on profile 'ghost', which does not exist
      tried: `source_profile` in ~/.aws/config, line 4
      tried: available: dev, ghosts
      cause: did you mean 'ghosts'?
      fix: write `source_profile = ghosts` in ~/.aws/config, line 4
    ");
}

#[test]
fn row_12_source_profiles_run_in_a_circle() {
    let role = "role_arn = arn:aws:iam::123456789012:role/r";
    let machine = machine(&format!(
        "[profile a]\n{role}\nsource_profile = b\n[profile b]\n{role}\nsource_profile = a\n"
    ));
    assert_snapshot!(machine.profile("a").refusal(), @r"
    error[source-profile-circle]: the source profiles run in a circle
      tried: a → b → a
      cause: `source_profile` in ~/.aws/config, line 6 closes it
      fix: name another profile in ~/.aws/config, line 6
    ");
}

#[test]
fn row_12_role_without_a_source() {
    let role = "[default]\nrole_arn = arn:aws:iam::123456789012:role/r\n";
    assert_snapshot!(machine(role).refusal(), @r"
    error[role-source-missing]: profile 'default' has a role and nothing to assume it with
      tried: `role_arn` in ~/.aws/config, line 2
      cause: a role needs a `source_profile` or a `credential_source`
      fix: add `source_profile = default` below ~/.aws/config, line 2
    ");
    let both = format!("{role}source_profile = a\ncredential_source = Environment\n");
    assert_snapshot!(machine(&both).refusal(), @r"
    error[role-source-ambiguous]: profile 'default' has both a `source_profile` and a `credential_source`
      tried: ~/.aws/config, line 3
      tried: ~/.aws/config, line 4
      fix: remove one of the two from ~/.aws/config
    ");
    let unknown = format!("{role}credential_source = Enviroment\n");
    assert_snapshot!(machine(&unknown).refusal(), @r"
    error[credential-source-unknown]: profile 'default' has an unknown `credential_source`: 'Enviroment'
      tried: ~/.aws/config, line 3
      cause: there are Environment, Ec2InstanceMetadata, EcsContainer
      fix: write `credential_source = Environment` in ~/.aws/config, line 3
    ");
    let absent = format!("{role}credential_source = EcsContainer\n");
    assert_snapshot!(machine(&absent).refusal(), @r"
    error[credential-source-absent]: profile 'default' takes its credentials from EcsContainer, and AWS_CONTAINER_CREDENTIALS_RELATIVE_URI is not set
      tried: `credential_source` in ~/.aws/config, line 3
      fix: export AWS_CONTAINER_CREDENTIALS_RELATIVE_URI=…
    ");
    let empty = format!("{role}source_profile = a\n[profile a]\n");
    assert_snapshot!(machine(&empty).refusal(), @r"
    error[source-profile-empty]: profile 'a' is to assume a role and has no credentials
      tried: ~/.aws/config, line 4
      fix: aws configure --profile a
    ");
    let itself = format!("{role}source_profile = default\n");
    assert_snapshot!(machine(&itself).refusal(), @r"
    error[source-profile-empty]: profile 'default' is to assume a role and has no credentials
      tried: ~/.aws/config, line 1
      fix: aws configure
    ");
}

#[test]
fn row_12_half_a_pair_in_a_profile() {
    let machine = Machine::new().region("us-east-1").credentials(&format!(
        "# mine\n[default]\naws_access_key_id = {KEY_ID}\n"
    ));
    assert_snapshot!(machine.refusal(), @r"
    error[profile-keys-incomplete]: profile 'default' has `aws_access_key_id` and no `aws_secret_access_key`
      tried: ~/.aws/credentials, line 3
      fix: add `aws_secret_access_key = …` below ~/.aws/credentials, line 3
    ");
}

#[test]
fn row_12_broken_line() {
    let broken = machine(&format!("[default]\nregion = us-east-1\n{SECRET_KEY}\n"));
    assert_snapshot!(broken.refusal(), @r"
    error[aws-file-broken]: ~/.aws/config, line 3 cannot be read
      tried: the line belongs to [default]
      cause: there is no `=` in it
      fix: mend line 3 of ~/.aws/config
    ");
    // A broken file gets in nobody else's way.
    assert!(broken.settings().honeycomb_api_key().is_none());
}

#[test]
fn roles_are_followed_to_their_keys() {
    let keys = format!("aws_access_key_id = {KEY_ID}\naws_secret_access_key = {SECRET_KEY}\n");
    let role = "role_arn = arn:aws:iam::123456789012:role/r\n";
    let config = format!("[default]\n{role}source_profile = base\n");
    let machine = machine(&config).credentials(&format!("[base]\n{keys}"));
    assert_eq!(kind(&machine), ProfileKind::AssumeRole);
    let machine = machine.config(&format!(
        "[default]\n{role}source_profile = default\n{keys}"
    ));
    assert_eq!(kind(&machine), ProfileKind::AssumeRole);
    let machine = machine.config(&format!("[default]\n{role}web_identity_token_file = /t\n"));
    assert_eq!(kind(&machine), ProfileKind::WebIdentity);
    let machine = machine.config("[default]\nweb_identity_token_file = /t\n");
    assert_snapshot!(machine.refusal(), @r"
    error[role-missing]: profile 'default' has a `web_identity_token_file` and no `role_arn`
      tried: ~/.aws/config, line 2
      fix: add `role_arn = …` to ~/.aws/config, line 1
    ");
    let machine = machine.config(&format!(
        "[default]\n{role}credential_source = Ec2InstanceMetadata\n"
    ));
    assert_eq!(kind(&machine), ProfileKind::AssumeRole);
}

#[test]
fn file_paths_are_handed_on() {
    let machine = Machine::new()
        .file("aws/c", "[default]\nregion = eu-west-1\n")
        .set("AWS_CONFIG_FILE", "~/aws/c")
        .keys();
    let access = machine.access();
    assert_eq!(
        access.region.origin.to_string(),
        "profile 'default' in ~/aws/c"
    );
    assert_eq!(access.config_file, Some(machine.path("aws/c")));
    assert_eq!(access.credentials_file, None);
}
