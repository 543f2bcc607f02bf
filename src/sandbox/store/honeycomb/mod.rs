//! What is kept of Honeycomb: events as they came, and the little that is made by hand.
//!
//! Events of the Events and Batch APIs are rows of their own, one a request. Those of OpenTelemetry
//! are made from the payloads of [`otlp`](super::otlp) whenever somebody asks. Datasets and columns
//! follow from both. An environment is named by its slug; Classic's is empty.

mod catalogue;
mod columns;
mod datasets;
mod event;
mod events;
mod markers;
mod names;
mod otlp_events;
mod queries;
mod query;
mod query_results;
mod scan;

pub use columns::{HoneycombColumn, NewColumn};
pub use datasets::{DatasetChange, HoneycombDataset};
pub use event::{FieldValue, HoneycombEvent};
pub use markers::{HoneycombMarker, MarkerMembers};
pub use names::ALL_DATASETS;
pub use queries::HoneycombQuery;
pub use query::{Asked, InvalidMember, Outcome, Query};
pub use query_results::HoneycombQueryResult;

pub(super) use catalogue::Catalogues;

use super::Fault;

/// The tables.
pub(super) const SCHEMA: &str = "
CREATE TABLE honeycomb_event_batch (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    environment TEXT NOT NULL,
    dataset TEXT NOT NULL,
    received_at INTEGER NOT NULL,
    first INTEGER NOT NULL,
    last INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    body TEXT NOT NULL
) STRICT;

CREATE INDEX honeycomb_event_batch_of_dataset ON honeycomb_event_batch (environment, dataset);

CREATE TABLE honeycomb_dataset (
    environment TEXT NOT NULL,
    slug TEXT NOT NULL,
    name TEXT NOT NULL,
    description TEXT NOT NULL,
    expand_json_depth INTEGER NOT NULL,
    delete_protected INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    last_written_at INTEGER,
    PRIMARY KEY (environment, slug)
) STRICT, WITHOUT ROWID;

CREATE TABLE honeycomb_dataset_deletion (
    environment TEXT NOT NULL,
    slug TEXT NOT NULL,
    deleted_at INTEGER NOT NULL,
    PRIMARY KEY (environment, slug)
) STRICT, WITHOUT ROWID;

CREATE TABLE honeycomb_column (
    environment TEXT NOT NULL,
    dataset TEXT NOT NULL,
    key_name TEXT NOT NULL,
    type TEXT NOT NULL,
    description TEXT NOT NULL,
    hidden INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (environment, dataset, key_name)
) STRICT, WITHOUT ROWID;

CREATE TABLE honeycomb_marker (
    id TEXT PRIMARY KEY,
    environment TEXT NOT NULL,
    dataset TEXT NOT NULL,
    members TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE honeycomb_query (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    environment TEXT NOT NULL,
    dataset TEXT NOT NULL,
    specification TEXT NOT NULL
) STRICT;

CREATE TABLE honeycomb_query_result (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    environment TEXT NOT NULL,
    dataset TEXT NOT NULL,
    query TEXT NOT NULL,
    outcome TEXT NOT NULL
) STRICT;
";

/// Their names, children before parents.
pub(super) const TABLES: &[&str] = &[
    "honeycomb_event_batch",
    "honeycomb_dataset",
    "honeycomb_dataset_deletion",
    "honeycomb_column",
    "honeycomb_marker",
    "honeycomb_query",
    "honeycomb_query_result",
];

/// The code of refusals about what is not there.
const NOT_FOUND: &str = "not-found";
/// The code of refusals about what is there already, or is protected.
const CONFLICT: &str = "conflict";

fn no_dataset() -> Fault {
    Fault::new(NOT_FOUND, "Dataset not found")
}

/// The JSON of a float, as results have it.
fn query_number(value: f64) -> serde_json::Value {
    query::json_number(value)
}
