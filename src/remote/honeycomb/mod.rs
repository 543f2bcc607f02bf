//! Honeycomb, as its API and its OTLP endpoint answer.
//!
//! Nothing is tried again here: a person waits, and is told when to come back.

mod auth;
mod events;
mod refusal;
mod spans;

use std::time::Duration;

use axum::body::Bytes;
use axum::http::{HeaderValue, Request, Response};

use super::http::{HttpClient, HttpFailure};
use super::secrets::Secrets;
use crate::settings::Secret;

pub use auth::{Auth, Named};
pub use events::{EventsOfTrace, TraceEvent};
pub use refusal::HoneycombFailure;
pub use spans::{Accepted, SpanRequest, SpanValue};

/// Calls Honeycomb with one key.
#[derive(Debug, Clone)]
pub struct HoneycombClient {
    http: HttpClient,
    key: Secret,
    patience: Duration,
    secrets: Secrets,
}

/// How a key is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Credential {
    /// As the header of ingest and configuration keys.
    Team,
    /// As a management key.
    Bearer,
}

/// One call, before it has an address.
struct Call {
    method: &'static str,
    url: String,
    credential: Credential,
    headers: Vec<(String, Secret)>,
    body: Bytes,
}

impl HoneycombClient {
    /// A client that waits for one answer as long as `patience`.
    pub fn new(http: HttpClient, key: Secret, patience: Duration) -> Self {
        let secrets = Secrets::default();
        secrets.learn(key.expose());
        Self {
            http,
            key,
            patience,
            secrets,
        }
    }

    fn get(url: String, credential: Credential) -> Call {
        Call {
            method: "GET",
            url,
            credential,
            headers: Vec::new(),
            body: Bytes::new(),
        }
    }

    fn post(url: String, content_type: &str, body: impl Into<Bytes>) -> Call {
        Call {
            method: "POST",
            url,
            credential: Credential::Team,
            headers: vec![("content-type".to_owned(), Secret::new(content_type))],
            body: body.into(),
        }
    }

    /// Sends a call; an answer of any status is an answer.
    async fn send(&self, call: Call) -> Result<Response<Bytes>, HoneycombFailure> {
        let url = call.url.clone();
        let failed =
            |failure: HttpFailure| HoneycombFailure::no_reply(&url, &failure, &self.secrets);
        let request = self.request(call).map_err(failed)?;
        self.http.send(request, self.patience).await.map_err(failed)
    }

    fn request(&self, call: Call) -> Result<Request<Bytes>, HttpFailure> {
        let unsendable = || HttpFailure::Invalid("the key cannot be a header's value".to_owned());
        let secret = |text: &str| -> Result<HeaderValue, HttpFailure> {
            let mut value = HeaderValue::from_str(text).map_err(|_| unsendable())?;
            value.set_sensitive(true);
            Ok(value)
        };
        let mut request = Request::builder().method(call.method).uri(&call.url);
        request = match call.credential {
            Credential::Team => request.header("x-honeycomb-team", secret(self.key.expose())?),
            Credential::Bearer => request
                .header(
                    "authorization",
                    secret(&format!("Bearer {}", self.key.expose()))?,
                )
                .header("content-type", "application/vnd.api+json"),
        };
        for (name, value) in call.headers {
            let value = HeaderValue::from_str(value.expose()).map_err(|_| {
                HttpFailure::Invalid(format!("the header {name} has a value that cannot be sent"))
            })?;
            request = request.header(name, value);
        }
        request
            .body(call.body)
            .map_err(|error| HttpFailure::Invalid(error.to_string()))
    }
}
