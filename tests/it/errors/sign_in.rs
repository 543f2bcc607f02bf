//! Profiles that need a login, a program or another profile.

use super::{told, told_before_any_call};
use crate::world::{Answer, Stub, World};

const SSO: &str = "[profile sso]
region = us-east-1
sso_session = corp
sso_account_id = 111122223333
sso_role_name = Dev

[sso-session corp]
sso_region = us-east-1
sso_start_url = https://corp.awsapps.com/start
";

/// Where the CLI keeps the token of a session called `corp`.
const TOKEN_FILE: &str = "home/.aws/sso/cache/ee0bfd2552fbd840c02cc48b6e823320543c450f.json";

/// A world with this `~/.aws/config`, and a profile chosen.
fn with_profile(name: &str, config: &str) -> World {
    World::new()
        .with("AWS_PROFILE", name)
        .with_file("home/.aws/config", config)
}

#[test]
fn sso_never_logged_in() {
    insta::assert_snapshot!(told_before_any_call(with_profile("sso", SSO)), @"
    error[sso-not-logged-in]: not logged in for profile 'sso'
      tried: ~/.aws/sso/cache/ee0bfd2552fbd840c02cc48b6e823320543c450f.json: does not exist
      fix:   aws sso login --profile sso
    ");
}

#[test]
fn sso_expired() {
    let ended = jiff::Timestamp::now() - jiff::SignedDuration::from_mins(125);
    let world = with_profile("sso", SSO).with_file(
        TOKEN_FILE,
        &format!(
            r#"{{"accessToken": "opaque", "expiresAt": "{}"}}"#,
            ended.strftime("%Y-%m-%dT%H:%M:%SZ")
        ),
    );
    let text = told_before_any_call(world);
    let (first, rest) = text.split_once('\n').expect("several lines");
    assert!(
        first.starts_with("error[sso-expired]: SSO session expired "),
        "{text}"
    );
    assert!(first.ends_with("(2 h ago)"), "{text}");
    insta::assert_snapshot!(rest, @"
    tried: profile 'sso' in ~/.aws/config
    fix:   aws sso login --profile sso
    ");
}

#[test]
fn sso_that_cannot_be_renewed() {
    let ended = jiff::Timestamp::now() - jiff::SignedDuration::from_mins(125);
    let way_out = Stub::always(Answer::Cut);
    let world = with_profile("sso", SSO)
        .with("HTTPS_PROXY", way_out.url())
        .with_file(
            TOKEN_FILE,
            &format!(
                r#"{{"accessToken": "opaque", "expiresAt": "{}", "refreshToken": "r", "clientId": "c", "clientSecret": "s",
                "registrationExpiresAt": "2099-01-01T00:00:00Z", "region": "us-east-1", "startUrl": "https://corp.awsapps.com/start"}}"#,
                ended.strftime("%Y-%m-%dT%H:%M:%SZ")
            ),
        );
    insta::assert_snapshot!(told(&world, "setup --max-attempts 1", 5), @"
    error[sso-unusable]: the SSO session of profile 'sso' cannot be used
      cause: tunnel error: unexpected end of file
      fix:   aws sso login --profile sso
    ");
}

#[test]
fn sso_with_half_its_lines() {
    let world = with_profile(
        "sso",
        "[profile sso]\nregion = us-east-1\nsso_start_url = https://corp.awsapps.com/start\nsso_account_id = 111122223333\nsso_role_name = Dev\n",
    );
    insta::assert_snapshot!(told_before_any_call(world), @"
    error[sso-incomplete]: profile 'sso' cannot sign in: the profile has no `sso_region`
      tried: ~/.aws/config, line 1
      fix:   aws configure sso --profile sso
    ");
}

#[test]
fn aws_login_never_done() {
    let world = with_profile(
        "console",
        "[profile console]\nregion = us-east-1\nlogin_session = arn:aws:iam::111122223333:user/dev\n",
    );
    insta::assert_snapshot!(told_before_any_call(world), @"
    error[login-needed]: not logged in for profile 'console'
      tried: `login_session` in ~/.aws/config, line 3
             ~/.aws/login/cache/11fc4cc919a5a20db9df757c8a1b149bd4c42115ef36c7152c0d33f1e05a9027.json: does not exist
      fix:   aws login --profile console
    ");
}

#[test]
fn aws_login_that_cannot_be_used() {
    let world = with_profile("console", "[profile console]\nregion = us-east-1\nlogin_session = arn:aws:iam::111122223333:user/dev\n")
        .with_file(LOGIN_FILE, "{}");
    insta::assert_snapshot!(told_before_any_call(world), @"
    error[login-unusable]: the `aws login` session of profile 'console' cannot be used
      cause: missing field `accessKeyId` in cached Login token file
      fix:   aws login --profile console
    ");
}

/// Where the CLI keeps the session of that user.
const LOGIN_FILE: &str =
    "home/.aws/login/cache/11fc4cc919a5a20db9df757c8a1b149bd4c42115ef36c7152c0d33f1e05a9027.json";

#[test]
fn a_program_that_fails() {
    let world = with_profile(
        "tool",
        "[profile tool]\nregion = us-east-1\ncredential_process = sh -c \"echo 'vault is sealed' >&2; exit 3\"\n",
    );
    insta::assert_snapshot!(told_before_any_call(world), @r#"
    error[credential-process]: the credential_process of profile 'tool' gave no credentials
      tried: `sh` of ~/.aws/config, line 3
      cause: it ended with status 3 and said: vault is sealed
      fix:   eval "$(aws configure get credential_process --profile tool)"    # to see it fail
    "#);
}

#[test]
fn a_program_that_prints_something_else() {
    let world = with_profile(
        "tool",
        "[profile tool]\nregion = us-east-1\ncredential_process = echo hello\n",
    );
    insta::assert_snapshot!(told_before_any_call(world), @r#"
    error[credential-process]: the credential_process of profile 'tool' gave no credentials
      tried: `echo` of ~/.aws/config, line 3
      cause: what it prints is not the JSON of credentials: unexpected token 'h'
      fix:   eval "$(aws configure get credential_process --profile tool)"    # to see it fail
    "#);
}

#[test]
fn a_program_that_is_not_there() {
    let world = with_profile(
        "tool",
        "[profile tool]\nregion = us-east-1\ncredential_process = /no/such/program\n",
    );
    insta::assert_snapshot!(told_before_any_call(world), @r#"
    error[credential-process]: the credential_process of profile 'tool' gave no credentials
      tried: `/no/such/program` of ~/.aws/config, line 3
      cause: it ended with status 127 and said: sh: 1: /no/such/program: not found
      fix:   eval "$(aws configure get credential_process --profile tool)"    # to see it fail
    "#);
}

#[test]
fn a_source_profile_that_is_not_there() {
    let world = with_profile(
        "deploy",
        "[profile deploy]\nregion = us-east-1\nrole_arn = arn:aws:iam::111122223333:role/Deploy\nsource_profile = ghost\n",
    );
    insta::assert_snapshot!(told_before_any_call(world), @"
    error[source-profile-missing]: profile 'deploy' builds on profile 'ghost', which does not exist
      tried: `source_profile` in ~/.aws/config, line 4
             available: deploy
      fix:   aws configure --profile ghost
    ");
}

#[test]
fn a_line_that_cannot_be_read() {
    let world = with_profile("default", "[default]\nregion us-east-1\n");
    insta::assert_snapshot!(told_before_any_call(world), @"
    error[aws-file-broken]: ~/.aws/config, line 2 cannot be read
      tried: the line belongs to [default]
      cause: there is no `=` in it
      fix:   mend line 2 of ~/.aws/config
    ");
}

#[test]
fn a_profile_with_half_a_pair() {
    let world = with_profile("dev", "[profile dev]\nregion = us-east-1\n").with_file(
        "home/.aws/credentials",
        "[dev]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\n",
    );
    insta::assert_snapshot!(told_before_any_call(world), @"
    error[profile-keys-incomplete]: profile 'dev' has `aws_access_key_id` and no `aws_secret_access_key`
      tried: ~/.aws/credentials, line 2
      fix:   add `aws_secret_access_key = …` below ~/.aws/credentials, line 2
    ");
}

#[test]
fn a_role_that_may_not_be_assumed() {
    let sts = Stub::always(Answer::page(
        403,
        "<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>User: arn:aws:iam::111122223333:user/dev is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::111122223333:role/Deploy</Message></Error><RequestId>r</RequestId></ErrorResponse>",
    ));
    let world = with_profile("deploy", "[profile dev]\nregion = us-east-1\n[profile deploy]\nregion = us-east-1\nrole_arn = arn:aws:iam::111122223333:role/Deploy\nsource_profile = dev\n")
        .with_file("home/.aws/credentials", "[dev]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\n")
        .with("AWS_ENDPOINT_URL", sts.url());
    insta::assert_snapshot!(told(&world, "setup --max-attempts 1", 6), @r#"
    error[denied]: AWS refused sts:AssumeRole
      tried: as arn:aws:iam::111122223333:user/dev
             to assume the role of profile 'deploy'
      cause: AWS does not say why; most likely no policy of the caller allows it
      fix:   attach this statement to arn:aws:iam::111122223333:user/dev:
             {"Effect":"Allow","Action":"sts:AssumeRole","Resource":"arn:aws:iam::111122223333:role/Deploy"}
    "#);
}
