//! Tracing with the sandbox at the other end: its daemon's port, its API, and sampling.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::body::Bytes;
use axum::http::{HeaderMap, HeaderValue, Method, Request, Response, Uri, Version};
use cruddur_obs::remote::{self, Clients, HttpClient, LocalService};
use cruddur_obs::sandbox::{Log, Options, Sandbox, SidePort, Store, in_process};
use cruddur_obs::settings::{Environment, Flags, OpenTelemetry, Settings};
use cruddur_obs::telemetry::tracing::{
    IncomingRequest, PipelineTotals, RequestTracer, TracedRequest, Tracing, TracingSettings,
    XraySettings, XrayTransport,
};
use cruddur_obs::xray::sampling_rule::SamplingRule;
use tokio_util::sync::CancellationToken;

fn begin(tracer: &RequestTracer, header: Option<&'static str>) -> TracedRequest {
    let mut headers = HeaderMap::new();
    headers.insert("host", HeaderValue::from_static("127.0.0.1:4567"));
    if let Some(header) = header {
        headers.insert("x-amzn-trace-id", HeaderValue::from_static(header));
    }
    tracer.begin(&IncomingRequest {
        method: &Method::GET,
        uri: &Uri::from_static("/api/activities/home"),
        route: Some("/api/activities/home"),
        headers: &headers,
        peer: None,
        version: Version::HTTP_11,
        scheme: "http",
    })
}

const SAMPLED: Option<&str> = Some("Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1");

/// The seeds' rule, but so that it takes nothing, or everything.
fn rule(rate: f64) -> SamplingRule {
    let all = || "*".to_owned();
    SamplingRule {
        name: "Cruddur".to_owned(),
        arn: String::new(),
        resource_arn: all(),
        priority: 9000,
        fixed_rate: rate,
        reservoir_size: 0,
        service_name: "Cruddur".to_owned(),
        service_type: all(),
        host: all(),
        http_method: all(),
        url_path: all(),
        version: 1,
        attributes: std::collections::BTreeMap::new(),
        boost: None,
    }
}

/// Clients of a sandbox in this process, or of one that listens.
async fn clients(local: Option<LocalService>, url: Option<String>) -> Clients {
    let flags = Flags {
        sandbox: Some(url),
        ..Flags::default()
    };
    let nowhere = PathBuf::from("/nowhere");
    let environment = Environment::of([], nowhere.clone(), Some(nowhere));
    let settings = Settings::resolve(&flags, &environment).expect("the settings are usable");
    let access = settings
        .aws(&environment, jiff::Timestamp::UNIX_EPOCH)
        .expect("a sandbox needs nothing");
    remote::connect(&access, None, local)
        .await
        .expect("nothing is in the way")
}

/// A sandbox in this process, and what it was asked.
async fn sandbox() -> (Clients, Arc<Mutex<Vec<String>>>) {
    let store = Store::open(&cruddur_obs::sandbox::Location::Memory).expect("a store");
    let service = in_process(store, "us-east-1");
    let asked = Arc::new(Mutex::new(Vec::new()));
    let noted = Arc::clone(&asked);
    let local: LocalService = Arc::new(move |request: Request<Bytes>| {
        let path = request.uri().path().to_owned();
        noted.lock().expect("nobody panicked").push(path);
        service(request)
    });
    (clients(Some(local), None).await, asked)
}

const SAMPLED_TRACE: &str = "1-5759e988-bd862e3fe1be46a994272793";

/// What X-Ray answers about a trace.
async fn trace(clients: &Clients, id: &str) -> String {
    let asked = remote::Forwarded {
        method: "POST".to_owned(),
        path: "/Traces".to_owned(),
        content_type: Some("application/json".to_owned()),
        body: format!(r#"{{"TraceIds": ["{id}"]}}"#).into_bytes(),
    };
    let reply = clients.xray.forward(asked, Duration::from_secs(10)).await;
    String::from_utf8(reply.expect("an answer").body).expect("JSON")
}

fn settings(transport: XrayTransport) -> TracingSettings {
    TracingSettings::new(OpenTelemetry::default(), XraySettings::new(transport))
}

async fn stop(tracing: Tracing) -> Vec<PipelineTotals> {
    let cancel = CancellationToken::new();
    cancel.cancel();
    tracing.serve(cancel, |_| {}).await
}

#[tokio::test]
async fn segments_by_the_api_are_found_there() {
    let (clients, _) = sandbox().await;
    let way = XrayTransport::Api(clients.xray.clone());
    let http = HttpClient::network(None).expect("a client");
    let tracing = Tracing::bind(&settings(way), &http).expect("it binds");
    let request = begin(&tracing.tracer(), SAMPLED);
    drop(request.segment_part("home_endpoint"));
    request.finish(200, Some(949));
    let totals = stop(tracing).await;
    assert_eq!(
        totals[0].totals.to_string(),
        "given 1 · sent 1 · dropped 0 · rejected 0"
    );
    let text = trace(&clients, SAMPLED_TRACE).await;
    assert!(text.contains("home_endpoint"), "{text}");
    assert!(text.contains(&request.span_id().to_string()), "{text}");
}

#[tokio::test(start_paused = true)]
async fn the_first_request_is_decided_by_x_rays_rules() {
    let (clients, asked) = sandbox().await;
    let no_tags = std::collections::BTreeMap::new();
    let (none, all) = (rule(0.0), rule(1.0));
    let created = clients.xray.create_sampling_rule(&none, &no_tags);
    created.await.expect("the rule is made");
    let way = XrayTransport::Api(clients.xray.clone());
    let http = HttpClient::network(None).expect("a client");
    let mut tracing = Tracing::bind(&settings(way), &http).expect("it binds");
    let tracer = tracing.tracer();
    // The local rules would take the first one of every second.
    tracing.first_rules(Duration::from_secs(5)).await;
    assert!(!begin(&tracer, None).is_recorded_by_xray());
    assert!(begin(&tracer, SAMPLED).is_recorded_by_xray());

    let cancel = CancellationToken::new();
    let stopped = cancel.clone();
    let task = tokio::spawn(async move { tracing.serve(stopped, |_| {}).await });
    let updated = clients.xray.update_sampling_rule(&all);
    updated.await.expect("the rule is changed");
    asked.lock().expect("nobody panicked").clear();
    // At the next report X-Ray says that rules have changed, and they are fetched at once.
    tokio::time::sleep(Duration::from_secs(11)).await;
    let heard = asked.lock().expect("nobody panicked").clone();
    let of_samplers: Vec<&str> = heard
        .iter()
        .map(String::as_str)
        .filter(|path| path.contains("Sampling"))
        .collect();
    assert_eq!(of_samplers, ["/SamplingTargets", "/GetSamplingRules"]);
    assert!(begin(&tracer, None).is_recorded_by_xray());
    cancel.cancel();
    task.await.expect("it ends");
}

#[tokio::test(flavor = "multi_thread")]
async fn through_a_daemons_port() {
    let options = Options {
        port: 0,
        daemon_port: SidePort::Exactly(0),
        log: Log::to(std::io::sink()),
        ..Options::default()
    };
    let sandbox = Sandbox::bind(options).expect("it binds");
    let begun = std::time::Instant::now();
    let daemon = sandbox.daemon_address().expect("a daemon's port");
    let url = sandbox.url();
    let cancel = CancellationToken::new();
    let server = tokio::spawn(sandbox.serve(cancel.clone()));
    let http = HttpClient::network(None).expect("a client");
    let way = XrayTransport::Daemon(daemon.to_string().parse().expect("an address"));
    let mut tracing = Tracing::bind(&settings(way), &http).expect("it binds");
    // The built-in rule takes the first request, and is named.
    tracing.first_rules(Duration::from_secs(5)).await;
    let request = begin(&tracing.tracer(), None);
    assert!(request.is_recorded_by_xray());
    request.finish(200, None);
    let totals = stop(tracing).await;
    assert_eq!(
        totals[0].totals.to_string(),
        "given 1 · sent 1 · dropped 0 · rejected 0"
    );
    let clients = clients(None, Some(url)).await;
    let id = request.trace_id().to_string();
    let text = loop {
        let text = trace(&clients, &id).await;
        // A datagram is stored when its time has come.
        if text.contains("Cruddur") {
            break text;
        }
        assert!(text.contains(r#""UnprocessedTraceIds""#), "{text}");
        assert!(begun.elapsed() < Duration::from_secs(30), "{text}");
        tokio::task::yield_now().await;
    };
    assert!(
        text.contains(r#"\"sampling_rule_name\":\"Default\""#),
        "{text}"
    );
    cancel.cancel();
    server.await.expect("it ends").expect("it served");
}

#[tokio::test(start_paused = true)]
async fn x_rays_own_otlp_endpoint_gets_signed_spans_of_what_it_records() {
    let (clients, _) = sandbox().await;
    let requests: Arc<Mutex<Vec<Request<Bytes>>>> = Arc::default();
    let noted = Arc::clone(&requests);
    let http = HttpClient::local(Arc::new(move |request| {
        noted.lock().expect("nobody panicked").push(request);
        Box::pin(async { Response::new(Bytes::new()) })
    }));
    let way = XrayTransport::Otlp {
        url: "https://xray.us-east-1.amazonaws.com/v1/traces".to_owned(),
        signer: clients.signer.clone(),
        http: http.clone(),
        api: clients.xray.clone(),
    };
    let tracing = Tracing::bind(&settings(way), &http).expect("it binds");
    let tracer = tracing.tracer();
    let request = begin(&tracer, SAMPLED);
    drop(request.span("home.activities", "home-activities-mock-data"));
    request.finish(200, None);
    let unsampled = "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=0";
    begin(&tracer, Some(unsampled)).finish(200, None);
    let totals = stop(tracing).await;
    assert_eq!(
        totals[0].totals.to_string(),
        "given 2 · sent 2 · dropped 0 · rejected 0"
    );
    let requests = requests.lock().expect("nobody panicked");
    let [request] = &requests[..] else {
        panic!("{requests:?}")
    };
    let authorization = request.headers()["authorization"].to_str().expect("text");
    assert!(authorization.starts_with("AWS4-HMAC-SHA256 Credential="));
    assert!(
        authorization.contains("/us-east-1/xray/aws4_request"),
        "{authorization}"
    );
}
