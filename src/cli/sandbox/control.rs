//! The sandbox's own pages, asked over HTTP.

use std::time::Duration;

use axum::body::Bytes;
use axum::http::{Method, Request, Response, StatusCode};
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

/// The certificate of the sandbox's authority.
pub(super) async fn authority(url: &str) -> Result<String> {
    let answer = exchange(url, "authority", Method::GET, Bytes::new()).await?;
    let certificate = String::from_utf8_lossy(answer.body());
    match answer.status() {
        StatusCode::OK if certificate.starts_with("-----BEGIN CERTIFICATE-----") => {
            Ok(certificate.into_owned())
        }
        StatusCode::OK | StatusCode::NOT_FOUND => Err(Error::configuration(format!(
            "the sandbox at {url} is of a version that knows no --https"
        ))
        .code("too-old")
        .fix("end it, and start this version: cruddur-obs sandbox")),
        status => {
            let said = serde_json::from_str::<Value>(&certificate).ok();
            let said = said.and_then(|said| Some(said.get("message")?.as_str()?.to_owned()));
            let cause = said.unwrap_or_else(|| format!("it answered HTTP {}", status.as_u16()));
            let failure = format!("the sandbox at {url} has no certificate to give");
            Err(Error::configuration(failure)
                .code("no-authority")
                .cause(cause)
                .fix("make room on its disk and its directory writable, and try again"))
        }
    }
}

fn read(url: &str, answer: &[u8]) -> Result<Value> {
    serde_json::from_slice(answer).map_err(|error| unanswered(url, error.to_string()))
}

async fn send(url: &str, page: &str, method: Method, body: Bytes) -> Result<Bytes> {
    let answer = exchange(url, page, method, body).await?;
    if answer.status().is_success() {
        Ok(answer.into_body())
    } else {
        let status = answer.status().as_u16();
        Err(unanswered(url, format!("it answered HTTP {status}")))
    }
}

async fn exchange(url: &str, page: &str, method: Method, body: Bytes) -> Result<Response<Bytes>> {
    let request = Request::builder()
        .method(method)
        .uri(format!("{}/_sandbox/{page}", url.trim_end_matches('/')))
        .body(body)
        .map_err(|error| unanswered(url, error.to_string()))?;
    HttpClient::loopback()?
        .send(request, PATIENCE)
        .await
        .map_err(|failure| unanswered(url, failure.to_string()))
}

fn unanswered(url: &str, cause: String) -> Error {
    Error::unreachable(format!("the sandbox at {url} does not answer as one"))
        .code("unreachable")
        .cause(cause)
        .fix("cruddur-obs sandbox")
}
