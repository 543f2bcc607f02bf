//! HTTP to services that are not AWS: over the network, or straight into a service of this process.
//!
//! TLS is rustls with the system's roots, and those of a bundle where one is given; what is on
//! this machine is reached without a proxy. Replies are bounded, redirects are not followed, and
//! nothing is tried again here: who calls knows better what may be sent twice.

use std::error::Error as StdError;
use std::fmt;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use axum::http::{Request, Response};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;

use super::transport::{LocalService, is_loopback};
use crate::error::{Error, Kind, Result};

/// The longest reply that is read.
const MOST: usize = 4 * 1024 * 1024;

/// How long a connection may take to come about.
const CONNECT: Duration = Duration::from_secs(5);

/// Sends requests. Clones share connections.
#[derive(Clone)]
pub struct HttpClient(Way);

#[derive(Clone)]
enum Way {
    Network {
        /// For this machine: no proxy can help there.
        direct: reqwest::Client,
        other: reqwest::Client,
    },
    Local(LocalService),
}

impl fmt::Debug for HttpClient {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self.0 {
            Way::Network { .. } => "HttpClient(network)",
            Way::Local(_) => "HttpClient(local)",
        })
    }
}

/// Why there is no reply.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HttpFailure {
    /// The host's name has no address.
    #[error("the name cannot be resolved: {0}")]
    Name(String),
    /// Nobody listens there.
    #[error("the connection was refused")]
    Refused,
    /// The connection did not come about for another reason.
    #[error("no connection: {0}")]
    Connect(String),
    /// The certificate was not accepted, or TLS failed otherwise.
    #[error("TLS failed: {0}")]
    Tls(String),
    /// It took too long.
    #[error("no answer within {} s", .0.as_secs_f64())]
    Timeout(Duration),
    /// The connection ended before the reply did.
    #[error("the connection was cut: {0}")]
    Cut(String),
    /// The reply is longer than anything that is expected.
    #[error("the reply is longer than {MOST} bytes")]
    TooLong,
    /// The request cannot be sent at all.
    #[error("the request cannot be sent: {0}")]
    Invalid(String),
}

impl HttpClient {
    /// A client of the network that trusts the system's roots, and those of `ca_bundle`.
    pub fn network(ca_bundle: Option<&Path>) -> Result<Self> {
        let tls = tls(ca_bundle)?;
        let build = |builder: reqwest::ClientBuilder| {
            builder
                .user_agent(concat!("cruddur-obs/", env!("CARGO_PKG_VERSION")))
                .redirect(reqwest::redirect::Policy::none())
                .connect_timeout(CONNECT)
                .tls_backend_preconfigured(tls.clone())
                .build()
                .map_err(|error| Error::unexpected("could not build an HTTP client").source(error))
        };
        Ok(Self(Way::Network {
            direct: build(reqwest::Client::builder().no_proxy())?,
            other: build(reqwest::Client::builder())?,
        }))
    }

    /// A client of a service that lives in this process.
    pub fn local(service: LocalService) -> Self {
        Self(Way::Local(service))
    }

    /// Sends a request and reads the whole reply within `patience`.
    pub async fn send(
        &self,
        request: Request<Bytes>,
        patience: Duration,
    ) -> Result<Response<Bytes>, HttpFailure> {
        let work = async {
            match &self.0 {
                Way::Local(service) => Ok(service(request).await),
                Way::Network { direct, other } => {
                    let is_here = is_loopback(&request.uri().to_string());
                    over_network(if is_here { direct } else { other }, request).await
                }
            }
        };
        tokio::time::timeout(patience, work)
            .await
            .unwrap_or(Err(HttpFailure::Timeout(patience)))
    }
}

async fn over_network(
    client: &reqwest::Client,
    request: Request<Bytes>,
) -> Result<Response<Bytes>, HttpFailure> {
    let request = reqwest::Request::try_from(request)
        .map_err(|error| HttpFailure::Invalid(deepest(&error)))?;
    let mut reply = client
        .execute(request)
        .await
        .map_err(|error| HttpFailure::of(&error))?;
    let mut response = Response::builder().status(reply.status());
    if let Some(headers) = response.headers_mut() {
        headers.clone_from(reply.headers());
    }
    let mut body = Vec::new();
    while let Some(chunk) = reply
        .chunk()
        .await
        .map_err(|error| HttpFailure::of(&error))?
    {
        if body.len() + chunk.len() > MOST {
            return Err(HttpFailure::TooLong);
        }
        body.extend_from_slice(&chunk);
    }
    response
        .body(Bytes::from(body))
        .map_err(|error| HttpFailure::Invalid(error.to_string()))
}

impl HttpFailure {
    fn of(error: &reqwest::Error) -> Self {
        let first: &(dyn StdError + 'static) = error;
        let chain: Vec<_> = std::iter::successors(Some(first), |one| (*one).source()).collect();
        let said = deepest(error);
        if chain.iter().any(|one| one.is::<rustls::Error>()) {
            return Self::Tls(said);
        }
        // An I/O error may carry another one that is not its source.
        for one in &chain {
            let Some(io) = one.downcast_ref::<io::Error>() else {
                continue;
            };
            if let Some(error) = tls_error(io) {
                return Self::Tls(error.to_string());
            }
            if io.kind() == io::ErrorKind::ConnectionRefused {
                return Self::Refused;
            }
        }
        if error.is_builder() {
            Self::Invalid(said)
        } else if error.is_timeout() {
            Self::Timeout(CONNECT)
        } else if chain
            .iter()
            .any(|one| one.to_string().starts_with("dns error"))
        {
            Self::Name(said)
        } else if error.is_connect() {
            Self::Connect(said)
        } else {
            Self::Cut(said)
        }
    }

    /// Whether the same request may succeed later.
    pub fn may_pass(&self) -> bool {
        !matches!(self, Self::Invalid(_) | Self::Tls(_) | Self::TooLong)
    }

    /// The failure for people: what was asked of whom, why it failed, and a first thing to try.
    pub fn explain(&self, what: &str, url: &str) -> Error {
        let host = url.split(['?', '#']).next().unwrap_or(url);
        let fix = match self {
            Self::Name(_) => "check the spelling of the host, and that this machine has DNS",
            Self::Refused => "check host and port; for the sandbox: cruddur-obs sandbox",
            Self::Tls(_) => "check the address, and AWS_CA_BUNDLE behind a proxy that opens TLS",
            Self::Timeout(_) | Self::Connect(_) => {
                "check the network, HTTPS_PROXY and NO_PROXY; --timeout waits longer"
            }
            Self::Cut(_) | Self::TooLong => "try again; check what stands between",
            Self::Invalid(_) => "check the address",
        };
        let (kind, code) = match self {
            Self::Invalid(_) => (Kind::Configuration, "address-invalid"),
            _ => (Kind::Unreachable, "unreachable"),
        };
        Error::new(kind, format!("{what} did not answer"))
            .code(code)
            .tried(host.to_owned())
            .cause(self.to_string())
            .fix(fix)
    }
}

/// The TLS error within an I/O error, which may carry another one that is not its source.
fn tls_error(io: &io::Error) -> Option<&rustls::Error> {
    let inner = io.get_ref()?;
    inner
        .downcast_ref::<rustls::Error>()
        .or_else(|| tls_error(inner.downcast_ref::<io::Error>()?))
}

fn deepest(error: &(dyn StdError + 'static)) -> String {
    let mut deepest = error;
    while let Some(source) = deepest.source() {
        deepest = source;
    }
    deepest.to_string()
}

/// What TLS clients of this program agree on.
pub(super) fn tls(ca_bundle: Option<&Path>) -> Result<rustls::ClientConfig> {
    let mut roots = rustls::RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if let Some(path) = ca_bundle {
        let unusable = |cause: String| {
            Error::configuration(format!(
                "the certificate file cannot be used: {}",
                path.display()
            ))
            .code("ca-bundle")
            .cause(cause)
            .fix("name a readable PEM file, or unset the variable that names this one")
        };
        let certificates = CertificateDer::pem_file_iter(path)
            .and_then(Iterator::collect::<Result<Vec<_>, _>>)
            .map_err(|error| unusable(error.to_string()))?;
        if roots.add_parsable_certificates(certificates).0 == 0 {
            return Err(unusable("it holds no certificate".to_owned()));
        }
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    Ok(rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| Error::unexpected("could not set up TLS").source(error))?
        .with_root_certificates(roots)
        .with_no_client_auth())
}
