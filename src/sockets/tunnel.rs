//! TLS within a connection: a client that believes to go through a proxy, and meets the host there.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use hyper::upgrade::{OnUpgrade, Upgraded};
use hyper_util::rt::TokioIo;
use rustls::ServerConfig;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;
use tokio_util::sync::CancellationToken;

/// How long a client may take to agree on TLS.
const HANDSHAKE: Duration = Duration::from_secs(30);

/// The host that a request was sent to through a tunnel; an extension of each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Through(pub &'static str);

/// Marks the 200 to a `CONNECT`: what follows on the connection is TLS, which ends here.
#[derive(Clone)]
pub struct Tunnel {
    /// Whom the client believes to reach.
    pub through: Through,
    /// What proves it to the client.
    pub tls: Arc<ServerConfig>,
    /// Is told why a client was lost.
    pub complain: Arc<dyn Fn(&str) + Send + Sync>,
}

impl Tunnel {
    /// Agrees with the client on TLS; `None` when that fails, takes too long or is cancelled.
    pub(super) async fn enter(
        &self,
        upgrade: OnUpgrade,
        cancel: &CancellationToken,
    ) -> Option<TlsStream<TokioIo<Upgraded>>> {
        let host = self.through.0;
        let agree = async {
            let stream = TokioIo::new(upgrade.await.ok()?);
            let accepted = TlsAcceptor::from(Arc::clone(&self.tls)).accept(stream);
            let lost = match tokio::time::timeout(HANDSHAKE, accepted).await {
                Ok(Ok(stream)) => return Some(stream),
                Ok(Err(error)) => format!("no TLS with a client of {host}: {error}"),
                Err(_) => format!(
                    "no TLS with a client of {host} within {} s",
                    HANDSHAKE.as_secs()
                ),
            };
            (self.complain)(&lost);
            None
        };
        tokio::select! {
            biased;
            () = cancel.cancelled() => None,
            stream = agree => stream,
        }
    }
}

impl fmt::Debug for Tunnel {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_tuple("Tunnel")
            .field(&self.through)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use axum::Router;
    use axum::body::Body;
    use axum::response::Response;
    use rustls::pki_types::PrivateKeyDer;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::time::Instant;

    use super::super::http::{Peer, answer};
    use super::*;

    /// A tunnel, and what it complained of.
    fn tunnel() -> (Tunnel, Arc<Mutex<Vec<String>>>) {
        let made = rcgen::generate_simple_self_signed(["api.example".to_owned()]).unwrap();
        let key = PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let tls = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![made.cert.der().clone()], key)
            .unwrap();
        let said = Arc::new(Mutex::new(Vec::new()));
        let told = Arc::clone(&said);
        let tunnel = Tunnel {
            through: Through("api.example"),
            tls: Arc::new(tls),
            complain: Arc::new(move |text| told.lock().unwrap().push(text.to_owned())),
        };
        (tunnel, said)
    }

    #[tokio::test(start_paused = true)]
    async fn a_client_that_stalls_is_let_go() {
        let (tunnel, said) = tunnel();
        let router = Router::new().fallback(move || {
            let mut response = Response::new(Body::empty());
            response.extensions_mut().insert(tunnel.clone());
            async { response }
        });
        let (mut client, server) = tokio::io::duplex(4096);
        client
            .write_all(b"CONNECT api.example:443 HTTP/1.1\r\nHost: api.example\r\n\r\n")
            .await
            .unwrap();
        let cancel = CancellationToken::new();
        let peer = Peer {
            ip: "127.0.0.1".into(),
            port: 9,
        };
        let (upgrade, tunnel) = answer(server, peer, None, router, &cancel).await.unwrap();
        let begun = Instant::now();
        assert!(tunnel.enter(upgrade, &cancel).await.is_none());
        assert_eq!(begun.elapsed().as_secs(), HANDSHAKE.as_secs());
        let complaint = "no TLS with a client of api.example within 30 s";
        assert_eq!(*said.lock().unwrap(), [complaint]);
        let mut rest = Vec::new();
        client.read_to_end(&mut rest).await.unwrap();
        assert!(rest.starts_with(b"HTTP/1.1 200 OK\r\n"));
    }
}
