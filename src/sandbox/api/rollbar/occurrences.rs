//! Occurrences: `/api/1/instances`, `/api/1/instance/…`, `/api/1/item/…/instances`.

use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Value, json};

use super::answer::{Refusal, result, written};
use super::{Asked, items};
use crate::sandbox::store::{OccurrenceKey, RollbarOccurrence, Store};

pub(super) fn list(store: &Store, asked: &Asked) -> Result<Response, Refusal> {
    let of_item = match asked.parts.as_slice() {
        [_, named, _] => Some(items::find(store, named)?.id),
        _ => None,
    };
    let page = asked.page();
    let all = store.rollbar_occurrences(of_item, page)?;
    let all: Vec<Value> = all.iter().map(shown).collect();
    Ok(result(&json!({ "instances": all, "page": page })))
}

pub(super) fn get(store: &Store, asked: &Asked) -> Result<Response, Refusal> {
    Ok(result(&shown(&find(store, asked)?)))
}

pub(super) fn delete(store: &Store, asked: &Asked) -> Result<Response, Refusal> {
    let occurrence = find(store, asked)?;
    store.delete_rollbar_occurrence(occurrence.id)?;
    let body = json!({ "err": 0, "message": "Successfully deleted occurrence" });
    Ok(written(StatusCode::OK, &body))
}

fn find(store: &Store, asked: &Asked) -> Result<RollbarOccurrence, Refusal> {
    let named = asked.parts.get(1).map(String::as_str).unwrap_or_default();
    let key = match named.parse() {
        Ok(id) => OccurrenceKey::Id(id),
        Err(_) => OccurrenceKey::Uuid(named),
    };
    store
        .rollbar_occurrence(key)?
        .ok_or_else(|| Refusal::not_found("Occurrence not found in this project."))
}

fn shown(occurrence: &RollbarOccurrence) -> Value {
    json!({
        "id": occurrence.id,
        "item_id": occurrence.item,
        "project_id": 1,
        "timestamp": occurrence.occurred_at,
        "version": 2,
        "billable": 1,
        // It was JSON when it came.
        "data": serde_json::from_str::<Value>(&occurrence.data).unwrap_or(Value::Null),
    })
}
