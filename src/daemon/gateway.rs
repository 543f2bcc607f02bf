//! The TCP port: two paths to X-Ray for samplers, and two of our own for probes.
//!
//! AWS's daemon signs whatever anybody sends to it. This one signs the samplers' two requests, and
//! others only where it was told to; never for a page in somebody's browser.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use serde::Serialize;
use serde_json::json;

use super::counters::Counters;
use super::endpoint::Endpoint;
use super::health::{self, Health, LastUpload, QueueHealth, SpoolHealth, Verdict};
use super::log::Log;
use super::metrics;
use super::queue::Budget;
use super::spool::Spool;
use super::upload::told;
use crate::error::Kind;
use crate::remote::{Forwarded, XrayClient};
use crate::sockets;

/// What samplers ask for.
const SAMPLERS: [&str; 2] = ["/GetSamplingRules", "/SamplingTargets"];

/// The largest body that is passed on.
const LARGEST: usize = 1024 * 1024;

/// How long X-Ray may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// What requests are answered from.
#[derive(Debug)]
pub(super) struct Gateway {
    pub(super) client: XrayClient,
    pub(super) counters: Arc<Counters>,
    pub(super) endpoint: Arc<Endpoint>,
    pub(super) spool: Arc<Spool>,
    pub(super) budget: Budget,
    pub(super) region: String,
    pub(super) proxy_all: bool,
    pub(super) started: Instant,
    pub(super) inode: Option<u64>,
    pub(super) log: Log,
}

/// Answers every path.
pub(super) fn router(gateway: Arc<Gateway>) -> Router {
    Router::new()
        .route("/healthz", get(healthz))
        .route("/metrics", get(metrics))
        .fallback(pass_on)
        .with_state(gateway)
}

async fn healthz(State(gateway): State<Arc<Gateway>>) -> Response {
    let health = gateway.health();
    let status = match health.status {
        Verdict::Ok | Verdict::Retrying => StatusCode::OK,
        Verdict::Failing => StatusCode::SERVICE_UNAVAILABLE,
    };
    json_answer(status, None, &health)
}

async fn metrics(State(gateway): State<Arc<Gateway>>) -> Response {
    let text = metrics::text(
        &gateway.counters.totals(),
        &gateway.health(),
        sockets::lost(gateway.inode),
    );
    (
        [(
            header::CONTENT_TYPE,
            "text/plain; version=0.0.4; charset=utf-8",
        )],
        text,
    )
        .into_response()
}

async fn pass_on(State(gateway): State<Arc<Gateway>>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let path = head
        .uri
        .path_and_query()
        .map_or_else(|| "/".to_owned(), ToString::to_string);
    if let Some(reason) = gateway.refusal(&head.method, &path, &head.headers) {
        gateway.counters.not_forwarded(1);
        gateway
            .log
            .debug(&format!("Refused {} {path}: {reason}", head.method));
        return fault(StatusCode::FORBIDDEN, "AccessDeniedException", &reason);
    }
    let Ok(body) = to_bytes(body, LARGEST).await else {
        return fault(
            StatusCode::PAYLOAD_TOO_LARGE,
            "InvalidRequestException",
            &format!("the body could not be read, or is larger than {LARGEST} bytes"),
        );
    };
    let request = Forwarded {
        method: head.method.to_string(),
        path,
        content_type: head
            .headers
            .get(header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .map(str::to_owned),
        body: body.to_vec(),
    };
    gateway.counters.forwarded(1);
    match gateway.client.forward(request, PATIENCE).await {
        Ok(reply) => {
            let mut response = Response::builder().status(reply.status);
            for (name, value) in reply.headers {
                response = response.header(name, value);
            }
            response
                .body(Body::from(reply.body))
                .unwrap_or_else(|_| StatusCode::BAD_GATEWAY.into_response())
        }
        Err(error) => {
            let text = told(&error);
            gateway
                .log
                .warn(&format!("A sampler's request did not reach X-Ray: {text}"));
            let status = match error.kind() {
                Kind::Unreachable => StatusCode::GATEWAY_TIMEOUT,
                _ => StatusCode::BAD_GATEWAY,
            };
            fault(status, "ServiceUnavailable", &text)
        }
    }
}

impl Gateway {
    /// Why a request is not passed on, if it is not.
    fn refusal(&self, method: &Method, path: &str, headers: &HeaderMap) -> Option<String> {
        // No X-Ray SDK sends these; every browser does.
        if headers.contains_key(header::ORIGIN) || headers.contains_key("sec-fetch-site") {
            return Some("requests of web pages are not signed".to_owned());
        }
        let is_a_samplers = method == Method::POST && SAMPLERS.contains(&path);
        (!is_a_samplers && !self.proxy_all).then(|| {
            format!(
                "this daemon passes on POST {} and POST {} only; start it with --proxy-all to have it sign anything for anyone",
                SAMPLERS[0], SAMPLERS[1]
            )
        })
    }

    /// What `/healthz` says.
    pub(super) fn health(&self) -> Health {
        let state = self.endpoint.state();
        let waiting = self.spool.waiting();
        let now = Instant::now();
        let seconds = |since: Instant| now.saturating_duration_since(since).as_secs();
        Health {
            status: health::verdict(&state, waiting.documents, now),
            version: env!("CARGO_PKG_VERSION"),
            uptime_seconds: seconds(self.started),
            region: self.region.clone(),
            endpoint: self.client.endpoint(),
            queue: QueueHealth {
                documents: self.budget.documents() as u64,
                bytes: self.budget.used() as u64,
                capacity: self.budget.limit() as u64,
            },
            last_upload: LastUpload::of(&state),
            last_success: state.last_success,
            failing_seconds: state.failing_since.map(seconds),
            spool: SpoolHealth {
                batches: waiting.batches,
                documents: waiting.documents,
                bytes: waiting.bytes,
                directory: self
                    .spool
                    .directory()
                    .map(|directory| directory.display().to_string()),
            },
        }
    }
}

/// An error as X-Ray's clients read it.
fn fault(status: StatusCode, code: &'static str, message: &str) -> Response {
    let body = json!({ "__type": code, "message": message, "Message": message });
    json_answer(status, Some(code), &body)
}

fn json_answer(status: StatusCode, code: Option<&'static str>, body: &impl Serialize) -> Response {
    let mut answer = Response::builder()
        .status(status)
        .header(header::CONTENT_TYPE, "application/json");
    if let Some(code) = code {
        answer = answer.header("x-amzn-errortype", code);
    }
    serde_json::to_vec(body)
        .ok()
        .and_then(|body| answer.body(Body::from(body)).ok())
        .unwrap_or_else(|| StatusCode::INTERNAL_SERVER_ERROR.into_response())
}
