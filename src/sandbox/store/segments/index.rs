//! Which traces there are, when they were, and where their documents stand.

use std::collections::{BTreeSet, HashMap, VecDeque};

use super::super::Tenant;
use super::Stored;
use super::batch::Entry;
use super::groups::Verdicts;
use crate::trace::graph::{Contribution, Names};
use crate::trace::{Time, TraceId};

/// Where a document stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub(super) row: i64,
    pub(super) offset: u32,
    pub(super) length: u32,
}

/// What is known of a trace without reading it.
#[derive(Debug)]
pub(super) struct TraceEntry {
    /// Its documents in the order in which they came.
    pub(super) places: Vec<Place>,
    /// When its first document began.
    pub(super) start: Time,
    /// When its last one ended.
    pub(super) end: Time,
    /// When its first document was received, in milliseconds.
    pub(super) received_at: i64,
    /// What it adds to the service graph, once that has been found out.
    pub(super) contribution: Option<Contribution>,
}

/// The traces of one account and region.
#[derive(Debug, Default)]
pub(super) struct TenantTraces {
    pub(super) traces: HashMap<TraceId, TraceEntry>,
    /// The same traces by their start.
    pub(super) by_start: BTreeSet<(Time, TraceId)>,
    /// Those without a contribution; some may have got one or be gone since.
    pub(super) unsettled: Vec<TraceId>,
    /// What the contributions' numbers stand for.
    pub(super) names: Names,
    /// Which traces match which filters.
    pub(super) verdicts: Verdicts,
}

/// A row that is there.
#[derive(Debug, Clone, Copy)]
pub(super) struct Row {
    pub(super) id: i64,
    pub(super) received_at: i64,
    pub(super) documents: u64,
    pub(super) bytes: u64,
}

/// All traces.
#[derive(Debug, Default)]
pub(super) struct Index {
    /// Whether the rows that were there at first have been read.
    pub(super) is_loaded: bool,
    /// The last row that it has seen, there still or not.
    last_row: i64,
    tenants: HashMap<Tenant, TenantTraces>,
    rows: VecDeque<Row>,
    documents: u64,
    bytes: u64,
    /// Documents that were added, there still or not.
    received: u64,
}

/// Nodes that are named before forgetting the names of those that are gone is worth the work.
const MANY_NAMES: usize = 20_000;

impl Index {
    /// The last row that it has seen, there still or not.
    pub(super) fn last_row(&self) -> i64 {
        self.last_row
    }

    /// The first row that it knows.
    pub(super) fn first_row(&self) -> Option<Row> {
        self.rows.front().copied()
    }

    /// The rows, the oldest first.
    pub(super) fn rows(&self) -> impl Iterator<Item = &Row> {
        self.rows.iter()
    }

    /// The bytes of all documents.
    pub(super) fn bytes(&self) -> u64 {
        self.bytes
    }

    pub(super) fn stored(&self) -> Stored {
        Stored {
            traces: self.tenants.values().map(|one| one.traces.len()).sum(),
            documents: self.documents,
            bytes: self.bytes,
            received: self.received,
        }
    }

    /// The traces of a tenant, if it has any.
    pub(super) fn tenant(&self, tenant: &Tenant) -> Option<&TenantTraces> {
        self.tenants.get(tenant)
    }

    /// The traces of a tenant, if it has any.
    pub(super) fn tenant_mut(&mut self, tenant: &Tenant) -> Option<&mut TenantTraces> {
        self.tenants.get_mut(tenant)
    }

    /// Those who have traces.
    pub(super) fn tenants(&self) -> impl Iterator<Item = (&Tenant, &TenantTraces)> {
        self.tenants.iter()
    }

    /// Takes a new row in; rows come in the order of their ids.
    pub(super) fn add(
        &mut self,
        tenant: &Tenant,
        id: i64,
        received_at: i64,
        entries: impl IntoIterator<Item = Entry>,
    ) {
        if !self.tenants.contains_key(tenant) {
            self.tenants.insert(tenant.clone(), TenantTraces::default());
        }
        let mut row = Row {
            id,
            received_at,
            documents: 0,
            bytes: 0,
        };
        if let Some(traces) = self.tenants.get_mut(tenant) {
            for entry in entries {
                row.documents += 1;
                row.bytes += u64::from(entry.length) + 1;
                traces.add(id, received_at, &entry);
            }
        }
        self.documents += row.documents;
        self.received += row.documents;
        self.bytes += row.bytes;
        self.last_row = id;
        self.rows.push_back(row);
    }

    /// Forgets what stood in rows before this one.
    pub(super) fn forget_before(&mut self, first: i64) {
        let mut gone = false;
        while let Some(row) = self.rows.front().filter(|row| row.id < first) {
            self.documents -= row.documents;
            self.bytes -= row.bytes;
            self.rows.pop_front();
            gone = true;
        }
        if gone {
            for traces in self.tenants.values_mut() {
                traces.forget_before(first);
            }
            self.tenants.retain(|_, traces| !traces.traces.is_empty());
        }
    }

    /// Forgets everything, but not which rows it has seen.
    pub(super) fn clear(&mut self) {
        *self = Self {
            is_loaded: self.is_loaded,
            last_row: self.last_row,
            received: self.received,
            ..Self::default()
        };
    }
}

impl TenantTraces {
    fn add(&mut self, row: i64, received_at: i64, entry: &Entry) {
        let place = Place {
            row,
            offset: entry.offset,
            length: entry.length,
        };
        let id = entry.trace_id;
        match self.traces.entry(id) {
            std::collections::hash_map::Entry::Vacant(vacant) => {
                vacant.insert(TraceEntry {
                    places: vec![place],
                    start: entry.start,
                    end: entry.last,
                    received_at,
                    contribution: None,
                });
                self.by_start.insert((entry.start, id));
                self.unsettled.push(id);
            }
            std::collections::hash_map::Entry::Occupied(mut occupied) => {
                let known = occupied.get_mut();
                known.places.push(place);
                known.end = known.end.max(entry.last);
                if entry.start < known.start {
                    self.by_start.remove(&(known.start, id));
                    known.start = entry.start;
                    self.by_start.insert((entry.start, id));
                }
                if known.contribution.take().is_some() {
                    self.unsettled.push(id);
                }
            }
        }
    }

    fn forget_before(&mut self, first: i64) {
        let Self {
            traces,
            by_start,
            unsettled,
            ..
        } = self;
        traces.retain(|id, trace| {
            let whole = trace.places.len();
            trace.places.retain(|place| place.row >= first);
            if trace.places.is_empty() {
                by_start.remove(&(trace.start, *id));
                return false;
            }
            if trace.places.len() < whole && trace.contribution.take().is_some() {
                unsettled.push(*id);
            }
            true
        });
        unsettled.retain(|id| traces.contains_key(id));
        self.verdicts.keep(|id| traces.contains_key(&id));
        if self.names.len() > MANY_NAMES {
            self.names = Names::default();
            for (id, trace) in &mut *traces {
                if trace.contribution.take().is_some() {
                    unsettled.push(*id);
                }
            }
        }
    }

    /// The traces that were there during a stretch of time, by their start.
    pub(super) fn during(
        &self,
        start: Time,
        end: Time,
    ) -> impl DoubleEndedIterator<Item = (TraceId, &TraceEntry)> {
        let before_end = ..(end, TraceId::new(0));
        self.by_start.range(before_end).filter_map(move |(_, id)| {
            let trace = self.traces.get(id)?;
            (trace.end > start || trace.start >= start).then_some((*id, trace))
        })
    }
}
