//! `GetLogEvents` and `FilterLogEvents` on the wire.

use serde::Deserialize;
use serde_json::{Value, json};

use super::super::constraint::Constraints;
use super::super::decode::decode;
use super::listing::{limit, with_token};
use super::{check_stream_name, constraints, named_group, stream_name};
use crate::logs::filter_pattern::FilterPattern;
use crate::sandbox::store::{
    Fault, FoundEvent, GetLogEvents, LogEventFilter, LogStreams, Store, Tenant,
};

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct GetRequest {
    log_group_name: Option<String>,
    log_group_identifier: Option<String>,
    log_stream_name: Option<String>,
    start_time: Option<i64>,
    end_time: Option<i64>,
    next_token: Option<String>,
    limit: Option<i64>,
    start_from_head: Option<bool>,
    /// Nothing is masked.
    #[serde(rename = "unmask")]
    _unmask: Option<bool>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct FilterRequest {
    log_group_name: Option<String>,
    log_group_identifier: Option<String>,
    log_stream_names: Option<Vec<String>>,
    log_stream_name_prefix: Option<String>,
    start_time: Option<i64>,
    end_time: Option<i64>,
    filter_pattern: Option<String>,
    next_token: Option<String>,
    limit: Option<i64>,
    start_from_head: Option<bool>,
    /// Events of several streams are always put together.
    #[serde(rename = "interleaved")]
    _interleaved: Option<bool>,
    /// Nothing is masked.
    #[serde(rename = "unmask")]
    _unmask: Option<bool>,
}

pub(super) fn get(store: &Store, tenant: &Tenant, body: &[u8]) -> Result<Value, Fault> {
    let request = decode::<GetRequest>(body)?;
    let mut constraints = constraints();
    let stream = request.log_stream_name.as_deref();
    constraints.required("logStreamName", stream.as_ref());
    check_stream_name(&mut constraints, "logStreamName", stream)?;
    let times = (request.start_time, request.end_time);
    check_page(
        &mut constraints,
        times,
        request.limit,
        request.next_token.as_deref(),
    );
    constraints.finish()?;
    let group = named_group(tenant, request.log_group_name, request.log_group_identifier)?;
    let stream = stream_name(request.log_stream_name)?;
    let wanted = GetLogEvents {
        start: request.start_time,
        end: request.end_time,
        from_head: request.start_from_head.unwrap_or(false),
        limit: limit(request.limit),
        token: request.next_token,
    };
    let page = store.get_log_events(tenant, &group, &stream, &wanted)?;
    let events: Vec<Value> = page.events.into_iter().map(shown).collect();
    Ok(json!({
        "events": events,
        "nextForwardToken": page.forward_token,
        "nextBackwardToken": page.backward_token,
    }))
}

pub(super) fn filter(store: &Store, tenant: &Tenant, body: &[u8]) -> Result<Value, Fault> {
    let request = decode::<FilterRequest>(body)?;
    let mut constraints = constraints();
    let names = request.log_stream_names;
    constraints.count("logStreamNames", names.as_ref().map(Vec::len), &(1..=100));
    for name in names.iter().flatten() {
        check_stream_name(&mut constraints, "logStreamNames.member", Some(name))?;
    }
    let prefix = request.log_stream_name_prefix;
    check_stream_name(&mut constraints, "logStreamNamePrefix", prefix.as_deref())?;
    let pattern = request.filter_pattern.as_deref();
    constraints.length("filterPattern", pattern, &(0..=1024));
    let times = (request.start_time, request.end_time);
    let token = request.next_token.as_deref();
    check_page(&mut constraints, times, request.limit, token);
    constraints.finish()?;
    let group = named_group(tenant, request.log_group_name, request.log_group_identifier)?;
    let streams = match (names, prefix) {
        (Some(_), Some(_)) => {
            return Err(Fault::invalid_parameter(
                "logStreamNames and logStreamNamePrefix are mutually exclusive parameters.",
            ));
        }
        (Some(names), None) => LogStreams::Named(names),
        (None, Some(prefix)) => LogStreams::Prefixed(vec![prefix]),
        (None, None) => LogStreams::All,
    };
    let pattern = filter_pattern(request.filter_pattern.as_deref())?;
    let filter = LogEventFilter {
        streams,
        start: request.start_time,
        end: request.end_time,
        descending: request.start_from_head == Some(false),
        pattern: &pattern,
        limit: limit(request.limit),
        token,
    };
    let page = store.filter_log_events(tenant, &group, &filter)?;
    let events: Vec<Value> = page
        .events
        .into_iter()
        .map(|event| {
            let stream = json!(*event.stream);
            let id = json!(event.key.digits());
            let mut shown = shown(event);
            shown["logStreamName"] = stream;
            shown["eventId"] = id;
            shown
        })
        .collect();
    Ok(with_token(
        // Which streams were searched has not been told since 2020.
        json!({ "events": events, "searchedLogStreams": [] }),
        page.next_token,
    ))
}

/// Reads a pattern; no pattern is one that everything matches.
pub(super) fn filter_pattern(text: Option<&str>) -> Result<FilterPattern, Fault> {
    FilterPattern::parse(text.unwrap_or_default())
        .map_err(|error| Fault::invalid_parameter(format!("Invalid filter pattern: {error}")))
}

fn check_page(
    constraints: &mut Constraints,
    (start, end): (Option<i64>, Option<i64>),
    limit: Option<i64>,
    token: Option<&str>,
) {
    constraints.range("startTime", start, &(0..=i64::MAX));
    constraints.range("endTime", end, &(0..=i64::MAX));
    constraints.range("limit", limit, &(1..=10_000));
    constraints.length("nextToken", token, &(1..=usize::MAX));
}

/// The message is moved, not copied: a page has up to a megabyte of them.
fn shown(event: FoundEvent) -> Value {
    let members = [
        ("timestamp", json!(event.timestamp)),
        ("message", Value::String(event.message)),
        ("ingestionTime", json!(event.ingested_at)),
    ];
    let named = members.map(|(name, value)| (name.to_owned(), value));
    Value::Object(named.into_iter().collect())
}
