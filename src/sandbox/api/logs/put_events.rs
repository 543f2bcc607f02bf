//! `PutLogEvents` on the wire.
//!
//! Bodies are large and come often, so messages are read where they stand.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, Error, Visitor};
use serde_json::{Value, json};

use super::super::constraint::Constraints;
use super::super::decode::{InPlace, decode_in_place};
use super::entity::Entity;
use super::{check_group_name, check_stream_name, constraints};
use crate::sandbox::store::{
    EVENT_OVERHEAD, Fault, LogGroupClass, MOST_BYTES, MOST_EVENTS, NewLogEvent, PutLogEvents,
    Store, Tenant,
};

/// So many bad events are named in one refusal.
const NAMED: usize = 10;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Request<'a> {
    log_group_name: Option<String>,
    log_stream_name: Option<String>,
    #[serde(borrow)]
    log_events: Option<Vec<InPlace<Event<'a>>>>,
    sequence_token: Option<String>,
    entity: Option<InPlace<Entity>>,
}

#[derive(Debug, Deserialize)]
struct Event<'a> {
    timestamp: Option<i64>,
    #[serde(borrow)]
    message: Option<Text<'a>>,
}

/// A text that is copied only if it has escapes; serde by itself copies every `Option<Cow<str>>`.
#[derive(Debug)]
struct Text<'a>(Cow<'a, str>);

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;

        impl<'de> Visitor<'de> for Reader {
            type Value = Text<'de>;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a string")
            }

            fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Text<'de>, E> {
                Ok(Text(Cow::Borrowed(text)))
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Text<'de>, E> {
                Ok(Text(Cow::Owned(text.to_owned())))
            }
        }

        deserializer.deserialize_str(Reader)
    }
}

pub(super) fn put(store: &Store, tenant: &Tenant, body: &[u8]) -> Result<Value, Fault> {
    let request = decode_in_place::<Request<'_>>(body)?;
    let mut constraints = constraints();
    let (group, stream) = (&request.log_group_name, &request.log_stream_name);
    constraints.required("logGroupName", group.as_ref());
    check_group_name(&mut constraints, "logGroupName", group.as_deref())?;
    constraints.required("logStreamName", stream.as_ref());
    check_stream_name(&mut constraints, "logStreamName", stream.as_deref())?;
    constraints.required("logEvents", request.log_events.as_ref());
    let count = request.log_events.as_ref().map(Vec::len);
    constraints.count("logEvents", count, &(1..=MOST_EVENTS));
    let events = read(&mut constraints, request.log_events.as_deref());
    let token = request.sequence_token.as_deref();
    constraints.length("sequenceToken", token, &(1..=usize::MAX));
    constraints.finish()?;
    check_size(&events)?;
    if !events.is_sorted_by_key(|event| event.timestamp) {
        return Err(Fault::invalid_parameter(
            "Log events in a single PutLogEvents request must be in chronological order.",
        ));
    }
    let group = request.log_group_name.as_deref().unwrap_or_default();
    let stream = request.log_stream_name.as_deref().unwrap_or_default();
    let put = store.put_log_events(tenant, group, stream, &events)?;
    Ok(answer(
        &put,
        request.entity.map(|InPlace(entity)| entity).as_ref(),
    ))
}

/// Checks each event; what is wrong with the first few is named by its place, counted from 1.
fn read<'a>(
    constraints: &mut Constraints,
    events: Option<&'a [InPlace<Event<'_>>]>,
) -> Vec<NewLogEvent<'a>> {
    let mut named = 0;
    let mut read = Vec::with_capacity(events.map_or(0, <[_]>::len));
    for (InPlace(event), place) in events.unwrap_or_default().iter().zip(1..) {
        let message = event.message.as_ref().map(|Text(text)| text.as_ref());
        match (event.timestamp, message) {
            (Some(timestamp @ 0..), Some(message)) if !message.is_empty() => {
                read.push(NewLogEvent { timestamp, message });
            }
            (timestamp, message) if named < NAMED => {
                named += 1;
                let field = |name: &str| format!("logEvents.{place}.member.{name}");
                constraints.required(&field("timestamp"), timestamp.as_ref());
                constraints.range(&field("timestamp"), timestamp, &(0..=i64::MAX));
                constraints.required(&field("message"), message.as_ref());
                if message.is_some_and(str::is_empty) {
                    constraints.length(&field("message"), message, &(1..=usize::MAX));
                }
            }
            _ => {}
        }
    }
    read
}

/// AWS counts each message's bytes as UTF-8, and 26 more.
fn check_size(events: &[NewLogEvent<'_>]) -> Result<(), Fault> {
    let mut sum = 0;
    for event in events {
        let bytes = event.message.len() + EVENT_OVERHEAD;
        if bytes > MOST_BYTES {
            return Err(Fault::invalid_parameter(format!(
                "Log event too large: {bytes} bytes exceeds limit of {MOST_BYTES}"
            )));
        }
        sum += bytes;
    }
    if sum > MOST_BYTES {
        return Err(Fault::invalid_parameter(format!(
            "Upload too large: {sum} bytes exceeds limit of {MOST_BYTES}"
        )));
    }
    Ok(())
}

fn answer(put: &PutLogEvents, entity: Option<&Entity>) -> Value {
    let mut answer = json!({ "nextSequenceToken": put.next_token });
    let rejected = [
        ("tooNewLogEventStartIndex", put.rejected.too_new_start),
        ("tooOldLogEventEndIndex", put.rejected.too_old_end),
        ("expiredLogEventEndIndex", put.rejected.expired_end),
    ];
    for (name, index) in rejected {
        if let Some(index) = index {
            answer["rejectedLogEventsInfo"][name] = json!(index);
        }
    }
    let fault = entity.and_then(|entity| {
        let is_supported = put.class == LogGroupClass::Standard;
        entity.fault(is_supported)
    });
    if let Some(fault) = fault {
        answer["rejectedEntityInfo"] = json!({ "errorType": fault });
    }
    answer
}
