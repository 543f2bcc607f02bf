//! What a daemon is told before it starts.

use std::path::PathBuf;
use std::time::Duration;

use super::log::Log;
use crate::xray::daemon_address::HostPort;

/// How to run.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where datagrams come in.
    pub udp: HostPort,
    /// Where samplers and probes ask.
    pub tcp: HostPort,
    /// The region of X-Ray, for those who ask.
    pub region: String,
    /// How many bytes of documents may be in memory.
    pub buffer: usize,
    /// How many batches may be on their way at once.
    pub concurrency: usize,
    /// Where batches wait that did not arrive.
    pub spool: SpoolSettings,
    /// Whether any request is passed on, and not the samplers' two only.
    pub proxy_all: bool,
    /// What telemetry records say of this machine.
    pub hostname: Option<String>,
    /// The id of the EC2 instance, if it was given.
    pub instance: Option<String>,
    /// The resource that telemetry records name.
    pub resource_arn: Option<String>,
    /// Written when datagrams can come.
    pub ready_file: Option<PathBuf>,
    /// systemd's socket, as `NOTIFY_SOCKET` names it.
    pub notify_socket: Option<String>,
    /// How long one upload may take.
    pub patience: Duration,
    /// How long a stop may take.
    pub grace: Duration,
    /// Where lines for people go.
    pub log: Log,
}

/// Where batches wait that did not arrive.
#[derive(Debug, Clone)]
pub struct SpoolSettings {
    /// The directory; there is one below it for each endpoint. `None` keeps them in memory.
    pub directory: Option<PathBuf>,
    /// Whether somebody asked for this directory: then it must be usable.
    pub asked_for: bool,
    /// How many bytes may wait.
    pub capacity: u64,
}

impl Settings {
    /// The usual settings for a region, on any free port of this machine, without a spool on disk.
    pub fn new(region: impl Into<String>) -> Self {
        let anywhere = HostPort {
            host: "127.0.0.1".to_owned(),
            port: 0,
        };
        Self {
            udp: anywhere.clone(),
            tcp: anywhere,
            region: region.into(),
            buffer: 16 * 1024 * 1024,
            concurrency: 8,
            spool: SpoolSettings {
                directory: None,
                asked_for: false,
                capacity: 64 * 1024 * 1024,
            },
            proxy_all: false,
            hostname: None,
            instance: None,
            resource_arn: None,
            ready_file: None,
            notify_socket: None,
            patience: Duration::from_secs(5),
            grace: Duration::from_secs(4),
            log: Log::stderr(),
        }
    }
}
