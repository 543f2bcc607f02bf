//! Deploys: `/api/1/deploy/…`, `/api/1/deploys`.

use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::Response;
use serde_json::{Map, Value, json};

use super::answer::{Refusal, result, written};
use super::tokens::{Scope, allow, given};
use super::{Asked, form};
use crate::sandbox::store::{DeployChange, NewDeploy, RollbarDeploy, Store};

const STATUSES: [&str; 4] = ["started", "succeeded", "failed", "timed_out"];

pub(super) fn create(store: &Store, asked: &Asked) -> Result<Response, Refusal> {
    let body = members(asked)?;
    let text = |name: &str| {
        let text = body.get(name).and_then(Value::as_str);
        text.filter(|text| !text.is_empty()).map(str::to_owned)
    };
    let token = given(asked).or_else(|| text("access_token"));
    allow(token.as_deref(), Scope::PostServerItem)?;
    let required = |name: &str| {
        text(name).ok_or_else(|| Refusal::unprocessable(format!("{name} is required")))
    };
    let deploy = NewDeploy {
        environment: required("environment")?,
        revision: required("revision")?,
        status: status(text("status"))?.unwrap_or_else(|| "succeeded".to_owned()),
        rollbar_username: text("rollbar_username").or_else(|| text("rollbar_name")),
        local_username: text("local_username"),
        comment: text("comment"),
    };
    let id = store.put_rollbar_deploy(&deploy)?;
    // Its number stands outside of the envelope's result.
    let body = json!({ "err": 0, "data": { "deploy_id": id }, "result": { "deploy_id": id } });
    Ok(written(StatusCode::OK, &body))
}

pub(super) fn update(store: &Store, asked: &Asked) -> Result<Response, Refusal> {
    let body = members(asked)?;
    let text = |name: &str| body.get(name).and_then(Value::as_str).map(str::to_owned);
    let change = DeployChange {
        status: status(text("status"))?,
        comment: text("comment"),
    };
    let id = id(asked)?;
    if !store.update_rollbar_deploy(id, &change)? {
        return Err(unknown());
    }
    get(store, asked)
}

pub(super) fn get(store: &Store, asked: &Asked) -> Result<Response, Refusal> {
    let deploy = store.rollbar_deploy(id(asked)?)?.ok_or_else(unknown)?;
    Ok(result(&shown(&deploy)))
}

pub(super) fn list(store: &Store, asked: &Asked) -> Result<Response, Refusal> {
    let page = asked.page();
    let deploys: Vec<Value> = store.rollbar_deploys(page)?.iter().map(shown).collect();
    Ok(result(&json!({ "deploys": deploys, "page": page })))
}

/// The body's members: JSON, or a form as `curl -F` and shell scripts send it.
fn members(asked: &Asked) -> Result<Map<String, Value>, Refusal> {
    let kind = asked.head.headers.get(CONTENT_TYPE);
    let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if kind.starts_with("application/x-www-form-urlencoded") {
        let text = String::from_utf8_lossy(&asked.body);
        return Ok(form(&text)
            .map(|(name, value)| (name, Value::from(value)))
            .collect());
    }
    match serde_json::from_slice(&asked.body) {
        Ok(Value::Object(members)) => Ok(members),
        _ => Err(Refusal::new(
            StatusCode::BAD_REQUEST,
            "request body is not valid JSON",
        )),
    }
}

fn status(given: Option<String>) -> Result<Option<String>, Refusal> {
    match given {
        Some(status) if !STATUSES.contains(&status.as_str()) => Err(Refusal::unprocessable(
            format!("status must be one of {}", STATUSES.join(", ")),
        )),
        given => Ok(given),
    }
}

fn id(asked: &Asked) -> Result<i64, Refusal> {
    let named = asked.parts.get(1);
    named.and_then(|id| id.parse().ok()).ok_or_else(unknown)
}

fn unknown() -> Refusal {
    Refusal::not_found("Deploy not found in this project.")
}

fn shown(deploy: &RollbarDeploy) -> Value {
    let RollbarDeploy {
        id,
        deploy,
        started_at,
        finished_at,
    } = deploy;
    json!({
        "id": id,
        "project_id": 1,
        "environment": deploy.environment,
        "revision": deploy.revision,
        "status": deploy.status,
        "rollbar_username": deploy.rollbar_username,
        "local_username": deploy.local_username,
        "comment": deploy.comment,
        "start_time": started_at,
        "finish_time": finished_at,
    })
}
