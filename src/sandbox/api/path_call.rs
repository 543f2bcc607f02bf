//! Calls of protocols whose operations are found by path: faults on purpose, the work, the record.

use std::sync::Arc;

use axum::response::Response;

use super::calls::Call;
use super::fault_switch::{Effect, Kind};
use super::operation::Operation;
use super::{Service, fault};

/// Answers a call: `refuse` writes a fault that was switched on in the protocol's dialect, `work`
/// is what the call does.
pub(super) async fn answer(
    service: &Arc<Service>,
    operation: &'static Operation,
    refuse: impl FnOnce(Kind) -> Response,
    work: impl Future<Output = Response>,
) -> Response {
    let plan = service.switchboard.plan(operation);
    let fired = plan.names();
    if let Some(delay) = plan.delay {
        tokio::time::sleep(delay).await;
    }
    let response = match plan.effect {
        None => Some(work.await),
        Some(Effect::Answer(kind)) => Some(refuse(kind)),
        Some(Effect::Drop) => {
            drop(work.await);
            None
        }
        Some(Effect::Refuse) => None,
    };
    let status = response.as_ref().map(|response| response.status().as_u16());
    service.calls.note(Call {
        service: operation.service.name(),
        operation: operation.name.to_owned(),
        writes: operation.writes,
        status,
        error: status.filter(|status| *status >= 400).map(|_| "refused"),
        fault: fired,
    });
    response.unwrap_or_else(fault::cut)
}

/// Records a call of something that is not emulated.
pub(super) fn unknown(service: &Service, name: &'static str, operation: String, status: u16) {
    service.log.line(&format!(
        "unknown operation {name}:{operation}, answered with {status}"
    ));
    service.calls.note(Call {
        service: name,
        operation,
        writes: false,
        status: Some(status),
        error: Some("UnknownOperationException"),
        fault: None,
    });
}
