//! How requests leave: TLS, plain HTTP, or straight into a service of this process.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore};
use aws_smithy_http_client::{Builder, Connector};
use aws_smithy_runtime_api::client::connector_metadata::ConnectorMetadata;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
    SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use axum::body::Bytes;
use axum::http::{Request, Response};
use futures::future::BoxFuture;
use http_body_util::BodyExt as _;

use crate::error::{Error, Result};

/// A service that lives in this process and speaks HTTP without a socket.
pub type LocalService =
    Arc<dyn Fn(Request<Bytes>) -> BoxFuture<'static, Response<Bytes>> + Send + Sync>;

/// The transport for an endpoint: plain for `http://` on this machine, where no proxy can help,
/// otherwise TLS with the system's roots (or `AWS_CA_BUNDLE`'s) and the proxy that is given, or else
/// that of the environment.
pub(super) fn network(
    endpoint: Option<&str>,
    ca_bundle: Option<&Path>,
    proxy: Option<&str>,
) -> Result<SharedHttpClient> {
    let proxy = match proxy {
        None => ProxyConfig::from_env(),
        Some(url) => ProxyConfig::all(url.to_owned()).map_err(|error| {
            Error::configuration("the proxy's address cannot be used")
                .code("proxy")
                .cause(error.to_string())
                .fix("write it as http://HOST:PORT")
        })?,
    };
    match endpoint {
        Some(url) if url.starts_with("http://") => {
            let proxied = !is_loopback(url);
            Ok(
                Builder::new().build_with_connector_fn(move |settings, _components| {
                    let builder = Connector::builder().connector_settings(
                        settings
                            .cloned()
                            .unwrap_or_else(|| HttpConnectorSettings::builder().build()),
                    );
                    let proxy = if proxied {
                        proxy.clone()
                    } else {
                        ProxyConfig::disabled()
                    };
                    builder.proxy_config(proxy).build_http()
                }),
            )
        }
        _ => {
            let context = tls_context(ca_bundle)?;
            Ok(
                Builder::new().build_with_connector_fn(move |settings, _components| {
                    Connector::builder()
                        .connector_settings(
                            settings
                                .cloned()
                                .unwrap_or_else(|| HttpConnectorSettings::builder().build()),
                        )
                        .proxy_config(proxy.clone())
                        .tls_provider(Provider::Rustls(CryptoMode::Ring))
                        .tls_context(context.clone())
                        .build()
                }),
            )
        }
    }
}

fn tls_context(ca_bundle: Option<&Path>) -> Result<TlsContext> {
    let store = match ca_bundle {
        None => TrustStore::default(),
        Some(path) => {
            let unusable = |error: String| {
                Error::configuration(format!("AWS_CA_BUNDLE cannot be used: {}", path.display()))
                    .code("ca-bundle")
                    .cause(error)
                    .fix("unset AWS_CA_BUNDLE, or name a readable PEM file")
            };
            let pem = std::fs::read(path).map_err(|error| unusable(error.to_string()))?;
            if !String::from_utf8_lossy(&pem).contains("-----BEGIN CERTIFICATE-----") {
                return Err(unusable("it holds no PEM certificate".to_owned()));
            }
            TrustStore::empty().with_pem_certificate(pem)
        }
    };
    TlsContext::builder()
        .with_trust_store(store)
        .build()
        .map_err(|error| Error::unexpected("could not set up TLS").source(error))
}

/// Whether a URL names this machine.
pub(super) fn is_loopback(url: &str) -> bool {
    let Ok(uri) = url.parse::<axum::http::Uri>() else {
        return false;
    };
    let host = uri.host().unwrap_or_default();
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    bare == "localhost"
        || bare.ends_with(".localhost")
        || bare
            .parse::<std::net::IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

/// The transport into a service of this process.
pub(super) fn local(service: LocalService) -> SharedHttpClient {
    SharedHttpClient::new(Local(service))
}

#[derive(Clone)]
struct Local(LocalService);

impl fmt::Debug for Local {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Local")
    }
}

impl HttpClient for Local {
    fn http_connector(
        &self,
        _settings: &HttpConnectorSettings,
        _components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }

    fn connector_metadata(&self) -> Option<ConnectorMetadata> {
        Some(ConnectorMetadata::new("in-process", None))
    }
}

impl HttpConnector for Local {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let service = Arc::clone(&self.0);
        HttpConnectorFuture::new(async move {
            let request = request
                .try_into_http1x()
                .map_err(|error| ConnectorError::user(error.into()))?;
            let (parts, body) = request.into_parts();
            let body = body
                .collect()
                .await
                .map_err(ConnectorError::user)?
                .to_bytes();
            let response = service(Request::from_parts(parts, body)).await;
            HttpResponse::try_from(response.map(SdkBody::from))
                .map_err(|error| ConnectorError::other(error.into(), None))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::is_loopback;

    #[test]
    fn loopback_is_this_machine_only() {
        for url in [
            "http://127.0.0.1:4000",
            "http://localhost",
            "http://[::1]:1/",
            "http://a.localhost:4000",
        ] {
            assert!(is_loopback(url), "{url}");
        }
        for url in [
            "http://10.0.0.1",
            "https://xray.us-east-1.amazonaws.com",
            "http://localhost.example",
            "nonsense",
        ] {
            assert!(!is_loopback(url), "{url}");
        }
    }
}
