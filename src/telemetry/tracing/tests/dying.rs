//! Other ends on real sockets: nobody there, cut connections, TLS with the right authority and
//! with a wrong one; and a daemon that is not there.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, UdpSocket};

use super::{Asked, Running, to_otlp};
use crate::remote::HttpClient;
use crate::settings::OpenTelemetry;
use crate::telemetry::tracing::{Tracing, TracingSettings, XraySettings, XrayTransport};
use crate::xray::daemon_address::DaemonAddress;

/// Settings that send to this URL and soon give up.
fn hasty(url: String) -> TracingSettings {
    let mut settings = to_otlp();
    settings.opentelemetry.otlp.as_mut().unwrap().url.value = url;
    settings.opentelemetry.batches.patience = Duration::from_millis(200);
    settings
}

async fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    listener.local_addr().unwrap().port()
}

#[tokio::test]
async fn nobody_there() {
    let port = free_port().await;
    let client = HttpClient::network(None).unwrap();
    let url = format!("http://127.0.0.1:{port}/v1/traces");
    let running = Running::start(&hasty(url), &client);
    running.trace(3);
    let (totals, notices) = running.stop().await;
    assert_eq!(
        totals,
        ["traces (OTLP): given 6 · sent 0 · dropped 6 (gave up) · rejected 0"]
    );
    assert_eq!(
        notices,
        [format!(
            "warning: spans do not reach http://127.0.0.1:{port}/v1/traces (default): the connection was refused; what does not arrive in time is counted"
        )]
    );
}

#[tokio::test]
async fn connections_that_are_cut() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/v1/traces", listener.local_addr().unwrap());
    let cutter = tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            // Some of the request, and no answer.
            stream.read_u8().await.ok();
        }
    });
    let client = HttpClient::network(None).unwrap();
    let running = Running::start(&hasty(url), &client);
    running.trace(3);
    let (totals, notices) = running.stop().await;
    cutter.abort();
    assert_eq!(
        totals,
        ["traces (OTLP): given 6 · sent 0 · dropped 6 (gave up) · rejected 0"]
    );
    assert!(notices[0].contains("the connection was cut"), "{notices:?}");
}

/// A server with a certificate for `localhost`, which takes everything; and its authority's file.
async fn tls_server(folder: &Path) -> (u16, std::path::PathBuf) {
    let signed = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let file = folder.join("authority.pem");
    std::fs::write(&file, signed.cert.pem()).unwrap();
    let key =
        rustls::pki_types::PrivateKeyDer::try_from(signed.signing_key.serialize_der()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let configuration = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![signed.cert.der().clone()], key)
        .unwrap();
    let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(configuration));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let Ok(mut stream) = acceptor.accept(stream).await else {
                continue;
            };
            let mut request = Vec::new();
            while !request.windows(9).any(|bytes| bytes == b"localhost") {
                stream.read_buf(&mut request).await.unwrap();
            }
            let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
            stream.write_all(answer).await.unwrap();
            stream.shutdown().await.ok();
        }
    });
    (port, file)
}

#[tokio::test]
async fn https_works_with_the_authority_and_says_why_not_without() {
    let folder = tempfile::tempdir().unwrap();
    let (port, authority) = tls_server(folder.path()).await;
    let client = HttpClient::network(None).unwrap();
    let mut settings = hasty(format!("https://localhost:{port}/v1/traces"));
    let running = Running::start(&settings, &client);
    running.trace(1);
    let (totals, notices) = running.stop().await;
    assert_eq!(
        totals,
        ["traces (OTLP): given 2 · sent 0 · dropped 0 · rejected 2 (refused)"]
    );
    let [notice] = &notices[..] else {
        panic!("{notices:?}")
    };
    assert!(
        notice.contains("TLS failed: invalid peer certificate"),
        "{notice}"
    );
    assert!(
        notice.ends_with(
            "OTEL_EXPORTER_OTLP_CERTIFICATE names a file with the authority's certificate"
        )
    );

    settings.opentelemetry.otlp.as_mut().unwrap().certificate = Some(authority);
    let running = Running::start(&settings, &client);
    running.trace(1);
    let (totals, notices) = running.stop().await;
    assert_eq!(
        totals,
        ["traces (OTLP): given 2 · sent 2 · dropped 0 · rejected 0"]
    );
    assert_eq!(notices, [""; 0]);

    // A file that cannot be used was named on purpose.
    let missing = folder.path().join("missing.pem");
    settings.opentelemetry.otlp.as_mut().unwrap().certificate = Some(missing);
    let error = Tracing::bind(&settings, &client).unwrap_err();
    assert_eq!(error.known_as(), Some("ca-bundle"));
}

fn to_daemon(address: &str) -> TracingSettings {
    let address: DaemonAddress = address.parse().unwrap();
    let xray = XraySettings::new(XrayTransport::Daemon(address));
    TracingSettings::new(OpenTelemetry::default(), xray)
}

fn record(running: &Running, requests: usize) {
    let header = "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1";
    for _ in 0..requests {
        let asked = Asked::home().with("x-amzn-trace-id", header);
        asked.begin(&running.tracer).finish(200, None);
    }
}

/// What was said about segments; the sampler has its own.
fn about_segments(notices: &[String]) -> Vec<&String> {
    let about = notices.iter().filter(|text| text.contains("segments"));
    about.collect()
}

#[tokio::test]
async fn a_daemon_that_is_not_there_is_noticed_and_said_once() {
    let port = UdpSocket::bind("127.0.0.1:0")
        .await
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let client = HttpClient::network(None).unwrap();
    let running = Running::start(&to_daemon(&format!("127.0.0.1:{port}")), &client);
    record(&running, 5);
    let (totals, notices) = running.stop().await;
    assert_eq!(
        totals,
        ["X-Ray: given 5 · sent 0 · dropped 5 (gave up) · rejected 0"]
    );
    assert_eq!(
        about_segments(&notices),
        [&format!(
            "warning: segments do not reach the X-Ray daemon at 127.0.0.1:{port}: nobody listens there; start one with `cruddur-obs daemon`, or `cruddur-obs sandbox`"
        )]
    );
}

#[tokio::test]
async fn a_name_without_an_address_is_said_once() {
    let client = HttpClient::network(None).unwrap();
    let running = Running::start(&to_daemon("xray-daemon.invalid:2000"), &client);
    record(&running, 5);
    let (totals, notices) = running.stop().await;
    assert_eq!(
        totals,
        ["X-Ray: given 5 · sent 0 · dropped 5 (gave up) · rejected 0"]
    );
    assert_eq!(about_segments(&notices).len(), 1, "{notices:?}");
}
