//! Log streams on the wire.

use serde::Deserialize;
use serde_json::{Value, json};

use super::super::decode::decode;
use super::listing::{limit, with_token};
use super::{check_stream_name, constraints, group_name, named_group, stream_name};
use crate::sandbox::store::{Fault, PageRequest, Store, StreamFilter, StreamOrder, Tenant};

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct NamedLogStream {
    log_group_name: Option<String>,
    log_stream_name: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct DescribeLogStreams {
    log_group_name: Option<String>,
    log_group_identifier: Option<String>,
    log_stream_name_prefix: Option<String>,
    order_by: Option<String>,
    descending: Option<bool>,
    next_token: Option<String>,
    limit: Option<i64>,
}

pub(super) fn create(store: &Store, tenant: &Tenant, body: &[u8]) -> Result<Value, Fault> {
    let request = decode::<NamedLogStream>(body)?;
    let group = group_name(request.log_group_name)?;
    store.create_log_stream(tenant, &group, &stream_name(request.log_stream_name)?)?;
    Ok(Value::Null)
}

pub(super) fn delete(store: &Store, tenant: &Tenant, body: &[u8]) -> Result<Value, Fault> {
    let request = decode::<NamedLogStream>(body)?;
    let group = group_name(request.log_group_name)?;
    store.delete_log_stream(tenant, &group, &stream_name(request.log_stream_name)?)?;
    Ok(Value::Null)
}

pub(super) fn describe(store: &Store, tenant: &Tenant, body: &[u8]) -> Result<Value, Fault> {
    let request = decode::<DescribeLogStreams>(body)?;
    let prefix = request.log_stream_name_prefix;
    let order = request.order_by.as_deref();
    let mut constraints = constraints();
    check_stream_name(&mut constraints, "logStreamNamePrefix", prefix.as_deref())?;
    constraints.one_of("orderBy", order, &["LogStreamName", "LastEventTime"]);
    constraints.range("limit", request.limit, &(1..=50));
    constraints.length(
        "nextToken",
        request.next_token.as_deref(),
        &(1..=usize::MAX),
    );
    constraints.finish()?;
    let group = named_group(tenant, request.log_group_name, request.log_group_identifier)?;
    let order = match order {
        Some("LastEventTime") => StreamOrder::LastEvent,
        _ => StreamOrder::Name,
    };
    if order == StreamOrder::LastEvent && prefix.is_some() {
        return Err(Fault::invalid_parameter(
            "Cannot order by LastEventTime with a logStreamNamePrefix.",
        ));
    }
    let filter = StreamFilter {
        prefix,
        order,
        descending: request.descending.unwrap_or(false),
    };
    let page = PageRequest {
        token: request.next_token,
        limit: limit(request.limit),
    };
    let page = store.log_streams(tenant, &group, &filter, &page)?;
    let streams: Vec<Value> = page
        .items
        .iter()
        .map(|stream| {
            let mut shown = json!({
                "logStreamName": stream.name,
                "creationTime": stream.created_at,
                "arn": stream.arn,
                // Always 0 since 2019, whatever the stream has.
                "storedBytes": 0,
            });
            if let Some(events) = &stream.events {
                shown["firstEventTimestamp"] = json!(events.first);
                shown["lastEventTimestamp"] = json!(events.last);
                shown["lastIngestionTime"] = json!(events.last_ingested);
                shown["uploadSequenceToken"] = json!(events.upload_token);
            }
            shown
        })
        .collect();
    Ok(with_token(
        json!({ "logStreams": streams }),
        page.next_token,
    ))
}
