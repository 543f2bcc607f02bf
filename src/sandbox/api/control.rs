//! The sandbox's own pages under `/_sandbox/`.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use serde::Serialize;
use serde_json::json;

use super::Service;

/// `GET /_sandbox/health`.
pub(super) async fn health() -> Response {
    let version = env!("CARGO_PKG_VERSION");
    answer(
        StatusCode::OK,
        &json!({ "status": "ok", "version": version, "services": ["logs", "sts", "xray"] }),
    )
}

/// `GET /_sandbox/calls`.
pub(super) async fn calls(State(service): State<Arc<Service>>) -> Response {
    answer(StatusCode::OK, &service.calls.report())
}

/// `POST /_sandbox/reset`.
pub(super) async fn reset(State(service): State<Arc<Service>>) -> Response {
    let store = service.store.clone();
    match tokio::task::spawn_blocking(move || store.reset()).await {
        Ok(Ok(())) => {
            service.calls.clear();
            answer(StatusCode::OK, &json!({ "status": "empty" }))
        }
        Ok(Err(fault)) => failed(&service, &fault.message),
        Err(error) => failed(&service, &error.to_string()),
    }
}

fn failed(service: &Service, message: &str) -> Response {
    service.log.line(&format!("reset failed: {message}"));
    answer(
        StatusCode::INTERNAL_SERVER_ERROR,
        &json!({ "status": "failed", "message": message }),
    )
}

fn answer(status: StatusCode, body: &impl Serialize) -> Response {
    // Strings, numbers and lists of them always become JSON.
    let body = serde_json::to_string(body).unwrap_or_default();
    let mut response = Response::new(Body::from(body + "\n"));
    *response.status_mut() = status;
    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}
