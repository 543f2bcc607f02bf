//! Spans as they go over the wire.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use axum::http::{HeaderMap, Method};
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue};
use opentelemetry_proto::tonic::trace::v1::Span;
use prost::Message as _;

use super::{Asked, Running, Stub, answer, to_otlp};
use crate::settings::{HttpNames, RootSampler, SpanLimits};
use crate::telemetry::tracing::{Console, Failure, Frame};

fn attributes(list: &[KeyValue]) -> BTreeMap<String, String> {
    let text = |value: &Option<AnyValue>| match value.as_ref().and_then(|one| one.value.clone()) {
        Some(Value::StringValue(text)) => text,
        Some(Value::IntValue(number)) => number.to_string(),
        other => format!("{other:?}"),
    };
    list.iter()
        .map(|each| (each.key.clone(), text(&each.value)))
        .collect()
}

fn failure() -> Failure {
    Failure {
        type_name: "DeliberateError".to_owned(),
        message: "deliberate failure for telemetry".to_owned(),
        frames: vec![Frame {
            path: "src/server/debug.rs".to_owned(),
            line: 12,
            label: "raise".to_owned(),
        }],
    }
}

/// Traces what is done with a request, and gives back its spans, the server's last.
async fn spans_of(
    names: HttpNames,
    asked: &Asked,
    work: impl FnOnce(&crate::telemetry::tracing::TracedRequest),
) -> Vec<Span> {
    let stub = Stub::answering(vec![answer(200)]);
    let mut settings = to_otlp();
    settings.opentelemetry.http_names = names;
    let running = Running::start(&settings, &stub.client);
    let request = asked.begin(&running.tracer);
    work(&request);
    drop(request);
    running.stop().await;
    stub.spans()
}

#[tokio::test]
async fn a_server_span_under_both_sets_of_names() {
    let asked = Asked::get(
        "/api/activities/@ada?q=1&password=sesame",
        Some("/api/activities/@<string:handle>"),
    );
    let spans = spans_of(HttpNames::Both, &asked, |request| request.finish(200, None)).await;
    let [span] = &spans[..] else {
        panic!("{spans:?}")
    };
    assert_eq!(span.name, "GET /api/activities/@<string:handle>");
    assert_eq!((span.kind, span.flags), (2, 0x101));
    assert_eq!(span.status.as_ref().unwrap().code, 0);
    let lines: Vec<String> = attributes(&span.attributes)
        .into_iter()
        .map(|(key, value)| format!("{key} = {value}"))
        .collect();
    insta::assert_snapshot!(lines.join("\n"), @"
    client.address = 127.0.0.1
    client.port = 43310
    http.flavor = 1.1
    http.host = 127.0.0.1:28567
    http.method = GET
    http.request.method = GET
    http.response.status_code = 200
    http.route = /api/activities/@<string:handle>
    http.scheme = http
    http.server_name = 127.0.0.1
    http.status_code = 200
    http.target = /api/activities/@ada?q=1&password=REDACTED
    http.url = http://127.0.0.1:28567/api/activities/@ada?q=1&password=REDACTED
    http.user_agent = curl/7.88.1
    net.host.name = 127.0.0.1:28567
    net.host.port = 28567
    net.peer.ip = 127.0.0.1
    net.peer.port = 43310
    network.protocol.version = 1.1
    server.address = 127.0.0.1
    server.port = 28567
    url.full = http://127.0.0.1:28567/api/activities/@ada?q=1&password=REDACTED
    url.path = /api/activities/@ada
    url.query = q=1&password=REDACTED
    url.scheme = http
    user_agent.original = curl/7.88.1
    ");
}

#[tokio::test]
async fn one_set_of_names_alone() {
    let asked = Asked::get("/nope", None);
    for (names, present, absent) in [
        (HttpNames::Old, "http.status_code", "url.full"),
        (HttpNames::Stable, "http.response.status_code", "http.url"),
    ] {
        let spans = spans_of(names, &asked, |request| request.finish(404, None)).await;
        assert_eq!(spans[0].name, "GET /nope");
        let attributes = attributes(&spans[0].attributes);
        assert_eq!(attributes[present], "404");
        assert!(!attributes.contains_key(absent), "{attributes:?}");
        assert!(!attributes.contains_key("http.route"));
        // To a server, what the caller did wrong is no error.
        assert_eq!(spans[0].status.as_ref().unwrap().code, 0);
    }
}

#[tokio::test]
async fn the_span_within_and_the_call_to_another_service() {
    let stub = Stub::answering(vec![answer(200)]);
    let running = Running::start(&to_otlp(), &stub.client);
    let request = Asked::home().begin(&running.tracer);
    let mut span = request.span("home.activities", "home-activities-mock-data");
    span.set_attribute("app.now", "2026-11-20T09:42:08.615806+00:00");
    span.set_attribute("app.result_length", 3);
    drop(span);
    let call = request.call(&Method::GET, "http://ada:pw@127.0.0.1:28980/hello?sig=x");
    let mut headers = HeaderMap::new();
    call.write_headers(&mut headers);
    call.finish(404, None);
    let refused = request.call(&Method::POST, "https://example.com/");
    refused.failed("Refused", "the connection was refused");
    request.finish(200, None);
    let trace = request.trace_id();
    drop(request);
    running.stop().await;
    let spans = stub.spans();
    let named = |name: &str| spans.iter().find(|span| span.name == name).unwrap();
    let server = named("GET /api/activities/home");
    let inner = named("home-activities-mock-data");
    let lines = attributes(&inner.attributes);
    assert_eq!(lines["app.result_length"], "3");
    assert_eq!((inner.kind, inner.flags), (1, 0x101));
    let (call, refused) = (named("GET"), named("POST"));
    for child in [inner, call, refused] {
        assert_eq!(child.parent_span_id, server.span_id);
        assert_eq!(child.trace_id, trace.bits().to_be_bytes());
    }
    let lines = attributes(&call.attributes);
    assert_eq!(call.kind, 3);
    assert_eq!(
        lines["http.url"],
        "http://REDACTED:REDACTED@127.0.0.1:28980/hello?sig=REDACTED"
    );
    assert_eq!(lines["server.port"], "28980");
    assert_eq!(lines["error.type"], "404");
    assert_eq!(call.status.as_ref().unwrap().code, 2);
    let id = u64::from_be_bytes(call.span_id.clone().try_into().unwrap());
    assert_eq!(
        headers["traceparent"],
        format!("00-{}-{id:016x}-01", trace.w3c()).as_str()
    );
    let status = refused.status.as_ref().unwrap();
    assert_eq!(status.message, "Refused: the connection was refused");
    assert_eq!(attributes(&refused.attributes)["server.port"], "443");
}

#[tokio::test]
async fn scopes_and_the_resource() {
    let stub = Stub::answering(vec![answer(200)]);
    let mut settings = to_otlp();
    settings.opentelemetry.resource = vec![
        ("deployment.environment".to_owned(), "test".to_owned()),
        ("service.version".to_owned(), "9".to_owned()),
    ];
    let running = Running::start(&settings, &stub.client);
    running.trace(1);
    running.stop().await;
    let body = stub.requests.lock().unwrap()[0].body().clone();
    let request =
        opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest::decode(body)
            .unwrap();
    let resource = &request.resource_spans[0];
    let scopes: Vec<(String, String)> = resource
        .scope_spans
        .iter()
        .map(|spans| spans.scope.clone().unwrap())
        .map(|scope| (scope.name, scope.version))
        .collect();
    let version = env!("CARGO_PKG_VERSION");
    assert_eq!(
        scopes,
        [
            ("home.activities".to_owned(), String::new()),
            ("cruddur-obs.server".to_owned(), version.to_owned())
        ]
    );
    let known = attributes(&resource.resource.as_ref().unwrap().attributes);
    for (key, value) in [
        ("service.name", "backend-flask"),
        ("service.version", "9"),
        ("deployment.environment", "test"),
        ("telemetry.sdk.language", "rust"),
        ("telemetry.sdk.name", "opentelemetry"),
    ] {
        assert_eq!(known[key], value);
    }
    for key in [
        "telemetry.sdk.version",
        "service.instance.id",
        "process.pid",
    ] {
        assert!(!known[key].is_empty(), "{key}");
    }
}

#[tokio::test]
async fn failures_mark_the_spans_they_pass_through() {
    let asked = Asked::get("/debug/error", Some("/debug/error"));
    let spans = spans_of(HttpNames::Both, &asked, |request| {
        let mut span = request.span("debug", "inner");
        span.failed(&failure());
        drop(span);
        request.failed(&failure());
        request.finish(500, Some(265));
    })
    .await;
    assert_eq!(spans.len(), 2);
    for span in &spans {
        let status = span.status.as_ref().unwrap();
        assert_eq!(status.code, 2);
        assert_eq!(
            status.message,
            "DeliberateError: deliberate failure for telemetry"
        );
        let [event] = &span.events[..] else {
            panic!("{span:?}")
        };
        assert_eq!(event.name, "exception");
        let event = attributes(&event.attributes);
        assert_eq!(event["exception.type"], "DeliberateError");
        assert_eq!(event["exception.escaped"], "False");
        assert!(event["exception.stacktrace"].contains("raise at src/server/debug.rs:12"));
        assert_eq!(
            attributes(&span.attributes)["error.type"],
            "DeliberateError"
        );
    }
    // An answer of 500 that nobody explains is an error all the same, without words.
    let spans = spans_of(HttpNames::Both, &asked, |request| request.finish(503, None)).await;
    let status = spans[0].status.as_ref().unwrap();
    assert_eq!((status.code, status.message.as_str()), (2, ""));
}

#[tokio::test]
async fn a_request_whose_caller_went_away_ends_all_the_same() {
    let spans = spans_of(HttpNames::Both, &Asked::home(), |_| {}).await;
    assert!(!attributes(&spans[0].attributes).contains_key("http.status_code"));
}

#[tokio::test]
async fn the_parent_that_was_not_gone_on_with_is_a_link() {
    let asked = Asked::home()
        .with(
            "x-amzn-trace-id",
            "Root=1-5759e988-bd862e3fe1be46a994272793",
        )
        .with(
            "traceparent",
            "00-11112222333344445555666677778888-9999aaaabbbbcccc-01",
        );
    let stub = Stub::answering(vec![answer(200)]);
    let mut settings = to_otlp();
    for (most, links, dropped) in [(1, 1, 0), (0, 0, 1)] {
        settings.opentelemetry.limits.links = most;
        let running = Running::start(&settings, &stub.client);
        drop(asked.begin(&running.tracer));
        running.stop().await;
        let span = stub.spans().pop().unwrap();
        let linked = span.links.iter().map(|link| link.span_id.as_slice());
        assert_eq!(
            linked.collect::<Vec<_>>(),
            vec![0x9999_aaaa_bbbb_cccc_u64.to_be_bytes(); links]
        );
        assert_eq!(span.dropped_links_count, dropped);
    }
}

#[tokio::test]
async fn limits_and_samplers_are_heeded() {
    let stub = Stub::answering(vec![answer(200)]);
    let mut settings = to_otlp();
    settings.opentelemetry.limits = SpanLimits {
        attributes: 3,
        value_length: Some(4),
        ..SpanLimits::default()
    };
    let running = Running::start(&settings, &stub.client);
    let request = Asked::home().begin(&running.tracer);
    let mut span = request.span("s", "inner");
    span.set_attribute("text", "äöüßäöü");
    for key in ["a", "b", "c", "d"] {
        span.set_attribute(key, 1);
    }
    drop(span);
    drop(request);
    running.stop().await;
    let spans = stub.spans();
    assert_eq!(attributes(&spans[0].attributes)["text"], "äöüß");
    assert_eq!(spans[0].attributes.len(), 3);
    assert_eq!(spans[0].dropped_attributes_count, 2);

    settings.opentelemetry.sampler.root = RootSampler::Off;
    let stub = Stub::answering(vec![answer(200)]);
    let running = Running::start(&settings, &stub.client);
    let request = Asked::home().begin(&running.tracer);
    assert!(!request.is_sampled());
    assert_ne!(request.trace_id().bits(), 0, "an id is there all the same");
    drop(request);
    running.stop().await;
    assert_eq!(stub.requests(), 0);
}

#[tokio::test]
async fn the_console_shows_what_pythons_shows() {
    let printed = Arc::new(Mutex::new(String::new()));
    let paper = Arc::clone(&printed);
    let mut settings = to_otlp();
    settings.opentelemetry.otlp = None;
    settings.opentelemetry.console = true;
    settings.console = Some(Console::new(move |text| {
        let mut paper = paper.lock().unwrap();
        paper.push_str(text);
        paper.push('\n');
    }));
    let stub = Stub::answering(vec![answer(200)]);
    let running = Running::start(&settings, &stub.client);
    running.trace(1);
    let (totals, _) = running.stop().await;
    assert_eq!(
        totals,
        ["traces (console): given 2 · sent 2 · dropped 0 · rejected 0"]
    );
    let printed = printed.lock().unwrap().clone();
    let spans = serde_json::Deserializer::from_str(&printed).into_iter::<serde_json::Value>();
    let spans: Vec<serde_json::Value> = spans.map(Result::unwrap).collect();
    let keys: Vec<&String> = spans[1].as_object().unwrap().keys().collect();
    assert_eq!(
        keys,
        [
            "name",
            "context",
            "kind",
            "parent_id",
            "start_time",
            "end_time",
            "status",
            "attributes",
            "events",
            "links",
            "resource"
        ]
    );
    // The child comes first.
    assert_eq!(spans[0]["kind"], "SpanKind.INTERNAL");
    assert_eq!(spans[0]["parent_id"], spans[1]["context"]["span_id"]);
    assert_eq!(spans[1]["context"]["trace_state"], "[]");
    assert_eq!(spans[1]["parent_id"], serde_json::Value::Null);
    assert_eq!(spans[1]["status"]["status_code"], "UNSET");
    assert!(printed.starts_with("{\n    \"name\": \"home-activities-mock-data\",\n    \"context\": {\n        \"trace_id\": \"0x"));
}
