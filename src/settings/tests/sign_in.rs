use insta::assert_snapshot;

use super::*;
use crate::settings::{Credentials, ProfileKind};

const SESSION: &str = "\
[profile sso]
sso_session = corp
sso_account_id = 123456789012
sso_role_name = Admin
region = us-east-1
[sso-session corp]
sso_region = us-east-1
sso_start_url = https://corp.awsapps.com/start
";

const LEGACY: &str = "\
[default]
sso_start_url = https://corp.awsapps.com/start
sso_region = us-east-1
sso_account_id = 123456789012
sso_role_name = Admin
region = us-east-1
";

/// The SHA-1 digests of `corp` and of the start URL.
const SESSION_CACHE: &str = ".aws/sso/cache/ee0bfd2552fbd840c02cc48b6e823320543c450f.json";
const LEGACY_CACHE: &str = ".aws/sso/cache/a51746d4aa793ae07b25e90c3a5db96fc7832bd7.json";

fn with_session() -> Machine {
    Machine::new().config(SESSION).profile("sso")
}

fn token(expires_at: &str) -> String {
    format!(r#"{{"accessToken":"{TOKEN}","expiresAt":"{expires_at}"}}"#)
}

fn renewable(expires_at: &str, registration: &str) -> String {
    format!(
        r#"{{"accessToken":"{TOKEN}","expiresAt":"{expires_at}","clientId":"c","clientSecret":"s","refreshToken":"r","registrationExpiresAt":"{registration}"}}"#
    )
}

fn is_sso(machine: &Machine) -> bool {
    let credentials = machine.access().credentials;
    matches!(
        credentials,
        Credentials::Profile {
            kind: ProfileKind::Sso,
            ..
        }
    )
}

#[test]
fn row_8_never_logged_in() {
    assert_snapshot!(with_session().refusal(), @r"
    error[sso-not-logged-in]: not logged in for profile 'sso'
      tried: ~/.aws/sso/cache/ee0bfd2552fbd840c02cc48b6e823320543c450f.json: does not exist
      fix: aws sso login --profile sso
    ");
    assert_snapshot!(Machine::new().config(LEGACY).refusal(), @r"
    error[sso-not-logged-in]: not logged in for profile 'default'
      tried: ~/.aws/sso/cache/a51746d4aa793ae07b25e90c3a5db96fc7832bd7.json: does not exist
      fix: aws sso login
    ");
    let garbage = with_session().file(SESSION_CACHE, "{");
    assert_snapshot!(garbage.refusal(), @r"
    error[sso-not-logged-in]: not logged in for profile 'sso'
      tried: ~/.aws/sso/cache/ee0bfd2552fbd840c02cc48b6e823320543c450f.json: is not a JSON object
      fix: aws sso login --profile sso
    ");
}

#[test]
fn row_9_session_expired() {
    let today = with_session().file(SESSION_CACHE, &token("2026-11-20T14:02:00Z"));
    assert_snapshot!(today.refusal(), @r"
    error[sso-expired]: SSO session expired at 14:02 (2 h ago)
      tried: profile 'sso' in ~/.aws/config
      fix: aws sso login --profile sso
    ");
    let elsewhere = today.set("TZ", "America/Toronto");
    assert_snapshot!(elsewhere.refusal(), @r"
    error[sso-expired]: SSO session expired at 09:02 (2 h ago)
      tried: profile 'sso' in ~/.aws/config
      fix: aws sso login --profile sso
    ");
    let long_ago = Machine::new()
        .config(LEGACY)
        .file(LEGACY_CACHE, &token("2026-11-14T04:05:45UTC"));
    assert_snapshot!(long_ago.refusal(), @r"
    error[sso-expired]: SSO session expired on 2026-11-14 at 04:05 (6 days ago)
      tried: profile 'default' in ~/.aws/config
      fix: aws sso login
    ");
}

#[test]
fn valid_and_renewable_sessions_pass() {
    let valid = with_session().file(SESSION_CACHE, &token("2026-11-20T20:00:00Z"));
    assert!(is_sso(&valid));
    let expired = "2026-11-20T14:02:00Z";
    let machine = with_session().file(SESSION_CACHE, &renewable(expired, "2027-01-01T00:00:00Z"));
    assert!(is_sso(&machine));
    let machine = machine.file(SESSION_CACHE, &renewable(expired, "2026-11-01T00:00:00Z"));
    assert!(machine.refusal().starts_with("error[sso-expired]"));
    // The legacy form has nothing to renew the token with.
    let legacy = Machine::new()
        .config(LEGACY)
        .file(LEGACY_CACHE, &renewable(expired, "2027-01-01T00:00:00Z"));
    assert!(legacy.refusal().starts_with("error[sso-expired]"));
}

#[test]
fn incomplete_sign_in_is_named() {
    let no_region = SESSION.replace("sso_region = us-east-1\n", "");
    assert_snapshot!(with_session().config(&no_region).refusal(), @r"
    error[sso-incomplete]: profile 'sso' cannot sign in: [sso-session corp] has no `sso_region`
      tried: ~/.aws/config, line 6
      fix: aws configure sso --profile sso
    ");
    let no_role = LEGACY.replace("sso_role_name = Admin\n", "");
    assert_snapshot!(Machine::new().config(&no_role).refusal(), @r"
    error[sso-incomplete]: profile 'default' cannot sign in: the profile has no `sso_role_name`
      tried: ~/.aws/config, line 1
      fix: aws configure sso
    ");
    let no_session = SESSION.replace("[sso-session corp]", "[sso-session crop]");
    assert_snapshot!(with_session().config(&no_session).refusal(), @r"
    error[sso-session-missing]: profile 'sso' uses the SSO session 'corp', which does not exist
      tried: `sso_session` in ~/.aws/config, line 2
      tried: available: crop
      cause: did you mean 'crop'?
      fix: aws configure sso-session
    ");
    let twice = SESSION.replace("region = us-east-1\n[", "sso_region = us-east-1\n[");
    assert_snapshot!(with_session().config(&twice).refusal(), @r"
    error[region-and-credentials]: no AWS region, and profile 'sso' has a line that belongs to its SSO session
      tried: --region: not given
      tried: AWS_REGION, AWS_DEFAULT_REGION: not set
      tried: profile 'sso' in ~/.aws/config: no `region` in it
      tried: ~/.aws/config, line 5
      cause: with `sso_session`, `sso_start_url` and `sso_region` stand in [sso-session corp] only
      fix: export AWS_REGION=us-east-1
      fix: remove line 5 of ~/.aws/config
    ");
}

#[test]
fn row_10_login_session() {
    let config = "[profile console]\nlogin_session = arn:aws:iam::123456789012:user/me\nregion = us-east-1\n";
    let machine = Machine::new().config(config).profile("console");
    let refusal = machine.refusal();
    assert_snapshot!(refusal, @r"
    error[login-needed]: not logged in for profile 'console'
      tried: `login_session` in ~/.aws/config, line 2
      tried: ~/.aws/login/cache/286187707741fc2ccb93cf9e56dbd0ee0a16208feed5fbc8ae1baa86d44c283f.json: does not exist
      fix: aws login --profile console
    ");
    let cache = refusal
        .split_whitespace()
        .find_map(|word| word.strip_prefix("~/")?.strip_suffix(':'))
        .unwrap();
    let machine = machine.file(".aws/login/cache/another.json", "{}");
    assert_eq!(machine.refusal(), refusal);
    let machine = machine.file(cache, "{}");
    let Credentials::Profile { kind, .. } = machine.access().credentials else {
        panic!("the profile is there");
    };
    assert_eq!(kind, ProfileKind::Login);
}
