//! What becomes of spans when the other end answers this way or that. Time is not waited for.

use std::time::Duration;

use axum::body::Bytes;
use axum::http::Response;

use super::{Running, Stub, answer, to_otlp};
use crate::settings::{Batches, Secret};

fn later(status: u16, retry_after: &str) -> Response<Bytes> {
    let response = Response::builder().status(status);
    let response = response.header("retry-after", retry_after);
    response.body(Bytes::new()).unwrap()
}

/// Lets time pass until something is due, and the work be done.
async fn pass(time: Duration) {
    tokio::time::sleep(time).await;
}

#[tokio::test(start_paused = true)]
async fn spans_go_when_the_delay_is_over_or_a_batch_is_full() {
    let stub = Stub::answering(vec![answer(200)]);
    let running = Running::start(&to_otlp(), &stub.client);
    running.trace(3);
    pass(Duration::from_millis(4900)).await;
    assert_eq!(stub.requests(), 0);
    pass(Duration::from_millis(200)).await;
    assert_eq!((stub.requests(), stub.spans().len()), (1, 6));
    running.trace(256);
    pass(Duration::from_millis(1)).await;
    assert_eq!((stub.requests(), stub.spans().len()), (2, 518));
    let (totals, notices) = running.stop().await;
    assert_eq!(
        totals,
        ["traces (OTLP): given 518 · sent 518 · dropped 0 · rejected 0"]
    );
    assert_eq!(notices, [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn what_waits_is_sent_at_the_stop() {
    let stub = Stub::answering(vec![answer(200)]);
    let running = Running::start(&to_otlp(), &stub.client);
    running.trace(1000);
    let tracer = running.tracer.clone();
    let (totals, _) = running.stop().await;
    assert_eq!(
        totals,
        ["traces (OTLP): given 2,000 · sent 2,000 · dropped 0 · rejected 0"]
    );
    assert_eq!(stub.spans().len(), 2000);
    // What comes after the end is counted.
    super::Asked::home().begin(&tracer).finish(200, None);
    assert_eq!(
        tracer.totals()[0].totals.to_string(),
        "given 2,001 · sent 2,000 · dropped 1 (stopped) · rejected 0"
    );
}

#[tokio::test(start_paused = true)]
async fn a_server_that_is_throttling_is_waited_for_as_it_asks() {
    let stub = Stub::answering(vec![later(429, "7"), later(503, "3600"), answer(200)]);
    let running = Running::start(&to_otlp(), &stub.client);
    running.trace(1);
    pass(Duration::from_millis(5100)).await;
    assert_eq!(stub.requests(), 1);
    pass(Duration::from_millis(6800)).await;
    assert_eq!(stub.requests(), 1);
    // No longer than half a minute, whatever is asked for.
    pass(Duration::from_millis(300)).await;
    assert_eq!(stub.requests(), 2);
    pass(Duration::from_millis(29_700)).await;
    assert_eq!(stub.requests(), 2);
    pass(Duration::from_millis(400)).await;
    assert_eq!(stub.requests(), 3);
    let (totals, notices) = running.stop().await;
    assert_eq!(
        totals,
        ["traces (OTLP): given 2 · sent 2 · dropped 0 · rejected 0"]
    );
    assert_eq!(notices, [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn a_wrong_key_is_said_once_and_counted() {
    for status in [401, 403] {
        let stub = Stub::answering(vec![answer(status)]);
        let mut settings = to_otlp();
        let place = settings.opentelemetry.otlp.as_mut().unwrap();
        place.url.value = "https://api.honeycomb.io/v1/traces".to_owned();
        place.headers = vec![(
            "x-honeycomb-team".to_owned(),
            Secret::new("hcaik_0123456789abcdef"),
        )];
        let running = Running::start(&settings, &stub.client);
        running.trace(1);
        pass(Duration::from_secs(6)).await;
        running.trace(2);
        pass(Duration::from_secs(6)).await;
        let (totals, notices) = running.stop().await;
        assert_eq!(
            totals,
            ["traces (OTLP): given 6 · sent 0 · dropped 0 · rejected 6 (key not accepted)"]
        );
        assert_eq!(
            notices,
            [format!(
                "warning: Honeycomb does not accept the key hcai…cdef at https://api.honeycomb.io/v1/traces (HTTP {status}); a key of the EU region belongs to https://api.eu1.honeycomb.io, and `cruddur-obs honeycomb whoami` says what it is"
            )]
        );
        // Never twice the same spans.
        assert_eq!(stub.requests(), 2);
    }
}

#[tokio::test(start_paused = true)]
async fn a_refusal_is_final_and_said_until_it_is_over() {
    let stub = Stub::answering(vec![answer(500), answer(500), answer(200)]);
    let running = Running::start(&to_otlp(), &stub.client);
    for _ in 0..3 {
        running.trace(1);
        pass(Duration::from_secs(6)).await;
    }
    let (totals, notices) = running.stop().await;
    assert_eq!(
        totals,
        ["traces (OTLP): given 6 · sent 2 · dropped 0 · rejected 4 (refused)"]
    );
    assert_eq!(
        notices,
        [
            "warning: http://collector.test/v1/traces refuses spans: HTTP 500",
            "info: spans arrive at http://collector.test/v1/traces again"
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn partial_success_is_counted_and_not_sent_again() {
    let partial = Response::builder()
        .header("content-type", "application/x-protobuf")
        .body(Bytes::from_static(b"\x0a\x0c\x08\x03\x12\x08too long"))
        .unwrap();
    let stub = Stub::answering(vec![partial]);
    let running = Running::start(&to_otlp(), &stub.client);
    running.trace(2);
    let (totals, notices) = running.stop().await;
    assert_eq!(
        totals,
        ["traces (OTLP): given 4 · sent 1 · dropped 0 · rejected 3 (refused in part)"]
    );
    assert_eq!(
        notices,
        ["warning: http://collector.test/v1/traces took a batch of spans but for 3: too long"]
    );
    assert_eq!(stub.requests(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_slow_server_costs_memory_for_the_queue_and_no_more() {
    let stub = Stub::slowly(Duration::from_secs(11), vec![answer(200)]);
    let mut settings = to_otlp();
    settings.opentelemetry.batches = Batches {
        queue: 100,
        most: 10,
        ..Batches::default()
    };
    let running = Running::start(&settings, &stub.client);
    for _ in 0..50 {
        running.trace(10);
        pass(Duration::from_millis(100)).await;
    }
    let totals = running.tracer.totals()[0].totals;
    // Two batches are under way, and the queue is full.
    assert_eq!((totals.given, totals.waiting), (1000, 120));
    assert_eq!(totals.dropped(), 880);
    let before = tokio::time::Instant::now();
    let (totals, _) = running.stop().await;
    assert_eq!(
        totals,
        [
            "traces (OTLP): given 1,000 · sent 0 · dropped 1,000 (880 queue full, 120 not delivered in time) · rejected 0"
        ]
    );
    assert_eq!(
        before.elapsed(),
        settings.drain,
        "the stop has its deadline"
    );
}

#[tokio::test(start_paused = true)]
async fn who_never_answers_is_given_up() {
    let stub = Stub::slowly(Duration::from_mins(5), vec![answer(200)]);
    let running = Running::start(&to_otlp(), &stub.client);
    running.trace(1);
    pass(Duration::from_mins(2)).await;
    let (totals, notices) = running.stop().await;
    assert_eq!(
        totals,
        ["traces (OTLP): given 2 · sent 0 · dropped 2 (gave up) · rejected 0"]
    );
    assert_eq!(
        notices,
        [
            "warning: spans do not reach http://collector.test/v1/traces (default): no answer within 10 s; what does not arrive in time is counted"
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn our_headers_are_sent_and_no_others() {
    for gzip in [false, true] {
        let stub = Stub::answering(vec![answer(200)]);
        let mut settings = to_otlp();
        let place = settings.opentelemetry.otlp.as_mut().unwrap();
        place.headers = vec![("x-honeycomb-team".to_owned(), Secret::new("50%25"))];
        place.gzip = gzip;
        let running = Running::start(&settings, &stub.client);
        running.trace(1);
        running.stop().await;
        let requests = stub.requests.lock().unwrap();
        let mut headers: Vec<String> = requests[0]
            .headers()
            .iter()
            .map(|(name, value)| format!("{name}: {}", value.to_str().unwrap()))
            .collect();
        headers.sort();
        let mut expected = vec![
            "content-type: application/x-protobuf".to_owned(),
            "x-honeycomb-team: 50%25".to_owned(),
        ];
        if gzip {
            expected.insert(0, "content-encoding: gzip".to_owned());
        }
        assert_eq!(headers, expected);
        assert_eq!(requests[0].uri(), "http://collector.test/v1/traces");
        assert_eq!(requests[0].body().starts_with(&[0x1f, 0x8b]), gzip);
    }
}

#[test]
fn variables_that_the_sdk_reads_itself_change_nothing() {
    let tests = std::env::current_exe().unwrap();
    for test in [
        "telemetry::tracing::tests::delivery::our_headers_are_sent_and_no_others",
        "telemetry::tracing::tests::spans::a_server_span_under_both_sets_of_names",
        "telemetry::tracing::tests::spans::scopes_and_the_resource",
    ] {
        let ran = std::process::Command::new(&tests)
            .args(["--exact", test])
            .env(
                "OTEL_EXPORTER_OTLP_TRACES_HEADERS",
                "x-honeycomb-team=stale,more=1",
            )
            .env(
                "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
                "http://elsewhere.test/",
            )
            .env("OTEL_EXPORTER_OTLP_TRACES_COMPRESSION", "gzip")
            .env("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "grpc")
            .env("OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", "soon")
            .env("OTEL_TRACES_SAMPLER", "always_off")
            .env("OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT", "1")
            .env("OTEL_RESOURCE_ATTRIBUTES", "service.version=stale")
            .env("OTEL_SERVICE_NAME", "stale")
            .env("OTEL_BSP_MAX_QUEUE_SIZE", "1")
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&ran.stdout);
        assert!(said.contains("1 passed"), "{test}: {said}");
    }
}
