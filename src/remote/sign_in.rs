//! Credentials that could not be had: what the SDK's providers say, told to a person.
//!
//! The pre-flight of the settings catches most of it; what is left are sessions that cannot be
//! renewed, programs that fail, and roles that may not be assumed.

use super::facts::{Facts, for_profile};
use crate::error::Error;
use crate::settings::ProfileKind;

/// Credentials could not be had, or the request could not be built.
pub(super) fn explain(facts: &Facts, action: &'static str, chain: &[String]) -> Error {
    let says = |texts: &[&str]| {
        chain
            .iter()
            .any(|message| texts.iter().any(|text| message.contains(text)))
    };
    let deepest = chain.last().cloned().unwrap_or_default();
    let (name, kind) = match &facts.profile {
        Some((name, kind)) => (name.as_str(), Some(*kind)),
        None => ("default", None),
    };
    if says(&["the SSO token has expired", "SSO session has expired"]) {
        return Error::configuration(format!("the SSO session of profile '{name}' has expired"))
            .code("sso-expired")
            .fix(for_profile("aws sso login", name));
    }
    if says(&["failed to load the cached SSO token", "sso/cache"]) {
        return Error::configuration(format!("not logged in for profile '{name}'"))
            .code("sso-not-logged-in")
            .cause(deepest)
            .fix(for_profile("aws sso login", name));
    }
    if says(&[
        "external process",
        "credential_process",
        "credential process",
        "could not parse response",
    ]) || kind == Some(ProfileKind::Process)
    {
        return process(name, chain);
    }
    match kind {
        Some(ProfileKind::Sso) => Error::configuration(format!(
            "the SSO session of profile '{name}' cannot be used"
        ))
        .code("sso-unusable")
        .cause(deepest)
        .fix(for_profile("aws sso login", name)),
        Some(ProfileKind::Login) => Error::configuration(format!(
            "the `aws login` session of profile '{name}' cannot be used"
        ))
        .code("login-unusable")
        .cause(deepest)
        .fix(for_profile("aws login", name)),
        Some(ProfileKind::AssumeRole | ProfileKind::WebIdentity) => {
            Error::configuration(format!("the role of profile '{name}' could not be assumed"))
                .code("role-unusable")
                .cause(deepest)
                .fix(for_profile("aws sts get-caller-identity", name))
        }
        _ if says(&["redential", "dentity"]) => Error::configuration("no usable AWS credentials")
            .code("no-credentials")
            .tried(facts.key_from())
            .cause(deepest)
            .fix("aws login")
            .fix("aws configure sso")
            .fix("export AWS_ACCESS_KEY_ID=… AWS_SECRET_ACCESS_KEY=…")
            .fix("add `--sandbox` to try it without an AWS account"),
        _ => Error::unexpected(format!("could not call {action}"))
            .code("call")
            .tried(facts.where_to(action))
            .cause(deepest)
            .fix("cruddur-obs config shows every setting and where it came from"),
    }
}

/// The program of a profile failed, or printed something else than credentials.
fn process(name: &str, chain: &[String]) -> Error {
    let told = [
        "external process exited",
        "Stderr",
        "could not parse response",
        "invalid JSON",
        "retrieve credentials",
    ]
    .into_iter()
    .find_map(|text| chain.iter().find(|message| message.contains(text)));
    Error::configuration(format!(
        "the credential_process of profile '{name}' gave no credentials"
    ))
    .code("credential-process")
    .cause(told.or(chain.last()).cloned().unwrap_or_default())
    .fix(format!(
        "run that program by hand; it stands in the profile: {}",
        for_profile("aws configure get credential_process", name)
    ))
}
