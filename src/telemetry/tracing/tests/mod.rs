//! Tracing as the server uses it, with the other ends played by stubs.

mod delivery;
mod documents;
mod dying;
mod propagation;
mod sampling;
mod spans;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::body::Bytes;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, Uri, Version};
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::trace::v1::Span;
use prost::Message as _;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::{
    IncomingRequest, PipelineTotals, RequestTracer, TracedRequest, Tracing, TracingSettings,
    XraySettings,
};
use crate::remote::HttpClient;
use crate::settings::{OpenTelemetry, Otlp};
use crate::telemetry::Notice;

/// A request, to be varied.
#[derive(Debug, Clone)]
struct Asked {
    method: Method,
    uri: Uri,
    route: Option<&'static str>,
    headers: HeaderMap,
}

impl Asked {
    fn get(target: &str, route: Option<&'static str>) -> Self {
        let mut headers = HeaderMap::new();
        headers.insert("host", HeaderValue::from_static("127.0.0.1:28567"));
        headers.insert("user-agent", HeaderValue::from_static("curl/7.88.1"));
        Self {
            method: Method::GET,
            uri: target.parse().unwrap(),
            route,
            headers,
        }
    }

    fn home() -> Self {
        Self::get("/api/activities/home", Some("/api/activities/home"))
    }

    fn with(mut self, name: &'static str, value: &str) -> Self {
        let value = HeaderValue::from_str(value).unwrap();
        self.headers.insert(HeaderName::from_static(name), value);
        self
    }

    fn begin(&self, tracer: &RequestTracer) -> TracedRequest {
        tracer.begin(&IncomingRequest {
            method: &self.method,
            uri: &self.uri,
            route: self.route,
            headers: &self.headers,
            peer: Some((&"127.0.0.1".into(), 43310)),
            version: Version::HTTP_11,
            scheme: "http",
        })
    }
}

/// What a stub was sent, and how it answers.
#[derive(Clone)]
struct Stub {
    requests: Arc<Mutex<Vec<Request<Bytes>>>>,
    client: HttpClient,
}

impl Stub {
    /// Answers the first request with the first answer, and so on; the last one stays.
    fn answering(answers: Vec<Response<Bytes>>) -> Self {
        Self::slowly(Duration::ZERO, answers)
    }

    fn slowly(delay: Duration, answers: Vec<Response<Bytes>>) -> Self {
        let requests = Arc::new(Mutex::new(Vec::new()));
        let noted = Arc::clone(&requests);
        let answers = Arc::new(answers);
        let client = HttpClient::local(Arc::new(move |request| {
            let number = {
                let mut noted = noted.lock().unwrap();
                noted.push(request);
                noted.len()
            };
            let answer = answers[(number - 1).min(answers.len() - 1)].clone();
            Box::pin(async move {
                tokio::time::sleep(delay).await;
                answer
            })
        }));
        Self { requests, client }
    }

    fn requests(&self) -> usize {
        self.requests.lock().unwrap().len()
    }

    /// Every span that came, in order.
    fn spans(&self) -> Vec<Span> {
        let requests = self.requests.lock().unwrap();
        requests
            .iter()
            .map(|request| ExportTraceServiceRequest::decode(request.body().clone()).unwrap())
            .flat_map(|request| request.resource_spans)
            .flat_map(|resource| resource.scope_spans)
            .flat_map(|scope| scope.spans)
            .collect()
    }
}

fn answer(status: u16) -> Response<Bytes> {
    Response::builder()
        .status(status)
        .body(Bytes::new())
        .unwrap()
}

/// Settings that send spans to a stub, and nothing to X-Ray.
fn to_otlp() -> TracingSettings {
    let opentelemetry = OpenTelemetry {
        otlp: Some(Otlp::new("http://collector.test/v1/traces")),
        ..OpenTelemetry::default()
    };
    TracingSettings::new(opentelemetry, XraySettings::off("not in this test"))
}

/// Tracing that runs.
struct Running {
    tracer: RequestTracer,
    cancel: CancellationToken,
    notices: Arc<Mutex<Vec<Notice>>>,
    task: JoinHandle<Vec<PipelineTotals>>,
}

impl Running {
    fn start(settings: &TracingSettings, http: &HttpClient) -> Self {
        Self::serve(Tracing::bind(settings, http).unwrap())
    }

    fn serve(tracing: Tracing) -> Self {
        let tracer = tracing.tracer();
        let cancel = CancellationToken::new();
        let notices = Arc::new(Mutex::new(Vec::new()));
        let said = Arc::clone(&notices);
        let stopped = cancel.clone();
        let task = tokio::spawn(async move {
            let say = move |notice| said.lock().unwrap().push(notice);
            tracing.serve(stopped, say).await
        });
        Self {
            tracer,
            cancel,
            notices,
            task,
        }
    }

    /// Traces so many requests, with a span within each.
    fn trace(&self, requests: usize) {
        for _ in 0..requests {
            let request = Asked::home().begin(&self.tracer);
            drop(request.span("home.activities", "home-activities-mock-data"));
            request.finish(200, Some(949));
        }
    }

    /// Stops, and tells what became of everything and what was said.
    async fn stop(self) -> (Vec<String>, Vec<String>) {
        self.cancel.cancel();
        let totals = self.task.await.unwrap();
        let totals = totals.iter().map(|one| {
            let sum =
                one.totals.sent + one.totals.dropped() + one.totals.rejected() + one.totals.waiting;
            assert_eq!(one.totals.given, sum, "{}", one.totals);
            format!("{}: {}", one.name, one.totals)
        });
        let notices = self.notices.lock().unwrap();
        let notices = notices.iter().map(|notice| match notice {
            Notice::Info(text) => format!("info: {text}"),
            Notice::Warning(text) => format!("warning: {text}"),
        });
        (totals.collect(), notices.collect())
    }
}
