//! Columns. <https://docs.honeycomb.io/api/columns/>

use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Value, json};

use super::endpoint::Asking;
use super::members::{self, moment};
use super::refusal::{Refusal, answer};
use crate::percent::decoded_form;
use crate::sandbox::store::{HoneycombColumn, NewColumn, Store};

const TYPES: [&str; 4] = ["string", "float", "integer", "boolean"];

/// `GET /1/columns/{dataset}`; `?key_name=` asks for one of them.
pub(super) fn list(store: &Store, asking: Asking) -> Result<Response, Refusal> {
    let columns = store.honeycomb_columns(asking.environment(), &asking.dataset)?;
    let Some(wanted) = key_name(&asking.query) else {
        return Ok(answer(
            StatusCode::OK,
            &columns.iter().map(written).collect(),
        ));
    };
    let column = columns.iter().find(|column| column.key_name == wanted);
    match column {
        Some(column) => Ok(answer(StatusCode::OK, &written(column))),
        None => Err(Refusal::new(
            StatusCode::NOT_FOUND,
            "not-found",
            "Column not found",
        )),
    }
}

/// `GET /1/columns/{dataset}/{id}`.
pub(super) fn get(store: &Store, asking: Asking) -> Result<Response, Refusal> {
    let column = store.honeycomb_column(asking.environment(), &asking.dataset, &asking.id)?;
    Ok(answer(StatusCode::OK, &written(&column)))
}

/// `POST /1/columns/{dataset}`.
pub(super) fn create(store: &Store, asking: Asking) -> Result<Response, Refusal> {
    let given = members::of(&asking.body)?;
    let key_name = members::text(&given, "key_name")?
        .filter(|name| !name.is_empty())
        .ok_or_else(|| members::required("key_name"))?;
    let column_type = members::text(&given, "type")?.unwrap_or_else(|| "string".to_owned());
    if !TYPES.contains(&column_type.as_str()) {
        return Err(Refusal::member(
            "type",
            "invalid",
            format!("type must be one of {}", TYPES.join(", ")),
        ));
    }
    let new = NewColumn {
        key_name,
        column_type,
        description: members::text(&given, "description")?.unwrap_or_default(),
        hidden: members::boolean(&given, "hidden")?.unwrap_or_default(),
    };
    let column = store.create_honeycomb_column(asking.environment(), &asking.dataset, &new)?;
    Ok(answer(StatusCode::CREATED, &written(&column)))
}

/// The name that a query string asks for.
fn key_name(query: &str) -> Option<String> {
    query
        .split('&')
        .find_map(|pair| pair.strip_prefix("key_name="))
        .map(decoded_form)
}

fn written(column: &HoneycombColumn) -> Value {
    json!({
        "id": column.id,
        "key_name": column.key_name,
        "type": column.column_type,
        "description": column.description,
        "hidden": column.hidden,
        "last_written": column.last_written.map_or(Value::Null, moment),
        "created_at": moment(column.created_at),
        "updated_at": moment(column.updated_at),
    })
}
