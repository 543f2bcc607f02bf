//! The sandbox's own pages, asked over HTTP.

use std::time::Duration;

use serde_json::Value;

use crate::error::{Error, Result};

/// Loopback answers at once; what takes longer does not answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// What a page says.
pub(super) async fn get(url: &str, page: &str) -> Result<Value> {
    let request = client()?.get(address(url, page));
    let answer = send(url, request).await?;
    read(url, answer).await
}

/// Does what a page does.
pub(super) async fn post(url: &str, page: &str) -> Result<()> {
    let request = client()?.post(address(url, page));
    send(url, request).await.map(drop)
}

/// What a page says to a body.
pub(super) async fn ask(url: &str, page: &str, body: &Value) -> Result<Value> {
    let request = client()?.post(address(url, page));
    let answer = send(url, request.body(body.to_string())).await?;
    read(url, answer).await
}

async fn read(url: &str, answer: reqwest::Response) -> Result<Value> {
    let text = answer.bytes().await.map_err(|error| failed(url, &error))?;
    serde_json::from_slice(&text).map_err(|error| failed(url, &error))
}

fn client() -> Result<reqwest::Client> {
    reqwest::Client::builder()
        .no_proxy()
        .timeout(PATIENCE)
        .build()
        .map_err(|error| Error::unexpected("could not build an HTTP client").source(error))
}

fn address(url: &str, page: &str) -> String {
    format!("{}/_sandbox/{page}", url.trim_end_matches('/'))
}

async fn send(url: &str, request: reqwest::RequestBuilder) -> Result<reqwest::Response> {
    let answer = request.send().await.map_err(|error| failed(url, &error))?;
    if answer.status().is_success() {
        Ok(answer)
    } else {
        let status = answer.status().as_u16();
        Err(unanswered(url, format!("it answered HTTP {status}")))
    }
}

/// What stands behind an error is nearer to the cause than the error itself.
fn failed(url: &str, error: &(dyn std::error::Error + 'static)) -> Error {
    let mut deepest = error;
    while let Some(source) = deepest.source() {
        deepest = source;
    }
    unanswered(url, deepest.to_string())
}

fn unanswered(url: &str, cause: String) -> Error {
    Error::unreachable(format!("the sandbox at {url} does not answer as one"))
        .code("unreachable")
        .cause(cause)
        .fix("cruddur-obs sandbox")
}
