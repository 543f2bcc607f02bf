//! The sandbox on a socket: bind, then serve until cancelled.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener};
use std::path::PathBuf;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use serde_json::json;
use tokio::net::TcpStream;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::ServiceExt as _;

use super::api::fault_switch::Switchboard;
use super::api::{self, Cut, Guard, Service};
use super::claim::Claim;
use super::{FaultSwitch, Location, Log, Store, disk};
use crate::error::{Error, Kind, Result};

/// How long requests in flight may still take when the server stops.
const DRAIN: Duration = Duration::from_secs(5);

/// How long a client may take to send a request's head.
const HEAD: Duration = Duration::from_secs(30);

/// How to serve.
#[derive(Debug, Clone)]
pub struct Options {
    /// Where the store lives.
    pub location: Location,
    /// The address or name to listen on.
    pub host: String,
    /// The port to listen on; 0 picks a free one.
    pub port: u16,
    /// Written when requests can come.
    pub ready_file: Option<PathBuf>,
    /// The region of callers who do not sign.
    pub default_region: String,
    /// Names that requests may use for us, besides addresses, `localhost` and names without a dot.
    pub allowed_hosts: Vec<String>,
    /// What goes wrong on purpose.
    pub fault_switches: Vec<FaultSwitch>,
    /// Makes the shares of fault switches repeatable.
    pub fault_seed: u64,
    /// At most this many items on a page, so that clients have to follow tokens.
    pub page_limit: Option<usize>,
    /// Where lines for people go.
    pub log: Log,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            location: Location::Memory,
            host: Ipv4Addr::LOCALHOST.to_string(),
            port: 4000,
            ready_file: None,
            default_region: "us-east-1".to_owned(),
            allowed_hosts: Vec::new(),
            fault_switches: Vec::new(),
            fault_seed: 0,
            page_limit: None,
            log: Log::stderr(),
        }
    }
}

/// A sandbox that listens.
#[derive(Debug)]
pub struct Sandbox {
    listener: TcpListener,
    address: SocketAddr,
    service: Arc<Service>,
    ready_file: Option<PathBuf>,
    claim: Option<Claim>,
}

impl Sandbox {
    /// Claims the directory, opens the store and the port; connections wait until [`Self::serve`].
    pub fn bind(options: Options) -> Result<Self> {
        let claim = match &options.location {
            Location::Directory(directory) => Some(Claim::new(directory)?),
            Location::Memory => None,
        };
        let store = Store::open(&options.location)?;
        let store = match options.page_limit {
            Some(limit) => store.with_page_limit(limit),
            None => store,
        };
        let (listener, address) = listen(&options.host, options.port)?;
        if let Some(path) = &options.ready_file {
            // One that an earlier server left would announce this one too early.
            drop(std::fs::remove_file(path));
        }
        let names = options.allowed_hosts.into_iter().chain([options.host]);
        let service = Service {
            guard: Some(Guard::new(names)),
            switchboard: Switchboard::new(&options.fault_switches, options.fault_seed),
            ..Service::new(store, options.default_region, options.log)
        };
        let sandbox = Self {
            listener,
            address,
            service: Arc::new(service),
            ready_file: options.ready_file,
            claim,
        };
        if let Some(claim) = &sandbox.claim {
            claim.announce(&sandbox.url())?;
        }
        Ok(sandbox)
    }

    /// The address that it listens on.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The URL for clients on this machine.
    pub fn url(&self) -> String {
        let ip = match self.address.ip() {
            IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
            IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
            ip => ip,
        };
        format!("http://{}", SocketAddr::new(ip, self.address.port()))
    }

    /// Answers requests until cancelled, then finishes those in flight within a deadline.
    pub async fn serve(self, cancel: CancellationToken) -> Result<()> {
        let url = self.url();
        let Self {
            listener,
            address,
            service,
            ready_file,
            claim,
        } = self;
        let listener = tokio::net::TcpListener::from_std(listener)
            .map_err(|error| Error::unexpected("the sandbox cannot listen").source(error))?;
        let _ready = ready_file
            .map(|path| ReadyFile::write(path, &url, address))
            .transpose()?;
        let router = api::router(Arc::clone(&service));
        let connections = TaskTracker::new();
        // Ends what is still in flight when the deadline has passed, or when `serve` is dropped.
        let deadline = CancellationToken::new();
        let _ends_with_us = deadline.clone().drop_guard();
        loop {
            let accepted = tokio::select! {
                biased;
                () = cancel.cancelled() => break,
                accepted = listener.accept() => accepted,
            };
            match accepted {
                Ok((stream, _)) => {
                    let connection = serve_connection(stream, router.clone(), cancel.clone());
                    connections.spawn(deadline.clone().run_until_cancelled_owned(connection));
                }
                Err(error) => {
                    service
                        .log
                        .line(&format!("a connection could not be accepted: {error}"));
                    // Out of file descriptors, most likely: give some time to come free.
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            }
        }
        drop(listener);
        connections.close();
        if tokio::time::timeout(DRAIN, connections.wait())
            .await
            .is_err()
        {
            service
                .log
                .line(&format!("cut {} unfinished connections", connections.len()));
            deadline.cancel();
            connections.wait().await;
        }
        drop(claim);
        Ok(())
    }
}

async fn serve_connection(stream: TcpStream, router: Router, cancel: CancellationToken) {
    // Answers are small; without this they may wait for the client's acknowledgement.
    drop(stream.set_nodelay(true));
    let service = service_fn(move |request: hyper::Request<Incoming>| {
        let router = router.clone();
        async move {
            let request: Request = request.map(Body::new);
            let Ok(response) = router.oneshot(request).await;
            if response.extensions().get::<Cut>().is_some() {
                return Err(Severed);
            }
            Ok(response)
        }
    });
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

/// Ends a connection without an answer.
#[derive(Debug, thiserror::Error)]
#[error("cut on purpose")]
struct Severed;

fn listen(host: &str, port: u16) -> Result<(TcpListener, SocketAddr)> {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let open = || {
        let listener = TcpListener::bind((bare, port))?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        Ok((listener, address))
    };
    open().map_err(|error: std::io::Error| {
        let refused = match error.kind() {
            std::io::ErrorKind::AddrInUse => {
                Error::configuration(format!("port {port} of {host} is taken"))
                    .code("port-taken")
                    .fix("pick a free one with `--port 0`, or end the program that has it")
            }
            std::io::ErrorKind::PermissionDenied => {
                Error::configuration(format!("port {port} of {host} may not be used"))
                    .fix("use a port above 1023, or pick a free one with `--port 0`")
            }
            _ => Error::configuration(format!("the sandbox cannot listen on {host}, port {port}"))
                .fix("listen on this machine only with `--host 127.0.0.1`"),
        };
        refused.cause(error.to_string()).source(error)
    })
}

/// Exists while requests can come.
#[derive(Debug)]
struct ReadyFile(PathBuf);

impl ReadyFile {
    fn write(path: PathBuf, url: &str, address: SocketAddr) -> Result<Self> {
        let contents =
            json!({ "url": url, "pid": std::process::id(), "address": address.to_string() });
        match disk::write_whole(&path, contents.to_string().as_bytes()) {
            Ok(()) => Ok(Self(path)),
            Err(error) => Err(Error::new(
                Kind::Configuration,
                format!("the ready file {} cannot be written", path.display()),
            )
            .cause(error.to_string())
            .fix("name a file in a directory that exists and can be written")
            .source(error)),
        }
    }
}

impl Drop for ReadyFile {
    fn drop(&mut self) {
        // A reader checks the process id; a leftover misleads nobody for long.
        drop(std::fs::remove_file(&self.0));
    }
}
