//! The sandbox without a socket, for commands that run when no server does.

use std::convert::Infallible;
use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::http::{Request, Response, StatusCode};
use futures::future::BoxFuture;
use http_body_util::BodyExt as _;
use tower::ServiceExt as _;

use super::api::{self, Service};
use super::{Log, Store};

/// Answers requests as a server would.
pub type LocalService =
    Arc<dyn Fn(Request<Bytes>) -> BoxFuture<'static, Response<Bytes>> + Send + Sync>;

/// Drives the same router as a server does. There is no guard: nobody else can call it.
pub fn in_process(store: Store, default_region: impl Into<String>) -> LocalService {
    local(Service::new(store, default_region.into(), Log::stderr()))
}

pub(super) fn local(service: Service) -> LocalService {
    let router = api::router(Arc::new(service));
    Arc::new(move |request| {
        let router = router.clone();
        Box::pin(async move {
            let answered: Result<_, Infallible> = router.oneshot(request.map(Body::from)).await;
            let Ok(response) = answered;
            let (mut parts, body) = response.into_parts();
            if let Ok(body) = body.collect().await {
                return Response::from_parts(parts, body.to_bytes());
            }
            // Bodies are made in memory, whole; this stands in for the impossible.
            parts.status = StatusCode::INTERNAL_SERVER_ERROR;
            Response::from_parts(parts, Bytes::new())
        })
    })
}
