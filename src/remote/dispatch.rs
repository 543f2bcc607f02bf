//! Failures before any service answered: network and time.

use super::facts::Facts;
use super::service_error;
use super::transport::is_loopback;
use crate::error::Error;

/// No answer in time.
pub(super) fn timeout(facts: &Facts, action: &'static str) -> Error {
    if facts.calls.counts().throttled > 0 {
        // The time went by in waiting to be let in.
        return service_error::throttled(facts, action);
    }
    let seconds = facts.timeout;
    reached(
        facts,
        action,
        format!(
            "no answer from {} within {seconds} s",
            facts.endpoint_of(action)
        ),
    )
    .code("timeout")
    .fix("check the network, the endpoint and the proxy: cruddur-obs config")
    .fix(format!(
        "if it is only slow, add: --timeout {}",
        seconds.saturating_mul(2).min(3600)
    ))
}

/// The network said no.
pub(super) fn network(facts: &Facts, action: &'static str, chain: &[String]) -> Error {
    let endpoint = facts.endpoint_of(action);
    let says = |texts: &[&str]| {
        chain
            .iter()
            .any(|message| texts.iter().any(|text| message.contains(text)))
    };
    let deepest = || chain.last().cloned().unwrap_or_default();
    let proxied = facts.proxy_to(&endpoint).is_some();
    if says(&["dns error", "failed to lookup address"]) {
        return reached(
            facts,
            action,
            if proxied {
                format!("the name of the proxy, or that in {endpoint}, does not resolve")
            } else {
                format!("the name in {endpoint} does not resolve")
            },
        )
        .code("unreachable")
        .cause("there is no network, or no such region or endpoint")
        .fix("check the network, then region, endpoint and proxy: cruddur-obs config");
    }
    if says(&["onnection refused"]) {
        return refused(facts, action, &endpoint, proxied);
    }
    if says(&["proxy auth"]) {
        return reached(
            facts,
            action,
            "the proxy wants a name and a password".to_owned(),
        )
        .code("proxy")
        .fix("export HTTPS_PROXY=http://NAME:PASSWORD@HOST:PORT");
    }
    if says(&["tunnel error"]) {
        return reached(
            facts,
            action,
            format!("the proxy does not let through to {endpoint}"),
        )
        .code("proxy")
        .cause(deepest())
        .fix("correct HTTPS_PROXY, or export NO_PROXY=.amazonaws.com");
    }
    if says(&["InvalidContentType", "corrupt message"]) {
        return reached(facts, action, format!("{endpoint} does not speak TLS"))
            .code("tls")
            .cause("the answer to https:// was not encrypted")
            .fix("write http:// in place of https://, if the port is yours: cruddur-obs config");
    }
    if says(&["invalid peer certificate", "certificate"]) {
        return reached(
            facts,
            action,
            format!("the certificate of {endpoint} cannot be trusted"),
        )
        .code("tls")
        .cause(deepest())
        .fix("export AWS_CA_BUNDLE=/path/to/your-company-root.pem");
    }
    if says(&["unexpected message from connection", "invalid HTTP"]) {
        return reached(facts, action, format!("{endpoint} does not speak HTTP"))
            .code("unreachable")
            .cause("the port belongs to something else, or wants https://")
            .fix("check the endpoint: cruddur-obs config");
    }
    reached(
        facts,
        action,
        format!("{endpoint} cut the connection before it answered"),
    )
    .code("unreachable")
    .cause(deepest())
    .fix("run the command again; if it stays so, check the network and the proxy: cruddur-obs config")
}

fn refused(facts: &Facts, action: &'static str, endpoint: &str, proxied: bool) -> Error {
    if proxied {
        return reached(
            facts,
            action,
            format!("could not reach {endpoint} through the proxy"),
        )
        .code("unreachable")
        .cause("connection refused")
        .fix("correct or unset the proxy: cruddur-obs config shows it");
    }
    let error = reached(facts, action, format!("nothing answers at {endpoint}"))
        .code("unreachable")
        .cause("connection refused");
    if is_loopback(endpoint) {
        error
            .fix("correct the endpoint: cruddur-obs config shows where it is set")
            .fix("if it is to be the sandbox, start it: cruddur-obs sandbox")
    } else {
        error.fix("check the endpoint and the network: cruddur-obs config")
    }
}

/// An error with what was tried: the action, the endpoint's origin, the proxy.
fn reached(facts: &Facts, action: &'static str, message: String) -> Error {
    let error = Error::unreachable(message).tried(facts.where_to(action));
    match facts.proxy_to(&facts.endpoint_of(action)) {
        Some(proxy) => error.tried(proxy),
        None => error,
    }
}
