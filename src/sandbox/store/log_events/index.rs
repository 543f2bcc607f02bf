//! Which rows a stream has, and what time each of them covers.

use std::collections::{HashMap, HashSet, VecDeque};

use super::batch::ENTRY;
use super::event_key::EventKey;
use super::{EVENT_OVERHEAD, StoredEvents, StreamEvents};

/// What a row takes in the database besides its events, about.
const ROW_OVERHEAD: u64 = 64;

/// A row that is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) id: i64,
    pub(super) stream: i64,
    pub(super) ingested_at: i64,
    /// When its first event happened.
    pub(super) first: i64,
    /// When its last one did.
    pub(super) last: i64,
    /// How many events it has.
    pub(super) events: u32,
    /// How long its body is.
    pub(super) body: u32,
}

impl Row {
    /// A row with entries and a body of these lengths.
    pub(super) fn new(
        id: i64,
        stream: i64,
        ingested_at: i64,
        span: (i64, i64),
        lengths: (usize, usize),
    ) -> Self {
        let small = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
        Self {
            id,
            stream,
            ingested_at,
            first: span.0,
            last: span.1,
            events: small(lengths.0 / ENTRY),
            body: small(lengths.1),
        }
    }

    /// What it takes in the database.
    pub(super) fn kept_bytes(&self) -> u64 {
        u64::from(self.body) + u64::from(self.events) * ENTRY as u64 + ROW_OVERHEAD
    }

    /// What AWS would bill; a newline of ours stands after each message.
    fn billed_bytes(&self) -> u64 {
        u64::from(self.body) + u64::from(self.events) * (EVENT_OVERHEAD as u64 - 1)
    }
}

/// All rows.
#[derive(Debug, Default)]
pub(super) struct Index {
    /// Whether the rows that were there at first have been read.
    pub(super) is_loaded: bool,
    /// When rows were last looked through for those that nobody may see any more.
    pub(super) tidied_at: Option<i64>,
    /// The last row that it has seen, there still or not.
    last_row: i64,
    /// A stream's rows in the order of their ids.
    streams: HashMap<i64, VecDeque<Row>>,
    /// Rows and their streams in the order of their ids; some may be gone.
    order: VecDeque<(i64, i64)>,
    events: u64,
    bytes: u64,
}

impl Index {
    /// The last row that it has seen, there still or not.
    pub(super) fn last_row(&self) -> i64 {
        self.last_row
    }

    pub(super) fn stored(&self) -> StoredEvents {
        StoredEvents {
            events: self.events,
            bytes: self.bytes,
        }
    }

    /// A stream's rows in the order of their ids.
    pub(super) fn rows(&self, stream: i64) -> impl Iterator<Item = &Row> {
        self.streams.get(&stream).into_iter().flatten()
    }

    /// The rows after this one, in the order of their ids.
    pub(super) fn rows_after(&self, id: i64) -> impl Iterator<Item = &Row> {
        let start = self.order.partition_point(|(row, _)| *row <= id);
        self.order
            .range(start..)
            .filter_map(|(row, stream)| self.find(*stream, *row))
    }

    /// The oldest rows first.
    pub(super) fn oldest(&self) -> impl Iterator<Item = &Row> {
        self.order
            .iter()
            .filter_map(|(row, stream)| self.find(*stream, *row))
    }

    fn find(&self, stream: i64, row: i64) -> Option<&Row> {
        let rows = self.streams.get(&stream)?;
        let place = rows.binary_search_by_key(&row, |row| row.id).ok()?;
        rows.get(place)
    }

    /// What is known of a stream's events.
    pub(super) fn stream_events(&self, stream: i64) -> Option<StreamEvents> {
        let rows = self.streams.get(&stream)?;
        let newest = rows.back()?;
        Some(StreamEvents {
            first: rows.iter().map(|row| row.first).min()?,
            last: rows.iter().map(|row| row.last).max()?,
            last_ingested: newest.ingested_at,
            upload_token: EventKey::new(newest.ingested_at, newest.id, 0).digits(),
        })
    }

    /// What AWS would bill a stream's events by.
    pub(super) fn billed_bytes(&self, stream: i64) -> u64 {
        self.rows(stream).map(Row::billed_bytes).sum()
    }

    /// Learns of a row, which is newer than those that it knows.
    pub(super) fn add(&mut self, row: Row) {
        self.events += u64::from(row.events);
        self.bytes += row.kept_bytes();
        self.last_row = row.id;
        self.order.push_back((row.id, row.stream));
        self.streams.entry(row.stream).or_default().push_back(row);
    }

    /// Forgets rows before this one.
    pub(super) fn forget_before(&mut self, first: i64) {
        while let Some((row, stream)) = self.order.front().copied().filter(|(row, _)| *row < first)
        {
            self.order.pop_front();
            let Some(rows) = self.streams.get_mut(&stream) else {
                continue;
            };
            if let Some(gone) = rows.pop_front_if(|front| front.id == row) {
                self.events -= u64::from(gone.events);
                self.bytes -= gone.kept_bytes();
            }
            if rows.is_empty() {
                self.streams.remove(&stream);
            }
        }
    }

    /// Forgets those of a stream's rows that are not to be kept.
    pub(super) fn retain(&mut self, stream: i64, is_kept: impl Fn(&Row) -> bool) {
        let Some(rows) = self.streams.get_mut(&stream) else {
            return;
        };
        rows.retain(|row| {
            let kept = is_kept(row);
            if !kept {
                self.events -= u64::from(row.events);
                self.bytes -= row.kept_bytes();
            }
            kept
        });
        if rows.is_empty() {
            self.streams.remove(&stream);
        }
    }

    /// Forgets the rows of a stream.
    pub(super) fn forget_stream(&mut self, stream: i64) {
        self.retain(stream, |_| false);
    }

    /// Forgets the rows of streams that are not there.
    pub(super) fn keep_streams(&mut self, there: &HashSet<i64>) {
        let known: Vec<i64> = self.streams.keys().copied().collect();
        for stream in known {
            if !there.contains(&stream) {
                self.forget_stream(stream);
            }
        }
        let streams = &self.streams;
        self.order.retain(|(row, stream)| {
            let rows = streams.get(stream);
            rows.is_some_and(|rows| rows.binary_search_by_key(row, |row| row.id).is_ok())
        });
    }

    /// Forgets everything, but not which rows it has seen.
    pub(super) fn clear(&mut self) {
        *self = Self {
            is_loaded: self.is_loaded,
            last_row: self.last_row,
            ..Self::default()
        };
    }
}
