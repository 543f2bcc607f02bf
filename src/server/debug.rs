//! Routes for demonstrations: something fails, takes long, or asks another service.

use std::time::Duration;

use axum::body::Bytes;
use axum::http::header::USER_AGENT;
use axum::http::{Method, Request};

use super::App;
use super::failure::Fault;
use super::json;
use super::query::Query;
use super::reply::Reply;
use crate::telemetry::mask_query;
use crate::telemetry::tracing::TracedRequest;

/// How long an answer may be held back, in milliseconds.
const SLOWEST: u64 = 60_000;

/// How long another service may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// What the failures are called.
const DELIBERATE: &str = "DeliberateError";

/// Fails, in the way that is asked for.
pub(super) fn error(query: &Query<'_>, traced: &TracedRequest) -> Result<Reply, Fault> {
    match query.first("kind").as_deref() {
        None | Some("") => {
            let part = traced.segment_part("error_endpoint");
            let fault = fail().through("error");
            part.failed(&fault.failure);
            Err(fault)
        }
        Some("chain") => {
            let cause = Fault::here("error", "KeyError", "'missing'");
            Err(Fault::here("error", DELIBERATE, "wrapped failure").caused_by(cause))
        }
        Some("span") => {
            let mut span = traced.span("home.activities", "failing-span");
            let fault = fail().through("error");
            span.failed(&fault.failure);
            Err(fault)
        }
        Some("panic") => panic_on_purpose(),
        Some(_) => Ok(Reply::refusal("kind_unknown")),
    }
}

fn fail() -> Fault {
    Fault::here("fail", DELIBERATE, "deliberate failure for telemetry")
}

#[expect(clippy::panic, reason = "that is what was asked for")]
fn panic_on_purpose() -> ! {
    panic!("deliberate panic for telemetry")
}

/// Answers after so many milliseconds.
pub(super) async fn slow(query: &Query<'_>) -> Reply {
    let asked = query.first("ms");
    let asked = asked.as_deref().unwrap_or("1000");
    let Some(milliseconds) = asked.parse().ok().filter(|asked| *asked <= SLOWEST) else {
        return Reply::refusal("ms_invalid");
    };
    tokio::time::sleep(Duration::from_millis(milliseconds)).await;
    Reply::json(json::object(|object| {
        object.number("ms", milliseconds);
    }))
}

/// Asks another service for a page, and tells its status.
pub(super) async fn outbound(
    app: &App,
    query: &Query<'_>,
    traced: &TracedRequest,
) -> Result<Reply, Fault> {
    let Some(url) = query.first("url").filter(|url| !url.is_empty()) else {
        return Ok(Reply::refusal("url_blank"));
    };
    let is_web = ["http://", "https://"].iter().any(|scheme| {
        url.get(..scheme.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(scheme))
    });
    let request = Request::get(url.as_ref())
        .header(
            USER_AGENT,
            concat!("cruddur-obs/", env!("CARGO_PKG_VERSION")),
        )
        .body(Bytes::new());
    let Some(mut request) = request.ok().filter(|_| is_web) else {
        return Ok(Reply::refusal("url_invalid"));
    };
    let shown = mask_query(&url);
    let call = traced.call(&Method::GET, &shown);
    call.write_headers(request.headers_mut());
    match app.http.send(request, PATIENCE).await {
        Ok(answer) => {
            let status = answer.status().as_u16();
            call.finish(status, Some(answer.body().len() as u64));
            Ok(Reply::json(json::object(|object| {
                object.number("status", status.into());
            })))
        }
        Err(failure) => {
            let message = format!(
                "GET {}: {failure}",
                shown.split('?').next().unwrap_or_default()
            );
            let fault = Fault::here("outbound", "HttpFailure", message).of_another();
            call.failed(&fault.failure.type_name, &fault.failure.message);
            Err(fault)
        }
    }
}
