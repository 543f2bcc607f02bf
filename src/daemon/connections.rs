//! HTTP on the TCP port: a bounded number of connections, none of which can hold up a stop.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::ServiceExt as _;

use super::log::Log;

/// How many clients there may be at once; others wait to be accepted.
const MOST: usize = 512;

/// How long a client may take to send a request's head, and be idle between two.
const HEAD: Duration = Duration::from_secs(30);

/// Accepts until cancelled; requests in flight go on until the deadline.
pub(super) async fn serve(
    listener: TcpListener,
    router: Router,
    tracker: TaskTracker,
    log: Log,
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
                listener.accept().await.map(|(stream, _)| (stream, place))
            } => accepted,
        };
        match accepted {
            Ok((stream, place)) => {
                let connection = connection(stream, router.clone(), cancel.clone());
                let deadline = deadline.clone();
                tracker.spawn(async move {
                    let _place = place;
                    deadline.run_until_cancelled(connection).await
                });
            }
            Err(error) => {
                log.warn(&format!("a connection could not be accepted: {error}"));
                // Out of file descriptors, most likely: give some time to come free.
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
    }
}

async fn connection(stream: TcpStream, router: Router, cancel: CancellationToken) {
    // Answers are small; without this they may wait for the client's acknowledgement.
    drop(stream.set_nodelay(true));
    let service = hyper_util::service::TowerToHyperService::new(
        router.map_request(|request: hyper::Request<hyper::body::Incoming>| request.map(Body::new)),
    );
    let mut connection = pin!(
        http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(HEAD)
            .serve_connection(TokioIo::new(stream), service)
    );
    // A connection that fails has nobody left to be told.
    tokio::select! {
        _ = connection.as_mut() => return,
        () = cancel.cancelled() => connection.as_mut().graceful_shutdown(),
    }
    drop(connection.await);
}
