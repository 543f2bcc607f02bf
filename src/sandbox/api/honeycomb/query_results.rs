//! Runs of queries. <https://docs.honeycomb.io/api/query-results/>
//!
//! Honeycomb runs a query while one polls; here it is run while it is started. The first answer says
//! `complete: false` all the same, as clients are written for that.

use axum::http::header::LOCATION;
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use serde_json::{Value, json};

use super::auth::TEAM_SLUG;
use super::endpoint::Asking;
use super::refusal::{Refusal, answer};
use super::{members, queries};
use crate::sandbox::store::{ALL_DATASETS, Asked, HoneycombQueryResult, Outcome, Query, Store};

/// The most groups of a run with and without a series.
const MOST_WITH_SERIES: i64 = 1000;
const MOST_WITHOUT: i64 = 10_000;

/// `POST /1/query_results/{dataset}`.
pub(super) fn create(store: &Store, asking: Asking) -> Result<Response, Refusal> {
    let given = members::of(&asking.body)?;
    let id = members::text(&given, "query_id")?.ok_or_else(|| members::required("query_id"))?;
    let series = !members::boolean(&given, "disable_series")?.unwrap_or(false);
    let most = if series {
        MOST_WITH_SERIES
    } else {
        MOST_WITHOUT
    };
    let limit = members::whole(&given, "limit")?.filter(|limit| *limit != 0);
    if limit.is_some_and(|limit| !(1..=most).contains(&limit)) {
        return Err(Refusal::member(
            "limit",
            "invalid",
            format!("limit must be between 1 and {most}"),
        ));
    }
    let asked = Asked {
        series,
        total: !members::boolean(&given, "disable_total_by_aggregate")?.unwrap_or(true),
        other: !members::boolean(&given, "disable_other_by_aggregate")?.unwrap_or(true),
        limit: limit.and_then(|limit| usize::try_from(limit).ok()),
    };
    let (environment, dataset) = (asking.environment(), &asking.dataset);
    let saved = store.honeycomb_query(environment, dataset, &id)?;
    let query = Query::read(&saved.specification).map_err(Refusal::invalid)?;
    let written = queries::written(&saved);
    let result = store.run_honeycomb_query(environment, dataset, &query, &written, asked)?;
    let mut body = described(&result, &asking);
    body["complete"] = json!(false);
    let mut response = answer(StatusCode::CREATED, &body);
    let location = format!(
        "{}/1/query_results/{}/{}",
        asking.origin(),
        escaped(dataset),
        result.id
    );
    if let Ok(location) = HeaderValue::from_str(&location) {
        response.headers_mut().insert(LOCATION, location);
    }
    Ok(response)
}

/// `GET /1/query_results/{dataset}/{id}`: 200, also where the run failed.
pub(super) fn get(store: &Store, asking: Asking) -> Result<Response, Refusal> {
    let (environment, dataset) = (asking.environment(), &asking.dataset);
    let result = store.honeycomb_query_result(environment, dataset, &asking.id)?;
    let mut body = described(&result, &asking);
    body["complete"] = json!(true);
    match result.outcome {
        Outcome::Data(data) => body["data"] = data,
        Outcome::Failed(error) => body["error"] = json!(error),
    }
    Ok(answer(StatusCode::OK, &body))
}

/// What is said of a run at all times. The links are shaped as Honeycomb's; no page is behind them.
fn described(result: &HoneycombQueryResult, asking: &Asking) -> Value {
    let environment = match asking.environment() {
        "" => "$legacy$",
        slug => slug,
    };
    let place = match asking.dataset.as_str() {
        ALL_DATASETS => String::new(),
        dataset => format!("/datasets/{}", escaped(dataset)),
    };
    let page = format!(
        "{}/{TEAM_SLUG}/environments/{environment}{place}/result/{}",
        asking.origin(),
        result.id
    );
    json!({
        "id": result.id,
        "query": result.query,
        "links": { "query_url": page, "graph_image_url": format!("{page}/snapshot") },
    })
}

/// A name as part of an address.
fn escaped(name: &str) -> String {
    let mut text = String::with_capacity(name.len());
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~') {
            text.push(char::from(byte));
        } else {
            text.push_str(&format!("%{byte:02X}"));
        }
    }
    text
}
