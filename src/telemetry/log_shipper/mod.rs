//! Log events to one stream of CloudWatch Logs.
//!
//! ```text
//! LogShipper::send → queue → batches → PutLogEvents
//!                      │        └→ what fails waits, is split, or is given up
//!                      └→ full: the oldest are dropped
//! ```
//!
//! At any moment `given = sent + dropped + rejected + waiting`. What was sent is what CloudWatch
//! Logs acknowledged; when an answer is lost its batch is sent again, and its events may be there
//! twice, for CloudWatch Logs no longer recognises a batch that it has. Who must tell them apart
//! puts an id into the message.

mod books;
mod counts;
mod delivery;
mod settings;
mod worker;

use std::sync::Arc;

pub use counts::{Totals, Undelivered};
pub use settings::{GiveUp, NewGroup, Pauses, Settings};
pub use worker::{LogShipping, Notice};

pub(super) use worker::is_shipping;

use crate::logs::batch::{EncodedEvent, InputLogEvent};
use books::Books;

/// Where an application puts its log events; cheap to clone.
#[derive(Debug, Clone)]
pub struct LogShipper(Arc<Books>);

impl LogShipper {
    /// Takes an event, without waiting and without failing: when the queue is full, the oldest
    /// event goes and is counted. A message that is too long is cut and says so.
    pub fn send(&self, event: InputLogEvent) {
        self.send_beginning(event, 0);
    }

    /// Takes an event that is not too long, as [`Self::send`] does.
    pub(super) fn send_encoded(&self, event: EncodedEvent) {
        self.0.give(event, false);
    }

    /// Takes an event of whose message so many bytes were left out at the end.
    pub fn send_beginning(&self, event: InputLogEvent, further: u64) {
        let (event, was_cut) = EncodedEvent::of(event, further);
        self.0.give(event, was_cut);
    }

    /// Takes an event as [`Self::send_beginning`] does, but waits until there is room for it: for
    /// who can wait, so that nothing is dropped.
    pub async fn send_when_there_is_room(&self, event: InputLogEvent, further: u64) {
        let (event, was_cut) = EncodedEvent::of(event, further);
        self.0.give_when_there_is_room(event, was_cut).await;
    }

    /// Says that nothing more comes: what waits is sent at once, and then the worker ends.
    pub fn close(&self) {
        self.0.complete();
    }

    /// What became of the events so far.
    pub fn totals(&self) -> Totals {
        self.0.totals()
    }
}
