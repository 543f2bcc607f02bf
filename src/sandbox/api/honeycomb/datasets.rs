//! Datasets. <https://docs.honeycomb.io/api/datasets/>

use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Map, Value, json};

use super::endpoint::Asking;
use super::members::{self, moment};
use super::refusal::{Refusal, answer};
use crate::sandbox::store::{DatasetChange, HoneycombDataset, Store};

/// The longest name.
const LONGEST_NAME: usize = 255;

/// The deepest JSON that can be unpacked.
const DEEPEST: i64 = 10;

/// `GET /1/datasets`.
pub(super) fn list(store: &Store, asking: Asking) -> Result<Response, Refusal> {
    let datasets = store.honeycomb_datasets(asking.environment())?;
    Ok(answer(
        StatusCode::OK,
        &datasets.iter().map(written).collect(),
    ))
}

/// `POST /1/datasets`: one that is there already is no mistake.
pub(super) fn create(store: &Store, asking: Asking) -> Result<Response, Refusal> {
    let given = members::of(&asking.body)?;
    let name = members::text(&given, "name")?
        .filter(|name| !name.trim().is_empty())
        .ok_or_else(|| members::required("name"))?;
    if name.len() > LONGEST_NAME || name == crate::sandbox::store::ALL_DATASETS {
        return Err(Refusal::member("name", "invalid", "name cannot be used"));
    }
    let change = change(&given)?;
    let (dataset, is_new) = store.create_honeycomb_dataset(asking.environment(), &name, &change)?;
    let status = if is_new {
        StatusCode::CREATED
    } else {
        StatusCode::OK
    };
    Ok(answer(status, &written(&dataset)))
}

/// `GET /1/datasets/{dataset}`.
pub(super) fn get(store: &Store, asking: Asking) -> Result<Response, Refusal> {
    let dataset = store.honeycomb_dataset(asking.environment(), &asking.dataset)?;
    Ok(answer(StatusCode::OK, &written(&dataset)))
}

/// `PUT /1/datasets/{dataset}`.
pub(super) fn update(store: &Store, asking: Asking) -> Result<Response, Refusal> {
    let change = change(&members::of(&asking.body)?)?;
    let (environment, dataset) = (asking.environment(), &asking.dataset);
    let dataset = store.update_honeycomb_dataset(environment, dataset, &change)?;
    Ok(answer(StatusCode::OK, &written(&dataset)))
}

/// `DELETE /1/datasets/{dataset}`.
pub(super) fn delete(store: &Store, asking: Asking) -> Result<Response, Refusal> {
    store.delete_honeycomb_dataset(asking.environment(), &asking.dataset)?;
    Ok(answer(StatusCode::ACCEPTED, &Value::Null))
}

fn change(given: &Map<String, Value>) -> Result<DatasetChange, Refusal> {
    let depth = members::whole(given, "expand_json_depth")?;
    if depth.is_some_and(|depth| !(0..=DEEPEST).contains(&depth)) {
        return Err(Refusal::member(
            "expand_json_depth",
            "invalid",
            format!("expand_json_depth must be between 0 and {DEEPEST}"),
        ));
    }
    let delete_protected = match given.get("settings") {
        Some(Value::Object(settings)) => members::boolean(settings, "delete_protected")?,
        _ => None,
    };
    Ok(DatasetChange {
        description: members::text(given, "description")?,
        expand_json_depth: depth,
        delete_protected,
    })
}

fn written(dataset: &HoneycombDataset) -> Value {
    json!({
        "name": dataset.name,
        "slug": dataset.slug,
        "description": dataset.description,
        "expand_json_depth": dataset.expand_json_depth,
        "settings": { "delete_protected": dataset.delete_protected },
        "regular_columns_count": dataset.columns,
        "created_at": moment(dataset.created_at),
        "last_written_at": dataset.last_written_at.map_or(Value::Null, moment),
    })
}
