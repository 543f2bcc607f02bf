//! The sandbox's own pages, asked over HTTP.

use std::time::Duration;

use axum::body::Bytes;
use axum::http::{Method, Request};
use serde_json::Value;

use crate::error::{Error, Result};
use crate::remote::HttpClient;

/// Loopback answers at once; what takes longer does not answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// What a page says.
pub(super) async fn get(url: &str, page: &str) -> Result<Value> {
    let answer = send(url, page, Method::GET, Bytes::new()).await?;
    read(url, &answer)
}

/// Does what a page does.
pub(super) async fn post(url: &str, page: &str) -> Result<()> {
    send(url, page, Method::POST, Bytes::new()).await.map(drop)
}

/// What a page says to a body.
pub(super) async fn ask(url: &str, page: &str, body: &Value) -> Result<Value> {
    let answer = send(url, page, Method::POST, body.to_string().into()).await?;
    read(url, &answer)
}

fn read(url: &str, answer: &[u8]) -> Result<Value> {
    serde_json::from_slice(answer).map_err(|error| unanswered(url, error.to_string()))
}

async fn send(url: &str, page: &str, method: Method, body: Bytes) -> Result<Bytes> {
    let request = Request::builder()
        .method(method)
        .uri(format!("{}/_sandbox/{page}", url.trim_end_matches('/')))
        .body(body)
        .map_err(|error| unanswered(url, error.to_string()))?;
    let answer = HttpClient::loopback()?
        .send(request, PATIENCE)
        .await
        .map_err(|failure| unanswered(url, failure.to_string()))?;
    if answer.status().is_success() {
        Ok(answer.into_body())
    } else {
        let status = answer.status().as_u16();
        Err(unanswered(url, format!("it answered HTTP {status}")))
    }
}

fn unanswered(url: &str, cause: String) -> Error {
    Error::unreachable(format!("the sandbox at {url} does not answer as one"))
        .code("unreachable")
        .cause(cause)
        .fix("cruddur-obs sandbox")
}
