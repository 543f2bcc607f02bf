//! Batches onto their way.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::queue::{Budget, Held, Receiver};
use super::spool::Spool;
use super::upload::{Outcome, Uploader};

/// How often a batch that waits for its turn looks at the memory.
const GLANCE: Duration = Duration::from_millis(50);

/// What the batches need.
#[derive(Debug, Clone)]
pub(super) struct Batches {
    pub(super) uploader: Arc<Uploader>,
    pub(super) spool: Arc<Spool>,
    pub(super) budget: Budget,
    pub(super) slots: Arc<Semaphore>,
    pub(super) tracker: TaskTracker,
    /// Cancelled when nothing more may be waited for.
    pub(super) deadline: CancellationToken,
}

impl Batches {
    /// Runs until the queue is closed and empty.
    pub(super) async fn run(self, mut queue: Receiver) {
        while let Some(batch) = queue.batch().await {
            self.dispatch(batch).await;
        }
    }

    /// Sends a batch as soon as one of the slots is free; to the spool where that makes no sense.
    async fn dispatch(&self, batch: Vec<Held>) {
        let queues_behind_others =
            self.uploader.endpoint.is_down() && self.spool.waiting().batches > 0;
        if queues_behind_others || self.deadline.is_cancelled() {
            return self.spool.push(batch).await;
        }
        let slots = Arc::clone(&self.slots);
        tokio::select! {
            biased;
            Ok(slot) = slots.acquire_owned() => {
                self.tracker.spawn(self.clone().upload(batch, slot));
            }
            () = self.pressure() => self.spool.push(batch).await,
        }
    }

    async fn upload(self, batch: Vec<Held>, _slot: OwnedSemaphorePermit) {
        let documents = batch.iter().map(|held| held.text.as_str()).collect();
        let outcome = tokio::select! {
            biased;
            outcome = self.uploader.send(documents) => outcome,
            () = self.deadline.cancelled() => Outcome::NotNow,
        };
        if outcome == Outcome::NotNow {
            self.spool.push(batch).await;
        }
    }

    /// Until memory runs short, where a disk can help, or time does.
    async fn pressure(&self) {
        while !(self.deadline.is_cancelled()
            || self.spool.is_on_disk() && self.budget.is_half_full())
        {
            tokio::time::sleep(GLANCE).await;
        }
    }
}
