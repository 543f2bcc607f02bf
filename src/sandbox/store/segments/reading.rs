//! From places to documents, and from documents to traces.

use std::sync::PoisonError;

use super::super::{Fault, Store, Tenant};
use super::index::Place;
use crate::trace::{Document, Trace, TraceId};

/// A trace with the documents that it was assembled from.
#[derive(Debug)]
pub struct StoredTrace {
    /// The trace.
    pub trace: Trace,
    /// Its documents in the order in which they came.
    pub documents: Vec<Document>,
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
        self.read_traces(asked)
    }

    /// Reads the documents of some traces; what has been removed since is left out.
    pub(super) fn read_traces(&self, asked: Vec<Asked>) -> Result<Vec<StoredTrace>, Fault> {
        let mut documents: Vec<Vec<(Place, Document)>> = Vec::new();
        documents.resize_with(asked.len(), Vec::new);
        let mut places: Vec<(Place, usize)> = asked
            .iter()
            .enumerate()
            .flat_map(|(which, (_, places))| places.iter().map(move |place| (*place, which)))
            .collect();
        places.sort_unstable();
        {
            let connection = self
                .connection
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            let mut statement =
                connection.prepare_cached("SELECT body FROM segment_batch WHERE id = ?1")?;
            for of_row in places.chunk_by(|(one, _), (other, _)| one.row == other.row) {
                let mut rows = statement.query([of_row[0].0.row])?;
                let Some(row) = rows.next()? else { continue };
                let body = row.get_ref(0)?.as_str().map_err(rusqlite::Error::from)?;
                for (place, which) in of_row {
                    let start = place.offset as usize;
                    let text = body.get(start..start + place.length as usize);
                    // It was checked when it came.
                    if let Some(Ok(document)) = text.map(Document::parse) {
                        documents[*which].push((*place, document));
                    }
                }
            }
        }
        let read = asked.into_iter().zip(documents);
        Ok(read
            .filter_map(|(_, documents)| assemble(documents))
            .collect())
    }
}

fn assemble(documents: Vec<(Place, Document)>) -> Option<StoredTrace> {
    // Rows and offsets are given in the order of arrival, and that is how they were read.
    let documents: Vec<Document> = documents
        .into_iter()
        .map(|(_, document)| document)
        .collect();
    let trace = Trace::all(&documents).pop()?;
    Some(StoredTrace { trace, documents })
}
