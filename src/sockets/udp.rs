//! A UDP socket that is read as fast as datagrams come.

use std::io;
use std::net::{SocketAddr, UdpSocket};
use std::time::Duration;

use socket2::{Domain, Protocol, Socket, Type};
use tokio_util::sync::CancellationToken;

/// What we ask of the kernel: half a second at 16 MB/s. It gives what it may.
const RECEIVE_BUFFER: usize = 8 * 1024 * 1024;

/// The most that one datagram may have and be read whole.
const LARGEST: usize = 64 * 1024;

/// So many datagrams in a row, then other tasks get a turn.
const TURN: usize = 64;

/// When it stops, it still takes what has arrived by then, but no more than this.
const LAST: usize = 100_000;

/// Opens a socket with a large buffer.
pub fn open(address: SocketAddr) -> io::Result<UdpSocket> {
    let domain = Domain::for_address(address);
    let socket = Socket::new(domain, Type::DGRAM, Some(Protocol::UDP))?;
    // A smaller buffer is no reason not to start.
    drop(socket.set_recv_buffer_size(RECEIVE_BUFFER));
    socket.set_nonblocking(true)?;
    socket.bind(&address.into())?;
    Ok(socket.into())
}

/// Reads until cancelled, then what the kernel has already. `receive` must not wait for anybody.
pub async fn read(
    socket: tokio::net::UdpSocket,
    cancel: CancellationToken,
    mut receive: impl FnMut(&[u8]),
    mut complain: impl FnMut(&str),
) {
    let mut buffer = vec![0; LARGEST];
    loop {
        tokio::select! {
            biased;
            () = cancel.cancelled() => break,
            ready = socket.readable() => if let Err(error) = ready {
                complain(&format!("the UDP socket cannot be read: {error}"));
                tokio::time::sleep(Duration::from_millis(50)).await;
            },
        }
        take(&socket, &mut buffer, TURN, &mut receive, &mut complain);
        tokio::task::yield_now().await;
    }
    take(&socket, &mut buffer, LAST, &mut receive, &mut complain);
}

/// Reads what is there, up to a number of datagrams.
fn take(
    socket: &tokio::net::UdpSocket,
    buffer: &mut [u8],
    most: usize,
    receive: &mut impl FnMut(&[u8]),
    complain: &mut impl FnMut(&str),
) {
    for _ in 0..most {
        match socket.try_recv(buffer) {
            Ok(length) => receive(&buffer[..length]),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => return,
            Err(error) => {
                complain(&format!("a datagram could not be read: {error}"));
                return;
            }
        }
    }
}
