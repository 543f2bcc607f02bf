//! Segments to a daemon, over UDP.
//!
//! Nothing is acknowledged there. That nobody listens is noticed all the same: on a socket that is
//! connected the system hands back what the other machine says about it, at once where that is
//! this machine.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use tokio::net::UdpSocket;
use tokio::time::Instant;

use crate::telemetry::log_shipper::Notice;
use crate::xray::daemon_address::HostPort;
use crate::xray::datagram;

/// How long a name that has no address is left alone.
const RESOLVE_AGAIN: Duration = Duration::from_secs(30);

/// How long a name server is waited for.
const RESOLVE_PATIENCE: Duration = Duration::from_secs(2);

/// A way to a daemon.
#[derive(Debug)]
pub(super) struct Datagrams {
    address: HostPort,
    socket: Option<UdpSocket>,
    not_before: Option<Instant>,
    is_well: bool,
}

impl Datagrams {
    pub(super) fn new(address: HostPort) -> Self {
        Self {
            address,
            socket: None,
            not_before: None,
            is_well: true,
        }
    }

    /// Sends the documents of one segment; tells whether they are on their way.
    pub(super) async fn send(
        &mut self,
        documents: &[String],
        say: &(dyn Fn(Notice) + Send + Sync),
    ) -> bool {
        let why = match self.try_send(documents).await {
            Ok(()) => {
                if !self.is_well {
                    self.is_well = true;
                    say(Notice::Info(format!(
                        "segments go to the X-Ray daemon at {} again",
                        self.address
                    )));
                }
                return true;
            }
            Err(error) => error,
        };
        if self.is_well {
            self.is_well = false;
            let address = &self.address;
            let reason = if why.kind() == io::ErrorKind::ConnectionRefused {
                "nobody listens there; start one with `cruddur-obs daemon`, or `cruddur-obs sandbox`".to_owned()
            } else {
                format!("{why}; AWS_XRAY_DAEMON_ADDRESS names another one")
            };
            say(Notice::Warning(format!(
                "segments do not reach the X-Ray daemon at {address}: {reason}"
            )));
        }
        false
    }

    async fn try_send(&mut self, documents: &[String]) -> io::Result<()> {
        if self.socket.is_none() {
            if self.not_before.is_some_and(|at| Instant::now() < at) {
                return Err(io::Error::other("its name has no address"));
            }
            match self.connect().await {
                Ok(socket) => self.socket = Some(socket),
                Err(error) => {
                    self.not_before = Some(Instant::now() + RESOLVE_AGAIN);
                    return Err(error);
                }
            }
        }
        let Some(socket) = &self.socket else {
            return Ok(());
        };
        for document in documents {
            let bytes = datagram::encode(document).map_err(io::Error::other)?;
            match socket.send(&bytes).await {
                // What is handed back belongs to a datagram before this one.
                Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => {
                    socket.send(&bytes).await?;
                }
                sent => drop(sent?),
            }
            if let Some(error) = socket.take_error()? {
                return Err(error);
            }
        }
        Ok(())
    }

    async fn connect(&self) -> io::Result<UdpSocket> {
        let HostPort { host, port } = &self.address;
        let looked_up = tokio::time::timeout(
            RESOLVE_PATIENCE,
            tokio::net::lookup_host((host.as_str(), *port)),
        );
        let no_answer = |_| io::Error::other("its name could not be looked up in time");
        let mut last = io::Error::other("its name has no address");
        for address in looked_up.await.map_err(no_answer)?? {
            let here = match address {
                SocketAddr::V4(_) => IpAddr::V4(Ipv4Addr::UNSPECIFIED),
                SocketAddr::V6(_) => IpAddr::V6(Ipv6Addr::UNSPECIFIED),
            };
            let socket = UdpSocket::bind((here, 0)).await?;
            match socket.connect(address).await {
                Ok(()) => return Ok(socket),
                Err(error) => last = error,
            }
        }
        Err(last)
    }
}
