//! The UDP socket: reads as fast as it can and never waits for anybody.

use std::net::UdpSocket;
use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use super::counters::Counters;
use super::log::Log;
use super::queue::{Budget, Sender};
use crate::sockets::udp;
use crate::xray::datagram;

/// What the reader needs.
#[derive(Debug)]
pub(super) struct Reader {
    pub(super) socket: UdpSocket,
    pub(super) books: Books,
}

/// Where datagrams go, and where it is counted.
#[derive(Debug)]
pub(super) struct Books {
    budget: Budget,
    queue: Sender,
    counters: Arc<Counters>,
    log: Log,
}

impl Reader {
    /// Reads until cancelled, then what the kernel has already; closes the queue by ending.
    pub(super) async fn run(self, cancel: CancellationToken) {
        let Self { socket, books } = self;
        let log = books.log.clone();
        let receive = move |datagram: &[u8]| books.receive(datagram);
        udp::read(socket, cancel, receive, move |text| log.warn(text)).await;
    }
}

impl Books {
    /// Books that nobody has written in yet.
    pub(super) fn new(budget: Budget, queue: Sender, counters: Arc<Counters>, log: Log) -> Self {
        Self {
            budget,
            queue,
            counters,
            log,
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
        if let Some(held) = self.budget.hold(document) {
            self.queue.send(held);
        } else {
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
