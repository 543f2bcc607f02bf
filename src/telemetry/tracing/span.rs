//! A span between its beginning and its end.
//!
//! The API's and the SDK's words, but not the SDK's span: that keeps every attribute as a value of
//! its own, and to make, keep and free those takes several times as long as to write them. Here
//! they are written as they come, in the form in which they are sent.
//!
//! <https://opentelemetry.io/docs/specs/otel/trace/api/#span>

use std::borrow::Cow;
use std::time::SystemTime;

use opentelemetry::trace::{Event, Link, SpanContext, SpanId, SpanKind, Status};
use opentelemetry::{Array, KeyValue, StringValue, Value};

use super::otlp::EncodedAttributes;
use crate::settings::SpanLimits;

/// Who makes a span: the instrumentation scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Scope {
    pub(super) name: &'static str,
    pub(super) version: &'static str,
}

/// A span that has begun. One that the sampler did not take has nothing but a context.
#[derive(Debug)]
pub(super) struct Span {
    pub(super) context: SpanContext,
    pub(super) record: Option<Record>,
}

/// What is recorded of a span.
#[derive(Debug)]
pub(super) struct Record {
    pub(super) scope: Scope,
    pub(super) parent: Option<SpanId>,
    pub(super) parent_is_remote: bool,
    pub(super) kind: SpanKind,
    pub(super) name: Cow<'static, str>,
    pub(super) started: SystemTime,
    pub(super) attributes: Attributes,
    pub(super) events: Vec<Event>,
    pub(super) dropped_events: u32,
    pub(super) links: Vec<Link>,
    pub(super) dropped_links: u32,
    pub(super) status: Status,
    pub(super) limits: SpanLimits,
}

/// The attributes of a span, as many and as long as the limits allow.
#[derive(Debug)]
pub(super) struct Attributes {
    pub(super) encoded: EncodedAttributes,
    pub(super) dropped: u32,
    number: u32,
    most: u32,
    longest: Option<usize>,
}

impl Attributes {
    /// None yet, with room for so many bytes.
    pub(super) fn with_room(bytes: usize, limits: SpanLimits) -> Self {
        Self {
            encoded: EncodedAttributes::with_capacity(bytes),
            dropped: 0,
            number: 0,
            most: limits.attributes,
            longest: limits.value_length,
        }
    }

    /// Puts a text.
    pub(super) fn text(&mut self, key: &str, value: &str) {
        if self.has_room() {
            let value = match self.longest.and_then(|longest| end_of(value, longest)) {
                Some(end) => &value[..end],
                None => value,
            };
            self.encoded.text(key, value);
        }
    }

    /// Puts a number.
    pub(super) fn number(&mut self, key: &str, value: i64) {
        if self.has_room() {
            self.encoded.number(key, value);
        }
    }

    /// Puts any value.
    pub(super) fn put(&mut self, key: &str, mut value: Value) {
        if self.has_room() {
            if let Some(longest) = self.longest {
                cut(&mut value, longest);
            }
            self.encoded.value(key, &value);
        }
    }

    fn has_room(&mut self) -> bool {
        let has_room = self.number < self.most;
        self.number += u32::from(has_room);
        self.dropped += u32::from(!has_room);
        has_room
    }
}

impl Span {
    /// Puts an attribute on it.
    pub(super) fn put(&mut self, key: &str, value: impl Into<Value>) {
        if let Some(record) = &mut self.record {
            record.attributes.put(key, value.into());
        }
    }
}

impl Record {
    /// Notes that what the span is about failed.
    pub(super) fn fail(&mut self, description: impl Into<Cow<'static, str>>) {
        self.status = Status::error(description);
    }

    /// Notes what happened now.
    pub(super) fn add_event(&mut self, name: &'static str, mut attributes: Vec<KeyValue>) {
        if self.events.len() >= self.limits.events as usize {
            self.dropped_events += 1;
            return;
        }
        if let Some(longest) = self.limits.value_length {
            for attribute in &mut attributes {
                cut(&mut attribute.value, longest);
            }
        }
        let now = opentelemetry::time::now();
        self.events.push(Event::new(name, now, attributes, 0));
    }
}

/// Where a text that is longer than so many characters has to end.
fn end_of(text: &str, longest: usize) -> Option<usize> {
    text.char_indices().nth(longest).map(|(end, _)| end)
}

fn cut(value: &mut Value, longest: usize) {
    let cut = |text: &mut StringValue| {
        if let Some(end) = end_of(text.as_str(), longest) {
            *text = StringValue::from(text.as_str()[..end].to_owned());
        }
    };
    match value {
        Value::String(text) => cut(text),
        Value::Array(Array::String(texts)) => texts.iter_mut().for_each(cut),
        _ => {}
    }
}
