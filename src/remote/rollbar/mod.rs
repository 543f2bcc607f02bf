//! Rollbar: items in, occurrences out. <https://docs.rollbar.com/reference/getting-started-1>

mod occurrence;
mod refusal;

use std::time::Duration;

use axum::body::Bytes;
use axum::http::header::{ACCEPT, CONTENT_TYPE};
use axum::http::{Method, Request, Response};
use serde_json::Value;

use super::http::{HttpClient, HttpFailure};
use crate::error::{Error, Result};
use crate::rollbar::API;
use crate::settings::Secret;

pub use occurrence::Occurrence;
pub use refusal::Refusal;

/// The header that carries the token.
const TOKEN: &str = "x-rollbar-access-token";

/// A client with one token.
#[derive(Debug, Clone)]
pub struct RollbarClient {
    http: HttpClient,
    /// The API, with a slash at its end.
    base: String,
    token: Secret,
}

/// Why an item was not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotTaken {
    /// Rollbar said no.
    #[error("{0}")]
    Refused(Refusal),
    /// There was no answer.
    #[error("{0}")]
    Failed(HttpFailure),
}

impl NotTaken {
    /// Whether the same item may be taken later.
    pub fn may_pass(&self) -> bool {
        match self {
            Self::Refused(refusal) => refusal.may_pass(),
            Self::Failed(failure) => failure.may_pass(),
        }
    }

    /// How long Rollbar wants to be left alone, where it says so.
    pub fn pause(&self) -> Option<Duration> {
        match self {
            Self::Refused(refusal) => refusal.pause,
            Self::Failed(_) => None,
        }
    }
}

impl RollbarClient {
    /// A client of the API at `base`: Rollbar's own where nothing else is said. The address of
    /// items is taken too, which is what Rollbar's notifier for JavaScript wants to be told.
    pub fn new(http: HttpClient, base: Option<&str>, token: Secret) -> Self {
        let base = base.unwrap_or(API).trim().trim_end_matches('/');
        let base = base.strip_suffix("/item").unwrap_or(base);
        Self {
            http,
            base: format!("{base}/"),
            token,
        }
    }

    /// The address that items go to.
    pub fn item_url(&self) -> String {
        format!("{}item/", self.base)
    }

    /// The token, which shows itself masked.
    pub fn token(&self) -> &Secret {
        &self.token
    }

    /// Sends an item once; `body` is what [`Item::body`](crate::rollbar::Item::body) gives.
    pub async fn post_item(
        &self,
        body: impl Into<Bytes>,
        patience: Duration,
    ) -> Result<(), NotTaken> {
        let answer = self
            .send(Method::POST, "item/", body.into(), patience)
            .await
            .map_err(NotTaken::Failed)?;
        Refusal::of(&answer).map_or(Ok(()), |refusal| Err(NotTaken::Refused(refusal)))
    }

    /// The latest occurrences, a page of at most 20; the first page is 1.
    pub async fn occurrences(&self, page: u32, patience: Duration) -> Result<Vec<Occurrence>> {
        let answer = self
            .read(&format!("instances?page={page}"), patience)
            .await?;
        let all = answer["result"]["instances"].as_array();
        Ok(all
            .into_iter()
            .flatten()
            .filter_map(Occurrence::read)
            .collect())
    }

    /// The occurrence of a uuid; `None` when Rollbar does not know it, or not yet.
    pub async fn occurrence(&self, uuid: &str, patience: Duration) -> Result<Option<Occurrence>> {
        // Documentation and clients disagree about the path; these are tried in turn.
        for path in [
            format!("instance/{uuid}"),
            format!("item_by_uuid?uuid={uuid}"),
        ] {
            match self.read(&path, patience).await {
                Ok(answer) => {
                    if let Some(occurrence) = Occurrence::read(&answer["result"]) {
                        return Ok(Some(occurrence));
                    }
                }
                Err(error) if error.known_as() == Some("rollbar-not-found") => {}
                Err(error) => return Err(error),
            }
        }
        Ok(None)
    }

    async fn read(&self, path: &str, patience: Duration) -> Result<Value> {
        let url = format!("{}{path}", self.base);
        let answer = self
            .send(Method::GET, path, Bytes::new(), patience)
            .await
            .map_err(|failure| failure.explain("Rollbar", &url))?;
        if let Some(refusal) = Refusal::of(&answer) {
            return Err(refusal.explain("a read token", &self.token));
        }
        serde_json::from_slice(answer.body()).map_err(|error| {
            Error::unexpected("Rollbar's answer cannot be read")
                .code("rollbar-answer")
                .tried(url)
                .cause(error.to_string())
        })
    }

    async fn send(
        &self,
        method: Method,
        path: &str,
        body: Bytes,
        patience: Duration,
    ) -> Result<Response<Bytes>, HttpFailure> {
        let mut request = Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.base))
            .header(ACCEPT, "application/json")
            .header(TOKEN, self.token.expose());
        if !body.is_empty() {
            request = request.header(CONTENT_TYPE, "application/json");
        }
        let request = request
            .body(body)
            .map_err(|error| HttpFailure::Invalid(error.to_string()))?;
        self.http.send(request, patience).await
    }
}
