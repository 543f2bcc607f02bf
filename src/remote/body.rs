//! Bodies that were written by hand, for calls that the SDK signs, sends and reads.
//!
//! For what goes out thousands of times a second: the SDK wants a copy of every value, and makes
//! another of each as it writes them.

use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::body::SdkBody;
use axum::body::Bytes;

/// Puts a body into a request that has not been signed, in place of the SDK's.
pub(super) fn fill(request: &mut HttpRequest, body: Bytes) {
    let headers = request.headers_mut();
    headers.insert("content-length", body.len().to_string());
    *request.body_mut() = SdkBody::from(body);
}
