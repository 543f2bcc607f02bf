//! Finding traces: the newest first, a part of the window at a time.

use super::super::{Fault, Store, Tenant, paging};
use super::groups::Filter;
use super::index::TraceEntry;
use super::reading::{Asked, StoredTrace};
use crate::trace::graph::Window;
use crate::trace::summary::Summary;
use crate::trace::{Kind, Time, Trace, TraceId};
use crate::xray::filter_expression::Subject;

/// Traces that are looked at for one page, matching or not, as AWS was seen to do
/// (<https://github.com/aws/aws-cli/issues/7529>).
const SCANNED: usize = 2000;

/// What must lie in the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TimeRange {
    /// The start of the trace.
    #[default]
    TraceId,
    /// Any part of the trace.
    Event,
    /// The end of a segment.
    Service,
}

/// Which traces are looked for.
#[derive(Debug)]
pub struct TraceQuery<'a> {
    /// When.
    pub window: Window,
    /// What must lie in the window.
    pub range: TimeRange,
    /// What they must match; every trace does when absent.
    pub filter: Option<&'a Filter>,
    /// The share of traces that is looked at, from 0 to 1; the same ones every time.
    pub share: f64,
    /// The token of the page before.
    pub token: Option<&'a str>,
}

/// A place among the traces, by their start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Position {
    start: Time,
    /// Several may start at once.
    id: TraceId,
}

/// A trace that was found.
#[derive(Debug)]
pub struct FoundTrace {
    /// The trace in a few words.
    pub summary: Summary,
    /// How many documents of it have come.
    pub revision: usize,
    /// When it was first in the window, for a search by event.
    pub matched_at: Option<Time>,
}

/// A page of traces that were found; it may be empty and not the last.
#[derive(Debug)]
pub struct SummaryPage {
    /// The traces, the newest first.
    pub found: Vec<FoundTrace>,
    /// How many were looked at.
    pub processed: usize,
    /// The start of the oldest one that was looked at.
    pub reached: Option<Time>,
    /// Asks for the next page.
    pub next_token: Option<String>,
}

impl TraceQuery<'_> {
    /// What a token is good for.
    fn digest(&self, tenant: &Tenant) -> String {
        let Self {
            window,
            range,
            share,
            ..
        } = self;
        let filter = self.filter.map(Filter::key);
        let whose = tenant.arn("xray", "traces");
        format!("{whose} {window:?} {range:?} {share} {filter:?}")
    }
}

impl Position {
    fn read(key: &str) -> Option<Self> {
        let (start, id) = key.split_once(' ')?;
        Some(Self {
            start: Time::from_micros(start.parse().ok()?),
            id: id.parse().ok()?,
        })
    }

    fn key(self) -> String {
        format!("{} {}", self.start.micros(), self.id)
    }
}

impl Store {
    /// Looks for traces.
    pub fn trace_summaries(
        &self,
        tenant: &Tenant,
        query: &TraceQuery<'_>,
    ) -> Result<SummaryPage, Fault> {
        self.sync_segments()?;
        let digest = query.digest(tenant);
        let after = match query.token {
            None => None,
            Some(token) => Some(
                paging::read(&digest, token)
                    .and_then(|key| Position::read(&key))
                    .ok_or_else(|| Fault::invalid_request("Invalid NextToken"))?,
            ),
        };
        let most = SCANNED.min(self.page_limit);
        let (asked, more) = self.candidates(tenant, query, after, most);
        let processed = asked.len();
        let last = asked.last().map(|(position, _)| *position);
        let asked: Vec<Asked> = asked.into_iter().map(|(_, asked)| asked).collect();
        let read = self.read_traces(&asked)?;
        let found = read.iter().filter_map(|one| find(query, one)).collect();
        Ok(SummaryPage {
            found,
            processed,
            reached: last.map(|position| position.start),
            next_token: last
                .filter(|_| more)
                .map(|last| paging::mint(&digest, &last.key())),
        })
    }

    /// The traces to look at for a page, and whether there are more.
    fn candidates(
        &self,
        tenant: &Tenant,
        query: &TraceQuery<'_>,
        after: Option<Position>,
        most: usize,
    ) -> (Vec<(Position, Asked)>, bool) {
        let index = self.segments.index();
        let Some(traces) = index.tenant(tenant) else {
            return (Vec::new(), false);
        };
        let first = match query.range {
            TimeRange::TraceId => query.window.start,
            TimeRange::Event | TimeRange::Service => Time::from_micros(i64::MIN),
        };
        let lowest = (first, TraceId::new(0));
        let highest = match after {
            Some(after) => (after.start, after.id),
            None => (query.window.end, TraceId::new(0)),
        };
        if lowest > highest {
            return (Vec::new(), false);
        }
        let mut candidates =
            traces
                .by_start
                .range(lowest..highest)
                .rev()
                .filter_map(|(start, id)| {
                    let entry = traces.traces.get(id)?;
                    let wanted = may_match(query, entry) && is_in_share(*id, query.share);
                    let position = Position {
                        start: *start,
                        id: *id,
                    };
                    wanted.then(|| (position, (*id, entry.places.clone())))
                });
        let page = candidates.by_ref().take(most).collect();
        (page, candidates.next().is_some())
    }
}

fn may_match(query: &TraceQuery<'_>, entry: &TraceEntry) -> bool {
    match query.range {
        TimeRange::TraceId => true,
        TimeRange::Event | TimeRange::Service => entry.end >= query.window.start,
    }
}

/// Whether a trace is among the share that is looked at.
fn is_in_share(id: TraceId, share: f64) -> bool {
    if share >= 1.0 {
        return true;
    }
    // The last bits of a trace id are random.
    #[expect(clippy::cast_precision_loss, reason = "a million is far below 2^53")]
    let place = (id.bits() % 1_000_000) as f64 / 1e6;
    place < share
}

fn find(query: &TraceQuery<'_>, stored: &StoredTrace) -> Option<FoundTrace> {
    let trace = &stored.trace;
    if query.range == TimeRange::Service && !has_segment_ending(trace, query.window) {
        return None;
    }
    let subject = Subject::of(trace);
    if query.filter.is_some_and(|filter| !filter.matches(&subject)) {
        return None;
    }
    let summary = subject.summary().clone();
    Some(FoundTrace {
        matched_at: (query.range == TimeRange::Event)
            .then(|| summary.start.max(query.window.start)),
        summary,
        revision: stored.revision,
    })
}

fn has_segment_ending(trace: &Trace, window: Window) -> bool {
    trace.iter().any(|placed| {
        let ended = placed.span.end;
        placed.span.kind == Kind::Segment
            && ended.is_some_and(|end| end >= window.start && end < window.end)
    })
}
