//! systemd's readiness protocol: a word on a datagram socket.
//!
//! <https://www.freedesktop.org/software/systemd/man/latest/sd_notify.html>

use super::log::Log;

/// Tells systemd how the service is; nothing where nobody asked.
pub(super) fn tell(socket: Option<&str>, state: &str, log: &Log) {
    let Some(path) = socket.filter(|path| !path.is_empty()) else {
        return;
    };
    if let Err(error) = send(path, state) {
        log.warn(&format!("NOTIFY_SOCKET cannot be told {state}: {error}"));
    }
}

#[cfg(unix)]
fn send(path: &str, state: &str) -> std::io::Result<()> {
    let socket = std::os::unix::net::UnixDatagram::unbound()?;
    #[cfg(target_os = "linux")]
    if let Some(name) = path.strip_prefix('@') {
        use std::os::linux::net::SocketAddrExt as _;
        let address = std::os::unix::net::SocketAddr::from_abstract_name(name)?;
        return socket.send_to_addr(state.as_bytes(), &address).map(drop);
    }
    socket.send_to(state.as_bytes(), path).map(drop)
}

#[cfg(not(unix))]
fn send(_path: &str, _state: &str) -> std::io::Result<()> {
    Ok(())
}
