//! What tracing costs a request, and what sending costs the process.
//!
//! `cargo bench --bench tracing`: the time on the request's thread for a server span, a span within
//! it and a call to another service; then the same with the other end taking what comes.

use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::body::Bytes;
use axum::http::{HeaderMap, HeaderValue, Method, Response, Uri, Version};
use cruddur_obs::remote::HttpClient;
use cruddur_obs::settings::{Batches, HttpNames, OpenTelemetry, Otlp};
use cruddur_obs::telemetry::tracing::{
    IncomingRequest, RequestTracer, Tracing, TracingSettings, XraySettings, XrayTransport,
};
use cruddur_obs::xray::daemon_address::DaemonAddress;
use tokio_util::sync::CancellationToken;

/// Requests in one measurement.
const REQUESTS: u32 = 100_000;

struct Asked {
    uri: Uri,
    headers: HeaderMap,
    peer: Arc<str>,
}

impl Asked {
    fn new(header: Option<&'static str>) -> Self {
        let mut headers = HeaderMap::new();
        headers.insert("host", HeaderValue::from_static("127.0.0.1:4567"));
        headers.insert("user-agent", HeaderValue::from_static("oha/1.4.5"));
        if let Some(header) = header {
            headers.insert("x-amzn-trace-id", HeaderValue::from_static(header));
        }
        Self {
            uri: Uri::from_static("/api/activities/home"),
            headers,
            peer: "127.0.0.1".into(),
        }
    }

    fn trace(&self, tracer: &RequestTracer) {
        let request = tracer.begin(&IncomingRequest {
            method: &Method::GET,
            uri: &self.uri,
            route: Some("/api/activities/home"),
            headers: &self.headers,
            peer: Some((&self.peer, 43310)),
            version: Version::HTTP_11,
            scheme: "http",
        });
        let part = request.segment_part("home_endpoint");
        let mut span = request.span("home.activities", "home-activities-mock-data");
        span.set_attribute("app.now", "2026-11-20T09:42:08.615806+00:00");
        span.set_attribute("app.result_length", 3);
        drop(span);
        drop(part);
        request
            .call(&Method::GET, "http://127.0.0.1:28980/hello")
            .finish(200, None);
        request.finish(200, Some(949));
    }
}

fn settings(names: HttpNames, has_otlp: bool, has_xray: bool) -> TracingSettings {
    let opentelemetry = OpenTelemetry {
        otlp: has_otlp.then(|| Otlp::new("http://collector.test/v1/traces")),
        http_names: names,
        batches: Batches {
            queue: 1_000_000,
            delay: Duration::from_millis(50),
            ..Batches::default()
        },
        ..OpenTelemetry::default()
    };
    let xray = if has_xray {
        XraySettings::new(XrayTransport::Daemon(DaemonAddress::default()))
    } else {
        XraySettings::off("not measured")
    };
    TracingSettings::new(opentelemetry, xray)
}

fn nanoseconds(time: Duration, number: u32) -> u128 {
    time.as_nanos() / u128::from(number)
}

#[expect(clippy::print_stdout, reason = "a benchmark prints")]
fn main() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let client = HttpClient::local(Arc::new(|request| {
        black_box(&request);
        Box::pin(async { Response::new(Bytes::new()) })
    }));
    let unsampled =
        Some("Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=0");
    let sampled =
        Some("Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1");
    for (what, names, has_otlp, has_xray, header) in [
        ("all off", HttpNames::Both, false, false, None),
        ("OTLP, old names", HttpNames::Old, true, false, None),
        ("OTLP, both names", HttpNames::Both, true, false, None),
        (
            "OTLP and X-Ray, by rules",
            HttpNames::Both,
            true,
            true,
            None,
        ),
        (
            "OTLP and X-Ray, not recorded",
            HttpNames::Both,
            true,
            true,
            unsampled,
        ),
        (
            "OTLP and X-Ray, recorded",
            HttpNames::Both,
            true,
            true,
            sampled,
        ),
    ] {
        let tracing =
            Tracing::bind(&settings(names, has_otlp, has_xray), &client).expect("it binds");
        let tracer = tracing.tracer();
        let asked = Asked::new(header);
        for _ in 0..1000 {
            asked.trace(&tracer);
        }
        let before = Instant::now();
        for _ in 0..REQUESTS {
            asked.trace(&tracer);
        }
        let request = nanoseconds(before.elapsed(), REQUESTS);
        let cancel = CancellationToken::new();
        cancel.cancel();
        let before = Instant::now();
        let totals = runtime.block_on(tracing.serve(cancel, |_| {}));
        let sending = before.elapsed();
        println!("{what:<30} {request:>6} ns a request on its thread");
        for one in totals {
            println!(
                "{:<30} {:>6} ns for each in the background: {}",
                "",
                nanoseconds(sending, u32::try_from(one.totals.sent).unwrap_or(1).max(1)),
                one.totals
            );
        }
    }
}
