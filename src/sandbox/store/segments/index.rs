//! Which traces there are, when they were, and where their documents stand.

use std::collections::{BTreeSet, HashMap, hash_map};

use super::super::Tenant;
use super::super::ledger::{Counts, Ledger, Row};
use super::super::otlp::{Part, Signal};
use super::Stored;
use super::batch::Entry;
use super::groups::Verdicts;
use super::spans_seen::SpansSeen;
use crate::trace::graph::{Contribution, Names};
use crate::trace::{SpanId, Time, TraceId};

/// Which table rows stand in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Source {
    /// Requests of OTLP.
    Otlp,
    /// Documents that came together.
    Documents,
}

impl Source {
    pub(super) const ALL: [Self; 2] = [Self::Otlp, Self::Documents];

    /// The table's name.
    pub(super) const fn table(self) -> &'static str {
        match self {
            Self::Otlp => "otlp_request",
            Self::Documents => "segment_batch",
        }
    }
}

/// Where something of a trace stands: spans of OTLP are before documents, so that these, which the
/// services themselves made for X-Ray, have the last word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Place {
    /// Some spans in a request of OTLP.
    Spans { row: i64 },
    /// A document.
    Document { row: i64, offset: u32, length: u32 },
}

impl Place {
    /// The row that it is in.
    pub(super) fn row(self) -> (Source, i64) {
        match self {
            Self::Spans { row } => (Source::Otlp, row),
            Self::Document { row, .. } => (Source::Documents, row),
        }
    }
}

/// What is known of a trace without reading it.
#[derive(Debug)]
pub(super) struct TraceEntry {
    /// What there is of it, in the order in which it came.
    pub(super) places: Vec<Place>,
    /// The spans of OTLP among it.
    pub(super) spans: SpansSeen,
    /// When its first document began.
    pub(super) start: Time,
    /// When its last one ended.
    pub(super) end: Time,
    /// When its first document was received, in milliseconds.
    pub(super) received_at: i64,
    /// What it adds to the service graph, once that has been found out.
    pub(super) contribution: Option<Contribution>,
}

impl TraceEntry {
    /// How many things are read to read the trace, at least.
    pub(super) fn weight(&self) -> usize {
        self.places.len().max(self.spans.len())
    }
}

/// The traces of one account and region.
#[derive(Debug, Default)]
pub(super) struct TenantTraces {
    /// Boxed, because a table that grows is mostly empty.
    pub(super) traces: HashMap<TraceId, Box<TraceEntry>>,
    /// The same traces by their start.
    pub(super) by_start: BTreeSet<(Time, TraceId)>,
    /// Those without a contribution; some may have got one or be gone since.
    pub(super) unsettled: Vec<TraceId>,
    /// What the contributions' numbers stand for.
    pub(super) names: Names,
    /// Which traces match which filters.
    pub(super) verdicts: Verdicts,
}

/// All traces, and the rows that they stand in.
#[derive(Debug, Default)]
pub(super) struct Index {
    /// Whether the rows that were there at first have been read.
    pub(super) is_loaded: bool,
    tenants: HashMap<Tenant, TenantTraces>,
    documents: Ledger,
    otlp: Ledger,
}

/// Nodes that are named before forgetting the names of those that are gone is worth the work.
const MANY_NAMES: usize = 20_000;

impl Index {
    /// The rows of a table.
    pub(super) fn ledger(&self, source: Source) -> &Ledger {
        match source {
            Source::Otlp => &self.otlp,
            Source::Documents => &self.documents,
        }
    }

    fn ledger_mut(&mut self, source: Source) -> &mut Ledger {
        match source {
            Source::Otlp => &mut self.otlp,
            Source::Documents => &mut self.documents,
        }
    }

    pub(super) fn stored(&self) -> Stored {
        let counts = self.documents.counts();
        Stored {
            traces: self.tenants.values().map(|one| one.traces.len()).sum(),
            documents: counts.documents,
            bytes: counts.bytes,
            received: self.documents.received() + self.otlp.received(),
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

    /// Takes a new row of documents in; rows come in the order of their ids.
    pub(super) fn add(
        &mut self,
        tenant: &Tenant,
        id: i64,
        received_at: i64,
        entries: impl IntoIterator<Item = Entry>,
    ) {
        let traces = traces_of(&mut self.tenants, tenant);
        let mut counts = Counts::default();
        for entry in entries {
            counts.documents += 1;
            counts.bytes += u64::from(entry.length) + 1;
            let place = Place::Document {
                row: id,
                offset: entry.offset,
                length: entry.length,
            };
            let times = (entry.start, entry.last);
            traces.add(entry.trace_id, place, received_at, times, &[]);
        }
        self.documents.add(Row {
            id,
            received_at,
            counts,
        });
    }

    /// Takes a new request of OTLP in.
    pub(super) fn add_otlp(&mut self, tenant: &Tenant, row: &OtlpRow, parts: &[Part]) {
        let OtlpRow {
            id,
            received_at,
            signal,
            items,
            bytes,
        } = *row;
        let mut counts = Counts {
            bytes,
            ..Counts::default()
        };
        match signal {
            Signal::Logs => counts.log_records = items,
            Signal::Metrics => counts.data_points = items,
            Signal::Traces => {
                let traces = traces_of(&mut self.tenants, tenant);
                for part in parts {
                    let place = Place::Spans { row: id };
                    let times = (part.start, part.last);
                    counts.spans +=
                        traces.add(part.trace_id, place, received_at, times, &part.spans);
                }
            }
        }
        self.otlp.add(Row {
            id,
            received_at,
            counts,
        });
    }

    /// Forgets what stood in rows before this one.
    pub(super) fn forget_before(&mut self, source: Source, first: i64) {
        if self.ledger_mut(source).forget_before(first) {
            for traces in self.tenants.values_mut() {
                traces.forget_before((source, first));
            }
            self.tenants.retain(|_, traces| !traces.traces.is_empty());
        }
    }

    /// Forgets everything, but not which rows it has seen.
    pub(super) fn clear(&mut self) {
        self.tenants.clear();
        self.documents.clear();
        self.otlp.clear();
    }
}

/// What is known of a request of OTLP.
#[derive(Debug)]
pub(super) struct OtlpRow {
    pub(super) id: i64,
    pub(super) received_at: i64,
    pub(super) signal: Signal,
    pub(super) items: u64,
    pub(super) bytes: u64,
}

fn traces_of<'a>(
    tenants: &'a mut HashMap<Tenant, TenantTraces>,
    tenant: &Tenant,
) -> &'a mut TenantTraces {
    tenants.entry(tenant.clone()).or_default()
}

impl TenantTraces {
    /// Takes in what came of a trace, and tells how many of its spans are new; a request that is
    /// sent again brings none.
    fn add(
        &mut self,
        id: TraceId,
        place: Place,
        received_at: i64,
        (start, last): (Time, Time),
        spans: &[SpanId],
    ) -> u64 {
        match self.traces.entry(id) {
            hash_map::Entry::Vacant(vacant) => {
                let mut seen = SpansSeen::default();
                let new = seen.learn(spans);
                vacant.insert(Box::new(TraceEntry {
                    places: vec![place],
                    spans: seen,
                    start,
                    end: last,
                    received_at,
                    contribution: None,
                }));
                self.by_start.insert((start, id));
                self.unsettled.push(id);
                new
            }
            hash_map::Entry::Occupied(mut occupied) => {
                let known = occupied.get_mut();
                let new = known.spans.learn(spans);
                if new == 0 && matches!(place, Place::Spans { .. }) {
                    return 0;
                }
                known.places.push(place);
                known.end = known.end.max(last);
                if start < known.start {
                    self.by_start.remove(&(known.start, id));
                    known.start = start;
                    self.by_start.insert((start, id));
                }
                if known.contribution.take().is_some() {
                    self.unsettled.push(id);
                }
                new
            }
        }
    }

    fn forget_before(&mut self, (source, first): (Source, i64)) {
        let Self {
            traces,
            by_start,
            unsettled,
            ..
        } = self;
        traces.retain(|id, trace| {
            let whole = trace.places.len();
            trace.places.retain(|place| {
                let (of, row) = place.row();
                of != source || row >= first
            });
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
            let trace = self.traces.get(id)?.as_ref();
            (trace.end > start || trace.start >= start).then_some((*id, trace))
        })
    }
}
