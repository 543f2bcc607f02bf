//! OTLP over HTTP, found by path.

use std::sync::Arc;

use axum::Router;

use super::Service;
use super::operation::Operation;

/// What is emulated.
pub(super) const OPERATIONS: &[Operation] = &[];

/// The paths.
pub(super) fn routes() -> Router<Arc<Service>> {
    Router::new()
}
