//! The sandbox on a socket: bind, then serve until cancelled.

use std::io::ErrorKind;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::api::fault_switch::Switchboard;
use super::api::{self, Guard, LiveTail, Service};
use super::authority::Keeper;
use super::claim::Claim;
use super::daemon_port::DaemonSockets;
use super::side_port::{self, SidePort};
use super::store::{Fault, Retention};
use super::{FaultSwitch, Location, Log, Store, datagrams, disk};
use crate::error::{Error, Kind, Result};
use crate::sockets::http;

/// How long requests in flight may still take when the server stops.
const DRAIN: Duration = Duration::from_secs(5);

/// The pause between two looks at what has come.
const SETTLE: Duration = Duration::from_millis(500);

/// So many documents between two looks are many.
const BUSY: u64 = 2_500;

/// How to serve.
#[derive(Debug, Clone)]
pub struct Options {
    /// Where the store lives.
    pub location: Location,
    /// The address or name to listen on.
    pub host: String,
    /// The port to listen on; 0 picks a free one.
    pub port: u16,
    /// The port of the X-Ray daemon.
    pub daemon_port: SidePort,
    /// The port of an OpenTelemetry collector.
    pub otlp_port: SidePort,
    /// How much is kept of traces, and of log events.
    pub retention: Retention,
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
            daemon_port: SidePort::Off,
            otlp_port: SidePort::Off,
            retention: Retention::default(),
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
    daemon: Option<DaemonSockets>,
    otlp: Option<(TcpListener, SocketAddr)>,
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
        let store = Store::open(&options.location)?.with_retention(options.retention);
        let store = match options.page_limit {
            Some(limit) => store.with_page_limit(limit),
            None => store,
        };
        let (listener, address) = listen(&options.host, options.port)?;
        let daemon = match DaemonSockets::open(&options.host, options.daemon_port)? {
            Ok(sockets) => sockets,
            Err(reason) => {
                options.log.line(&reason);
                None
            }
        };
        let otlp = match collector(&options.host, options.otlp_port)? {
            Ok(listener) => listener,
            Err(reason) => {
                options.log.line(&reason);
                None
            }
        };
        if let Some(path) = &options.ready_file {
            // One that an earlier server left would announce this one too early.
            drop(std::fs::remove_file(path));
        }
        let names = options.allowed_hosts.into_iter().chain([options.host]);
        let service = Service {
            guard: Some(Guard::new(names)),
            authority: Some(Keeper::new(options.location, options.log.clone())),
            switchboard: Switchboard::new(&options.fault_switches, options.fault_seed),
            daemon_address: daemon.as_ref().map(|sockets| sockets.address),
            otlp_address: otlp.as_ref().map(|(_, address)| *address),
            live_tail: Some(LiveTail::default()),
            ..Service::new(store, options.default_region, options.log)
        };
        let sandbox = Self {
            listener,
            address,
            service: Arc::new(service),
            daemon,
            otlp,
            ready_file: options.ready_file,
            claim,
        };
        if let Some(claim) = &sandbox.claim {
            claim.announce(&sandbox.url(), sandbox.daemon_address())?;
        }
        Ok(sandbox)
    }

    /// The address that it listens on.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where it takes segments over UDP and answers samplers, if it does.
    pub fn daemon_address(&self) -> Option<SocketAddr> {
        let address = self.daemon.as_ref()?.address;
        Some(SocketAddr::new(reachable(address.ip()), address.port()))
    }

    /// Where it takes OTLP without a key, if it does.
    pub fn otlp_url(&self) -> Option<String> {
        let (_, address) = self.otlp.as_ref()?;
        let address = SocketAddr::new(reachable(address.ip()), address.port());
        Some(format!("http://{address}"))
    }

    /// The URL for clients on this machine.
    pub fn url(&self) -> String {
        let ip = reachable(self.address.ip());
        format!("http://{}", SocketAddr::new(ip, self.address.port()))
    }

    /// Answers requests until cancelled, then finishes those in flight within a deadline.
    pub async fn serve(self, cancel: CancellationToken) -> Result<()> {
        let url = self.url();
        let Self {
            listener,
            address,
            service,
            daemon,
            otlp,
            ready_file,
            claim,
        } = self;
        let cannot = |error| Error::unexpected("the sandbox cannot listen").source(error);
        let listener = tokio::net::TcpListener::from_std(listener).map_err(cannot)?;
        let daemon_address = daemon.as_ref().map(|sockets| sockets.address);
        let _ready = ready_file
            .map(|path| {
                let otlp = otlp.as_ref().map(|(_, address)| *address);
                ReadyFile::write(path, &url, address, daemon_address, otlp)
            })
            .transpose()?;
        let connections = TaskTracker::new();
        // Ends what is still in flight when the deadline has passed, or when `serve` is dropped.
        let deadline = CancellationToken::new();
        let _ends_with_us = deadline.clone().drop_guard();
        let answer = |listener, router| {
            let log = service.log.clone();
            connections.spawn(http::serve(
                listener,
                router,
                connections.clone(),
                move |text: &str| log.line(text),
                cancel.clone(),
                deadline.clone(),
            ));
        };
        answer(listener, api::router(Arc::clone(&service)));
        if let Some((listener, _)) = otlp {
            let listener = tokio::net::TcpListener::from_std(listener).map_err(cannot)?;
            answer(listener, api::collector_router(Arc::clone(&service)));
        }
        let datagrams = TaskTracker::new();
        if let Some(DaemonSockets { udp, tcp, .. }) = daemon {
            let tcp = tokio::net::TcpListener::from_std(tcp).map_err(cannot)?;
            answer(tcp, api::daemon_router(Arc::clone(&service)));
            datagrams.spawn(datagrams::serve(
                udp,
                service.store.clone(),
                service.default_tenant(),
                Arc::clone(&service.datagrams),
                service.log.clone(),
                cancel.clone(),
            ));
        }
        datagrams.close();
        let settling = tokio::spawn(settle(Arc::clone(&service), cancel.clone()));
        cancel.cancelled().await;
        // Their connections would never come to an end by themselves.
        if let Some(live_tail) = &service.live_tail {
            live_tail.stop.cancel();
            live_tail.tasks.close();
            live_tail.tasks.wait().await;
        }
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
        datagrams.wait().await;
        drop(settling.await);
        drop(claim);
        Ok(())
    }
}

/// The address by which clients on this machine reach one that is listened on.
fn reachable(ip: IpAddr) -> IpAddr {
    match ip {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    }
}

/// Removes what is too old, and reads new traces while nobody asks for them, so that answers need
/// not wait for it. When many come, those who send them go first.
async fn settle(service: Arc<Service>, cancel: CancellationToken) {
    let mut before = 0;
    loop {
        let store = service.store.clone();
        let done = tokio::task::spawn_blocking(move || {
            store.tidy_log_events()?;
            let now = store.stored_segments()?.received;
            if now - before < BUSY {
                store.settle_segments()?;
            }
            Ok::<_, Fault>(now)
        });
        match done.await {
            Ok(Ok(now)) => before = now,
            Ok(Err(fault)) => service
                .log
                .line(&format!("the store could not be looked through: {fault}")),
            Err(_) => {}
        }
        tokio::select! {
            () = cancel.cancelled() => return,
            () = tokio::time::sleep(SETTLE) => {}
        }
    }
}

/// Opens the port of a collector; `Err` within `Ok` says why one that nobody insisted on is not used.
fn collector(
    host: &str,
    port: SidePort,
) -> Result<std::result::Result<Option<(TcpListener, SocketAddr)>, String>> {
    match port {
        SidePort::Off => Ok(Ok(None)),
        SidePort::Exactly(number) => match side_port::listen(host, number) {
            Ok(listener) => Ok(Ok(Some(listener))),
            Err(error) => Err(refused(host, number, "--otlp-port", error)),
        },
        SidePort::IfFree(number) => Ok(side_port::listen(host, number).map(Some).map_err(|error| {
            match error.kind() {
                ErrorKind::AddrInUse => format!(
                    "port {number} of {host} is taken (a collector?): no OTLP without a key; --otlp-port 0 picks a free one"
                ),
                _ => format!("no OTLP without a key: port {number} of {host} cannot be used: {error}"),
            }
        })),
    }
}

fn listen(host: &str, port: u16) -> Result<(TcpListener, SocketAddr)> {
    side_port::listen(host, port).map_err(|error| refused(host, port, "--port", error))
}

fn refused(host: &str, port: u16, flag: &str, error: std::io::Error) -> Error {
    {
        let refused = match error.kind() {
            ErrorKind::AddrInUse => Error::configuration(format!("port {port} of {host} is taken"))
                .code("port-taken")
                .fix(format!(
                    "pick a free one with `{flag} 0`, or end the program that has it"
                )),
            ErrorKind::PermissionDenied => {
                Error::configuration(format!("port {port} of {host} may not be used")).fix(format!(
                    "use a port above 1023, or pick a free one with `{flag} 0`"
                ))
            }
            _ => Error::configuration(format!("the sandbox cannot listen on {host}, port {port}"))
                .fix("listen on this machine only with `--host 127.0.0.1`"),
        };
        refused.cause(error.to_string()).source(error)
    }
}

/// Exists while requests can come.
#[derive(Debug)]
struct ReadyFile(PathBuf);

impl ReadyFile {
    fn write(
        path: PathBuf,
        url: &str,
        address: SocketAddr,
        daemon: Option<SocketAddr>,
        otlp: Option<SocketAddr>,
    ) -> Result<Self> {
        let contents = json!({
            "url": url,
            "pid": std::process::id(),
            "address": address.to_string(),
            "xray_daemon": daemon.map(|address| address.to_string()),
            "otlp": otlp.map(|address| address.to_string()),
        });
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
