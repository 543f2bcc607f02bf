//! Items: `/api/1/items`, `/api/1/item/…`, `/api/1/item_by_counter/…`.
//!
//! Clients and documentation disagree about how an item is found by a uuid; every way is taken.

use axum::http::header::LOCATION;
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use serde_json::{Value, json};

use super::Asked;
use super::answer::{Refusal, result, written};
use crate::sandbox::store::{ItemChange, ItemKey, RollbarItem, Store};

const STATUSES: [&str; 4] = ["active", "resolved", "muted", "archived"];
const LEVELS: [&str; 5] = ["critical", "error", "warning", "info", "debug"];

pub(super) fn list(store: &Store, asked: &Asked) -> Result<Response, Refusal> {
    let page = asked.page();
    let (items, total) = store.rollbar_items(
        asked.parameter("environment").as_deref(),
        asked.parameter("level").as_deref(),
        asked.parameter("status").as_deref(),
        page,
    )?;
    let items: Vec<Value> = items.iter().map(shown).collect();
    Ok(result(
        &json!({ "items": items, "page": page, "total_count": total }),
    ))
}

pub(super) fn get(store: &Store, asked: &Asked) -> Result<Response, Refusal> {
    let by_path = asked.parts.get(1).cloned();
    let named = by_path
        .or_else(|| asked.parameter("counter"))
        .or_else(|| asked.parameter("uuid"))
        .ok_or_else(|| Refusal::not_found("not found"))?;
    let item = find(store, &named)?;
    Ok(result(&shown(&item)))
}

pub(super) fn by_counter(store: &Store, asked: &Asked) -> Result<Response, Refusal> {
    let named = asked.parts.get(1).map(String::as_str).unwrap_or_default();
    let item = find(store, named)?;
    let path = format!("/item/{}", item.id);
    let body = json!({
        "err": 0,
        "result": { "itemId": item.id, "path": path, "uri": format!("/api/1{path}") },
    });
    let mut response = written(StatusCode::MOVED_PERMANENTLY, &body);
    if let Ok(location) = HeaderValue::from_str(&format!("/api/1{path}")) {
        response.headers_mut().insert(LOCATION, location);
    }
    Ok(response)
}

pub(super) fn update(store: &Store, asked: &Asked) -> Result<Response, Refusal> {
    let named = asked.parts.get(1).map(String::as_str).unwrap_or_default();
    let item = find(store, named)?;
    let body: Value = serde_json::from_slice(&asked.body)
        .ok()
        .filter(Value::is_object)
        .ok_or_else(|| Refusal::new(StatusCode::BAD_REQUEST, "request body is not valid JSON"))?;
    let member = |name: &str, allowed: Option<&[&str]>| match &body[name] {
        Value::Null => Ok(None),
        Value::String(text) if allowed.is_none_or(|allowed| allowed.contains(&text.as_str())) => {
            Ok(Some(text.clone()))
        }
        _ => Err(Refusal::unprocessable(format!("invalid value for {name}"))),
    };
    let change = ItemChange {
        status: member("status", Some(&STATUSES))?,
        level: member("level", Some(&LEVELS))?,
        title: member("title", None)?,
    };
    store.update_rollbar_item(item.id, &change)?;
    Ok(result(&shown(&find(store, named)?)))
}

/// The item of an id, or of the uuid of one of its occurrences.
pub(super) fn find(store: &Store, named: &str) -> Result<RollbarItem, Refusal> {
    let key = match named.parse() {
        Ok(id) => ItemKey::Id(id),
        Err(_) => ItemKey::Uuid(named),
    };
    store
        .rollbar_item(key)?
        .ok_or_else(|| Refusal::not_found("Item not found in this project."))
}

fn shown(item: &RollbarItem) -> Value {
    json!({
        "id": item.id,
        "counter": item.id,
        "project_id": 1,
        "environment": item.environment,
        "title": item.title,
        "hash": item.fingerprint,
        "level": item.level,
        "status": item.status,
        "framework": item.framework,
        "platform": item.platform,
        "first_occurrence_id": item.first_occurrence_id,
        "last_occurrence_id": item.last_occurrence_id,
        "first_occurrence_timestamp": item.first_occurred_at,
        "last_occurrence_timestamp": item.last_occurred_at,
        "total_occurrences": item.total,
    })
}
