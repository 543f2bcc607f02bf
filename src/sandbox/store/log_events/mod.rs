//! Log events: requests as they came, and an index of them in memory.
//!
//! A request's events are one row, so that writing costs little; an acknowledged row is on the
//! disk. Rows are found by an [`index`] of the streams' rows, by time, which is read from the
//! database when it is first needed and follows it from then on, whoever writes. What a search
//! looks at is read row by row, so that those who write go on meanwhile. Log groups and streams
//! themselves stay out: those are `log_groups`' and `log_streams`'.

mod arrival;
mod batch;
mod event_key;
mod filter;
mod get;
mod index;
mod put;
mod rows;
mod scan;
mod selection;
mod since;
mod streams;
mod sync;
mod tidy;

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rusqlite::Connection;

pub use arrival::RejectedEvents;
pub use event_key::EventKey;
pub use filter::{FilteredPage, LogEventFilter};
pub use get::{GetLogEvents, LogEventPage};
pub use put::PutLogEvents;
pub use scan::LogEventView;
pub use selection::FoundEvent;
pub use since::{LiveGroup, TailPosition};
pub use streams::LogStreams;

use super::{Fault, Retention, Store, Tenant, log_streams};

/// A day in milliseconds.
const DAY: i64 = 24 * 60 * 60 * 1000;

/// What AWS adds to a message's bytes when it counts them,
/// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html>.
pub const EVENT_OVERHEAD: usize = 26;

/// The most bytes of events, counted so, that one request carries or one page shows.
pub const MOST_BYTES: usize = 1_048_576;

/// The most events that one request carries or one page shows.
pub const MOST_EVENTS: usize = 10_000;

/// How long one call searches before it gives a page, empty or not, and a token to go on with.
pub(super) const PATIENCE: Duration = Duration::from_secs(1);

/// An event that is to be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewLogEvent<'a> {
    /// When it happened, in milliseconds since 1970.
    pub timestamp: i64,
    /// What it says.
    pub message: &'a str,
}

/// What the store knows of log events besides the rows.
#[derive(Debug, Default)]
pub(super) struct LogEvents {
    /// What waits to be written, by whoever writes next.
    waiting: Mutex<Vec<put::Waiting>>,
    index: Mutex<index::Index>,
    retention: Retention,
}

impl LogEvents {
    /// Keeps so much.
    pub(super) fn keeping(retention: Retention) -> Self {
        Self {
            retention,
            ..Self::default()
        }
    }

    fn index(&self) -> MutexGuard<'_, index::Index> {
        // The index is changed in small whole steps, so a panic leaves it usable.
        self.index.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Forgets everything, with the rows.
    pub(super) fn clear(&self) {
        self.index().clear();
    }

    /// Forgets what these streams had.
    pub(super) fn forget_streams(&self, streams: &[i64]) {
        let mut index = self.index();
        for stream in streams {
            index.forget_stream(*stream);
        }
    }
}

/// How much there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct StoredEvents {
    /// Events of all accounts and regions.
    pub events: u64,
    /// Bytes of them in the database.
    pub bytes: u64,
}

/// What is known of a stream's events without reading them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StreamEvents {
    /// When the first happened, in milliseconds since 1970.
    pub first: i64,
    /// When the last one did.
    pub last: i64,
    /// When events last came.
    pub last_ingested: i64,
    /// The token that the last request was answered with.
    pub upload_token: String,
}

/// Whether there are any events at all.
pub(super) fn any(connection: &Connection) -> Result<bool, Fault> {
    let any = connection
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM log_event_batch)")?
        .query_one((), |row| row.get(0))?;
    Ok(any)
}

impl Store {
    /// How much is kept of log events.
    pub fn stored_log_events(&self) -> Result<StoredEvents, Fault> {
        self.sync_log_events()?;
        Ok(self.log_events.index().stored())
    }

    /// What is known of these streams' events; `None` for one that has none.
    pub(super) fn stream_events(
        &self,
        streams: &[i64],
    ) -> Result<Vec<Option<StreamEvents>>, Fault> {
        self.sync_log_events()?;
        let index = self.log_events.index();
        Ok(streams
            .iter()
            .map(|stream| index.stream_events(*stream))
            .collect())
    }

    /// What AWS would bill a group's events by, in bytes.
    pub(super) fn billed_bytes(&self, tenant: &Tenant, group: &str) -> Result<u64, Fault> {
        let streams = self.reading(|connection| log_streams::ids(connection, tenant, group))?;
        self.sync_log_events()?;
        let index = self.log_events.index();
        Ok(streams
            .iter()
            .map(|stream| index.billed_bytes(*stream))
            .sum())
    }
}
