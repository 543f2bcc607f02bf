//! HTTP on a TCP port: a bounded number of connections, none of which can hold up a stop.

use std::net::SocketAddr;
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use hyper::Method;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::ServiceExt as _;

use super::tunnel::{Through, Tunnel};

/// How many clients there may be at once; others wait to be accepted.
const MOST: usize = 512;

/// How long a client may take to send a request's head, and be idle between two.
const HEAD: Duration = Duration::from_secs(30);

/// Marks a response that is not to be sent: the connection ends without an answer.
#[derive(Debug, Clone, Copy)]
pub struct Sever;

/// Who sent a request; an extension of each.
#[derive(Debug, Clone)]
pub struct Peer {
    /// The IP address; as text, for it is the same for all requests of a connection.
    pub ip: Arc<str>,
    /// The port.
    pub port: u16,
}

impl From<SocketAddr> for Peer {
    fn from(address: SocketAddr) -> Self {
        Self {
            ip: address.ip().to_string().into(),
            port: address.port(),
        }
    }
}

/// Accepts until cancelled; requests in flight go on until the deadline.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    tracker: TaskTracker,
    complain: impl Fn(&str),
    cancel: CancellationToken,
    deadline: CancellationToken,
) {
    let places = Arc::new(Semaphore::new(MOST));
    loop {
        let accepted = tokio::select! {
            biased;
            () = cancel.cancelled() => return,
            accepted = async {
                let place = Arc::clone(&places).acquire_owned().await;
                listener.accept().await.map(|(stream, peer)| (stream, peer, place))
            } => accepted,
        };
        match accepted {
            Ok((stream, peer, place)) => {
                let connection = connection(stream, peer.into(), router.clone(), cancel.clone());
                let deadline = deadline.clone();
                tracker.spawn(async move {
                    let _place = place;
                    deadline.run_until_cancelled(connection).await
                });
            }
            Err(error) => {
                complain(&format!("a connection could not be accepted: {error}"));
                // Out of file descriptors, most likely: give some time to come free.
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
    }
}

async fn connection(stream: TcpStream, peer: Peer, router: Router, cancel: CancellationToken) {
    // Answers are small; without this they may wait for the client's acknowledgement.
    drop(stream.set_nodelay(true));
    let opened = answer(stream, peer.clone(), None, router.clone(), &cancel).await;
    let Some((upgrade, tunnel)) = opened else {
        return;
    };
    // Few connections become one; the others need not have room for it.
    Box::pin(async {
        if let Some(stream) = tunnel.enter(upgrade, &cancel).await {
            // A tunnel within a tunnel would lead nowhere else: it is not entered.
            drop(answer(stream, peer, Some(tunnel.through), router, &cancel).await);
        }
    })
    .await;
}

/// Answers the requests of a connection, until it ends or becomes a tunnel.
pub(super) async fn answer(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    peer: Peer,
    through: Option<Through>,
    router: Router,
    cancel: &CancellationToken,
) -> Option<(OnUpgrade, Tunnel)> {
    let opened = Arc::new(Mutex::new(None));
    let open = Arc::clone(&opened);
    let service = service_fn(move |mut request: hyper::Request<Incoming>| {
        let router = router.clone();
        let open = Arc::clone(&open);
        let peer = peer.clone();
        async move {
            let upgrade =
                (request.method() == Method::CONNECT).then(|| hyper::upgrade::on(&mut request));
            let mut request: Request = request.map(Body::new);
            request.extensions_mut().insert(peer);
            if let Some(through) = through {
                request.extensions_mut().insert(through);
            }
            let Ok(response) = router.oneshot(request).await;
            if response.extensions().get::<Sever>().is_some() {
                return Err(Severed);
            }
            if let (Some(upgrade), Some(tunnel)) = (upgrade, response.extensions().get::<Tunnel>())
            {
                *open.lock().unwrap_or_else(PoisonError::into_inner) =
                    Some((upgrade, tunnel.clone()));
            }
            Ok(response)
        }
    });
    let mut connection = pin!(
        http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(HEAD)
            .serve_connection(TokioIo::new(stream), service)
            .with_upgrades()
    );
    // A connection that fails has nobody left to be told.
    tokio::select! {
        _ = connection.as_mut() => {}
        () = cancel.cancelled() => {
            connection.as_mut().graceful_shutdown();
            drop(connection.await);
        }
    }
    opened.lock().unwrap_or_else(PoisonError::into_inner).take()
}

/// Ends a connection without an answer.
#[derive(Debug, thiserror::Error)]
#[error("cut on purpose")]
struct Severed;
