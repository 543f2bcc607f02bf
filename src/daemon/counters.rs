//! The books: what became of every document.
//!
//! `received + recovered = rejected + dropped + sent + waiting + under way`, at any time after the
//! last step of a document, where waiting is what the spool holds and under way what memory holds.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::xray::datagram::Refusal;
use crate::xray::telemetry::ConnectionError;

/// Counts up; one per run, shared by all tasks.
#[derive(Debug, Default)]
pub struct Counters {
    received: AtomicU64,
    recovered: AtomicU64,
    refused: [AtomicU64; Refusal::NAMES.len()],
    sent: AtomicU64,
    unprocessed: AtomicU64,
    refused_by_xray: AtomicU64,
    spooled: AtomicU64,
    no_room_in_queue: AtomicU64,
    no_room_in_spool: AtomicU64,
    damaged: AtomicU64,
    batches: AtomicU64,
    failures: [AtomicU64; ConnectionError::ALL.len()],
    forwarded: AtomicU64,
    not_forwarded: AtomicU64,
}

/// The figures at one moment.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Totals {
    /// Datagrams that were read.
    pub received: u64,
    /// Documents that an earlier run left in the spool.
    pub recovered: u64,
    /// Datagrams that carry no document, by the place of their reason in [`Refusal::NAMES`].
    pub refused: [u64; Refusal::NAMES.len()],
    /// Documents that X-Ray took.
    pub sent: u64,
    /// Documents that X-Ray answered it could not process.
    pub unprocessed: u64,
    /// Documents in batches that X-Ray refused as a whole, for good.
    pub refused_by_xray: u64,
    /// Documents that were put into the spool.
    pub spooled: u64,
    /// Documents dropped because memory was full.
    pub no_room_in_queue: u64,
    /// Documents dropped because the spool was full, or could not be written.
    pub no_room_in_spool: u64,
    /// Documents of the spool that could not be read back.
    pub damaged: u64,
    /// Batches that arrived.
    pub batches: u64,
    /// Attempts that failed, by the place of their reason in
    /// [`ConnectionError::ALL`].
    pub failures: [u64; ConnectionError::ALL.len()],
    /// Requests that were passed on to X-Ray.
    pub forwarded: u64,
    /// Requests that were not.
    pub not_forwarded: u64,
}

impl Totals {
    /// Datagrams and documents that were refused, by whomever.
    pub fn rejected(&self) -> u64 {
        self.refused.iter().sum::<u64>() + self.unprocessed + self.refused_by_xray
    }

    /// Documents that are lost.
    pub fn dropped(&self) -> u64 {
        self.no_room_in_queue + self.no_room_in_spool + self.damaged
    }
}

macro_rules! counted {
    ($($(#[$doc:meta])* $name:ident => $counter:ident;)*) => {
        $(
            $(#[$doc])*
            pub(super) fn $name(&self, count: u64) {
                self.$counter.fetch_add(count, Ordering::Relaxed);
            }
        )*
    };
}

impl Counters {
    counted! {
        /// Datagrams were read.
        received => received;
        /// Documents of an earlier run were found.
        recovered => recovered;
        /// X-Ray took documents.
        sent => sent;
        /// X-Ray could not process documents.
        unprocessed => unprocessed;
        /// X-Ray refused a batch for good.
        refused_by_xray => refused_by_xray;
        /// Documents went into the spool.
        spooled => spooled;
        /// Memory was full.
        no_room_in_queue => no_room_in_queue;
        /// The spool was full.
        no_room_in_spool => no_room_in_spool;
        /// A file of the spool could not be read.
        damaged => damaged;
        /// A batch arrived.
        batches => batches;
        /// A request was passed on.
        forwarded => forwarded;
        /// A request was not.
        not_forwarded => not_forwarded;
    }

    /// Counts a datagram without a document; returns how many of its kind there were.
    pub(super) fn refused(&self, refusal: &Refusal) -> u64 {
        let place = Refusal::NAMES
            .iter()
            .position(|name| *name == refusal.name())
            .unwrap_or_default();
        self.refused[place].fetch_add(1, Ordering::Relaxed) + 1
    }

    /// Counts an attempt that failed.
    pub(super) fn failed(&self, cause: ConnectionError) {
        self.failures[cause as usize].fetch_add(1, Ordering::Relaxed);
    }

    /// The figures now.
    pub fn totals(&self) -> Totals {
        let get = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        Totals {
            received: get(&self.received),
            recovered: get(&self.recovered),
            refused: self.refused.each_ref().map(get),
            sent: get(&self.sent),
            unprocessed: get(&self.unprocessed),
            refused_by_xray: get(&self.refused_by_xray),
            spooled: get(&self.spooled),
            no_room_in_queue: get(&self.no_room_in_queue),
            no_room_in_spool: get(&self.no_room_in_spool),
            damaged: get(&self.damaged),
            batches: get(&self.batches),
            failures: self.failures.each_ref().map(get),
            forwarded: get(&self.forwarded),
            not_forwarded: get(&self.not_forwarded),
        }
    }
}
