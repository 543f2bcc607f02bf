//! Ports besides the sandbox's own, which other programs on the machine may have.

use std::io;
use std::net::{SocketAddr, TcpListener};

/// Which port is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SidePort {
    /// None.
    Off,
    /// This one unless somebody has it already.
    IfFree(u16),
    /// This one; 0 picks a free one.
    Exactly(u16),
}

/// Opens a port; connections wait until they are accepted.
pub(super) fn listen(host: &str, port: u16) -> io::Result<(TcpListener, SocketAddr)> {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let listener = TcpListener::bind((bare, port))?;
    listener.set_nonblocking(true)?;
    let address = listener.local_addr()?;
    Ok((listener, address))
}
