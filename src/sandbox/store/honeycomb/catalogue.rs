//! What was seen so far: datasets and their columns, by environment.
//!
//! Follows from the rows alone, so it is kept in memory and brought up to date with the rows that are
//! new whenever somebody asks.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::super::{Fault, Retention, Signal, Store};
use super::event::HoneycombEvent;
use super::otlp_events::{self, Arrived};
use super::scan::{Slugs, payload_of};
use super::{events, names};

/// Rows that are read at once.
const ROWS: i64 = 64;

/// The most columns of a dataset that are remembered.
const MOST_COLUMNS: usize = 10_000;

/// What was seen of all environments.
#[derive(Debug, Default)]
pub(in super::super) struct Catalogues {
    /// How much of events is kept.
    pub(super) retention: Retention,
    seen: Mutex<HashMap<String, Catalogue>>,
}

/// What was seen of one environment.
#[derive(Debug, Clone, Default)]
pub(super) struct Catalogue {
    batches_until: i64,
    requests_until: i64,
    /// By slug.
    pub(super) datasets: BTreeMap<String, SeenDataset>,
}

/// A dataset as its events show it.
#[derive(Debug, Clone, Default)]
pub(super) struct SeenDataset {
    /// As it was first spelled.
    pub(super) name: String,
    /// Milliseconds since 1970.
    pub(super) first: i64,
    pub(super) last: i64,
    /// By name.
    pub(super) columns: BTreeMap<String, SeenColumn>,
}

/// A column as its values show it.
#[derive(Debug, Clone, Copy)]
pub(super) struct SeenColumn {
    pub(super) column_type: &'static str,
    /// Milliseconds since 1970.
    pub(super) first: i64,
    pub(super) last: i64,
}

impl Catalogues {
    /// Nothing seen yet of what is kept so long.
    pub(in super::super) fn keeping(retention: Retention) -> Self {
        Self {
            retention,
            seen: Mutex::default(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Catalogue>> {
        // A catalogue that a panic left half made is made anew.
        self.seen.lock().unwrap_or_else(|poisoned| {
            let mut catalogues = PoisonError::into_inner(poisoned);
            catalogues.clear();
            catalogues
        })
    }

    /// Forgets everything; it is seen again from the rows.
    pub(in super::super) fn clear(&self) {
        self.lock().clear();
    }
}

impl SeenDataset {
    fn take(&mut self, event: &HoneycombEvent<'_>, received_at: i64) {
        self.first = self.first.min(received_at);
        self.last = self.last.max(received_at);
        for (name, value) in &event.fields {
            let column_type = value.column_type();
            if let Some(column) = self.columns.get_mut(name.as_ref()) {
                column.last = column.last.max(received_at);
                column.column_type = wider(column.column_type, column_type);
            } else if self.columns.len() < MOST_COLUMNS {
                self.columns.insert(
                    name.clone().into_owned(),
                    SeenColumn {
                        column_type,
                        first: received_at,
                        last: received_at,
                    },
                );
            }
        }
    }
}

/// Of two types the one that holds values of both.
fn wider(one: &'static str, other: &'static str) -> &'static str {
    match (one, other) {
        (one, other) if one == other => one,
        ("integer", "float") | ("float", "integer") => "float",
        _ => "string",
    }
}

impl Catalogue {
    fn take(&mut self, slug: &str, name: &str, event: &HoneycombEvent<'_>, received_at: i64) {
        if !self.datasets.contains_key(slug) {
            self.datasets.insert(
                slug.to_owned(),
                SeenDataset {
                    name: name.trim().to_owned(),
                    first: received_at,
                    last: received_at,
                    columns: BTreeMap::new(),
                },
            );
        }
        if let Some(dataset) = self.datasets.get_mut(slug) {
            dataset.take(event, received_at);
        }
    }
}

/// A row of events: its id, the dataset, when it came, and the text.
type BatchRow = (i64, String, i64, String);

impl Store {
    /// Shows what was seen of an environment.
    pub(super) fn seen<T>(
        &self,
        environment: &str,
        show: impl FnOnce(&Catalogue) -> T,
    ) -> Result<T, Fault> {
        let deleted = self.deleted_datasets(environment)?;
        let mut catalogues = self.honeycomb.lock();
        let catalogue = catalogues.entry(environment.to_owned()).or_default();
        loop {
            let rows = self.batch_rows(environment, catalogue.batches_until)?;
            let Some((last, ..)) = rows.last() else {
                break;
            };
            catalogue.batches_until = *last;
            for (_, slug, received_at, body) in &rows {
                for event in events::decode(body) {
                    catalogue.take(slug, slug, &event, *received_at);
                }
            }
        }
        let mut slugs = Slugs::default();
        loop {
            let rows = self.request_rows(environment, catalogue.requests_until)?;
            let Some(last) = rows.last() else {
                break;
            };
            catalogue.requests_until = last.id;
            for row in &rows {
                let arrived = Arrived {
                    dataset: row.dataset.as_deref(),
                    is_classic: environment.is_empty(),
                    at: row.received_at,
                };
                let Some(signal) = Signal::from_number(row.signal) else {
                    continue;
                };
                otlp_events::visit(
                    payload_of(signal),
                    &row.body,
                    arrived,
                    &mut |dataset, event| {
                        let slug = slugs.of(dataset);
                        if deleted
                            .get(slug)
                            .is_none_or(|deleted| *deleted < row.received_at)
                        {
                            catalogue.take(slug, dataset, event, row.received_at);
                        }
                    },
                );
            }
        }
        Ok(show(catalogue))
    }

    /// Forgets a dataset that was deleted.
    pub(super) fn unsee(&self, environment: &str, slug: &str) {
        if let Some(catalogue) = self.honeycomb.lock().get_mut(environment) {
            catalogue.datasets.remove(slug);
        }
    }

    fn batch_rows(&self, environment: &str, after: i64) -> Result<Vec<BatchRow>, Fault> {
        self.reading(|connection| {
            let mut statement = connection.prepare_cached(
                "SELECT id, dataset, received_at, body FROM honeycomb_event_batch
                 WHERE environment = ?1 AND id > ?2 ORDER BY id LIMIT ?3",
            )?;
            let rows = statement
                .query_map((environment, after, ROWS), |row| {
                    Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
                })?
                .collect::<Result<_, _>>()?;
            Ok(rows)
        })
    }

    fn request_rows(&self, environment: &str, after: i64) -> Result<Vec<RequestRow>, Fault> {
        self.reading(|connection| {
            let mut statement = connection.prepare_cached(
                "SELECT id, signal, dataset, received_at, body FROM otlp_request
                 WHERE environment = ?1 AND id > ?2 ORDER BY id LIMIT ?3",
            )?;
            let rows = statement
                .query_map((environment, after, ROWS), |row| {
                    Ok(RequestRow {
                        id: row.get(0)?,
                        signal: row.get(1)?,
                        dataset: row.get(2)?,
                        received_at: row.get(3)?,
                        body: row.get(4)?,
                    })
                })?
                .collect::<Result<_, _>>()?;
            Ok(rows)
        })
    }
}

/// A row of OpenTelemetry.
struct RequestRow {
    id: i64,
    signal: i64,
    dataset: Option<String>,
    received_at: i64,
    body: Vec<u8>,
}

/// The slug of what stands in an address, or nothing where all datasets are meant.
pub(super) fn addressed(dataset: &str) -> Option<String> {
    (dataset != names::ALL_DATASETS).then(|| names::slug(dataset))
}
