//! The daemon on its sockets: bind, then serve until cancelled.

use std::net::{SocketAddr, TcpListener, UdpSocket};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::json;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::batches::Batches;
use super::counters::{Counters, Totals};
use super::endpoint::Endpoint;
use super::gateway::{self, Gateway};
use super::log::Log;
use super::queue::{self, Budget};
use super::reader::{Books, Reader};
use super::settings::{Settings, SpoolSettings};
use super::spool::Spool;
use super::telemetry::Reporter;
use super::upload::Uploader;
use super::{files, listen, notify, resend};
use crate::error::{Error, Result};
use crate::remote::XrayClient;
use crate::sockets;

/// How long the spool's disk may take, after everything else has ended.
const LAST_WRITES: Duration = Duration::from_secs(2);

/// A daemon that listens.
#[derive(Debug)]
pub struct Daemon {
    settings: Settings,
    client: XrayClient,
    udp: UdpSocket,
    tcp: TcpListener,
    udp_address: SocketAddr,
    tcp_address: SocketAddr,
    counters: Arc<Counters>,
    spool: Arc<Spool>,
}

impl Daemon {
    /// Opens the sockets and the spool; datagrams wait in the kernel until [`Self::serve`].
    pub fn bind(settings: Settings, client: XrayClient) -> Result<Self> {
        let (udp, tcp) = listen::open(&settings.udp, &settings.tcp)?;
        let unusable = |error| Error::unexpected("a socket has no address").source(error);
        let udp_address = udp.local_addr().map_err(unusable)?;
        let tcp_address = tcp.local_addr().map_err(unusable)?;
        let counters = Arc::new(Counters::default());
        let spool = open_spool(&settings, &client.endpoint(), &counters)?;
        if let Some(path) = &settings.ready_file {
            // One that an earlier daemon left would announce this one too early.
            drop(std::fs::remove_file(path));
        }
        Ok(Self {
            settings,
            client,
            udp,
            tcp,
            udp_address,
            tcp_address,
            counters,
            spool: Arc::new(spool),
        })
    }

    /// Where datagrams come in.
    pub fn udp_address(&self) -> SocketAddr {
        self.udp_address
    }

    /// Where samplers and probes ask.
    pub fn tcp_address(&self) -> SocketAddr {
        self.tcp_address
    }

    /// The books, which go on while it serves.
    pub fn counters(&self) -> Arc<Counters> {
        Arc::clone(&self.counters)
    }

    /// Where segments wait that did not arrive; `None` is memory.
    pub fn spool_directory(&self) -> Option<&PathBuf> {
        self.spool.directory()
    }

    /// Serves until cancelled; then everything that was received is sent or spooled, within the
    /// grace of the settings.
    pub async fn serve(self, cancel: CancellationToken) -> Result<()> {
        let Self {
            settings,
            client,
            udp,
            tcp,
            udp_address,
            tcp_address,
            counters,
            spool,
        } = self;
        let started = Instant::now();
        let log = settings.log.clone();
        let cannot = |error| Error::unexpected("the daemon cannot listen").source(error);
        let tcp = tokio::net::TcpListener::from_std(tcp).map_err(cannot)?;
        let inode = sockets::inode(&udp);

        // Datagrams can come already: they wait in the kernel.
        let _ready = settings
            .ready_file
            .clone()
            .map(|path| ReadyFile::write(path, udp_address, tcp_address))
            .transpose()?;
        let endpoint = Arc::new(Endpoint::default());
        let budget = Budget::new(settings.buffer);
        let (sender, receiver) = queue::queue();
        let uploader = Arc::new(Uploader {
            client: client.clone(),
            counters: Arc::clone(&counters),
            endpoint: Arc::clone(&endpoint),
            log: log.clone(),
            patience: settings.patience,
        });
        // Cancelled when nothing more may be waited for, or when `serve` is dropped.
        let deadline = CancellationToken::new();
        let _ends_with_us = deadline.clone().drop_guard();
        let (documents, services) = (TaskTracker::new(), TaskTracker::new());

        services.spawn(sockets::http::serve(
            tcp,
            gateway::router(Arc::new(Gateway {
                client: client.clone(),
                counters: Arc::clone(&counters),
                endpoint,
                spool: Arc::clone(&spool),
                budget: budget.clone(),
                region: settings.region.clone(),
                proxy_all: settings.proxy_all,
                started,
                inode,
                log: log.clone(),
            })),
            services.clone(),
            complaints(&log),
            cancel.clone(),
            deadline.clone(),
        ));
        services.spawn(resend::run(
            Arc::clone(&spool),
            Arc::clone(&uploader),
            cancel.clone(),
        ));
        let books = Books::new(budget.clone(), sender, Arc::clone(&counters), log.clone());
        let reader = Reader { socket: udp, books };
        documents.spawn(reader.run(cancel.clone()));
        let batches = Batches {
            uploader: Arc::clone(&uploader),
            spool: Arc::clone(&spool),
            budget,
            slots: Arc::new(Semaphore::new(settings.concurrency.max(1))),
            tracker: documents.clone(),
            deadline: deadline.clone(),
        };
        documents.spawn(batches.run(receiver));
        documents.close();
        // It reports once more when every document has found its place.
        let settled = CancellationToken::new();
        let reporter = Reporter {
            client,
            counters: Arc::clone(&counters),
            hostname: settings.hostname.clone(),
            instance: settings.instance.clone(),
            resource_arn: settings.resource_arn.clone(),
            log: log.clone(),
        };
        services.spawn(reporter.run(settled.clone()));
        services.close();

        let notify = |state| notify::tell(settings.notify_socket.as_deref(), state, &log);
        notify("READY=1");
        cancel.cancelled().await;
        notify("STOPPING=1");
        log.info("Stopping: what was received is sent or spooled");

        settle(&settings, &documents, &deadline, &spool, &uploader).await;
        settled.cancel();
        deadline.cancel();
        drop(tokio::time::timeout(LAST_WRITES, services.wait()).await);
        log.info(&truth(&counters.totals(), spool.waiting().documents));
        Ok(())
    }
}

fn complaints(log: &Log) -> impl Fn(&str) + use<> {
    let log = log.clone();
    move |text| log.warn(text)
}

/// Gives every document its place: by sending it while there is time, then in the spool. One in
/// memory ends with the process: one last attempt, then it is a loss and is called so.
async fn settle(
    settings: &Settings,
    documents: &TaskTracker,
    deadline: &CancellationToken,
    spool: &Arc<Spool>,
    uploader: &Uploader,
) {
    let in_time = tokio::time::timeout(settings.grace, documents.wait()).await;
    if in_time.is_err() {
        deadline.cancel();
        drop(tokio::time::timeout(LAST_WRITES, documents.wait()).await);
    }
    if !spool.is_on_disk() {
        if spool.waiting().batches > 0 {
            let end = CancellationToken::new();
            let attempt = resend::drain(spool, uploader, &end);
            drop(tokio::time::timeout(LAST_WRITES, attempt).await);
        }
        spool.give_up();
    }
}

/// The line of truth: where every document is.
fn truth(totals: &Totals, waiting: u64) -> String {
    let earlier = match totals.recovered {
        0 => String::new(),
        recovered => format!(" and {recovered} from an earlier run"),
    };
    format!(
        "Stopped: received {}{earlier}, sent {}, rejected {}, spooled {waiting}, dropped {}",
        totals.received,
        totals.sent,
        totals.rejected(),
        totals.dropped()
    )
}

fn open_spool(settings: &Settings, endpoint: &str, counters: &Arc<Counters>) -> Result<Spool> {
    let log = &settings.log;
    let in_memory = || Spool::in_memory(Arc::clone(counters), log.clone());
    let SpoolSettings {
        directory,
        asked_for,
        capacity,
    } = &settings.spool;
    let Some(directory) = directory else {
        return Ok(in_memory());
    };
    let own = directory.join(directory_of(endpoint));
    let opened = Spool::on_disk(own.clone(), *capacity, Arc::clone(counters), log.clone());
    match opened {
        Ok(spool) => {
            let waiting = spool.waiting();
            if waiting.documents > 0 {
                log.info(&format!(
                    "Resending {} segments that an earlier run left in {}",
                    waiting.documents,
                    own.display()
                ));
            }
            Ok(spool)
        }
        Err(error) if *asked_for => Err(Error::configuration(format!(
            "the spool {} cannot be used",
            own.display()
        ))
        .cause(error.to_string())
        .fix("make the directory writable, or use another one: --spool DIR")
        .source(error)),
        Err(error) => {
            log.warn(&format!(
                "The spool {} cannot be used: {error}; segments that do not arrive wait in memory and are lost when the daemon ends; fix: --spool DIR",
                own.display()
            ));
            Ok(in_memory())
        }
    }
}

/// What waits for one endpoint must not be sent to another.
fn directory_of(endpoint: &str) -> String {
    endpoint
        .split("://")
        .last()
        .unwrap_or_default()
        .chars()
        .map(|each| match each {
            'a'..='z' | 'A'..='Z' | '0'..='9' | '.' | '-' => each,
            _ => '_',
        })
        .collect()
}

/// Exists while datagrams can come.
#[derive(Debug)]
struct ReadyFile(PathBuf);

impl ReadyFile {
    fn write(path: PathBuf, udp: SocketAddr, tcp: SocketAddr) -> Result<Self> {
        let contents = json!({
            "udp": udp.to_string(),
            "tcp": tcp.to_string(),
            "url": format!("http://{tcp}"),
            "pid": std::process::id(),
        });
        match files::write_whole(&path, &[contents.to_string().as_bytes()]) {
            Ok(()) => Ok(Self(path)),
            Err(error) => Err(Error::configuration(format!(
                "the ready file {} cannot be written",
                path.display()
            ))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_endpoint_has_a_directory_of_its_own() {
        assert_eq!(
            directory_of("https://xray.us-east-1.amazonaws.com"),
            "xray.us-east-1.amazonaws.com"
        );
        assert_eq!(directory_of("http://[::1]:4000/../x"), "___1__4000_.._x");
    }
}
