//! Credentials that could not be had: what the SDK's providers say, told to a person.
//!
//! The pre-flight of the settings catches most of it; what is left are sessions that cannot be
//! renewed, programs that fail, and roles that may not be assumed.

use super::access_denied;
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
        return process(facts, name, chain);
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
        Some(ProfileKind::AssumeRole | ProfileKind::WebIdentity) => role(name, chain),
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
fn process(facts: &Facts, name: &str, chain: &[String]) -> Error {
    let about = |text: &str| {
        chain
            .iter()
            .find_map(|message| Some(message.split_once(text)?.1.trim()))
    };
    let cause = if let Some(rest) = about("exited with code exit status:") {
        match rest.split_once(". Stderr:") {
            Some((status, said)) if !said.trim().is_empty() => {
                format!("it ended with status {status} and said: {}", said.trim())
            }
            _ => format!("it ended with status {}", rest.trim_end_matches('.')),
        }
    } else if let Some(rest) = about("invalid JSON in response:") {
        let what = rest.split_once(". Expected").map_or(rest, |(what, _)| what);
        let what = what.split_once("offset 0: ").map_or(what, |(_, what)| what);
        format!("what it prints is not the JSON of credentials: {what}")
    } else {
        chain.last().cloned().unwrap_or_default()
    };
    let error = Error::configuration(format!(
        "the credential_process of profile '{name}' gave no credentials"
    ))
    .code("credential-process");
    let error = match &facts.process {
        Some(process) => error.tried(process.as_str()),
        None => error,
    };
    error.cause(cause).fix(format!(
        "eval \"$({})\"    # to see it fail",
        for_profile("aws configure get credential_process", name)
    ))
}

/// STS refused to hand out the role's credentials.
fn role(name: &str, chain: &[String]) -> Error {
    let told = |key: &str| {
        chain.iter().rev().find_map(|message| {
            let rest = message.split_once(&format!("{key}: \""))?.1;
            Some(rest.split('"').next().unwrap_or(rest).to_owned())
        })
    };
    let message = told("message").unwrap_or_else(|| chain.last().cloned().unwrap_or_default());
    match told("code") {
        Some(code) if code.starts_with("AccessDenied") => {
            access_denied::explain("sts:AssumeRole", &message)
                .tried(format!("to assume the role of profile '{name}'"))
        }
        code => Error::configuration(format!("the role of profile '{name}' could not be assumed"))
            .code("role-unusable")
            .cause(match code {
                Some(code) => format!("{code}: {message}"),
                None => message,
            })
            .fix(for_profile("aws sts get-caller-identity", name)),
    }
}
