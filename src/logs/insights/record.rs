//! Events, and the rows that commands make of them.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use super::value::Value;
use crate::json;

/// A log event as a query sees it.
#[derive(Clone, Copy)]
pub struct Event<'a> {
    /// `@timestamp`: milliseconds since the epoch.
    pub timestamp_ms: i64,
    /// `@ingestionTime`: milliseconds since the epoch.
    pub ingestion_ms: i64,
    /// `@message`.
    pub message: &'a str,
    /// `@logStream`.
    pub log_stream: &'a str,
    /// `@log`: account and log group, such as `123456789012:cruddur`.
    pub log: &'a str,
    /// `@ptr`: what finds the event again; written down for events that are shown.
    pub ptr: &'a dyn fmt::Display,
}

impl fmt::Debug for Event<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Event")
            .field("timestamp_ms", &self.timestamp_ms)
            .field("message", &self.message)
            .finish_non_exhaustive()
    }
}

/// The name of a field.
pub(super) type Name = Arc<str>;

/// An event, or a group of them, with what was computed of it.
#[derive(Debug, Clone)]
pub(super) struct Row<'a> {
    /// Nothing for a group.
    pub(super) event: Option<Kept<'a>>,
    pub(super) computed: Vec<(Name, Value<'static>)>,
}

/// An event that may outlive the text that it came from.
#[derive(Debug, Clone)]
pub(super) struct Kept<'a> {
    pub(super) timestamp_ms: i64,
    ingestion_ms: i64,
    message: Cow<'a, str>,
    log_stream: Cow<'a, str>,
    log: Cow<'a, str>,
    ptr: Pointer<'a>,
}

/// A `@ptr` that need not be written down yet.
#[derive(Clone)]
enum Pointer<'a> {
    Unwritten(&'a dyn fmt::Display),
    Written(String),
}

impl fmt::Display for Pointer<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unwritten(pointer) => pointer.fmt(formatter),
            Self::Written(pointer) => formatter.write_str(pointer),
        }
    }
}

impl fmt::Debug for Pointer<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

impl<'a> Row<'a> {
    pub(super) fn of_event(event: &Event<'a>) -> Self {
        Self {
            event: Some(Kept {
                timestamp_ms: event.timestamp_ms,
                ingestion_ms: event.ingestion_ms,
                message: Cow::Borrowed(event.message),
                log_stream: Cow::Borrowed(event.log_stream),
                log: Cow::Borrowed(event.log),
                ptr: Pointer::Unwritten(event.ptr),
            }),
            computed: Vec::new(),
        }
    }

    pub(super) fn into_owned(self) -> Row<'static> {
        let owned = |text: Cow<'a, str>| Cow::Owned(text.into_owned());
        Row {
            event: self.event.map(|event| Kept {
                timestamp_ms: event.timestamp_ms,
                ingestion_ms: event.ingestion_ms,
                message: owned(event.message),
                log_stream: owned(event.log_stream),
                log: owned(event.log),
                ptr: Pointer::Written(event.ptr.to_string()),
            }),
            computed: self.computed,
        }
    }

    /// The value of a field: a computed one, one of the event's own, one of its JSON message.
    pub(super) fn get(&self, name: &str) -> Value<'_> {
        if let Some(value) = self.computed(name) {
            return value.clone();
        }
        let Some(event) = &self.event else {
            return Value::Missing;
        };
        match name {
            "@timestamp" => Value::Timestamp(event.timestamp_ms),
            "@ingestionTime" => Value::Timestamp(event.ingestion_ms),
            "@message" => Value::text(event.message.as_ref()),
            "@logStream" => Value::text(event.log_stream.as_ref()),
            "@log" => Value::text(event.log.as_ref()),
            "@ptr" => Value::text(event.ptr.to_string()),
            _ if name.starts_with('@') => Value::Missing,
            _ => discovered(&event.message, name),
        }
    }

    /// A computed field. The user guide calls what `(?<user>…)` extracts `user` and `@user`.
    fn computed(&self, name: &str) -> Option<&Value<'static>> {
        let find = |wanted: &str| {
            let is_wanted = |(name, _): &&(Name, Value<'static>)| name.as_ref() == wanted;
            self.computed
                .iter()
                .rfind(is_wanted)
                .map(|(_, value)| value)
        };
        find(name).or_else(|| find(name.strip_prefix('@')?))
    }

    pub(super) fn set(&mut self, name: &Name, value: Value<'static>) {
        match self.computed.iter_mut().find(|(known, _)| known == name) {
            Some((_, known)) => *known = value,
            None => self.computed.push((name.clone(), value)),
        }
    }
}

/// A field of a message that is a JSON object: `user.id`, `items.0`.
fn discovered<'a>(message: &'a str, name: &str) -> Value<'a> {
    if !message.trim_start().starts_with('{') {
        return Value::Missing;
    }
    leaf(message, name).unwrap_or(Value::Missing)
}

/// Follows a name with periods; a member whose own name has them goes first.
fn leaf<'a>(json: &'a str, name: &str) -> Option<Value<'a>> {
    if json.trim_start().starts_with('[') {
        let (head, tail) = name.split_once('.').unwrap_or((name, ""));
        let wanted: usize = head.parse().ok()?;
        let mut found = None;
        let mut index = 0;
        json::items(json, |raw| {
            if index == wanted {
                found = Some(raw);
            }
            index += 1;
        })
        .ok()?;
        return if tail.is_empty() {
            value(found?)
        } else {
            leaf(found?, tail)
        };
    }
    let (mut whole, mut longest) = (None, None::<(&str, &str)>);
    json::members(json, |member, raw| {
        if member == name {
            whole = Some(raw);
        } else if let Some(tail) = name
            .strip_prefix(member)
            .and_then(|rest| rest.strip_prefix('.'))
            && longest.is_none_or(|(known, _)| tail.len() <= known.len())
        {
            longest = Some((&name[name.len() - tail.len()..], raw));
        }
    })
    .ok()?;
    match (whole, longest) {
        (Some(raw), _) => value(raw),
        (None, Some((tail, raw))) => leaf(raw, tail),
        (None, None) => None,
    }
}

/// A value that is no object and no array.
fn value(raw: &str) -> Option<Value<'_>> {
    match raw.as_bytes() {
        [b'"', ..] => json::text(raw).map(Value::Text),
        b"true" => Some(Value::Boolean(true)),
        b"false" => Some(Value::Boolean(false)),
        b"null" | [b'{' | b'[', ..] => None,
        _ => Some(Value::text(raw)),
    }
}
