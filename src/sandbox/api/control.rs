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
pub(super) async fn health(State(service): State<Arc<Service>>) -> Response {
    let store = service.store.clone();
    let stored = tokio::task::spawn_blocking(move || store.stored_segments()).await;
    let stored = match stored {
        Ok(Ok(stored)) => stored,
        Ok(Err(fault)) => return failed(&service, &fault.message),
        Err(error) => return failed(&service, &error.to_string()),
    };
    answer(
        StatusCode::OK,
        &json!({
            "status": "ok",
            "version": env!("CARGO_PKG_VERSION"),
            "services": ["logs", "sts", "xray"],
            "xray_daemon": service.daemon_address.map(|address| address.to_string()),
            "datagrams": service.datagrams.report(),
            "segments": {
                "traces": stored.traces,
                "documents": stored.documents,
                "bytes": stored.bytes,
            },
        }),
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
    service.log.line(&format!("failed: {message}"));
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
