//! Events in: one, or many at once. <https://docs.honeycomb.io/api/events/>

use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use rmpv::Value as Packed;
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};

use super::body::Bounds;
use super::endpoint::Asking;
use super::refusal::{Refusal, answer};
use super::{event_time, msgpack};
use crate::sandbox::store::{HoneycombEvent, Store};

/// The longest event, in bytes.
const LONGEST_EVENT: usize = 1 << 20;

/// The most fields of an event.
const MOST_FIELDS: usize = 2000;

/// One event.
pub(super) const EVENT: Bounds = Bounds {
    wire: LONGEST_EVENT,
    unpacked: LONGEST_EVENT,
    too_long: StatusCode::BAD_REQUEST,
};

/// Many; libhoney packs up to 5 MB.
pub(super) const BATCH: Bounds = Bounds {
    wire: 5 << 20,
    unpacked: 16 << 20,
    too_long: StatusCode::BAD_REQUEST,
};

const EMPTY: &str = "Request body should not be empty.";
const MALFORMED: &str = "Request body is malformed and cannot be read.";
const TOO_LARGE: &str = "Request body is too large.";
const TOO_MANY_FIELDS: &str = "Event has too many columns.";
const OVER_QUOTA: &str = "Event dropped due to administrative throttling";

/// `POST /1/events/{dataset}`.
pub(super) fn event(store: &Store, asking: Asking) -> Result<Response, Refusal> {
    if asking.key.is_over_quota() {
        return Err(Refusal::forbidden(OVER_QUOTA));
    }
    if asking.body.trim_ascii().is_empty() {
        return Err(Refusal::bad(EMPTY));
    }
    let members = if is_msgpack(&asking.headers) {
        match msgpack::read(&asking.body) {
            Some(Packed::Map(members)) => msgpack::object(members),
            _ => return Err(Refusal::bad(MALFORMED)),
        }
    } else {
        serde_json::from_slice(&asking.body).map_err(|_| Refusal::bad(MALFORMED))?
    };
    let header = |name: &str| {
        let value = asking.headers.get(name)?.to_str().ok()?;
        Some(value.trim().to_owned())
    };
    let time = header("x-honeycomb-event-time").and_then(|time| event_time::parse(&time));
    let rate = header("x-honeycomb-samplerate").and_then(|rate| rate.parse().ok());
    let event = made(members, time, rate, store.arrival()).map_err(Refusal::bad)?;
    store.put_honeycomb_events(asking.environment(), &asking.dataset, &[event])?;
    Ok(answer(StatusCode::OK, &Value::Null))
}

/// `POST /1/batch/{dataset}`: as many statuses as there are events, in their order.
pub(super) fn batch(store: &Store, asking: Asking) -> Result<Response, Refusal> {
    if asking.body.trim_ascii().is_empty() {
        return Err(Refusal::bad(EMPTY));
    }
    let now = store.arrival();
    let read = if is_msgpack(&asking.headers) {
        packed_batch(&asking.body, now)
    } else {
        json_batch(&asking.body, now)
    };
    let read = read.ok_or_else(|| Refusal::bad(MALFORMED))?;
    let is_over_quota = asking.key.is_over_quota();
    let statuses: Value = read
        .iter()
        .map(|event| match event {
            Ok(_) if is_over_quota => json!({ "status": 429, "error": OVER_QUOTA }),
            Ok(_) => json!({ "status": 202 }),
            Err(error) => json!({ "status": 400, "error": error }),
        })
        .collect();
    if !is_over_quota {
        let events: Vec<HoneycombEvent<'_>> = read.into_iter().filter_map(Result::ok).collect();
        store.put_honeycomb_events(asking.environment(), &asking.dataset, &events)?;
    }
    Ok(answer(StatusCode::OK, &statuses))
}

/// An event, or why it is none.
type Read = Result<HoneycombEvent<'static>, &'static str>;

fn json_batch(body: &[u8], now: i64) -> Option<Vec<Read>> {
    let entries: Vec<&RawValue> = serde_json::from_slice(body).ok()?;
    let read = entries.into_iter().map(|entry| {
        if entry.get().len() > LONGEST_EVENT {
            return Err(TOO_LARGE);
        }
        let Ok(Value::Object(mut entry)) = serde_json::from_str(entry.get()) else {
            return Err(MALFORMED);
        };
        let Some(Value::Object(data)) = entry.remove("data") else {
            return Err(MALFORMED);
        };
        let time = entry.get("time").and_then(event_time::of_json);
        let rate = entry.get("samplerate").and_then(Value::as_i64);
        made(data, time, rate, now)
    });
    Some(read.collect())
}

fn packed_batch(body: &[u8], now: i64) -> Option<Vec<Read>> {
    let Some(Packed::Array(entries)) = msgpack::read(body) else {
        return None;
    };
    let read = entries.into_iter().map(|entry| {
        let Packed::Map(members) = entry else {
            return Err(MALFORMED);
        };
        let (mut data, mut time, mut rate) = (None, None, None);
        for (name, value) in members {
            match name.as_str() {
                Some("data") => data = Some(value),
                Some("time") => time = msgpack::time(&value),
                Some("samplerate") => rate = value.as_i64(),
                _ => {}
            }
        }
        match data {
            Some(Packed::Map(data)) => made(msgpack::object(data), time, rate, now),
            _ => Err(MALFORMED),
        }
    });
    Some(read.collect())
}

fn made(data: Map<String, Value>, time: Option<i64>, rate: Option<i64>, now: i64) -> Read {
    if data.is_empty() {
        return Err(EMPTY);
    }
    if data.len() > MOST_FIELDS {
        return Err(TOO_MANY_FIELDS);
    }
    Ok(HoneycombEvent {
        time: event_time::plausible(time, now),
        sample_rate: rate
            .and_then(|rate| u32::try_from(rate).ok())
            .map_or(1, |rate| rate.max(1)),
        fields: HoneycombEvent::fields_of(data),
    })
}

fn is_msgpack(headers: &HeaderMap) -> bool {
    headers.get(CONTENT_TYPE).is_some_and(|value| {
        let value = value.as_bytes();
        value.starts_with(b"application/msgpack") || value.starts_with(b"application/x-msgpack")
    })
}
