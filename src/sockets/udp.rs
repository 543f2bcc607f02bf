//! A UDP socket that is read as fast as datagrams come.
//!
//! To be woken for a datagram costs more than to read it. So there are two ways to wait, by how
//! many come: few are waited for, one by one; many are left to gather for a moment in the
//! kernel's buffer, on a thread that sleeps and looks.

use std::io;
use std::net::{SocketAddr, UdpSocket};
use std::time::{Duration, Instant};

use socket2::{Domain, Protocol, SockRef, Socket, Type};
use tokio_util::sync::CancellationToken;

/// What we ask of the kernel: half a second at 16 MB/s. It gives what it may.
const RECEIVE_BUFFER: usize = 8 * 1024 * 1024;

/// The most that one datagram may have and be read whole.
const LARGEST: usize = 64 * 1024;

/// So many datagrams in a row, then other tasks get a turn.
const TURN: usize = 64;

/// When it stops, it still takes what has arrived by then, but no more than this.
const LAST: usize = 100_000;

/// How long datagrams are counted before it is said that they are many, or few.
const WINDOW: Duration = Duration::from_millis(50);

/// Many in a second.
const MANY: usize = 2_000;

/// Few in a second: half of them, so that the ways do not change all the time.
const FEW: usize = 1_000;

/// The longest that datagrams may gather, and the longest where the kernel gives no more than the
/// 208 KiB that are usual: a single sender, flat out, needs 5 µs for one, and half of that buffer
/// takes those of this time.
const LONGEST: Duration = Duration::from_millis(2);
const LONGEST_IN_LITTLE: Duration = Duration::from_micros(400);

/// A kernel's buffer from which on it is not little: twenty times the usual one.
const AMPLE: usize = 4 * 1024 * 1024;

/// What the kernel keeps for a datagram besides its bytes; rather more than less.
const OVERHEAD: usize = 1280;

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
///
/// The socket must not block.
pub async fn read(
    socket: UdpSocket,
    cancel: CancellationToken,
    receive: impl FnMut(&[u8]) + Send + 'static,
    complain: impl FnMut(&str) + Send + 'static,
) {
    let mut reading = Reading {
        socket,
        buffer: vec![0; LARGEST],
        receive,
        complain,
    };
    let stop = cancel.child_token();
    // Whoever drops this wants the thread to end, too.
    let _ends_with_us = stop.clone().drop_guard();
    while !cancel.is_cancelled() {
        if let Err(error) = reading.wait_for_each(&cancel).await {
            (reading.complain)(&format!("the UDP socket cannot be read: {error}"));
            tokio::time::sleep(WINDOW).await;
            continue;
        }
        let stop = stop.clone();
        let gathering = tokio::task::spawn_blocking(move || {
            reading.let_gather(&stop);
            reading
        });
        reading = match gathering.await {
            Ok(reading) => reading,
            Err(error) => match error.try_into_panic() {
                Ok(panic) => std::panic::resume_unwind(panic),
                // The runtime ends, and everything with it.
                Err(_) => return,
            },
        };
    }
    reading.take(LAST);
}

/// A socket, and what is done with what comes.
struct Reading<R, C> {
    socket: UdpSocket,
    buffer: Vec<u8>,
    receive: R,
    complain: C,
}

/// What was there.
#[derive(Default)]
struct Taken {
    datagrams: usize,
    /// What they needed of the kernel's buffer, about.
    room: usize,
}

impl<R: FnMut(&[u8]), C: FnMut(&str)> Reading<R, C> {
    /// Reads each datagram when it comes, until cancelled or many come.
    async fn wait_for_each(&mut self, cancel: &CancellationToken) -> io::Result<()> {
        // Ends with this: a registered socket wakes the runtime, whoever waits for it or not.
        let registered = tokio::net::UdpSocket::from_std(self.socket.try_clone()?)?;
        let mut window = Window::default();
        loop {
            tokio::select! {
                biased;
                () = cancel.cancelled() => return Ok(()),
                ready = registered.readable() => ready?,
            }
            let mut taken = 0;
            // Through the runtime, which has to learn that there is no more.
            while taken < TURN {
                match registered.try_recv(&mut self.buffer) {
                    Ok(length) => (self.receive)(&self.buffer[..length]),
                    Err(error) if error.kind() == io::ErrorKind::WouldBlock => break,
                    Err(error) => {
                        self.cannot(&error);
                        break;
                    }
                }
                taken += 1;
            }
            if window.rate(taken).is_some_and(|rate| rate >= MANY) {
                return Ok(());
            }
            if taken == TURN {
                tokio::task::yield_now().await;
            }
        }
    }

    /// Reads what has gathered, again and again, until cancelled or few come.
    fn let_gather(&mut self, cancel: &CancellationToken) {
        let room = SockRef::from(&self.socket)
            .recv_buffer_size()
            .unwrap_or(RECEIVE_BUFFER);
        let longest = if room < AMPLE {
            LONGEST_IN_LITTLE
        } else {
            LONGEST
        };
        let mut pause = longest;
        let mut window = Window::default();
        while !cancel.is_cancelled() {
            let taken = self.take(TURN);
            if window.rate(taken.datagrams).is_some_and(|rate| rate < FEW) {
                return;
            }
            // Whatever comes, most of the buffer stays free.
            if taken.room > room / 8 {
                pause /= 2;
            } else if taken.room < room / 32 {
                pause = (pause * 2).clamp(Duration::from_micros(1), longest);
            }
            if taken.datagrams < TURN {
                std::thread::sleep(pause);
            }
        }
    }

    /// Reads what is there, up to a number of datagrams.
    fn take(&mut self, most: usize) -> Taken {
        let mut taken = Taken::default();
        while taken.datagrams < most {
            match self.socket.recv(&mut self.buffer) {
                Ok(length) => {
                    (self.receive)(&self.buffer[..length]);
                    taken.room += length + OVERHEAD;
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => break,
                Err(error) => {
                    self.cannot(&error);
                    break;
                }
            }
            taken.datagrams += 1;
        }
        taken
    }

    fn cannot(&mut self, error: &io::Error) {
        (self.complain)(&format!("a datagram could not be read: {error}"));
    }
}

/// Counts datagrams for a while.
struct Window {
    since: Instant,
    count: usize,
}

impl Default for Window {
    fn default() -> Self {
        Self {
            since: Instant::now(),
            count: 0,
        }
    }
}

impl Window {
    /// Adds to the count; when its time is over, how many came in a second.
    fn rate(&mut self, more: usize) -> Option<usize> {
        self.count += more;
        let elapsed = self.since.elapsed();
        if elapsed < WINDOW {
            return None;
        }
        let milliseconds = usize::try_from(elapsed.as_millis()).unwrap_or(usize::MAX);
        let rate = self.count.saturating_mul(1000) / milliseconds;
        *self = Self::default();
        Some(rate)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};

    use tokio::task::{JoinHandle, spawn_blocking};

    use super::*;

    const PATIENCE: Duration = Duration::from_secs(10);

    /// A socket that is read, what sends numbers to it, and those that were read.
    fn open_pair(cancel: &CancellationToken) -> (JoinHandle<()>, UdpSocket, Receiver<u32>) {
        let socket = open(([127, 0, 0, 1], 0).into()).unwrap();
        let sender = UdpSocket::bind("127.0.0.1:0").unwrap();
        sender.connect(socket.local_addr().unwrap()).unwrap();
        let (tell, told) = channel();
        let receive = move |datagram: &[u8]| {
            let _ = tell.send(u32::from_le_bytes(datagram.try_into().unwrap()));
        };
        let reading = tokio::spawn(read(socket, cancel.clone(), receive, |_| ()));
        (reading, sender, told)
    }

    /// Sends in steps of so many, for long enough that a rate is seen and acted upon.
    fn send(sender: &UdpSocket, told: &Receiver<u32>, next: &mut u32, step: u32) {
        let begun = Instant::now();
        while begun.elapsed() < 3 * WINDOW {
            for number in *next..*next + step {
                sender.send(&number.to_le_bytes()).unwrap();
            }
            for number in *next..*next + step {
                assert_eq!(told.recv_timeout(PATIENCE), Ok(number));
            }
            *next += step;
        }
    }

    #[tokio::test]
    async fn many_and_few_come_in_order_and_a_stop_takes_what_is_there() {
        let cancel = CancellationToken::new();
        let (reading, sender, told) = open_pair(&cancel);
        let (sender, told) = spawn_blocking(move || {
            let mut next = 0;
            for step in [32, 1, 64, 1] {
                send(&sender, &told, &mut next, step);
            }
            (sender, told)
        })
        .await
        .unwrap();
        for number in 0..10_u32 {
            sender.send(&number.to_le_bytes()).unwrap();
        }
        cancel.cancel();
        reading.await.unwrap();
        assert!(told.iter().eq(0..10), "not all, or not in order");
    }

    #[tokio::test]
    async fn a_reader_that_is_dropped_leaves_no_thread_behind() {
        let (reading, sender, told) = open_pair(&CancellationToken::new());
        let end = spawn_blocking(move || {
            send(&sender, &told, &mut 0, 32);
            reading.abort();
            let begun = Instant::now();
            // They go on coming: only for want of them it would end by itself.
            loop {
                for number in 0..32_u32 {
                    drop(sender.send(&number.to_le_bytes()));
                }
                match told.recv_timeout(Duration::from_millis(1)) {
                    Err(RecvTimeoutError::Disconnected) => return true,
                    _ if begun.elapsed() > PATIENCE => return false,
                    _ => {}
                }
            }
        });
        assert!(end.await.unwrap());
    }
}
