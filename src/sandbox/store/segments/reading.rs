//! From places to documents, and from documents to traces.

use std::collections::{HashMap, HashSet};
use std::num::NonZero;
use std::sync::PoisonError;
use std::thread::{self, ScopedJoinHandle};

use super::super::otlp::{OtlpMessage, Signal};
use super::super::{Fault, Store, Tenant};
use super::index::{Place, Source};
use crate::trace::{Document, Trace, TraceId, otlp};

/// Traces that are not worth a thread of their own.
const SMALLEST_SHARE: usize = 64;

/// A trace with the documents that it was assembled from.
#[derive(Debug)]
pub struct StoredTrace {
    /// The trace.
    pub trace: Trace,
    /// Its documents in the order in which they came, those made of OTLP spans first.
    pub documents: Vec<Document>,
    /// How often something of it came.
    pub revision: usize,
}

/// A trace's id and the places of its documents.
pub(super) type Asked = (TraceId, Vec<Place>);

impl Store {
    /// The traces of these ids, in this order; those that are not there are left out.
    pub fn traces(&self, tenant: &Tenant, ids: &[TraceId]) -> Result<Vec<StoredTrace>, Fault> {
        self.sync_segments()?;
        let asked: Vec<Asked> = {
            let index = self.segments.index();
            let traces = index.tenant(tenant);
            ids.iter()
                .filter_map(|id| Some((*id, traces?.traces.get(id)?.places.clone())))
                .collect()
        };
        self.read_traces(&asked)
    }

    /// Reads the documents of some traces; what has been removed since is left out.
    pub(super) fn read_traces(&self, asked: &[Asked]) -> Result<Vec<StoredTrace>, Fault> {
        let mut found: Vec<Found> = Vec::new();
        found.resize_with(asked.len(), Found::default);
        let mut places: Vec<(Place, usize)> = asked
            .iter()
            .enumerate()
            .flat_map(|(which, (_, places))| places.iter().map(move |place| (*place, which)))
            .collect();
        places.sort_unstable();
        let first_document = places.partition_point(|(place, _)| place.row().0 == Source::Otlp);
        let (spans, documents) = places.split_at(first_document);
        for of_row in spans.chunk_by(|(one, _), (other, _)| one == other) {
            let wanted: HashMap<TraceId, usize> = of_row
                .iter()
                .map(|(_, which)| (asked[*which].0, *which))
                .collect();
            self.read_spans(of_row[0].0.row().1, &wanted, &mut found)?;
        }
        self.read_documents(documents, &mut found)?;
        Ok(found.into_iter().filter_map(Found::assemble).collect())
    }

    /// The same for many, in no order: decoding is what costs, and every core can do it.
    pub(super) fn read_on_all_cores(&self, asked: &[Asked]) -> Result<Vec<StoredTrace>, Fault> {
        let cores = thread::available_parallelism().map_or(1, NonZero::get);
        let share = asked.len().div_ceil(cores).max(SMALLEST_SHARE);
        let mut shares = asked.chunks(share);
        let own = shares.next().unwrap_or_default();
        thread::scope(|scope| {
            let others: Vec<_> = shares
                .map(|share| {
                    let read = move || self.read_traces(share);
                    (share, thread::Builder::new().spawn_scoped(scope, read))
                })
                .collect();
            let mut all = self.read_traces(own)?;
            for (share, thread) in others {
                all.extend(match thread.map(ScopedJoinHandle::join) {
                    Ok(Ok(read)) => read?,
                    // The machine has no thread to spare.
                    _ => self.read_traces(share)?,
                });
            }
            Ok(all)
        })
    }

    /// Reads the spans of the wanted traces in one request of OTLP.
    fn read_spans(
        &self,
        row: i64,
        wanted: &HashMap<TraceId, usize>,
        found: &mut [Found],
    ) -> Result<(), Fault> {
        let Some(body) = self.otlp_body(row)? else {
            return Ok(());
        };
        for which in wanted.values() {
            found[*which].revision += 1;
        }
        // It was read when it came.
        if let Ok(OtlpMessage::Traces(request)) = OtlpMessage::decode(Signal::Traces, &body) {
            otlp::documents(&request, |trace, document| {
                if let Some(which) = wanted.get(&trace) {
                    found[*which].converted.extend(document());
                }
            });
        }
        Ok(())
    }

    fn read_documents(&self, places: &[(Place, usize)], found: &mut [Found]) -> Result<(), Fault> {
        let connection = self
            .connection
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let mut statement =
            connection.prepare_cached("SELECT body FROM segment_batch WHERE id = ?1")?;
        for of_row in places.chunk_by(|(one, _), (other, _)| one.row() == other.row()) {
            let mut rows = statement.query([of_row[0].0.row().1])?;
            let Some(row) = rows.next()? else { continue };
            let body = row.get_ref(0)?.as_str().map_err(rusqlite::Error::from)?;
            for (place, which) in of_row {
                let Place::Document { offset, length, .. } = place else {
                    continue;
                };
                let start = *offset as usize;
                let text = body.get(start..start + *length as usize);
                // It was checked when it came.
                if let Some(Ok(document)) = text.map(Document::parse) {
                    found[*which].revision += 1;
                    found[*which].documents.push(document);
                }
            }
        }
        Ok(())
    }
}

/// What was read of a trace.
#[derive(Debug, Default)]
struct Found {
    /// What OTLP spans became.
    converted: Vec<Document>,
    /// In the order of arrival: rows and offsets are given in it, and that is how they were read.
    documents: Vec<Document>,
    revision: usize,
}

impl Found {
    fn assemble(self) -> Option<StoredTrace> {
        let Self {
            mut converted,
            documents,
            revision,
        } = self;
        let mut seen = HashSet::with_capacity(converted.len());
        converted.retain(|document| seen.insert((document.id(), document.is_subsegment())));
        let mut documents = otlp::beside(converted, documents);
        let trace = Trace::all(&documents).pop()?;
        documents.shrink_to_fit();
        Some(StoredTrace {
            trace,
            documents,
            revision,
        })
    }
}
