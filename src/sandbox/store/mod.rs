//! The database: knows no HTTP.
//!
//! Every operation is one method and one transaction: what it checks (a quota, a name that is
//! taken) and what it writes happen together, so two processes on one store cannot break a rule
//! between them, and an acknowledged write survives `kill -9`. Wire formats, field constraints
//! and HTTP statuses stay out: they are `sandbox::api`'s.

mod clock;
mod fault;
mod group_commit;
mod groups;
mod honeycomb;
mod ledger;
mod log_events;
mod log_groups;
mod log_queries;
mod log_streams;
mod metric_filters;
mod opening;
mod otlp;
mod paging;
mod reader;
mod retention;
mod rollbar;
mod sampling_rules;
mod sampling_statistics;
mod schema;
mod segments;
mod settings;
mod tags;
mod tenant;

use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rusqlite::{Connection, Transaction, TransactionBehavior};

use self::sampling_statistics::Sampling;

pub use clock::Clock;
pub use fault::Fault;
pub use groups::{Group, GroupChange, GroupKey, Insights, NewGroup};
pub use honeycomb::{
    ALL_DATASETS, Asked, DatasetChange, FieldValue, HoneycombColumn, HoneycombDataset,
    HoneycombEvent, HoneycombMarker, HoneycombQuery, HoneycombQueryResult, InvalidMember,
    MarkerMembers, NewColumn, Outcome, Query,
};
pub use log_events::{
    EVENT_OVERHEAD, EventKey, FilteredPage, FoundEvent, GetLogEvents, LiveGroup, LogEventFilter,
    LogEventPage, LogEventView, LogStreams, MOST_BYTES, MOST_EVENTS, NewLogEvent, PutLogEvents,
    RejectedEvents, StoredEvents, StreamEvents, TailPosition,
};
pub use log_groups::{LogGroup, LogGroupClass, LogGroupFilter, LogGroupName, NewLogGroup};
pub use log_queries::{LogQuery, LogQueryRows, NewLogQuery};
pub use log_streams::{LogStream, StreamFilter, StreamOrder};
pub use metric_filters::{MetricFilter, MetricFilterSelection, MetricTransformation};
pub use otlp::{OtlpMessage, OtlpPayload, PutOtlp, Signal, StoredOtlp};
use paging::{InvalidToken, Listing};
pub use paging::{Page, PageRequest};
pub use retention::Retention;
pub use rollbar::{
    DeployChange, ItemChange, ItemKey, NewDeploy, NewOccurrence, OccurrenceKey, RollbarDeploy,
    RollbarItem, RollbarOccurrence, StoredRollbar,
};
pub use sampling_rules::{RateBoost, RuleChange, RuleKey, SamplingRule, SamplingRuleRecord};
pub use sampling_statistics::{BoostReport, SamplingTarget, SamplingTargets, Unprocessed};
pub use segments::{
    Filter, FoundTrace, GroupAnswer, Matching, Selection, Stored, StoredTrace, SummaryPage,
    TimeRange, TraceQuery,
};
pub use settings::{Encryption, IndexingRule};
pub use tags::Tag;
pub use tenant::Tenant;

/// Where a store lives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Location {
    /// The file `sandbox.db` in this directory, which is created when it is missing.
    Directory(PathBuf),
    /// Nowhere: gone with the process.
    Memory,
}

/// What the sandbox remembers. Clones share its connections.
///
/// Who holds `sampling` may take `connection`, never the other way round; who holds either
/// connection may take an index.
#[derive(Clone)]
pub struct Store {
    connection: Arc<Mutex<Connection>>,
    reader: Arc<reader::Reader>,
    sampling: Arc<Mutex<Sampling>>,
    clock: Clock,
    page_limit: usize,
    search_patience: Duration,
    segments: Arc<segments::Segments>,
    log_events: Arc<log_events::LogEvents>,
    honeycomb: Arc<honeycomb::Catalogues>,
    otlp: Arc<otlp::Requests>,
}

impl Store {
    /// Opens the store, creating or migrating it as needed.
    pub fn open(location: &Location) -> crate::error::Result<Self> {
        let connection = opening::open(location)?;
        Ok(Self {
            connection: Arc::new(Mutex::new(connection)),
            reader: Arc::new(reader::Reader::new(location)),
            sampling: Arc::default(),
            clock: Clock::system(),
            page_limit: usize::MAX,
            search_patience: log_events::PATIENCE,
            segments: Arc::default(),
            log_events: Arc::default(),
            honeycomb: Arc::default(),
            otlp: Arc::default(),
        })
    }

    /// Reads the time from `clock` instead of the system's.
    #[must_use]
    pub fn with_clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    /// What tells the time.
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// Never puts more than `limit` items on a page, so that clients have to follow tokens.
    #[must_use]
    pub fn with_page_limit(mut self, limit: usize) -> Self {
        self.page_limit = limit.max(1);
        self
    }

    /// Lets one call search log events for so long.
    #[must_use]
    pub fn with_search_patience(mut self, patience: Duration) -> Self {
        self.search_patience = patience;
        self
    }

    /// Keeps no more than this.
    #[must_use]
    pub fn with_retention(mut self, retention: Retention) -> Self {
        self.segments = Arc::new(segments::Segments::keeping(retention));
        self.log_events = Arc::new(log_events::LogEvents::keeping(retention));
        self.honeycomb = Arc::new(honeycomb::Catalogues::keeping(retention));
        self
    }

    /// Empties everything, for every account and region.
    pub fn reset(&self) -> Result<(), Fault> {
        let mut sampling = self.sampling();
        self.write(|transaction| {
            for table in schema::tables() {
                transaction.execute(&format!("DELETE FROM {table}"), ())?;
            }
            Ok(())
        })?;
        *sampling = Sampling::default();
        self.segments.clear();
        self.log_events.clear();
        self.honeycomb.clear();
        Ok(())
    }

    /// A page of a list that was made for this query; `key` puts items in their order.
    pub fn page<T>(
        &self,
        query: String,
        items: Vec<T>,
        key: impl Fn(&T) -> String,
        token: Option<&str>,
    ) -> Result<Page<T>, Fault> {
        let listing = Listing {
            query,
            items,
            key,
            descending: false,
        };
        listing
            .page(token, self.page_limit)
            .map_err(|InvalidToken| Fault::invalid_request("Invalid NextToken"))
    }

    /// What samplers reported; it is kept in memory, and ends with the process.
    fn sampling(&self) -> MutexGuard<'_, Sampling> {
        // Counts that a panic left half added are still counts.
        self.sampling.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs `work` as one writing transaction; anything but `Ok` leaves the store as it was.
    fn write<T>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        self.transact(TransactionBehavior::Immediate, work)
    }

    /// Runs `work` on one consistent view of the store.
    fn read<T>(&self, work: impl FnOnce(&Transaction<'_>) -> Result<T, Fault>) -> Result<T, Fault> {
        self.transact(TransactionBehavior::Deferred, work)
    }

    /// Reads where writers are not in the way: what is committed is seen.
    fn reading<T>(&self, work: impl FnOnce(&Connection) -> Result<T, Fault>) -> Result<T, Fault> {
        let other = self.reader.connection()?;
        let connection = other.unwrap_or(&self.connection);
        let connection = connection.lock().unwrap_or_else(PoisonError::into_inner);
        work(&connection)
    }

    fn transact<T>(
        &self,
        behavior: TransactionBehavior,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        // A panic inside `work` rolled its transaction back, so the connection is as good as before.
        let mut connection = self
            .connection
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let transaction = connection.transaction_with_behavior(behavior)?;
        let result = work(&transaction)?;
        transaction.commit()?;
        Ok(result)
    }
}

/// A value as the text of a column.
fn json(value: &impl serde::Serialize) -> Result<String, Fault> {
    serde_json::to_string(value).map_err(|error| Fault::internal(error.to_string()))
}

impl std::fmt::Debug for Store {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Store").finish_non_exhaustive()
    }
}
