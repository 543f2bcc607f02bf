//! Errors to Rollbar: reported without waiting, sent in the background.
//!
//! ```text
//! Reporter::report → queue → one item a request
//!                     │ └→ over the rate: dropped      └→ what may pass is tried again
//!                     └→ full: the newest are dropped
//! ```
//!
//! At any moment `given = sent + dropped + rejected + waiting`. An item that is tried again has the
//! same uuid, by which Rollbar drops what it has already. What is reported leaves no trace of
//! itself: no span, no log line.

mod books;
mod rate;
#[cfg(test)]
mod tests;
mod worker;

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::Notice;
use crate::remote::RollbarClient;
use crate::rollbar::Item;
use books::Books;

pub use books::ErrorTotals;

/// How much may wait, and how long is tried.
#[derive(Debug, Clone)]
pub struct ReportingSettings {
    /// How many items may wait.
    pub queue_items: usize,
    /// How many bytes may wait.
    pub queue_bytes: usize,
    /// How many items a minute are taken; Rollbar's notifiers have 60.
    pub items_a_minute: u32,
    /// How long one attempt may take.
    pub patience: Duration,
    /// The pause after a first failure; each is twice the last.
    pub first_pause: Duration,
    /// The longest pause.
    pub longest_pause: Duration,
    /// How long may be taken for what waits when the process has to stop.
    pub drain: Duration,
}

impl Default for ReportingSettings {
    fn default() -> Self {
        Self {
            queue_items: 500,
            queue_bytes: 16 * 1024 * 1024,
            items_a_minute: 60,
            patience: Duration::from_secs(10),
            first_pause: Duration::from_secs(1),
            longest_pause: Duration::from_mins(1),
            drain: Duration::from_secs(5),
        }
    }
}

/// Reporting that has not begun; what is reported waits.
#[derive(Debug)]
pub struct Reporting {
    settings: ReportingSettings,
    client: RollbarClient,
    books: Arc<Books>,
}

/// Where an application reports; cheap to clone.
#[derive(Debug, Clone)]
pub struct Reporter(Arc<Books>);

impl Reporting {
    /// Gets ready; nothing is called before [`Self::serve`].
    pub fn bind(settings: ReportingSettings, client: RollbarClient) -> Self {
        Self {
            books: Arc::new(Books::new(&settings)),
            settings,
            client,
        }
    }

    /// Where items are put.
    pub fn reporter(&self) -> Reporter {
        Reporter(Arc::clone(&self.books))
    }

    /// Where items go.
    pub fn address(&self) -> String {
        self.client.item_url()
    }

    /// Sends until cancelled; then what waits is sent within the time that the settings allow, and
    /// dropped after it.
    pub async fn serve(self, cancel: CancellationToken, say: impl Fn(Notice)) {
        worker::work(self, cancel, say).await;
    }
}

impl Reporter {
    /// Takes an item, without waiting and without failing.
    pub fn report(&self, item: Item) {
        if let Some(place) = self.0.admit() {
            // Scrubbing and writing an item takes longer than finding out that it is one too many.
            self.0.file(place, item.body());
        }
    }

    /// What became of the items so far.
    pub fn totals(&self) -> ErrorTotals {
        self.0.totals()
    }
}
