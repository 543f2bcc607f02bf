//! Queries that are saved. <https://docs.honeycomb.io/api/queries/>

use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Value, json};

use super::endpoint::Asking;
use super::members;
use super::refusal::{Refusal, answer};
use crate::sandbox::store::{HoneycombQuery, Query, Store};

/// `POST /1/queries/{dataset}`.
pub(super) fn create(store: &Store, asking: Asking) -> Result<Response, Refusal> {
    let specification = Value::Object(members::of(&asking.body)?);
    Query::read(&specification).map_err(Refusal::invalid)?;
    let (environment, dataset) = (asking.environment(), &asking.dataset);
    let query = store.create_honeycomb_query(environment, dataset, &specification)?;
    Ok(answer(StatusCode::OK, &written(&query)))
}

/// `GET /1/queries/{dataset}/{id}`.
pub(super) fn get(store: &Store, asking: Asking) -> Result<Response, Refusal> {
    let query = store.honeycomb_query(asking.environment(), &asking.dataset, &asking.id)?;
    Ok(answer(StatusCode::OK, &written(&query)))
}

/// As it was given, with its id and what is meant where nothing was said.
pub(super) fn written(query: &HoneycombQuery) -> Value {
    let mut value = json!({ "id": query.id });
    if let Some(members) = query.specification.as_object() {
        for (name, member) in members {
            if name != "id" {
                value[name] = member.clone();
            }
        }
    }
    let is_given = |name: &str| !value[name].is_null();
    let usual = [
        ("calculations", json!([{ "op": "COUNT" }])),
        ("filter_combination", json!("AND")),
        ("time_range", json!(7200)),
    ];
    let is_bounded = is_given("start_time") || is_given("end_time");
    for (name, meant) in usual {
        if value[name].is_null() && !(name == "time_range" && is_bounded) {
            value[name] = meant;
        }
    }
    value
}
