//! Rollbar, found by path: items in, occurrences out, deploys.
//!
//! [`tokens`] says who may do what, [`item`] what a report must be and what it is grouped by; every
//! answer is Rollbar's envelope, `{"err": 0, "result": {…}}` or `{"err": 1, "message": "…"}`.
//! <https://docs.rollbar.com/reference/getting-started-1>

mod answer;
mod deploys;
mod fingerprint;
mod item;
mod items;
mod occurrences;
mod tokens;

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{Method, StatusCode};
use axum::response::Response;
use axum::routing::any;
use http_body_util::{BodyExt as _, Limited};

use self::answer::Refusal;
use self::tokens::Scope;
use super::operation::{Operation, Service as Services};
use super::{Service, path_call};
use crate::percent::decoded_form;
use crate::sandbox::store::Store;

/// The longest item, <https://docs.rollbar.com/reference/create-item>.
const MOST: usize = 1024 * 1024;

const fn named(name: &'static str, writes: bool) -> Operation {
    Operation::by_path(Services::Rollbar, name, writes)
}

/// What is emulated.
pub(super) const OPERATIONS: &[Operation] = &[
    named("CreateItem", true),
    named("ListItems", false),
    named("GetItem", false),
    named("UpdateItem", true),
    named("ListOccurrences", false),
    named("GetOccurrence", false),
    named("DeleteOccurrence", true),
    named("CreateDeploy", true),
    named("ListDeploys", false),
    named("GetDeploy", false),
    named("UpdateDeploy", true),
    named("Ping", false),
];

/// A request that was understood: what its path and query say.
struct Asked {
    head: Parts,
    /// The path's parts after `/api/1`.
    parts: Vec<String>,
    body: Bytes,
}

type Handler = fn(&Store, &Asked) -> Result<Response, Refusal>;

/// The paths.
pub(super) fn routes() -> Router<Arc<Service>> {
    Router::new()
        .route("/api/1/{*rest}", any(answered))
        .route("/api/1", any(answered))
}

async fn answered(State(service): State<Arc<Service>>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let parts: Vec<String> = head
        .uri
        .path()
        .split('/')
        .filter(|part| !part.is_empty())
        .skip(2)
        .map(str::to_owned)
        .collect();
    let body = Limited::new(body, MOST).collect().await;
    let body = body.map(http_body_util::Collected::to_bytes);
    let mut asked = Asked {
        head,
        parts,
        body: Bytes::new(),
    };
    let Some((name, scope, handler)) = asked.find() else {
        let what = format!("{} {}", asked.head.method, asked.head.uri.path());
        path_call::unknown(&service, "rollbar", what, 404);
        return Refusal::new(StatusCode::NOT_FOUND, "not found").written();
    };
    let Some(operation) = OPERATIONS.iter().find(|operation| operation.name == name) else {
        return Refusal::new(StatusCode::NOT_FOUND, "not found").written();
    };
    let store = service.store.clone();
    let log = service.log.clone();
    let work = async move {
        let Ok(body) = body else {
            return Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, "request is too large").written();
        };
        asked.body = body;
        let done = tokio::task::spawn_blocking(move || {
            tokens::check(&asked, scope)?;
            handler(&store, &asked)
        });
        match done.await {
            Ok(Ok(response)) => response,
            Ok(Err(refusal)) => {
                if refusal.status == StatusCode::INTERNAL_SERVER_ERROR {
                    log.line(&format!("not done: {name}: {}", refusal.message));
                }
                refusal.written()
            }
            Err(_) => Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, "internal error").written(),
        }
    };
    path_call::answer(&service, operation, answer::of_fault, work).await
}

impl Asked {
    /// What is asked for: the operation, what its token must be allowed, and what does it.
    fn find(&self) -> Option<(&'static str, Option<Scope>, Handler)> {
        let parts: Vec<&str> = self.parts.iter().map(String::as_str).collect();
        let (read, write) = (Some(Scope::Read), Some(Scope::Write));
        let found: (&'static str, Option<Scope>, Handler) = match (&self.head.method, &*parts) {
            // Its token may stand in the body, so the handler looks at it.
            (&Method::POST, ["item"]) => ("CreateItem", None, item::create),
            (&Method::GET, ["items"]) => ("ListItems", read, items::list),
            (&Method::GET, ["item" | "item_by_uuid"] | ["item", _]) => {
                ("GetItem", read, items::get)
            }
            (&Method::GET, ["item_by_counter", _]) => ("GetItem", read, items::by_counter),
            (&Method::PATCH, ["item", _]) => ("UpdateItem", write, items::update),
            (&Method::GET, ["instances"] | ["item", _, "instances"]) => {
                ("ListOccurrences", read, occurrences::list)
            }
            (&Method::GET, ["instance", _]) => ("GetOccurrence", read, occurrences::get),
            (&Method::DELETE, ["instance", _]) => ("DeleteOccurrence", write, occurrences::delete),
            (&Method::POST, ["deploy"]) => ("CreateDeploy", None, deploys::create),
            (&Method::PATCH, ["deploy", _]) => ("UpdateDeploy", write, deploys::update),
            (&Method::GET, ["deploy", _]) => ("GetDeploy", read, deploys::get),
            (&Method::GET, ["deploys"]) => ("ListDeploys", read, deploys::list),
            (&Method::GET, ["status", "ping"]) => ("Ping", None, |_, _| Ok(answer::pong())),
            _ => return None,
        };
        Some(found)
    }

    /// A parameter of the query.
    fn parameter(&self, name: &str) -> Option<String> {
        let query = self.head.uri.query()?;
        form(query)
            .find(|(each, _)| each == name)
            .map(|(_, value)| value)
    }

    /// The page that is asked for, from 1.
    fn page(&self) -> u32 {
        self.parameter("page")
            .and_then(|page| page.parse().ok())
            .unwrap_or(1)
            .max(1)
    }
}

/// The pairs of a query, or of a form.
fn form(text: &str) -> impl Iterator<Item = (String, String)> + '_ {
    text.split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(name, value)| (decoded_form(name), decoded_form(value)))
}
