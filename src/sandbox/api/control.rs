//! The sandbox's own pages under `/_sandbox/`.

use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use serde::Serialize;
use serde_json::{Value, json};

use super::Service;
use crate::sandbox::store::{Fault, Matching};

/// `GET /_sandbox/health`.
pub(super) async fn health(State(service): State<Arc<Service>>) -> Response {
    let store = service.store.clone();
    let stored = tokio::task::spawn_blocking(move || {
        Ok::<_, Fault>((
            store.stored_segments()?,
            store.stored_log_events()?,
            store.stored_otlp()?,
            store.stored_rollbar()?,
        ))
    });
    let (stored, logged, otlp, rollbar) = match stored.await {
        Ok(Ok(stored)) => stored,
        Ok(Err(fault)) => return failed(&service, &fault.message),
        Err(error) => return failed(&service, &error.to_string()),
    };
    answer(
        StatusCode::OK,
        &json!({
            "status": "ok",
            "version": env!("CARGO_PKG_VERSION"),
            "services": ["honeycomb", "logs", "otlp", "rollbar", "sts", "xray"],
            "xray_daemon": service.daemon_address.map(|address| address.to_string()),
            "otlp": service.otlp_address.map(|address| address.to_string()),
            "datagrams": service.datagrams.report(),
            "segments": {
                "traces": stored.traces,
                "documents": stored.documents,
                "bytes": stored.bytes,
            },
            "log_events": { "events": logged.events, "bytes": logged.bytes },
            "otlp_requests": {
                "requests": otlp.requests,
                "spans": otlp.spans,
                "log_records": otlp.log_records,
                "data_points": otlp.data_points,
                "bytes": otlp.bytes,
            },
            "rollbar": { "items": rollbar.items, "occurrences": rollbar.occurrences },
        }),
    )
}

/// `GET /_sandbox/authority`: the certificate by which clients know the hosts that the sandbox is.
pub(super) async fn authority(State(service): State<Arc<Service>>) -> Response {
    let Some(keeper) = &service.authority else {
        return answer(
            StatusCode::NOT_FOUND,
            &json!({ "message": "only a sandbox on a socket has an authority" }),
        );
    };
    match keeper.certificates().await {
        Ok(certificates) => {
            let mut response = Response::new(Body::from(certificates.authority.clone()));
            response.headers_mut().insert(
                CONTENT_TYPE,
                HeaderValue::from_static("application/pem-certificate-chain"),
            );
            response
        }
        Err(error) => {
            let reason = error.reason().unwrap_or("the reason is not known");
            failed(&service, &format!("{}: {reason}", error.message()))
        }
    }
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

/// `POST /_sandbox/matching`: how many traces match `{"filter": …}`, whoever sent them.
pub(super) async fn matching(State(service): State<Arc<Service>>, body: Bytes) -> Response {
    let filter = serde_json::from_slice::<Value>(&body)
        .ok()
        .and_then(|body| Some(body.get("filter")?.as_str()?.to_owned()));
    let Some(filter) = filter else {
        return answer(
            StatusCode::BAD_REQUEST,
            &json!({ "message": "the body is not {\"filter\": \"…\"}" }),
        );
    };
    let store = service.store.clone();
    match tokio::task::spawn_blocking(move || store.matching_traces(&filter)).await {
        Ok(Ok(counted)) => answer(StatusCode::OK, &matching_answer(&counted)),
        Ok(Err(fault)) if fault.code == "InvalidRequestException" => answer(
            StatusCode::BAD_REQUEST,
            &json!({ "message": fault.message }),
        ),
        Ok(Err(fault)) => failed(&service, &fault.message),
        Err(error) => failed(&service, &error.to_string()),
    }
}

/// The same answer for those who ask without HTTP.
pub(in crate::sandbox) fn matching_answer(counted: &Matching) -> Value {
    let newest = counted.newest.iter().map(|(tenant, summary)| {
        let http = summary.http.as_ref();
        json!({
            "trace_id": summary.id.to_string(),
            "account": tenant.account,
            "region": tenant.region,
            "service": summary.entry_point.as_ref().map(|entry| &entry.name),
            "method": http.and_then(|http| http.method.as_deref()),
            "url": http.and_then(|http| http.url.as_deref()),
            "status": http.and_then(|http| http.status),
            "fault": summary.has_fault,
            "error": summary.has_error,
            "throttle": summary.has_throttle,
            "in_progress": summary.is_partial,
        })
    });
    json!({
        "matching": counted.matching,
        "traces": counted.traces,
        "newest": newest.collect::<Vec<_>>(),
    })
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
