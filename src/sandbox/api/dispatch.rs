//! From a request to the operation it asks for, and back to an answer.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method};
use axum::response::Response;
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use serde_json::Value;

use super::calls::Call;
use super::fault_switch::Effect;
use super::operation::{Operation, Service as Aws, Stream};
use super::{BODY_LIMIT, Service, fault, logs, scope, sts, xray};
use crate::sandbox::store::{Fault, Tenant};

/// What a request asks for.
enum Asked {
    /// An operation that is emulated.
    Operation(&'static Operation),
    /// Something else: in which protocol to say so, and what it was called.
    Unknown {
        dialect: Aws,
        service: &'static str,
        operation: String,
    },
}

/// Answers any request that is not for one of the sandbox's own pages.
pub(super) async fn answer(State(service): State<Arc<Service>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = match read(body).await {
        Ok(body) => body,
        Err(fault) => return fault::refusal(dialect(&parts.headers), &fault),
    };
    match find(&parts, &body) {
        Asked::Operation(operation) => call(&service, operation, &parts.headers, body).await,
        Asked::Unknown {
            dialect,
            service: name,
            operation,
        } => unknown(&service, dialect, name, operation),
    }
}

async fn read(body: Body) -> Result<Vec<u8>, Fault> {
    match Limited::new(body, BODY_LIMIT).collect().await {
        Ok(collected) => Ok(collected.to_bytes().into()),
        Err(error) if error.is::<LengthLimitError>() => Err(Fault::new(
            "RequestEntityTooLargeException",
            format!("The request's body is longer than {BODY_LIMIT} bytes"),
        )),
        Err(_) => Err(Fault::new(
            "SerializationException",
            "The request's body ended early",
        )),
    }
}

fn find(parts: &Parts, body: &[u8]) -> Asked {
    let path = parts.uri.path();
    if let Some(target) = parts.headers.get("x-amz-target") {
        let target = String::from_utf8_lossy(target.as_bytes());
        let logs_operation = target.strip_prefix(logs::TARGET_PREFIX);
        if let (&Method::POST, "/", Some(name)) = (&parts.method, path, logs_operation)
            && let Some(operation) = logs::find(name)
        {
            return Asked::Operation(operation);
        }
        return Asked::Unknown {
            dialect: Aws::Logs,
            service: if logs_operation.is_some() {
                "logs"
            } else {
                "unknown"
            },
            operation: logs_operation.unwrap_or(&target).to_owned(),
        };
    }
    if is_query(&parts.headers) {
        let action = sts::action(body);
        return match sts::find(&action) {
            Some(operation) => Asked::Operation(operation),
            None => Asked::Unknown {
                dialect: Aws::Sts,
                service: "unknown",
                operation: action,
            },
        };
    }
    if parts.method == Method::POST
        && let Some(operation) = xray::find(path)
    {
        return Asked::Operation(operation);
    }
    let known = xray::name_of(path);
    Asked::Unknown {
        dialect: Aws::XRay,
        service: if known.is_some() { "xray" } else { "unknown" },
        operation: known.map_or_else(|| format!("{} {path}", parts.method), str::to_owned),
    }
}

fn dialect(headers: &HeaderMap) -> Aws {
    if headers.contains_key("x-amz-target") {
        Aws::Logs
    } else if is_query(headers) {
        Aws::Sts
    } else {
        Aws::XRay
    }
}

fn is_query(headers: &HeaderMap) -> bool {
    headers.get(CONTENT_TYPE).is_some_and(|value| {
        value
            .as_bytes()
            .starts_with(b"application/x-www-form-urlencoded")
    })
}

fn unknown(service: &Service, dialect: Aws, name: &'static str, operation: String) -> Response {
    let fault = match dialect {
        Aws::Sts => Fault::new(
            "InvalidAction",
            format!("Could not find operation {operation} in this sandbox"),
        ),
        _ => Fault::new(
            "UnknownOperationException",
            format!("The sandbox does not emulate {operation}"),
        ),
    };
    let response = fault::refusal(dialect, &fault);
    service.log.line(&format!(
        "unknown operation {name}:{operation}, answered with {}",
        fault.code
    ));
    service.calls.note(Call {
        service: name,
        operation,
        writes: false,
        status: Some(response.status().as_u16()),
        error: Some("UnknownOperationException"),
        fault: None,
    });
    response
}

async fn call(
    service: &Arc<Service>,
    operation: &'static Operation,
    headers: &HeaderMap,
    body: Vec<u8>,
) -> Response {
    let mut fired = None;
    let result = match tenant(service, operation, headers) {
        Err(fault) => Err(fault),
        Ok(tenant) => {
            let plan = service.switchboard.plan(operation);
            fired = plan.names();
            if let Some(delay) = plan.delay {
                tokio::time::sleep(delay).await;
            }
            match plan.effect {
                Some(Effect::Refuse) => {
                    note(service, operation, None, None, fired);
                    return fault::cut();
                }
                Some(Effect::Drop) => {
                    let error = execute(service, operation, tenant, body).await.err();
                    note(service, operation, None, error.as_ref(), fired);
                    return fault::cut();
                }
                Some(Effect::Answer(kind)) => Err(kind.fault(operation, &tenant, &body)),
                None => match operation.stream {
                    Some(stream) => {
                        let lifetime = plan.live_tail_timeout;
                        opened(service, stream, tenant, body, lifetime).await
                    }
                    None => in_time(service, operation, tenant, body, plan.lag)
                        .await
                        .map(|members| fault::success(operation.service, operation.name, &members)),
                },
            }
        }
    };
    let (response, error) = match result {
        Ok(response) => (response, None),
        Err(fault) => (fault::refusal(operation.service, &fault), Some(fault)),
    };
    note(service, operation, Some(&response), error.as_ref(), fired);
    response
}

/// The pollers of X-Ray's samplers do not sign; everybody else must say who and where they are.
fn tenant(service: &Service, operation: &Operation, headers: &HeaderMap) -> Result<Tenant, Fault> {
    let result = scope::tenant(headers);
    match &result {
        Err(fault)
            if fault.code == "MissingAuthenticationTokenException"
                && operation.service == Aws::XRay
                && xray::UNSIGNED.contains(&operation.name) =>
        {
            Ok(service.default_tenant())
        }
        _ => result,
    }
}

/// Runs the operation; where a lag is switched on, a read may answer from the past.
async fn in_time(
    service: &Arc<Service>,
    operation: &'static Operation,
    tenant: Tenant,
    body: Vec<u8>,
    lag: Option<Duration>,
) -> Result<Value, Fault> {
    let past = &service.switchboard.past;
    let Some(lag) = lag else {
        let result = execute(service, operation, tenant, body).await;
        if operation.writes && result.is_ok() {
            past.wrote();
        }
        return result;
    };
    let fresh = execute(service, operation, tenant.clone(), body.clone()).await?;
    Ok(past.answer(operation, &tenant, &body, lag, fresh))
}

/// Opens an answer that goes on.
async fn opened(
    service: &Arc<Service>,
    stream: Stream,
    tenant: Tenant,
    body: Vec<u8>,
    lifetime: Option<Duration>,
) -> Result<Response, Fault> {
    let service = Arc::clone(service);
    let opened =
        tokio::task::spawn_blocking(move || stream(&service, &tenant, &body, lifetime)).await;
    opened
        .unwrap_or_else(|_| Err(Fault::internal("The sandbox failed; its log says more.")))
        .map(fault::identified)
}

/// Runs the operation where blocking on the database holds nobody up.
async fn execute(
    service: &Arc<Service>,
    operation: &'static Operation,
    tenant: Tenant,
    body: Vec<u8>,
) -> Result<Value, Fault> {
    let store = service.store.clone();
    let done =
        tokio::task::spawn_blocking(move || (operation.handler)(&store, &tenant, &body)).await;
    let result = match done {
        Ok(result) => result,
        Err(_) => Err(Fault::internal("The sandbox failed; its log says more.")),
    };
    if let Err(fault) = &result
        && fault.code == "InternalFailure"
    {
        let name = operation.name;
        let what = if fault.message == Fault::DISK_FULL {
            "not stored"
        } else {
            "a bug or a broken store"
        };
        service
            .log
            .line(&format!("{what}: {name}: {}", fault.message));
    }
    result
}

fn note(
    service: &Service,
    operation: &Operation,
    response: Option<&Response>,
    error: Option<&Fault>,
    fired: Option<String>,
) {
    service.calls.note(Call {
        service: operation.service.name(),
        operation: operation.name.to_owned(),
        writes: operation.writes,
        status: response.map(|response| response.status().as_u16()),
        error: error.map(|fault| fault.code),
        fault: fired,
    });
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;
    use axum::http::header::AUTHORIZATION;

    use super::*;
    use crate::sandbox::{Location, Log, Store};

    static BROKEN: Operation = Operation {
        service: Aws::Logs,
        name: "Broken",
        writes: false,
        handler: |_, _, _| panic!("on purpose"),
        stream: None,
    };

    #[tokio::test]
    async fn a_panic_in_a_handler_is_an_internal_failure() {
        let store = Store::open(&Location::Memory).unwrap();
        let service = Service::new(store, "eu-west-1".to_owned(), Log::to(std::io::sink()));
        let service = Arc::new(service);
        let mut headers = HeaderMap::new();
        let value = "AWS4-HMAC-SHA256 Credential=A/20261120/eu-west-1/logs/aws4_request";
        headers.insert(AUTHORIZATION, HeaderValue::from_static(value));
        let response = call(&service, &BROKEN, &headers, Vec::new()).await;
        assert_eq!(response.status().as_u16(), 500);
        let body = response.into_body().collect().await.unwrap().to_bytes();
        assert!(String::from_utf8_lossy(&body).contains("InternalFailure"));
        assert_eq!(
            service.store.reset(),
            Ok(()),
            "the store is as good as before"
        );
    }
}
