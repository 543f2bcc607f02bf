//! Segments over UDP at a steady rate, each with a number of its own.

use std::net::UdpSocket;
use std::time::{Duration, Instant};

use super::Result;
use super::documents;

const HEADER: &str = "{\"format\":\"json\",\"version\":1}\n";

/// Where the number goes: behind the header and `{"id":"`.
const NUMBER: std::ops::Range<usize> = HEADER.len() + 7..HEADER.len() + 23;

/// Where the load comes from.
pub(crate) struct Sender {
    socket: UdpSocket,
    datagrams: Vec<Vec<u8>>,
    /// How many were sent; the number of the next.
    pub(crate) sent: u64,
}

impl Sender {
    pub(crate) fn to(address: &str) -> Result<Self> {
        let socket = UdpSocket::bind("127.0.0.1:0")?;
        socket.connect(address)?;
        Ok(Self {
            socket,
            datagrams: (0..500)
                .flat_map(|number| documents::trace(number, 1_700_000_000))
                .map(|document| format!("{HEADER}{document}").into_bytes())
                .collect(),
            sent: 0,
        })
    }

    /// Sends at a rate. Who was held up makes good for it in small steps: the kernel's buffer is
    /// small, and a burst of our own making would be nobody's loss but ours.
    pub(crate) fn send(&mut self, rate: u64, length: Duration) -> Result<()> {
        let begun = Instant::now();
        let before = self.sent;
        let step = (rate / 1000).max(1) * 2;
        loop {
            let elapsed = begun.elapsed();
            if elapsed >= length {
                return Ok(());
            }
            let due = before + u64::try_from(elapsed.as_micros())? * rate / 1_000_000;
            for _ in self.sent..due.min(self.sent + step) {
                self.one()?;
            }
            std::thread::sleep(Duration::from_micros(300));
        }
    }

    /// Sends one.
    fn one(&mut self) -> Result<()> {
        let place = usize::try_from(self.sent)? % self.datagrams.len();
        let datagram = &mut self.datagrams[place];
        datagram[NUMBER].copy_from_slice(format!("{:016x}", self.sent).as_bytes());
        self.socket.send(datagram)?;
        self.sent += 1;
        Ok(())
    }
}
