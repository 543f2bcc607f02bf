//! Failures before any service answered: network, time, credentials.

use super::connect::Facts;
use super::transport::is_loopback;
use crate::error::Error;

/// No answer in time.
pub(super) fn timeout(facts: &Facts, action: &'static str) -> Error {
    Error::unreachable(format!(
        "no answer from {} in time",
        facts.endpoint_of(action)
    ))
    .code("timeout")
    .tried(facts.where_to(action))
    .fix("check the network and HTTPS_PROXY, then run the command again")
}

/// The network said no.
pub(super) fn network(facts: &Facts, action: &'static str, chain: &[String]) -> Error {
    let endpoint = facts.endpoint_of(action);
    let says = |text: &str| chain.iter().any(|message| message.contains(text));
    if says("dns error") || says("failed to lookup address") {
        return Error::unreachable(format!("the name in {endpoint} does not resolve"))
            .code("unreachable")
            .tried(facts.where_to(action))
            .cause("no network, or a region or endpoint that does not exist")
            .fix("check the network, then the region: cruddur-obs config");
    }
    if says("onnection refused") {
        let error = Error::unreachable(format!("nothing answers at {endpoint}"))
            .code("unreachable")
            .tried(facts.where_to(action))
            .cause("connection refused");
        return if is_loopback(&endpoint) {
            error
                .fix("cruddur-obs sandbox")
                .fix("or correct the endpoint: cruddur-obs config")
        } else {
            error.fix("check the endpoint and the network: cruddur-obs config")
        };
    }
    if says("invalid peer certificate") || says("certificate") {
        return Error::unreachable(format!("the certificate of {endpoint} cannot be trusted"))
            .code("tls")
            .tried(facts.where_to(action))
            .cause(chain.last().cloned().unwrap_or_default())
            .fix("export AWS_CA_BUNDLE=/path/to/your-company-root.pem");
    }
    Error::unreachable(format!("the connection to {endpoint} broke"))
        .code("unreachable")
        .tried(facts.where_to(action))
        .cause(chain.last().cloned().unwrap_or_default())
        .fix("run the command again; if it stays so, check the network and HTTPS_PROXY")
}

/// Credentials could not be had, or the request could not be built.
pub(super) fn credentials(facts: &Facts, action: &'static str, chain: &[String]) -> Error {
    let says = |text: &str| chain.iter().any(|message| message.contains(text));
    let detail = |text: &str| {
        chain
            .iter()
            .find(|message| message.contains(text))
            .cloned()
            .unwrap_or_default()
    };
    let profile = facts.profile.as_deref().unwrap_or("default");
    if says("the SSO token has expired") || says("SSO session has expired") {
        return Error::configuration(format!(
            "the SSO session of profile '{profile}' has expired"
        ))
        .code("sso-expired")
        .fix(format!("aws sso login --profile {profile}"));
    }
    if says("failed to load the cached SSO token") || says("sso/cache") {
        return Error::configuration(format!("not logged in for profile '{profile}'"))
            .code("sso-login")
            .fix(format!("aws sso login --profile {profile}"));
    }
    if says("login") && (says("cached") || says("expired") || says("refresh")) {
        return Error::configuration(format!(
            "the `aws login` session of profile '{profile}' cannot be used"
        ))
        .code("login-session")
        .cause(chain.last().cloned().unwrap_or_default())
        .fix(format!("aws login --profile {profile}"));
    }
    if says("external process exited")
        || says("could not parse response")
        || says("credential process")
    {
        let text = [
            "external process exited",
            "could not parse response",
            "credential process",
        ]
        .into_iter()
        .map(detail)
        .find(|text| !text.is_empty())
        .unwrap_or_default();
        return Error::configuration(format!(
            "the credential_process of profile '{profile}' failed"
        ))
        .code("credential-process")
        .cause(text)
        .fix(format!(
            "run that command by hand: it stands under profile '{profile}' in ~/.aws/config"
        ));
    }
    if says("no credentials") || says("credentials") || says("dentity") {
        return Error::configuration("no usable AWS credentials")
            .code("no-credentials")
            .tried(facts.where_to(action))
            .cause(chain.last().cloned().unwrap_or_default())
            .fix("aws login")
            .fix("aws configure sso")
            .fix("export AWS_ACCESS_KEY_ID=… AWS_SECRET_ACCESS_KEY=…")
            .fix("or try it without an account: add --sandbox");
    }
    Error::unexpected(format!("could not call {action}"))
        .code("call")
        .tried(facts.where_to(action))
        .cause(chain.last().cloned().unwrap_or_default())
        .fix("cruddur-obs config shows every setting and where it came from")
}
