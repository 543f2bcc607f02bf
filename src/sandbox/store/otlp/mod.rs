//! OTLP: requests as they came, one row each.
//!
//! A body is kept as the protobuf that it was, or that its JSON says. What traces are made of it
//! stands in [`segments`](super::segments), which reads these rows beside its own: a row has the
//! ids and times of its spans in its `entries`, so that the body is read only when somebody asks.
//! What Honeycomb makes of it is read from the bodies, by environment.

mod message;
mod parts;
mod payloads;
mod put;

pub use message::OtlpMessage;
pub(super) use parts::Part;
pub(super) use parts::decode as parts;
pub use payloads::OtlpPayload;
pub use put::PutOtlp;
pub(super) use put::{Requests, Waiting};

use super::{Fault, Store};

/// The tables; `entries` stands before `body`, so that reading the one does not touch the pages of the other.
pub(super) const SCHEMA: &str = "
CREATE TABLE otlp_request (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    account TEXT NOT NULL,
    region TEXT NOT NULL,
    signal INTEGER NOT NULL,
    environment TEXT,
    dataset TEXT,
    received_at INTEGER NOT NULL,
    first INTEGER NOT NULL,
    last INTEGER NOT NULL,
    items INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    entries BLOB NOT NULL,
    body BLOB NOT NULL
) STRICT;

CREATE INDEX otlp_request_of_environment ON otlp_request (environment, signal, last, first);
";

/// Their names, children before parents.
pub(super) const TABLES: &[&str] = &["otlp_request"];

/// What a request carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Signal {
    /// Spans.
    Traces,
    /// Log records.
    Logs,
    /// Data points.
    Metrics,
}

impl Signal {
    /// The number in the database.
    pub(super) const fn number(self) -> i64 {
        match self {
            Self::Traces => 1,
            Self::Logs => 2,
            Self::Metrics => 3,
        }
    }

    pub(super) const fn from_number(number: i64) -> Option<Self> {
        match number {
            1 => Some(Self::Traces),
            2 => Some(Self::Logs),
            3 => Some(Self::Metrics),
            _ => None,
        }
    }
}

/// How much there is of OTLP.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct StoredOtlp {
    /// Requests.
    pub requests: usize,
    /// Spans; one that was sent twice counts once.
    pub spans: u64,
    /// Log records.
    pub log_records: u64,
    /// Data points of metrics.
    pub data_points: u64,
    /// Bytes of the requests.
    pub bytes: u64,
}

impl Store {
    /// How much is kept of OTLP.
    pub fn stored_otlp(&self) -> Result<StoredOtlp, Fault> {
        self.sync_segments()?;
        Ok(self.segments.stored_otlp())
    }
}
