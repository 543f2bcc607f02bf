//! The protocols: decode, call the store, encode.
//!
//! One folder or file per service, shaped as its wire is; `dispatch` finds the operation of a
//! request, `guard` keeps browsers and strangers out, `fault` writes refusals in the caller's
//! dialect. What an operation means stays out: that is the store's. An operation that is not
//! emulated is answered with its protocol's own "unknown operation", never with an empty 200.

mod calls;
mod constraint;
mod control;
mod decode;
mod dispatch;
mod event_stream;
mod fault;
pub mod fault_switch;
mod guard;
pub(super) mod honeycomb;
mod logs;
mod operation;
mod otlp;
mod path_call;
mod proxy;
mod rollbar;
mod scope;
mod sts;
mod xray;

use std::net::SocketAddr;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::{self, Next};
use axum::response::Response;
use axum::routing::{get, post};
use futures::FutureExt as _;

use self::calls::Calls;
use self::fault_switch::Switchboard;
use super::authority::Keeper;
use super::datagrams::Datagrams;
use super::store::Tenant;
use super::{Log, Store};

pub(super) use self::control::matching_answer;
pub(super) use self::guard::Guard;
pub(super) use self::logs::LiveTail;

/// The longest body that is read; AWS's own limits are below it.
const BODY_LIMIT: usize = 8 * 1024 * 1024;

/// What every request needs.
#[derive(Debug)]
pub(super) struct Service {
    /// Where the answers come from.
    pub(super) store: Store,
    /// The region of callers who do not sign.
    pub(super) default_region: String,
    /// Who may ask; nobody is turned away when absent, which is for calls without a socket.
    pub(super) guard: Option<Guard>,
    /// What certifies us as other hosts; absent for calls without a socket.
    pub(super) authority: Option<Keeper>,
    /// What goes wrong on purpose.
    pub(super) switchboard: Switchboard,
    /// What was called.
    pub(super) calls: Calls,
    /// What came over UDP.
    pub(super) datagrams: Arc<Datagrams>,
    /// Where segments come over UDP, if they do.
    pub(super) daemon_address: Option<SocketAddr>,
    /// Where OTLP comes without a key, if it does.
    pub(super) otlp_address: Option<SocketAddr>,
    /// Keeps connections open; absent for calls without a socket, which are answered whole.
    pub(super) live_tail: Option<LiveTail>,
    /// Where lines for people go.
    pub(super) log: Log,
}

impl Service {
    /// A service that answers from `store`.
    pub(super) fn new(store: Store, default_region: String, log: Log) -> Self {
        Self {
            store,
            default_region,
            guard: None,
            authority: None,
            switchboard: Switchboard::default(),
            calls: Calls::default(),
            datagrams: Arc::default(),
            daemon_address: None,
            otlp_address: None,
            live_tail: None,
            log,
        }
    }

    /// Whose the requests and segments of those are who do not sign.
    pub(super) fn default_tenant(&self) -> Tenant {
        Tenant::new(Tenant::NO_ACCOUNT, self.default_region.as_str())
    }
}

/// Everything that the sandbox answers, for a socket and for calls in process alike.
pub(super) fn router(service: Arc<Service>) -> Router {
    Router::new()
        .route("/_sandbox/health", get(control::health))
        .route("/_sandbox/authority", get(control::authority))
        .route("/_sandbox/calls", get(control::calls))
        .route("/_sandbox/reset", post(control::reset))
        .route("/_sandbox/matching", post(control::matching))
        .merge(otlp::routes())
        .merge(honeycomb::routes())
        .merge(rollbar::routes())
        .fallback(dispatch::answer)
        .layer(middleware::from_fn_with_state(
            Arc::clone(&service),
            guarded,
        ))
        .layer(middleware::from_fn_with_state(
            Arc::clone(&service),
            proxy::proxied,
        ))
        .layer(middleware::from_fn_with_state(
            Arc::clone(&service),
            survived,
        ))
        .with_state(service)
}

/// What the sandbox answers on the port of an X-Ray daemon: the two paths of samplers, and one
/// for probes.
pub(super) fn daemon_router(service: Arc<Service>) -> Router {
    Router::new()
        .route("/GetSamplingRules", post(dispatch::answer))
        .route("/SamplingTargets", post(dispatch::answer))
        .route("/healthz", get(control::health))
        .fallback(async || {
            plain(
                StatusCode::FORBIDDEN,
                "This port answers POST /GetSamplingRules and POST /SamplingTargets only."
                    .to_owned(),
            )
        })
        .layer(middleware::from_fn_with_state(
            Arc::clone(&service),
            guarded,
        ))
        .layer(middleware::from_fn_with_state(
            Arc::clone(&service),
            survived,
        ))
        .with_state(service)
}

/// What the sandbox answers on the port of an OpenTelemetry collector.
pub(super) fn collector_router(service: Arc<Service>) -> Router {
    otlp::collector_routes()
        .layer(middleware::from_fn_with_state(
            Arc::clone(&service),
            guarded,
        ))
        .layer(middleware::from_fn_with_state(
            Arc::clone(&service),
            survived,
        ))
        .with_state(service)
}

async fn guarded(State(service): State<Arc<Service>>, request: Request, next: Next) -> Response {
    match service
        .guard
        .as_ref()
        .and_then(|guard| guard.refusal(&request))
    {
        Some(refusal) => {
            service.log.line(&refusal);
            plain(StatusCode::FORBIDDEN, refusal)
        }
        None => next.run(request).await,
    }
}

/// Turns a panic into a logged 500, so that one bad request cannot end the service.
async fn survived(State(service): State<Arc<Service>>, request: Request, next: Next) -> Response {
    let asked = format!("{} {}", request.method(), request.uri().path());
    if let Ok(response) = AssertUnwindSafe(next.run(request)).catch_unwind().await {
        return response;
    }
    service.log.line(&format!(
        "a bug: {asked} panicked and was answered with 500"
    ));
    plain(
        StatusCode::INTERNAL_SERVER_ERROR,
        "The sandbox failed; its log says more.".to_owned(),
    )
}

fn plain(status: StatusCode, text: String) -> Response {
    let mut response = Response::new(Body::from(text + "\n"));
    *response.status_mut() = status;
    response
}
