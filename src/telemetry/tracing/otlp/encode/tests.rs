use std::borrow::Cow;
use std::time::Duration;

use opentelemetry::trace::{SpanId, TraceFlags, TraceId, TraceState};
use opentelemetry::{Array, InstrumentationScope, KeyValue, StringValue};
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::transform::trace::tonic::group_spans_by_resource_and_scope;
use opentelemetry_sdk::trace::{SpanData, SpanEvents, SpanLinks};
use proptest::prelude::*;
use prost::Message as _;

use super::*;
use crate::settings::SpanLimits;
use crate::telemetry::tracing::span::Attributes;

fn value() -> impl Strategy<Value = Value> {
    let text = || ".{0,8}|a{90,140}".prop_map(StringValue::from);
    let list = |array: Array| Value::Array(array);
    prop_oneof![
        text().prop_map(Value::String),
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(Value::I64),
        (-2..300_i64).prop_map(Value::I64),
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
    let error = ".{0,200}".prop_map(Status::error);
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
        Just(InstrumentationScope::builder("home.activities").build()),
        Just(
            InstrumentationScope::builder("one")
                .with_version("1.2")
                .build()
        ),
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
            span_events
                .events
                .extend(events.into_iter().map(|(name, attributes, dropped, at)| {
                    Event::new(Cow::Owned(name), time(at), attributes, dropped)
                }));
            let mut span_links = SpanLinks::default();
            span_links.dropped_count = dropped;
            span_links.links.extend(
                links
                    .into_iter()
                    .map(|(context, attributes, dropped)| Link::new(context, attributes, dropped)),
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
        let encoded: Vec<_> = spans.iter().map(encoded).collect();
        let sent = Encoder::new(&resource).request(&encoded);
        let read = ExportTraceServiceRequest::decode(sent.as_slice()).unwrap();
        let resource_spans = group_spans_by_resource_and_scope(spans, &(&resource).into());
        let expected = ExportTraceServiceRequest { resource_spans };
        prop_assert_eq!(sorted(read), sorted(expected));
    }
}

/// A span of the SDK's, recorded by us.
fn encoded(span: &SpanData) -> EncodedSpan {
    let limits = SpanLimits {
        attributes: u32::MAX,
        ..SpanLimits::default()
    };
    let mut attributes = Attributes::with_room(0, limits);
    for attribute in &span.attributes {
        let key = attribute.key.as_str();
        match &attribute.value {
            Value::String(text) => attributes.text(key, text.as_str()),
            Value::I64(number) => attributes.number(key, *number),
            other => attributes.put(key, other.clone()),
        }
    }
    attributes.dropped = span.dropped_attributes_count;
    let scope = match span.instrumentation_scope.name() {
        "one" => Scope {
            name: "one",
            version: "1.2",
        },
        _ => Scope {
            name: "home.activities",
            version: "",
        },
    };
    let record = Record {
        scope,
        parent: Some(span.parent_span_id).filter(|id| *id != SpanId::INVALID),
        parent_is_remote: span.parent_span_is_remote,
        kind: span.span_kind.clone(),
        name: span.name.clone(),
        started: span.start_time,
        attributes,
        events: span.events.events.clone(),
        dropped_events: span.events.dropped_count,
        links: span.links.links.clone(),
        dropped_links: span.links.dropped_count,
        status: span.status.clone(),
        limits,
    };
    EncodedSpan::of(&span.span_context, &record, span.end_time)
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
