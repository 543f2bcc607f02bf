//! Reports: `POST /api/1/item/`. <https://docs.rollbar.com/reference/create-item>

use std::io::Read as _;

use axum::http::StatusCode;
use axum::http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use axum::response::Response;
use flate2::read::MultiGzDecoder;
use serde_json::{Value, json};

use super::answer::{Refusal, result};
use super::tokens::{Scope, allow, given};
use super::{Asked, MOST, fingerprint, form};
use crate::sandbox::store::{NewOccurrence, Store};

/// Platforms whose reports come from where a token cannot be kept secret.
const CLIENTS: [&str; 5] = ["browser", "flash", "android", "ios", "client"];

/// What a body may be; it is exactly one of them.
const BODIES: [&str; 4] = ["trace", "trace_chain", "message", "crash_report"];

const LEVELS: [&str; 5] = ["critical", "error", "warning", "info", "debug"];

pub(super) fn create(store: &Store, asked: &Asked) -> Result<Response, Refusal> {
    let payload = payload(asked)?;
    let data = &payload["data"];
    let platform = data["platform"].as_str();
    let scope = if platform.is_some_and(|platform| CLIENTS.contains(&platform)) {
        Scope::PostClientItem
    } else {
        Scope::PostServerItem
    };
    let token = given(asked).or_else(|| payload["access_token"].as_str().map(str::to_owned));
    allow(token.as_deref(), scope)?;
    check(data)?;
    let uuid = match data["uuid"].as_str() {
        Some(uuid) if !uuid.is_empty() => uuid.to_owned(),
        _ => uuid::Uuid::new_v4().to_string(),
    };
    let mut kept = data.clone();
    kept["uuid"] = json!(uuid);
    let is_message = data["body"]["message"].is_object();
    let usual = if is_message { "info" } else { "error" };
    let owned = |name: &str| data[name].as_str().map(str::to_owned);
    store.put_rollbar_occurrence(&NewOccurrence {
        uuid: uuid.clone(),
        occurred_at: seconds(&data["timestamp"]),
        environment: owned("environment").unwrap_or_default(),
        fingerprint: fingerprint::of(data),
        title: fingerprint::title(data),
        level: owned("level").unwrap_or_else(|| usual.to_owned()),
        framework: owned("framework"),
        platform: owned("platform"),
        data: kept.to_string(),
    })?;
    // It is processed later, says Rollbar, and has no number yet.
    Ok(result(&json!({ "id": null, "uuid": uuid })))
}

/// The payload: JSON, or JSON in a form as old notifiers send it.
fn payload(asked: &Asked) -> Result<Value, Refusal> {
    let bad = |message: &str| Refusal::new(StatusCode::BAD_REQUEST, message);
    let header = |name| {
        asked
            .head
            .headers
            .get(name)
            .and_then(|value| value.to_str().ok())
    };
    let inflated;
    let mut body: &[u8] = &asked.body;
    if header(CONTENT_ENCODING).is_some_and(|encoding| encoding.trim() == "gzip") {
        let mut bytes = Vec::new();
        MultiGzDecoder::new(body)
            .take(MOST as u64 + 1)
            .read_to_end(&mut bytes)
            .map_err(|_| bad("request body is not valid gzip"))?;
        if bytes.len() > MOST {
            return Err(Refusal::new(
                StatusCode::PAYLOAD_TOO_LARGE,
                "request is too large",
            ));
        }
        inflated = bytes;
        body = &inflated;
    }
    if body.is_empty() {
        return Err(bad("request body is missing"));
    }
    let is_form = header(CONTENT_TYPE)
        .is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded"));
    let of_form = is_form
        .then(|| String::from_utf8_lossy(body))
        .and_then(|text| {
            form(&text)
                .find(|(name, _)| name == "payload")
                .map(|(_, payload)| payload)
        });
    let payload: Value = match &of_form {
        Some(text) => serde_json::from_str(text),
        None => serde_json::from_slice(body),
    }
    .map_err(|_| bad("request body is not valid JSON"))?;
    if !payload.is_object() {
        return Err(bad("request body is not a JSON object"));
    }
    Ok(payload)
}

/// Refuses what was read and is no report.
fn check(data: &Value) -> Result<(), Refusal> {
    let invalid = |message: String| Err(Refusal::unprocessable(message));
    if !data.is_object() {
        return invalid("data is required and must be an object".to_owned());
    }
    match data["environment"].as_str() {
        Some(name) if !name.is_empty() && name.chars().count() <= 255 => {}
        Some(_) => return invalid("environment must have 1 to 255 characters".to_owned()),
        None => return invalid("environment is required and must be a string".to_owned()),
    }
    let body = &data["body"];
    if !body.is_object() {
        return invalid("body is required and must be an object".to_owned());
    }
    let kinds: Vec<&str> = BODIES
        .into_iter()
        .filter(|kind| !body[*kind].is_null())
        .collect();
    let [kind] = kinds[..] else {
        return invalid(format!(
            "body must contain exactly one of {}",
            BODIES.join(", ")
        ));
    };
    match kind {
        "message" if !body["message"]["body"].is_string() => {
            return invalid("body.message.body is required and must be a string".to_owned());
        }
        "crash_report" if !body["crash_report"]["raw"].is_string() => {
            return invalid("body.crash_report.raw is required and must be a string".to_owned());
        }
        "trace" => trace(&body["trace"])?,
        "trace_chain" => match body["trace_chain"].as_array() {
            Some(chain) if !chain.is_empty() => chain.iter().try_for_each(trace)?,
            _ => return invalid("body.trace_chain must be a list of traces".to_owned()),
        },
        _ => {}
    }
    if let Some(level) = data.get("level").filter(|level| !level.is_null())
        && !level.as_str().is_some_and(|level| LEVELS.contains(&level))
    {
        return invalid(format!("level must be one of {}", LEVELS.join(", ")));
    }
    if data["uuid"].as_str().is_some_and(|uuid| uuid.len() > 36) {
        return invalid("uuid must have at most 36 characters".to_owned());
    }
    Ok(())
}

fn trace(trace: &Value) -> Result<(), Refusal> {
    let Some(frames) = trace["frames"].as_array() else {
        return Err(Refusal::unprocessable(
            "frames is required in a trace and must be a list",
        ));
    };
    if frames.iter().any(|frame| !frame["filename"].is_string()) {
        return Err(Refusal::unprocessable(
            "filename is required in every frame",
        ));
    }
    if !trace["exception"]["class"].is_string() {
        return Err(Refusal::unprocessable(
            "exception.class is required in a trace",
        ));
    }
    Ok(())
}

/// Seconds since the epoch, however they are written.
fn seconds(value: &Value) -> Option<i64> {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a fraction of a second is let go, and what is beyond an i64 becomes its bound"
    )]
    let whole = |float: f64| float as i64;
    value.as_i64().or_else(|| value.as_f64().map(whole))
}
