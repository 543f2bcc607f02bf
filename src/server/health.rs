//! `/health`: that the server answers, and what became of its telemetry. It is no part of that.

use axum::body::Body;
use axum::http::header::{ALLOW, CONTENT_TYPE};
use axum::http::{HeaderValue, Method, Response, StatusCode};
use serde_json::{Map, Value, json};

use super::App;
use super::pipelines::Counts;

/// Where it is.
pub(super) const PATH: &str = "/health";

/// The page; 405 for methods that change things.
pub(super) fn answer(app: &App, method: &Method) -> Response<Body> {
    let is_read = matches!(*method, Method::GET | Method::HEAD);
    let page = if is_read {
        format!("{}\n", document(&app.totals.counts()))
    } else {
        String::new()
    };
    let mut response = Response::new(Body::from(page));
    if !is_read {
        *response.status_mut() = StatusCode::METHOD_NOT_ALLOWED;
        let allowed = HeaderValue::from_static("GET, HEAD");
        response.headers_mut().insert(ALLOW, allowed);
    }
    let kind = HeaderValue::from_static("application/json");
    response.headers_mut().insert(CONTENT_TYPE, kind);
    response
}

fn document(counts: &[Counts]) -> Value {
    let reasons = |by_reason: &[(&'static str, u64)]| -> Map<String, Value> {
        let named = by_reason.iter();
        named
            .map(|(reason, number)| (reason.replace(' ', "_"), json!(number)))
            .collect()
    };
    let pipelines: Map<String, Value> = counts
        .iter()
        .map(|counts| {
            let name = counts.name.to_lowercase().replace(['(', ')'], "");
            let name = name.replace([' ', '-'], "_");
            let value = json!({
                "on": counts.is_on,
                "given": counts.given,
                "sent": counts.sent,
                "waiting": counts.waiting,
                "dropped": reasons(&counts.dropped),
                "rejected": reasons(&counts.rejected),
            });
            (name, value)
        })
        .collect();
    json!({"status": "ok", "pipelines": pipelines})
}
