//! A row of the database: the documents of one request as they came, and where each stands.

use crate::trace::{Document, Time, TraceId};

/// Bytes that one entry has in the database.
const ENTRY: usize = 16 + 8 + 8 + 4 + 4;

/// What the index needs to know of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) trace_id: TraceId,
    pub(super) start: Time,
    /// Its end; its start while it is in progress.
    pub(super) last: Time,
    /// Where its text begins in the body.
    pub(super) offset: u32,
    /// How long its text is.
    pub(super) length: u32,
}

/// Documents that came together.
#[derive(Debug)]
pub(super) struct Batch {
    pub(super) entries: Vec<Entry>,
    /// The documents' texts, byte for byte, a newline after each.
    pub(super) body: String,
}

impl Batch {
    /// Puts documents into one body.
    pub(super) fn of(documents: &[Document]) -> Self {
        let length = documents.iter().map(|one| one.text().len() + 1).sum();
        let mut body = String::with_capacity(length);
        let entries = documents
            .iter()
            .map(|document| {
                let entry = Entry {
                    trace_id: document.trace_id(),
                    start: document.start(),
                    last: document.end().unwrap_or(document.start()),
                    offset: small(body.len()),
                    length: small(document.text().len()),
                };
                body.push_str(document.text());
                body.push('\n');
                entry
            })
            .collect();
        Self { entries, body }
    }
}

/// The entries as they are stored: numbers, the lowest byte first.
pub(super) fn encode(entries: &[Entry]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(entries.len() * ENTRY);
    for entry in entries {
        bytes.extend(entry.trace_id.bits().to_le_bytes());
        bytes.extend(entry.start.micros().to_le_bytes());
        bytes.extend(entry.last.micros().to_le_bytes());
        bytes.extend(entry.offset.to_le_bytes());
        bytes.extend(entry.length.to_le_bytes());
    }
    bytes
}

/// Reads entries as they were stored; what is left of a damaged one is not an entry.
pub(super) fn decode(bytes: &[u8]) -> impl Iterator<Item = Entry> + '_ {
    bytes.chunks_exact(ENTRY).filter_map(|chunk| {
        let (trace_id, rest) = chunk.split_first_chunk()?;
        let (start, rest) = rest.split_first_chunk()?;
        let (last, rest) = rest.split_first_chunk()?;
        let (offset, rest) = rest.split_first_chunk()?;
        let (length, _) = rest.split_first_chunk()?;
        Some(Entry {
            trace_id: TraceId::new(u128::from_le_bytes(*trace_id)),
            start: Time::from_micros(i64::from_le_bytes(*start)),
            last: Time::from_micros(i64::from_le_bytes(*last)),
            offset: u32::from_le_bytes(*offset),
            length: u32::from_le_bytes(*length),
        })
    })
}

fn small(length: usize) -> u32 {
    u32::try_from(length).expect("a request's body is bounded far below 4 GiB")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_survive_the_database() {
        let text = |id: u64| {
            format!(
                r#"{{"id":"{id:016x}","trace_id":"1-5759e988-bd862e3fe1be46a994272793","name":"é","start_time":-1.5,"in_progress":true}}"#
            )
        };
        let documents: Vec<Document> = (1..4)
            .map(|id| Document::parse(&text(id)).unwrap())
            .collect();
        let batch = Batch::of(&documents);
        let encoded = encode(&batch.entries);
        let decoded: Vec<Entry> = decode(&encoded).collect();
        assert_eq!(decoded, batch.entries);
        for (entry, document) in decoded.iter().zip(&documents) {
            let start = entry.offset as usize;
            let text = &batch.body[start..start + entry.length as usize];
            assert_eq!(text, document.text());
            assert_eq!(entry.last, document.start());
        }
        assert_eq!(decode(&encoded[..ENTRY * 2 - 1]).count(), 1);
    }
}
