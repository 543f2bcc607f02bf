//! Taking a request: checked in Honeycomb's order, then kept.

use std::sync::Arc;

use axum::extract::Request;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;

use super::fit::{self, Rejected};
use super::format::Format;
use super::refusal::{self, Refusal};
use super::sender::{Door, Sender};
use super::{body, xray_limits};
use crate::sandbox::api::operation::Operation;
use crate::sandbox::api::{Service, path_call, scope};
use crate::sandbox::store::{PutOtlp, Signal};

/// Answers an export.
pub(super) async fn answer(
    service: Arc<Service>,
    operation: &'static Operation,
    signal: Signal,
    door: Door,
    request: Request,
) -> Response {
    let (parts, body) = request.into_parts();
    // It is read even where it is not wanted, so that the answer finds a client that listens.
    let body = body::read(body).await;
    let headers = parts.headers;
    let format = Format::of(&headers);
    let is_signed = scope::is_signed(&headers);
    let refuse = |kind| {
        let refusal = Refusal::switched(kind, door, is_signed);
        refusal.written(format.unwrap_or(Format::JSON))
    };
    let worker = Arc::clone(&service);
    let work = async move {
        let Some(format) = format else {
            return refusal::unsupported_content_type();
        };
        let sender = match Sender::of(&worker, signal, door, &headers) {
            Ok(sender) => sender,
            Err(refusal) => return refusal.written(format),
        };
        let body = match body {
            Ok(body) => body,
            Err(refusal) => return refusal.written(format),
        };
        // Decoding takes its time, and so does the disk.
        let kept = tokio::task::spawn_blocking(move || {
            keep(&worker, signal, format, sender, &headers, body)
        });
        match kept.await {
            Ok(Ok(rejected)) => format.success(signal, rejected),
            Ok(Err(refusal)) => refusal.written(format),
            Err(_) => Refusal::new(
                StatusCode::INTERNAL_SERVER_ERROR,
                "The sandbox failed; its log says more.",
            )
            .written(format),
        }
    };
    path_call::answer(&service, operation, refuse, work).await
}

fn keep(
    service: &Service,
    signal: Signal,
    format: Format,
    sender: Sender,
    headers: &HeaderMap,
    body: Vec<u8>,
) -> Result<Option<Rejected>, Refusal> {
    let body = body::inflate(headers, body)?;
    let length = body.len();
    let decoded = format.decode(signal, body);
    let (mut message, mut body) = decoded.map_err(Refusal::unreadable)?;
    let is_xrays = sender.environment.is_none();
    let rejected = if is_xrays {
        xray_limits::check(&message, length)?;
        xray_limits::keep_fitting(&mut message, service.store.clock().now())
    } else {
        fit::keep_fitting(&mut message, |_| None)
    };
    if rejected.is_some() {
        body = message.encode();
    }
    let put = PutOtlp {
        tenant: sender.tenant,
        environment: sender.environment,
        dataset: sender.dataset,
        message,
        body,
    };
    match service.store.put_otlp(put) {
        Ok(()) => Ok(rejected),
        Err(fault) => {
            service.log.line(&format!(
                "a bug or a broken store: {signal:?} are not kept: {}",
                fault.message
            ));
            // What was not kept may be sent again.
            Err(Refusal::new(StatusCode::SERVICE_UNAVAILABLE, fault.message))
        }
    }
}
