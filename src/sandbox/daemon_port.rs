//! The port of an X-Ray daemon: UDP for segments, TCP for samplers.
//!
//! SDKs know both by one address, 127.0.0.1:2000 unless they are told another one.

use std::io;
use std::net::{SocketAddr, TcpListener, ToSocketAddrs as _, UdpSocket};

use super::side_port::SidePort;
use crate::error::{Error, Result};
use crate::sockets::udp;

/// How many free ports are tried for one that is free for both.
const ATTEMPTS: usize = 20;

/// Both sockets, on one address.
#[derive(Debug)]
pub(super) struct DaemonSockets {
    pub(super) udp: UdpSocket,
    pub(super) tcp: TcpListener,
    pub(super) address: SocketAddr,
}

impl DaemonSockets {
    /// Opens both; `Err` within `Ok` says why the port that nobody insisted on is not used.
    pub(super) fn open(
        host: &str,
        port: SidePort,
    ) -> Result<std::result::Result<Option<Self>, String>> {
        let (number, is_asked_for) = match port {
            SidePort::Off => return Ok(Ok(None)),
            SidePort::IfFree(number) => (number, false),
            SidePort::Exactly(number) => (number, true),
        };
        match open(host, number) {
            Ok(sockets) => Ok(Ok(Some(sockets))),
            Err(error) if is_asked_for => Err(refused(host, number, error)),
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => Ok(Err(format!(
                "port {number} of {host} is taken (a daemon?): no segments over UDP; --xray-port 0 picks a free one"
            ))),
            Err(error) => Ok(Err(format!(
                "no segments over UDP: port {number} of {host} cannot be used: {error}"
            ))),
        }
    }
}

fn open(host: &str, port: u16) -> io::Result<DaemonSockets> {
    let mut last = io::Error::other("the name has no address");
    let addresses = || (bare(host), port).to_socket_addrs();
    for _ in 0..if port == 0 { ATTEMPTS } else { 1 } {
        for address in addresses()? {
            match both(address) {
                Ok(sockets) => return Ok(sockets),
                Err(error) => last = error,
            }
        }
    }
    Err(last)
}

fn both(address: SocketAddr) -> io::Result<DaemonSockets> {
    let udp = udp::open(address)?;
    let address = udp.local_addr()?;
    let tcp = TcpListener::bind(address)?;
    tcp.set_nonblocking(true)?;
    Ok(DaemonSockets { udp, tcp, address })
}

fn bare(host: &str) -> &str {
    host.trim_start_matches('[').trim_end_matches(']')
}

fn refused(host: &str, port: u16, error: io::Error) -> Error {
    let refused = match error.kind() {
        io::ErrorKind::AddrInUse => {
            Error::configuration(format!("port {port} of {host} is taken, for UDP or TCP"))
                .code("port-taken")
                .fix("pick a free one with `--xray-port 0`, or end the program that has it")
        }
        _ => Error::configuration(format!(
            "the sandbox cannot take segments on {host}, port {port}"
        ))
        .fix("use a port above 1023, or pick a free one with `--xray-port 0`"),
    };
    refused.cause(error.to_string()).source(error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_that_is_taken_is_left_out_or_refused() {
        let open = |port| DaemonSockets::open("127.0.0.1", port);
        let first = open(SidePort::Exactly(0)).unwrap().unwrap().unwrap();
        assert_eq!(first.udp.local_addr().unwrap(), first.address);
        assert_eq!(first.tcp.local_addr().unwrap(), first.address);
        let port = first.address.port();
        let left_out = open(SidePort::IfFree(port)).unwrap().unwrap_err();
        assert!(left_out.contains("is taken"), "{left_out}");
        let refusal = open(SidePort::Exactly(port)).unwrap_err();
        assert_eq!(refusal.known_as(), Some("port-taken"));
        assert!(open(SidePort::Off).unwrap().unwrap().is_none());
    }
}
