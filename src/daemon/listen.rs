//! The two sockets: UDP for segments, TCP for samplers and probes.

use std::io;
use std::net::{SocketAddr, TcpListener, ToSocketAddrs as _, UdpSocket};

use crate::error::{Error, Result};
use crate::sockets::udp;
use crate::xray::daemon_address::HostPort;

/// Opens both. Where the TCP port may be any, it is the UDP one if that is free, for clients know
/// both by one address.
pub(super) fn open(at: &HostPort, tcp: &HostPort) -> Result<(UdpSocket, TcpListener)> {
    let socket = bind(at, udp::open).map_err(|error| refused("UDP", "--bind", at, error))?;
    let same = HostPort {
        host: tcp.host.clone(),
        port: socket.local_addr().map_or(0, |address| address.port()),
    };
    let listener = match tcp.port {
        0 => bind(&same, open_tcp).or_else(|_| bind(tcp, open_tcp)),
        _ => bind(tcp, open_tcp),
    };
    let listener = listener.map_err(|error| refused("TCP", "--bind-tcp", tcp, error))?;
    Ok((socket, listener))
}

fn bind<T>(at: &HostPort, open: impl Fn(SocketAddr) -> io::Result<T>) -> io::Result<T> {
    let mut last = io::Error::other("the name has no address");
    for address in (at.host.as_str(), at.port).to_socket_addrs()? {
        match open(address) {
            Ok(opened) => return Ok(opened),
            Err(error) => last = error,
        }
    }
    Err(last)
}

fn open_tcp(address: SocketAddr) -> io::Result<TcpListener> {
    let listener = TcpListener::bind(address)?;
    listener.set_nonblocking(true)?;
    Ok(listener)
}

fn refused(protocol: &str, flag: &str, at: &HostPort, error: io::Error) -> Error {
    let refused = match error.kind() {
        io::ErrorKind::AddrInUse => Error::configuration(format!(
            "{protocol} port {} of {} is taken",
            at.port, at.host
        ))
        .code("port-taken")
        .fix(format!(
            "end the program that has it (another daemon?), or listen elsewhere: {flag} {}:PORT",
            at.host
        )),
        io::ErrorKind::PermissionDenied => Error::configuration(format!(
            "{protocol} port {} of {} may not be used",
            at.port, at.host
        ))
        .fix(format!("use a port above 1023: {flag} {}:2000", at.host)),
        _ => Error::configuration(format!("the daemon cannot listen on {protocol} {at}")).fix(
            format!("listen on this machine only: {flag} 127.0.0.1:2000"),
        ),
    };
    refused.cause(error.to_string()).source(error)
}
