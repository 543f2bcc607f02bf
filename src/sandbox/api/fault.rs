//! Answers, and refusals in the dialect of the caller.

use axum::body::Body;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::Response;
use serde_json::{Value, json};

use super::operation::Service;
use super::sts;
use crate::sandbox::store::Fault;
use crate::sockets::http::Sever;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-amzn-requestid");
const ERROR_TYPE: HeaderName = HeaderName::from_static("x-amzn-errortype");

/// Writes what an operation gave.
pub(super) fn success(service: Service, operation: &str, members: &Value) -> Response {
    let request_id = request_id();
    let body = match service {
        Service::Sts => sts::answer(operation, members, &request_id),
        _ if members.is_null() => String::new(),
        _ => members.to_string(),
    };
    write(StatusCode::OK, service, &request_id, body)
}

/// Writes why an operation was refused.
pub(super) fn refusal(service: Service, fault: &Fault) -> Response {
    let request_id = request_id();
    let status = status(service, fault.code);
    let body = match service {
        Service::XRay => {
            let mut body = json!({
                "__type": fault.code,
                "message": fault.message,
                "Message": fault.message,
            });
            if let Some(resource) = &fault.resource {
                body["ResourceName"] = json!(resource);
            }
            body.to_string()
        }
        // CloudWatch Logs says no more about this one than its status.
        Service::Logs if status == StatusCode::PAYLOAD_TOO_LARGE => String::new(),
        Service::Logs => {
            let mut body = json!({ "__type": fault.code, "message": fault.message });
            if let Some(resource) = &fault.resource {
                body["resourceName"] = json!(resource);
            }
            if let Some(characters) = &fault.characters {
                body["queryCompileError"] = json!({
                    "location": {
                        "startCharOffset": characters.start,
                        "endCharOffset": characters.end,
                    },
                    "message": fault.message,
                });
            }
            body.to_string()
        }
        Service::Sts => sts::refusal(fault, &request_id),
        // Those who are found by path write their refusals themselves; this one is of a bug.
        Service::Otlp | Service::Honeycomb | Service::Rollbar => {
            json!({ "message": fault.message }).to_string()
        }
    };
    let mut response = write(status, service, &request_id, body);
    if service == Service::XRay {
        response
            .headers_mut()
            .insert(ERROR_TYPE, HeaderValue::from_static(fault.code));
    }
    response
}

/// Gives an answer its request id.
pub(super) fn identified(mut response: Response) -> Response {
    if let Ok(request_id) = HeaderValue::from_str(&request_id()) {
        response.headers_mut().insert(REQUEST_ID, request_id);
    }
    response
}

/// A connection that ends without an answer.
pub(super) fn cut() -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::BAD_GATEWAY;
    response.extensions_mut().insert(Sever);
    response
}

/// The HTTP status that AWS gives an exception; nearly all of them are 400.
pub(super) fn status(service: Service, code: &str) -> StatusCode {
    match (service, code) {
        (_, "InternalFailure") => StatusCode::INTERNAL_SERVER_ERROR,
        (_, "RequestEntityTooLargeException") => StatusCode::PAYLOAD_TOO_LARGE,
        // AWS's JSON protocols answer denied calls with 400, its REST and Query protocols with 403.
        (Service::XRay | Service::Sts, "AccessDeniedException")
        | (_, "MissingAuthenticationTokenException") => StatusCode::FORBIDDEN,
        (Service::XRay, "ThrottledException") => StatusCode::TOO_MANY_REQUESTS,
        (Service::XRay, "ResourceNotFoundException" | "UnknownOperationException") => {
            StatusCode::NOT_FOUND
        }
        _ => StatusCode::BAD_REQUEST,
    }
}

fn write(status: StatusCode, service: Service, request_id: &str, body: String) -> Response {
    let content_type = match service {
        Service::XRay | Service::Otlp | Service::Honeycomb | Service::Rollbar => "application/json",
        Service::Logs => "application/x-amz-json-1.1",
        Service::Sts => "text/xml",
    };
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    if let Ok(request_id) = HeaderValue::from_str(request_id) {
        headers.insert(REQUEST_ID, request_id);
    }
    response
}

fn request_id() -> String {
    let random = format!("{:032x}", fastrand::u128(..));
    format!(
        "{}-{}-{}-{}-{}",
        &random[..8],
        &random[8..12],
        &random[12..16],
        &random[16..20],
        &random[20..]
    )
}
