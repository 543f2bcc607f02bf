//! The port, and the file that says that requests can come.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener};
use std::path::PathBuf;

use serde_json::json;

use crate::error::{Error, Result};

/// Opens a port.
pub(super) fn listen(host: &str, port: u16) -> Result<(TcpListener, SocketAddr)> {
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
                    .fix("pick a free one: cruddur-obs serve --port 0")
                    .fix("or end the program that has it")
            }
            std::io::ErrorKind::PermissionDenied => {
                Error::configuration(format!("port {port} of {host} may not be used"))
                    .code("port-forbidden")
                    .fix("use a port above 1023: cruddur-obs serve --port 4567")
            }
            _ => Error::configuration(format!("cannot listen on {host}, port {port}"))
                .code("listen")
                .fix("listen on this machine only: cruddur-obs serve --host 127.0.0.1"),
        };
        refused.cause(error.to_string()).source(error)
    })
}

/// The address by which clients on this machine reach one that is listened on.
pub(super) fn reachable(ip: IpAddr) -> IpAddr {
    match ip {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    }
}

/// Exists while requests can come.
#[derive(Debug)]
pub(super) struct ReadyFile(PathBuf);

impl ReadyFile {
    /// Writes the file whole, or not at all: a reader may look at any moment.
    pub(super) fn write(path: PathBuf, url: &str, address: SocketAddr) -> Result<Self> {
        let contents = json!({
            "url": url,
            "pid": std::process::id(),
            "address": address.to_string(),
        });
        let mut draft = path.clone().into_os_string();
        draft.push(".new");
        let written = std::fs::write(&draft, contents.to_string())
            .and_then(|()| std::fs::rename(&draft, &path));
        match written {
            Ok(()) => Ok(Self(path)),
            Err(error) => Err(Error::configuration(format!(
                "the ready file {} cannot be written",
                path.display()
            ))
            .code("ready-file")
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
