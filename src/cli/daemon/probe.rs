//! `daemon --healthcheck`: for images without a shell.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::process::ExitCode;
use std::time::Duration;

use axum::body::Bytes;
use axum::http::Request;
use serde_json::Value;

use super::super::context::Context;
use crate::error::{Error, Result};
use crate::remote::HttpClient;
use crate::xray::daemon_address::HostPort;

/// A daemon that takes longer is not well.
const PATIENCE: Duration = Duration::from_secs(3);

pub(super) async fn run(context: &Context<'_>, tcp: &HostPort) -> Result<ExitCode> {
    let url = format!("http://{}/healthz", reachable(tcp));
    let fix = || format!("cruddur-obs daemon --bind-tcp {tcp}");
    let silent = |cause: String| {
        Error::unreachable(format!("no daemon answers at {url}"))
            .code("no-daemon")
            .fix(format!("start one: {}", fix()))
            .cause(cause)
    };
    let request = Request::get(&url)
        .body(Bytes::new())
        .map_err(|error| silent(error.to_string()))?;
    let answer = HttpClient::loopback()?
        .send(request, PATIENCE)
        .await
        .map_err(|failure| silent(failure.to_string()))?;
    let status = answer.status();
    let text = String::from_utf8_lossy(answer.body()).into_owned();
    let health: Value = serde_json::from_str(&text).unwrap_or_default();
    let word = |name: &str| health.get(name).and_then(Value::as_str).unwrap_or_default();
    if !status.is_success() || word("status").is_empty() {
        let cause = health
            .pointer("/last_upload/error")
            .and_then(Value::as_str)
            .map_or_else(|| format!("it answered {status}"), str::to_owned);
        return Err(
            Error::unreachable(format!("the daemon at {} is not well", reachable(tcp)))
                .code("daemon-unwell")
                .cause(cause)
                .tried(format!("GET {url}"))
                .fix(format!("curl {url}    # and look at its log")),
        );
    }
    context.output.status(&format!(
        "daemon {}: {}, region {}",
        reachable(tcp),
        word("status"),
        word("region")
    ));
    Ok(ExitCode::SUCCESS)
}

/// The address by which a listener on all interfaces is reached from here.
fn reachable(at: &HostPort) -> HostPort {
    let host = match at.host.parse() {
        Ok(IpAddr::V4(address)) if address.is_unspecified() => Ipv4Addr::LOCALHOST.to_string(),
        Ok(IpAddr::V6(address)) if address.is_unspecified() => Ipv6Addr::LOCALHOST.to_string(),
        _ => at.host.clone(),
    };
    HostPort {
        host,
        port: at.port,
    }
}
