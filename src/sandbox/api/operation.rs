//! What an operation is: its name, whether it writes, and the function that answers it.

use std::sync::Arc;
use std::time::Duration;

use axum::response::Response;
use serde_json::Value;

use crate::sandbox::store::{Fault, Store, Tenant};

/// A service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Service {
    /// X-Ray: restJson1, found by path.
    XRay,
    /// CloudWatch Logs: awsJson1.1, found by `X-Amz-Target`.
    Logs,
    /// STS: the Query protocol, found by `Action`.
    Sts,
    /// OTLP over HTTP, found by path.
    Otlp,
    /// Honeycomb: REST, found by path.
    Honeycomb,
    /// Rollbar: REST, found by path.
    Rollbar,
}

impl Service {
    /// The service's prefix in IAM actions and ARNs.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::XRay => "xray",
            Self::Logs => "logs",
            Self::Sts => "sts",
            Self::Otlp => "otlp",
            Self::Honeycomb => "honeycomb",
            Self::Rollbar => "rollbar",
        }
    }
}

/// Answers an operation: the request's body in, the answer's members out; `Null` is no body.
pub(super) type Handler = fn(&Store, &Tenant, &[u8]) -> Result<Value, Fault>;

/// Answers an operation whose answer goes on: the request's body in, and how long it may last
/// where that is switched.
pub(super) type Stream =
    fn(&Arc<super::Service>, &Tenant, &[u8], Option<Duration>) -> Result<Response, Fault>;

/// An operation that is emulated.
#[derive(Debug)]
pub(super) struct Operation {
    /// Whose it is.
    pub(super) service: Service,
    /// Its name in the service model.
    pub(super) name: &'static str,
    /// It changes something.
    pub(super) writes: bool,
    /// What answers it; for one whose answer goes on, what checks the request.
    pub(super) handler: Handler,
    /// What answers it if its answer goes on.
    pub(super) stream: Option<Stream>,
}

impl Operation {
    /// An operation that is found by its path and answered by a handler of its own protocol: what
    /// stands in the table is its name, for fault switches and for the record of calls.
    pub(super) const fn by_path(service: Service, name: &'static str, writes: bool) -> Self {
        Self {
            service,
            name,
            writes,
            handler: |_, _, _| Err(Fault::internal("This operation is found by its path.")),
            stream: None,
        }
    }
}

/// Every emulated operation.
pub(super) fn all() -> impl Iterator<Item = &'static Operation> {
    super::xray::OPERATIONS
        .iter()
        .map(|(_, operation)| operation)
        .chain(super::logs::OPERATIONS)
        .chain(super::sts::OPERATIONS)
        .chain(super::otlp::OPERATIONS)
        .chain(
            super::honeycomb::OPERATIONS
                .iter()
                .map(|endpoint| &endpoint.operation),
        )
        .chain(super::rollbar::OPERATIONS)
}
