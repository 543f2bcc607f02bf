//! OTLP over HTTP, found by path: three signals, each as protobuf and as JSON.
//!
//! Whoever comes with a key is Honeycomb's, in whose order and words requests are checked; whoever
//! signs is X-Ray's, whose endpoint has limits of its own; and on the port of a collector nobody
//! has to say who they are. <https://opentelemetry.io/docs/specs/otlp/#otlphttp>

mod body;
mod export;
mod fit;
mod format;
mod refusal;
mod sender;
mod xray_limits;

use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{Method, StatusCode};
use axum::response::Response;
use axum::routing::{any, post};

use self::format::Format;
use self::refusal::Refusal;
use self::sender::Door;
use super::operation::{Operation, Service as Services};
use super::{Service, dispatch, path_call, scope};
use crate::sandbox::store::Signal;

/// What is emulated.
pub(super) const OPERATIONS: &[Operation] = &[
    Operation::by_path(Services::Otlp, "ExportTraces", true),
    Operation::by_path(Services::Otlp, "ExportLogs", true),
    Operation::by_path(Services::Otlp, "ExportMetrics", true),
];

/// The paths of signals, and where each stands in the table.
const PATHS: [(&str, Signal, usize); 3] = [
    ("/v1/traces", Signal::Traces, 0),
    ("/v1/logs", Signal::Logs, 1),
    ("/v1/metrics", Signal::Metrics, 2),
];

/// The paths, for those who come with a key or a signature.
pub(super) fn routes() -> Router<Arc<Service>> {
    signals(Door::Honeycomb).route("/", any(root))
}

/// The paths, and an answer to every other one, for those who come to the port of a collector.
pub(super) fn collector_routes() -> Router<Arc<Service>> {
    signals(Door::Collector)
        .route("/", any(elsewhere))
        .fallback(elsewhere)
}

fn signals(door: Door) -> Router<Arc<Service>> {
    let mut router = Router::new();
    for (path, signal, place) in PATHS {
        let operation = &OPERATIONS[place];
        let answer = move |State(service): State<Arc<Service>>, request: Request| {
            export::answer(service, operation, signal, door, request)
        };
        router = router
            .route(path, post(answer))
            .route(&format!("{path}/"), post(answer));
    }
    router
}

/// The root belongs to the AWS services that are not found by path; an exporter that comes there
/// was given an address without a path, which some variables do not complete.
async fn root(State(service): State<Arc<Service>>, request: Request) -> Response {
    let headers = request.headers();
    let is_aws = headers.contains_key("x-amz-target") || scope::is_signed(headers);
    match Format::of(headers) {
        Some(format) if request.method() == Method::POST && !is_aws => {
            path_call::unknown(&service, "otlp", "POST /".to_owned(), 400);
            Refusal::new(
                StatusCode::BAD_REQUEST,
                "this is an OTLP request for the path /; did you mean /v1/traces? A variable for \
                 one signal, such as OTEL_EXPORTER_OTLP_TRACES_ENDPOINT, is used as it is, and \
                 needs the whole path",
            )
            .written(format)
        }
        _ => dispatch::answer(State(service), request).await,
    }
}

/// Any other path on the port of a collector.
async fn elsewhere(State(service): State<Arc<Service>>, request: Request) -> Response {
    let path = request.uri().path().to_owned();
    let asked = format!("{} {path}", request.method());
    path_call::unknown(&service, "otlp", asked, 404);
    let format = Format::of(request.headers()).unwrap_or(Format::JSON);
    Refusal::new(
        StatusCode::NOT_FOUND,
        format!(
            "there is no {path} here; this port takes POST /v1/traces, /v1/logs and /v1/metrics"
        ),
    )
    .written(format)
}
