//! From spans to the bytes of an `ExportTraceServiceRequest`, without a message in between.
//!
//! The SDK's exporter copies every span and makes strings of all its keys first, which costs more
//! than all the rest of tracing. What it would have sent is what the tests compare with.
//!
//! <https://github.com/open-telemetry/opentelemetry-proto/blob/main/opentelemetry/proto/trace/v1/trace.proto>

use std::cell::RefCell;
use std::time::{SystemTime, UNIX_EPOCH};

use opentelemetry::trace::{Event, Link, SpanContext, SpanId, SpanKind, Status};
use opentelemetry::{Array, InstrumentationScope, KeyValue, Value};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::SpanData;
use prost::encoding::{WireType, encode_key, encode_varint};

/// That it is known whether the parent is of another process, and that it is.
const HAS_IS_REMOTE: u32 = 0x100;
const IS_REMOTE: u32 = 0x200;

/// Makes requests for one resource.
#[derive(Debug)]
pub(super) struct Encoder {
    /// `ResourceSpans` up to its spans.
    resource: Vec<u8>,
    schema_url: String,
}

impl Encoder {
    pub(super) fn new(resource: &Resource) -> Self {
        let mut out = Vec::new();
        message(&mut out, 1, |out| {
            for (key, value) in resource {
                attribute(out, 1, key.as_str(), value);
            }
        });
        Self {
            resource: out,
            schema_url: resource.schema_url().unwrap_or_default().to_owned(),
        }
    }

    /// The request that carries these spans.
    pub(super) fn request(&self, spans: &[EncodedSpan]) -> Vec<u8> {
        let bytes: usize = spans.iter().map(|span| span.bytes.len()).sum();
        let mut out = Vec::with_capacity(bytes + self.resource.len() + 1024);
        message(&mut out, 1, |out| {
            out.extend_from_slice(&self.resource);
            // They are few: one for each library that makes spans.
            let mut scopes: Vec<&InstrumentationScope> = Vec::new();
            for span in spans {
                if !scopes.contains(&&span.scope) {
                    scopes.push(&span.scope);
                }
            }
            for scope in scopes {
                let spans = spans.iter().filter(|span| span.scope == *scope);
                message(out, 2, |out| scope_spans(out, scope, spans));
            }
            text(out, 3, &self.schema_url);
        });
        out
    }
}

/// A span as it stands among those of its scope.
#[derive(Debug, Clone)]
pub(in crate::telemetry::tracing) struct EncodedSpan {
    scope: InstrumentationScope,
    bytes: Box<[u8]>,
}

thread_local! {
    /// Where spans are written before it is known how long they are.
    static SCRATCH: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

impl EncodedSpan {
    pub(in crate::telemetry::tracing) fn of(span: &SpanData) -> Self {
        SCRATCH.with_borrow_mut(|out| {
            out.clear();
            message(out, 2, |out| self::span(out, span));
            Self {
                scope: span.instrumentation_scope.clone(),
                bytes: Box::from(out.as_slice()),
            }
        })
    }
}

fn scope_spans<'a>(
    out: &mut Vec<u8>,
    scope: &InstrumentationScope,
    spans: impl Iterator<Item = &'a EncodedSpan>,
) {
    message(out, 1, |out| {
        text(out, 1, scope.name());
        text(out, 2, scope.version().unwrap_or_default());
        attributes(out, 3, scope.attributes());
    });
    for span in spans {
        out.extend_from_slice(&span.bytes);
    }
    text(out, 3, scope.schema_url().unwrap_or_default());
}

fn span(out: &mut Vec<u8>, span: &SpanData) {
    ids(out, &span.span_context);
    if span.parent_span_id != SpanId::INVALID {
        bytes(out, 4, &span.parent_span_id.to_bytes());
    }
    text(out, 5, &span.name);
    number(out, 6, kind(&span.span_kind));
    fixed64(out, 7, nanoseconds(span.start_time));
    fixed64(out, 8, nanoseconds(span.end_time));
    attributes(out, 9, span.attributes.iter());
    number(out, 10, u64::from(span.dropped_attributes_count));
    for event in &span.events.events {
        message(out, 11, |out| self::event(out, event));
    }
    number(out, 12, u64::from(span.events.dropped_count));
    for link in &span.links.links {
        message(out, 13, |out| self::link(out, link));
    }
    number(out, 14, u64::from(span.links.dropped_count));
    message(out, 15, |out| status(out, &span.status));
    flags(out, 16, &span.span_context, span.parent_span_is_remote);
}

fn event(out: &mut Vec<u8>, event: &Event) {
    fixed64(out, 1, nanoseconds(event.timestamp));
    text(out, 2, &event.name);
    attributes(out, 3, event.attributes.iter());
    number(out, 4, u64::from(event.dropped_attributes_count));
}

fn link(out: &mut Vec<u8>, link: &Link) {
    ids(out, &link.span_context);
    attributes(out, 4, link.attributes.iter());
    number(out, 5, u64::from(link.dropped_attributes_count));
    flags(out, 6, &link.span_context, link.span_context.is_remote());
}

fn status(out: &mut Vec<u8>, status: &Status) {
    match status {
        Status::Unset => {}
        Status::Ok => number(out, 3, 1),
        Status::Error { description } => {
            text(out, 2, description);
            number(out, 3, 2);
        }
    }
}

fn ids(out: &mut Vec<u8>, context: &SpanContext) {
    bytes(out, 1, &context.trace_id().to_bytes());
    bytes(out, 2, &context.span_id().to_bytes());
    // Most have none, and a text is made to know what it is.
    if *context.trace_state() != opentelemetry::trace::TraceState::NONE {
        text(out, 3, &context.trace_state().header());
    }
}

fn flags(out: &mut Vec<u8>, tag: u32, context: &SpanContext, is_remote: bool) {
    let remote = if is_remote { IS_REMOTE } else { 0 };
    let flags = u32::from(context.trace_flags().to_u8()) | HAS_IS_REMOTE | remote;
    encode_key(tag, WireType::ThirtyTwoBit, out);
    out.extend_from_slice(&flags.to_le_bytes());
}

fn kind(kind: &SpanKind) -> u64 {
    match kind {
        SpanKind::Internal => 1,
        SpanKind::Server => 2,
        SpanKind::Client => 3,
        SpanKind::Producer => 4,
        SpanKind::Consumer => 5,
    }
}

fn nanoseconds(time: SystemTime) -> u64 {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_nanos()).unwrap_or(u64::MAX)
}

fn attributes<'a>(out: &mut Vec<u8>, tag: u32, all: impl Iterator<Item = &'a KeyValue>) {
    for one in all {
        attribute(out, tag, one.key.as_str(), &one.value);
    }
}

fn attribute(out: &mut Vec<u8>, tag: u32, key: &str, value: &Value) {
    message(out, tag, |out| {
        text(out, 1, key);
        message(out, 2, |out| any_value(out, value));
    });
}

/// An `AnyValue`: which of its members stands there says the type, so it stands there also where
/// it has the value that others leave out.
fn any_value(out: &mut Vec<u8>, value: &Value) {
    match value {
        Value::String(value) => bytes(out, 1, value.as_str().as_bytes()),
        Value::Bool(value) => boolean(out, *value),
        Value::I64(value) => integer(out, *value),
        Value::F64(value) => double(out, *value),
        Value::Array(array) => message(out, 5, |out| match array {
            Array::Bool(all) => each(out, all, |out, one| boolean(out, *one)),
            Array::I64(all) => each(out, all, |out, one| integer(out, *one)),
            Array::F64(all) => each(out, all, |out, one| double(out, *one)),
            Array::String(all) => {
                each(out, all, |out, one| bytes(out, 1, one.as_str().as_bytes()));
            }
            _ => {}
        }),
        _ => {}
    }
}

fn each<T>(out: &mut Vec<u8>, all: &[T], write: impl Fn(&mut Vec<u8>, &T)) {
    for one in all {
        message(out, 1, |out| write(out, one));
    }
}

fn boolean(out: &mut Vec<u8>, value: bool) {
    encode_key(2, WireType::Varint, out);
    out.push(u8::from(value));
}

fn integer(out: &mut Vec<u8>, value: i64) {
    encode_key(3, WireType::Varint, out);
    encode_varint(value.cast_unsigned(), out);
}

fn double(out: &mut Vec<u8>, value: f64) {
    encode_key(4, WireType::SixtyFourBit, out);
    out.extend_from_slice(&value.to_le_bytes());
}

/// A message within another. Its length stands before it and is known after it: one byte is kept
/// for it, which is enough for nearly all, and a longer one moves the message.
fn message(out: &mut Vec<u8>, tag: u32, write: impl FnOnce(&mut Vec<u8>)) {
    encode_key(tag, WireType::LengthDelimited, out);
    let begin = out.len();
    out.push(0);
    write(out);
    let length = (out.len() - begin - 1) as u64;
    let further = prost::encoding::encoded_len_varint(length) - 1;
    if further > 0 {
        let end = out.len();
        out.resize(end + further, 0);
        out.copy_within(begin + 1..end, begin + 1 + further);
    }
    encode_varint(length, &mut &mut out[begin..=begin + further]);
}

fn bytes(out: &mut Vec<u8>, tag: u32, value: &[u8]) {
    encode_key(tag, WireType::LengthDelimited, out);
    encode_varint(value.len() as u64, out);
    out.extend_from_slice(value);
}

fn text(out: &mut Vec<u8>, tag: u32, value: &str) {
    if !value.is_empty() {
        bytes(out, tag, value.as_bytes());
    }
}

fn number(out: &mut Vec<u8>, tag: u32, value: u64) {
    if value != 0 {
        encode_key(tag, WireType::Varint, out);
        encode_varint(value, out);
    }
}

fn fixed64(out: &mut Vec<u8>, tag: u32, value: u64) {
    if value != 0 {
        encode_key(tag, WireType::SixtyFourBit, out);
        out.extend_from_slice(&value.to_le_bytes());
    }
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;
    use std::time::Duration;

    use opentelemetry::StringValue;
    use opentelemetry::trace::{TraceFlags, TraceId, TraceState};
    use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
    use opentelemetry_proto::transform::trace::tonic::group_spans_by_resource_and_scope;
    use opentelemetry_sdk::trace::{SpanEvents, SpanLinks};
    use proptest::prelude::*;
    use prost::Message as _;

    use super::*;

    fn value() -> impl Strategy<Value = Value> {
        let text = || ".{0,8}|a{120,140}".prop_map(StringValue::from);
        let list = |array: Array| Value::Array(array);
        prop_oneof![
            text().prop_map(Value::String),
            any::<bool>().prop_map(Value::Bool),
            any::<i64>().prop_map(Value::I64),
            (-1e9..1e9).prop_map(Value::F64),
            prop::collection::vec(any::<bool>(), 0..3).prop_map(move |all| list(Array::Bool(all))),
            prop::collection::vec(any::<i64>(), 0..3).prop_map(move |all| list(Array::I64(all))),
            prop::collection::vec(-1e9..1e9, 0..3).prop_map(move |all| list(Array::F64(all))),
            prop::collection::vec(text(), 0..3).prop_map(move |all| list(Array::String(all))),
        ]
    }

    fn some_attributes() -> impl Strategy<Value = Vec<KeyValue>> {
        let one = ("[a-z.]{0,12}", value()).prop_map(|(key, value)| KeyValue::new(key, value));
        prop::collection::vec(one, 0..40)
    }

    fn context() -> impl Strategy<Value = SpanContext> {
        let parts = (
            any::<u128>(),
            any::<u64>(),
            any::<u8>(),
            any::<bool>(),
            any::<bool>(),
        );
        parts.prop_map(|(trace, span, flags, is_remote, has_state)| {
            let state = if has_state {
                TraceState::from_key_value([("dd", "s:1"), ("vendor", "x")]).unwrap()
            } else {
                TraceState::NONE
            };
            let flags = TraceFlags::new(flags);
            SpanContext::new(
                TraceId::from(trace),
                SpanId::from(span),
                flags,
                is_remote,
                state,
            )
        })
    }

    fn status() -> impl Strategy<Value = Status> {
        let error = ".{0,200}".prop_map(|text| Status::error(text));
        prop_oneof![Just(Status::Unset), Just(Status::Ok), error]
    }

    fn span() -> impl Strategy<Value = SpanData> {
        let event = (".{0,20}", some_attributes(), 0..3_u32, any::<u32>());
        let events = prop::collection::vec(event, 0..3);
        let links = prop::collection::vec((context(), some_attributes(), 0..3_u32), 0..3);
        let kind = prop_oneof![
            Just(SpanKind::Internal),
            Just(SpanKind::Server),
            Just(SpanKind::Client),
            Just(SpanKind::Producer),
            Just(SpanKind::Consumer),
        ];
        let scope = prop_oneof![
            Just(InstrumentationScope::default()),
            Just(InstrumentationScope::builder("home.activities").build()),
            some_attributes().prop_map(|all| {
                InstrumentationScope::builder("one")
                    .with_version("1.2")
                    .with_schema_url("https://opentelemetry.io/schemas/1.30.0")
                    .with_attributes(all)
                    .build()
            }),
        ];
        let one = (
            context(),
            prop::option::of(1..u64::MAX),
            any::<bool>(),
            kind,
            ".{0,30}",
        );
        let other = (
            some_attributes(),
            events,
            links,
            status(),
            scope,
            any::<u32>(),
            0..3_u32,
        );
        (one, other).prop_map(
            |(one, (attributes, events, links, status, scope, time, dropped))| {
                let (span_context, parent, parent_span_is_remote, span_kind, name) = one;
                let time = |further: u32| {
                    UNIX_EPOCH
                        + Duration::from_nanos(u64::from(time) * 1_000_000_000 + u64::from(further))
                };
                let mut span_events = SpanEvents::default();
                span_events.dropped_count = dropped;
                span_events.events.extend(events.into_iter().map(
                    |(name, attributes, dropped, at)| {
                        Event::new(Cow::Owned(name), time(at), attributes, dropped)
                    },
                ));
                let mut span_links = SpanLinks::default();
                span_links.dropped_count = dropped;
                span_links.links.extend(
                    links.into_iter().map(|(context, attributes, dropped)| {
                        Link::new(context, attributes, dropped)
                    }),
                );
                SpanData {
                    span_context,
                    parent_span_id: parent.map_or(SpanId::INVALID, SpanId::from),
                    parent_span_is_remote,
                    span_kind,
                    name: Cow::Owned(name),
                    start_time: time(0),
                    end_time: time(1_234_567),
                    attributes,
                    dropped_attributes_count: dropped,
                    events: span_events,
                    links: span_links,
                    status,
                    instrumentation_scope: scope,
                }
            },
        )
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        /// The judge is what OpenTelemetry's own exporter is made of.
        #[test]
        fn requests_are_what_the_sdk_s_exporter_sends(
            spans in prop::collection::vec(span(), 0..5),
            about in some_attributes(),
        ) {
            let resource = Resource::builder_empty().with_attributes(about).build();
            let encoded: Vec<_> = spans.iter().map(EncodedSpan::of).collect();
            let sent = Encoder::new(&resource).request(&encoded);
            let read = ExportTraceServiceRequest::decode(sent.as_slice()).unwrap();
            let resource_spans = group_spans_by_resource_and_scope(spans, &(&resource).into());
            let expected = ExportTraceServiceRequest { resource_spans };
            prop_assert_eq!(sorted(read), sorted(expected));
        }
    }

    /// The order of scopes is nobody's, and neither is that of a resource's attributes.
    fn sorted(mut request: ExportTraceServiceRequest) -> ExportTraceServiceRequest {
        for resource in &mut request.resource_spans {
            if let Some(about) = &mut resource.resource {
                about
                    .attributes
                    .sort_by(|one, other| one.key.cmp(&other.key));
            }
            resource
                .scope_spans
                .sort_by_key(|scope| format!("{:?}", scope.scope));
        }
        request
    }
}
