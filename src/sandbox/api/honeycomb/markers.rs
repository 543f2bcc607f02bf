//! Markers. <https://docs.honeycomb.io/api/markers/>

use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Value, json};

use super::endpoint::Asking;
use super::members::{self, moment};
use super::refusal::{Refusal, answer};
use crate::sandbox::store::{HoneycombMarker, MarkerMembers, Store};

/// `GET /1/markers/{dataset}`.
pub(super) fn list(store: &Store, asking: Asking) -> Result<Response, Refusal> {
    let markers = store.honeycomb_markers(asking.environment(), &asking.dataset)?;
    Ok(answer(
        StatusCode::OK,
        &markers.iter().map(written).collect(),
    ))
}

/// `POST /1/markers/{dataset}`.
pub(super) fn create(store: &Store, asking: Asking) -> Result<Response, Refusal> {
    let members = read(&asking)?;
    let marker = store.create_honeycomb_marker(asking.environment(), &asking.dataset, members)?;
    Ok(answer(StatusCode::CREATED, &written(&marker)))
}

/// `PUT /1/markers/{dataset}/{id}`.
pub(super) fn update(store: &Store, asking: Asking) -> Result<Response, Refusal> {
    let members = read(&asking)?;
    let (environment, dataset) = (asking.environment(), &asking.dataset);
    let marker = store.update_honeycomb_marker(environment, dataset, &asking.id, members)?;
    Ok(answer(StatusCode::OK, &written(&marker)))
}

/// `DELETE /1/markers/{dataset}/{id}`.
pub(super) fn delete(store: &Store, asking: Asking) -> Result<Response, Refusal> {
    let (environment, dataset) = (asking.environment(), &asking.dataset);
    let marker = store.delete_honeycomb_marker(environment, dataset, &asking.id)?;
    Ok(answer(StatusCode::OK, &written(&marker)))
}

fn read(asking: &Asking) -> Result<MarkerMembers, Refusal> {
    let given = members::of(&asking.body)?;
    Ok(MarkerMembers {
        start_time: members::whole(&given, "start_time")?,
        end_time: members::whole(&given, "end_time")?,
        message: members::text(&given, "message")?,
        marker_type: members::text(&given, "type")?,
        url: members::text(&given, "url")?,
    })
}

fn written(marker: &HoneycombMarker) -> Value {
    let mut value = json!({
        "id": marker.id,
        "start_time": marker.members.start_time,
        "created_at": moment(marker.created_at),
        "updated_at": moment(marker.updated_at),
        "color": "",
    });
    if let Some(end) = marker.members.end_time {
        value["end_time"] = json!(end);
    }
    for (name, text) in [
        ("message", &marker.members.message),
        ("type", &marker.members.marker_type),
        ("url", &marker.members.url),
    ] {
        if let Some(text) = text {
            value[name] = json!(text);
        }
    }
    value
}
