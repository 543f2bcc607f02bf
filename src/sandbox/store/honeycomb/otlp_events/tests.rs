use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use proptest::prelude::*;
use prost::Message as _;
use serde_json::{Map, Value, json};

use super::{Arrived, Payload, visit};

const ARRIVED: Arrived<'_> = Arrived {
    dataset: None,
    is_classic: false,
    at: 1_700_000_000_000,
};

/// Datasets, times, rates and fields.
fn events(payload: Payload, body: &[u8]) -> Vec<(String, i64, u32, Value)> {
    let mut events = Vec::new();
    visit(payload, body, ARRIVED, &mut |dataset, event| {
        let fields: Map<String, Value> = event
            .fields
            .iter()
            .map(|(name, value)| (name.clone().into_owned(), value.json()))
            .collect();
        events.push((
            dataset.to_owned(),
            event.time,
            event.sample_rate,
            Value::Object(fields),
        ));
    });
    events
}

fn traces(request: Value) -> Vec<(String, i64, u32, Value)> {
    let request: ExportTraceServiceRequest = serde_json::from_value(request).unwrap();
    events(Payload::Traces, &request.encode_to_vec())
}

#[expect(clippy::needless_pass_by_value, reason = "written where it is used")]
fn span(members: Value) -> Value {
    let mut span = json!({
        "traceId": "0102030405060708090a0b0c0d0e0f10",
        "spanId": "0102030405060708",
        "name": "GET /",
        "kind": 2,
        "startTimeUnixNano": "1000000000",
        "endTimeUnixNano": "1002500000",
    });
    for (name, value) in members.as_object().unwrap() {
        span[name] = value.clone();
    }
    span
}

#[expect(clippy::needless_pass_by_value, reason = "written where it is used")]
fn one(span: Value) -> Vec<(String, i64, u32, Value)> {
    traces(json!({ "resourceSpans": [{
        "resource": { "attributes": [{ "key": "service.name", "value": { "stringValue": "backend-flask" } }] },
        "scopeSpans": [{
            "scope": { "name": "opentelemetry.instrumentation.flask", "version": "0.65b0" },
            "spans": [span],
        }],
    }] }))
}

#[test]
fn a_span_is_an_event() {
    let found = one(span(json!({})));
    assert_eq!(
        found,
        [(
            "backend-flask".to_owned(),
            1_000_000_000,
            1,
            json!({
                "trace.trace_id": "0102030405060708090a0b0c0d0e0f10",
                "trace.span_id": "0102030405060708",
                "type": "server",
                "span.kind": "server",
                "name": "GET /",
                "status_code": 0,
                "span.num_links": 0,
                "span.num_events": 0,
                "meta.signal_type": "trace",
                "duration_ms": 2.5,
                "service.name": "backend-flask",
                "library.name": "opentelemetry.instrumentation.flask",
                "telemetry.instrumentation_library": true,
                "library.version": "0.65b0",
            })
        )]
    );
}

#[test]
fn attributes_win_over_what_is_fixed() {
    let (_, _, rate, fields) = one(span(json!({
        "traceId": "00000000000000000102030405060708",
        "parentSpanId": "0807060504030201",
        "traceState": "ot=th:8",
        "endTimeUnixNano": "5",
        "status": { "code": 2, "message": "kaboom" },
        "attributes": [
            { "key": "name", "value": { "stringValue": "mine" } },
            { "key": "", "value": { "stringValue": "no name" } },
            { "key": "list", "value": { "arrayValue": { "values": [{ "intValue": "1" }, { "stringValue": "<" }] } } },
            { "key": "raw", "value": { "bytesValue": "aGk=" } },
            { "key": "map", "value": { "kvlistValue": { "values": [
                { "key": "a", "value": { "intValue": "1" } },
                { "key": "b", "value": { "kvlistValue": { "values": [{ "key": "c", "value": { "boolValue": true } }] } } },
            ] } } },
        ],
    })))
    .pop()
    .unwrap();
    assert_eq!(rate, 2);
    for (name, value) in [
        ("trace.trace_id", json!("0102030405060708")),
        ("trace.parent_id", json!("0807060504030201")),
        ("trace.trace_state", json!("ot=th:8")),
        ("duration_ms", json!(0.0)),
        ("meta.invalid_duration", json!(true)),
        ("error", json!(true)),
        ("status_code", json!(2)),
        ("status_message", json!("kaboom")),
        ("name", json!("mine")),
        ("list", json!("[1,\"\\u003c\"]\n")),
        ("raw", json!("\"aGk=\"\n")),
        ("map.a", json!(1)),
        ("map.b.c", json!(true)),
    ] {
        assert_eq!(fields[name], value, "{name}");
    }
    assert!(fields.get("").is_none() && fields.get("map").is_none());
}

#[test]
fn maps_are_flattened_five_levels_deep() {
    let mut value = json!({ "intValue": "1" });
    for _ in 0..8 {
        value = json!({ "kvlistValue": { "values": [{ "key": "k", "value": value }] } });
    }
    let (.., fields) = one(span(
        json!({ "attributes": [{ "key": "m", "value": value }] }),
    ))
    .pop()
    .unwrap();
    assert_eq!(fields["m.k.k.k.k.k.k"], json!("{\"k\":{\"k\":1}}\n"));
}

#[test]
fn events_and_links_come_before_their_span() {
    let found = one(span(json!({
        "status": { "code": 2 },
        "attributes": [{ "key": "sampleRate", "value": { "intValue": "4" } }],
        "events": [
            { "name": "exception", "timeUnixNano": "1001000000", "attributes": [
                { "key": "exception.type", "value": { "stringValue": "ValueError" } },
                { "key": "exception.message", "value": { "stringValue": "kaboom" } },
                { "key": "exception.escaped", "value": { "stringValue": "False" } },
            ] },
            { "name": "exception", "timeUnixNano": "1", "attributes": [
                { "key": "exception.type", "value": { "stringValue": "Second" } },
            ] },
        ],
        "links": [{ "traceId": "ff02030405060708090a0b0c0d0e0f10", "spanId": "ff02030405060708", "attributes": [
            { "key": "why", "value": { "stringValue": "queue" } },
        ] }],
    })));
    let kinds: Vec<&Value> = found
        .iter()
        .map(|(.., fields)| &fields["meta.annotation_type"])
        .collect();
    assert_eq!(
        kinds,
        [
            &json!("span_event"),
            &json!("span_event"),
            &json!("link"),
            &json!(null)
        ]
    );
    assert!(found.iter().all(|(_, _, rate, _)| *rate == 4));
    let (_, time, _, event) = &found[0];
    assert_eq!(*time, 1_001_000_000);
    for (name, value) in [
        ("name", json!("exception")),
        ("parent_name", json!("GET /")),
        ("trace.parent_id", json!("0102030405060708")),
        ("meta.time_since_span_start_ms", json!(1.0)),
        ("error", json!(true)),
        ("exception.escaped", json!("False")),
        ("service.name", json!("backend-flask")),
    ] {
        assert_eq!(event[name], value, "{name}");
    }
    assert_eq!(
        found[1].3["meta.invalid_time_since_span_start"],
        json!(true)
    );
    let link = &found[2].3;
    assert_eq!(found[2].1, 1_000_000_000);
    assert_eq!(
        link["trace.link.trace_id"],
        json!("ff02030405060708090a0b0c0d0e0f10")
    );
    assert_eq!(link["trace.link.span_id"], json!("ff02030405060708"));
    assert_eq!(link["why"], json!("queue"));
    let span = &found[3].3;
    assert_eq!(span["exception.type"], json!("ValueError"));
    assert_eq!(span["exception.message"], json!("kaboom"));
    assert_eq!(span["exception.escaped"], json!(false));
    assert_eq!(span["span.num_events"], json!(2));
    assert!(span.get("sampleRate").is_none());
}

#[test]
fn a_log_record_is_an_event() {
    let request: ExportLogsServiceRequest = serde_json::from_value(json!({ "resourceLogs": [{
        "resource": { "attributes": [{ "key": "service.name", "value": { "stringValue": "unknown_service:node" } }] },
        "schemaUrl": "https://example.com/schema",
        "scopeLogs": [{ "logRecords": [
            {
                "timeUnixNano": "5",
                "severityNumber": 17,
                "severityText": "ERROR",
                "body": { "stringValue": "it broke" },
                "traceId": "0102030405060708090a0b0c0d0e0f10",
                "spanId": "0102030405060708",
                "flags": 1,
            },
            { "observedTimeUnixNano": "7", "body": { "kvlistValue": { "values": [
                { "key": "b", "value": { "intValue": "2" } }, { "key": "a", "value": { "intValue": "1" } },
            ] } } },
            {},
        ] }],
    }] }))
    .unwrap();
    let found = events(Payload::Logs, &request.encode_to_vec());
    assert_eq!(found[0].0, "unknown_log_source");
    assert_eq!(
        found[0].3,
        json!({
            "severity": "error",
            "severity_code": 17,
            "severity_text": "ERROR",
            "meta.signal_type": "log",
            "meta.annotation_type": "span_event",
            "flags": 1,
            "body": "it broke",
            "trace.trace_id": "0102030405060708090a0b0c0d0e0f10",
            "trace.parent_id": "0102030405060708",
            "service.name": "unknown_service:node",
            "resource.schema_url": "https://example.com/schema",
        })
    );
    assert_eq!(found[1].1, 7);
    assert_eq!(found[1].3["body.a"], json!(1));
    assert_eq!(found[1].3["body"], json!("{\"a\":1,\"b\":2}\n"));
    assert_eq!(found[2].1, 1_700_000_000_000_000_000);
    assert_eq!(found[2].3["severity"], json!("unspecified"));
    assert!(found[2].3.get("meta.annotation_type").is_none());
}

#[test]
fn points_of_one_moment_are_one_event() {
    let request: ExportMetricsServiceRequest = serde_json::from_value(json!({ "resourceMetrics": [{
        "scopeMetrics": [{ "metrics": [
            { "name": "queue", "gauge": { "dataPoints": [{ "timeUnixNano": "5", "asInt": "3" }] } },
            { "name": "load", "gauge": { "dataPoints": [{ "timeUnixNano": "5", "asDouble": 0.5 }] } },
            { "name": "time", "histogram": { "aggregationTemporality": 2, "dataPoints": [{
                "timeUnixNano": "5", "count": "4", "sum": 10.0, "min": 1.0, "max": 4.0,
                "bucketCounts": ["4"], "explicitBounds": [],
                "attributes": [{ "key": "route", "value": { "stringValue": "/" } }],
            }] } },
        ] }],
    }] }))
    .unwrap();
    let found = events(Payload::Metrics, &request.encode_to_vec());
    assert_eq!(
        found
            .iter()
            .map(|(dataset, .., fields)| (dataset.as_str(), fields.clone()))
            .collect::<Vec<_>>(),
        [
            (
                "unknown_metrics",
                json!({ "meta.signal_type": "metric", "queue": 3, "load": 0.5 })
            ),
            (
                "unknown_metrics",
                json!({
                    "meta.signal_type": "metric", "route": "/", "time.count": 4, "time.sum": 10.0,
                    "time.avg": 2.5, "time.min": 1.0, "time.max": 4.0,
                })
            ),
        ]
    );
}

proptest! {
    #[test]
    fn any_bytes_are_events_or_none(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        for payload in [Payload::Traces, Payload::Logs, Payload::Metrics] {
            let _events = events(payload, &bytes);
        }
    }

    /// A request with some bytes changed is decoded far enough to reach everything.
    #[test]
    fn damaged_requests_do_no_harm(at in 0_usize..400, byte in any::<u8>()) {
        let request: ExportTraceServiceRequest = serde_json::from_value(json!({ "resourceSpans": [{
            "scopeSpans": [{ "spans": [span(json!({ "events": [{ "name": "exception" }] }))] }],
        }] })).unwrap();
        let mut bytes = request.encode_to_vec();
        let length = bytes.len();
        bytes[at % length] = byte;
        let _events = events(Payload::Traces, &bytes);
    }
}
