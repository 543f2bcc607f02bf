//! The UDP socket: reads as fast as it can and never waits for anybody.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::UdpSocket;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::counters::Counters;
use super::log::Log;
use super::queue::{Budget, Held};
use crate::xray::datagram::{self, LARGEST};

/// So many datagrams in a row, then other tasks get a turn.
const TURN: usize = 64;

/// When it stops, it still takes what has arrived by then, but no more than this.
const LAST: usize = 100_000;

/// What the reader needs.
#[derive(Debug)]
pub(super) struct Reader {
    pub(super) socket: UdpSocket,
    pub(super) budget: Budget,
    pub(super) queue: mpsc::Sender<Held>,
    pub(super) counters: Arc<Counters>,
    pub(super) log: Log,
}

impl Reader {
    /// Reads until cancelled, then what the kernel has already; closes the queue by ending.
    pub(super) async fn run(self, cancel: CancellationToken) {
        let mut buffer = vec![0; LARGEST];
        loop {
            tokio::select! {
                biased;
                () = cancel.cancelled() => break,
                ready = self.socket.readable() => if let Err(error) = ready {
                    self.log.error(&format!("the UDP socket cannot be read: {error}"));
                    tokio::time::sleep(Duration::from_millis(50)).await;
                },
            }
            self.take(&mut buffer, TURN);
            tokio::task::yield_now().await;
        }
        self.take(&mut buffer, LAST);
    }

    /// Reads what is there, up to a number of datagrams.
    fn take(&self, buffer: &mut [u8], most: usize) {
        for _ in 0..most {
            match self.socket.try_recv(buffer) {
                Ok(length) => self.receive(&buffer[..length]),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return,
                Err(error) => {
                    self.log
                        .warn(&format!("a datagram could not be read: {error}"));
                    return;
                }
            }
        }
    }

    fn receive(&self, datagram: &[u8]) {
        self.counters.received(1);
        let document = match datagram::decode(datagram) {
            Ok(document) => document,
            Err(refusal) => {
                let count = self.counters.refused(&refusal);
                if is_worth_a_line(count) {
                    self.log.warn(&format!(
                        "Refused datagram: {refusal} ({}, {count} so far)",
                        refusal.name()
                    ));
                }
                return;
            }
        };
        let queued = self
            .budget
            .hold(document)
            .is_some_and(|held| self.queue.try_send(held).is_ok());
        if !queued {
            self.counters.no_room_in_queue(1);
            let count = self.counters.totals().no_room_in_queue;
            if is_worth_a_line(count) {
                self.log.warn(&format!(
                    "Dropped segment: memory is full ({count} so far); --buffer-memory makes room for more"
                ));
            }
        }
    }
}

/// The first few, then fewer and fewer: whoever floods the daemon must not flood the log.
fn is_worth_a_line(count: u64) -> bool {
    count <= 5 || count.is_power_of_two()
}
