//! Honeycomb, found by path: who a key is, events in, queries out.
//!
//! [`keys`] says who is let in, `endpoint` takes a request from its head to an answer; each of the
//! other files is one of Honeycomb's APIs. What is asked for is computed by the store.
//! <https://docs.honeycomb.io/api/>

#![expect(
    clippy::needless_pass_by_value,
    reason = "an endpoint's function is given its call for good, as the table has it"
)]

mod auth;
mod body;
mod columns;
mod datasets;
mod endpoint;
mod event_time;
pub(in crate::sandbox) mod keys;
mod markers;
mod members;
mod msgpack;
mod queries;
mod query_results;
mod refusal;
mod send;

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Router;
use axum::extract::rejection::RawPathParamsRejection;
use axum::extract::{RawPathParams, Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{MethodFilter, MethodRouter, any};

use self::endpoint::Endpoint;
use self::keys::Permission::{Columns, CreateDatasets, Events, Markers, Queries};
use self::refusal::{Dialect, Refusal};
use super::{Service, path_call};

const GET: MethodFilter = MethodFilter::GET;
const POST: MethodFilter = MethodFilter::POST;
const PUT: MethodFilter = MethodFilter::PUT;
const DELETE: MethodFilter = MethodFilter::DELETE;

/// What is emulated.
pub(super) const OPERATIONS: &[Endpoint] = &[
    Endpoint::new("GetAuth", GET, "/1/auth", auth::of_key).plain(),
    Endpoint::managed("GetManagementAuth", GET, "/2/auth", auth::of_management_key),
    Endpoint::new("SendEvent", POST, "/1/events/{dataset}", send::event)
        .needs(&[Events])
        .takes(send::EVENT)
        .plain()
        .writes(),
    Endpoint::new("SendBatch", POST, "/1/batch/{dataset}", send::batch)
        .needs(&[Events])
        .takes(send::BATCH)
        .plain()
        .writes(),
    Endpoint::new("ListMarkers", GET, "/1/markers/{dataset}", markers::list).needs(&[Markers]),
    Endpoint::new(
        "CreateMarker",
        POST,
        "/1/markers/{dataset}",
        markers::create,
    )
    .needs(&[Markers])
    .writes(),
    Endpoint::new(
        "UpdateMarker",
        PUT,
        "/1/markers/{dataset}/{id}",
        markers::update,
    )
    .needs(&[Markers])
    .writes(),
    Endpoint::new(
        "DeleteMarker",
        DELETE,
        "/1/markers/{dataset}/{id}",
        markers::delete,
    )
    .needs(&[Markers])
    .writes(),
    Endpoint::new("ListDatasets", GET, "/1/datasets", datasets::list),
    Endpoint::new("CreateDataset", POST, "/1/datasets", datasets::create)
        .needs(&[CreateDatasets])
        .writes(),
    Endpoint::new("GetDataset", GET, "/1/datasets/{dataset}", datasets::get),
    Endpoint::new(
        "UpdateDataset",
        PUT,
        "/1/datasets/{dataset}",
        datasets::update,
    )
    .needs(&[CreateDatasets])
    .writes(),
    Endpoint::new(
        "DeleteDataset",
        DELETE,
        "/1/datasets/{dataset}",
        datasets::delete,
    )
    .needs(&[CreateDatasets])
    .writes(),
    Endpoint::new("ListColumns", GET, "/1/columns/{dataset}", columns::list).needs(&[Columns]),
    Endpoint::new(
        "CreateColumn",
        POST,
        "/1/columns/{dataset}",
        columns::create,
    )
    .needs(&[Columns])
    .writes(),
    Endpoint::new("GetColumn", GET, "/1/columns/{dataset}/{id}", columns::get).needs(&[Columns]),
    Endpoint::new("CreateQuery", POST, "/1/queries/{dataset}", queries::create)
        .needs(&[Columns])
        .writes(),
    Endpoint::new("GetQuery", GET, "/1/queries/{dataset}/{id}", queries::get).needs(&[Columns]),
    Endpoint::new(
        "CreateQueryResult",
        POST,
        "/1/query_results/{dataset}",
        query_results::create,
    )
    .needs(&[Queries, Columns])
    .writes(),
    Endpoint::new(
        "GetQueryResult",
        GET,
        "/1/query_results/{dataset}/{id}",
        query_results::get,
    )
    .needs(&[Queries, Columns]),
];

/// The paths.
pub(super) fn routes() -> Router<Arc<Service>> {
    let mut by_path: BTreeMap<&str, MethodRouter<Arc<Service>>> = BTreeMap::new();
    for endpoint in OPERATIONS {
        let answer = async move |State(service): State<Arc<Service>>,
                                 parameters: Result<RawPathParams, RawPathParamsRejection>,
                                 request: Request| {
            endpoint.answer(&service, parameters.ok(), request).await
        };
        let methods = by_path
            .remove(endpoint.path)
            .unwrap_or_default()
            .on(endpoint.method, answer);
        by_path.insert(endpoint.path, methods);
    }
    let mut router = Router::new();
    for (path, methods) in by_path {
        router = router.route(path, methods.fallback(unknown));
    }
    router
        .route("/1/{*rest}", any(unknown))
        .route("/2/{*rest}", any(unknown))
}

/// Whatever else Honeycomb may have: boards, triggers, SLOs, recipients.
async fn unknown(State(service): State<Arc<Service>>, request: Request) -> Response {
    let path = request.uri().path();
    let asked = format!("{} {path}", request.method());
    let dialect = if path.starts_with("/2/") {
        Dialect::JsonApi
    } else {
        Dialect::Problem
    };
    let refusal = Refusal::new(
        StatusCode::NOT_FOUND,
        "not-emulated",
        format!("The sandbox does not emulate {asked}"),
    );
    let response = refusal.response(dialect, path);
    path_call::unknown(&service, "honeycomb", asked, response.status().as_u16());
    response
}
