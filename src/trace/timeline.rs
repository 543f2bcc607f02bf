//! A trace as rows: what terminal and web draw, and what neither computes itself.

use super::assembly::{Parent, Trace};
use super::id::SpanId;
use super::time::Time;

/// What a row shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// The span at this place of the trace.
    Span(usize),
    /// A span that never came; the rows inside it name it as their parent.
    Missing(SpanId),
}

/// One row of the timeline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a mark of its own beside the row, and any may stand together"
)]
pub struct Row {
    /// What it shows.
    pub subject: Subject,
    /// How far it is set in.
    pub depth: usize,
    /// Microseconds from the timeline's start to its own.
    pub offset: i64,
    /// Its length in microseconds; so far, while it is in progress.
    pub duration: i64,
    /// The microseconds that no row inside it covers.
    pub own: i64,
    /// Whether its parent never came.
    pub orphan: bool,
    /// Whether a ring of parents was cut here.
    pub cycle: bool,
    /// Whether it began before what it is inside of: the clocks of two machines differ.
    pub skew: bool,
    /// Whether it ends after what it is inside of.
    pub outlives: bool,
    /// Whether it has not ended.
    pub in_progress: bool,
    /// Whether another span has the same id.
    pub duplicate: bool,
    /// Whether the trace's end waited for it: shortening it shortens the trace.
    pub critical: bool,
}

/// A trace as rows, in the order of the tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Timeline {
    /// When the first row begins.
    pub start: Time,
    /// Microseconds from the first row's start to the last one's end.
    pub duration: i64,
    /// The rows.
    pub rows: Vec<Row>,
}

impl Timeline {
    /// Makes the rows of a trace.
    ///
    /// What is in progress has no length of its own: it reaches to the trace's last known moment.
    pub fn of(trace: &Trace) -> Self {
        let start = trace.start().unwrap_or_default();
        let end = trace.end().unwrap_or(start);
        let critical = critical(trace);
        let mut rows: Vec<Row> = Vec::with_capacity(trace.len());
        let mut missing: Option<SpanId> = None;
        for (place, placed) in trace.iter().enumerate() {
            if placed.depth == 0 {
                let parent = match placed.parent {
                    Parent::Missing(id) => Some(id),
                    _ => None,
                };
                if parent != missing
                    && let Some(id) = parent
                {
                    rows.push(missing_row(trace, place, id, start));
                }
                missing = parent;
            }
            let span = &placed.span;
            let until = span.end.map_or(end, |_| span.last());
            let around = match placed.parent {
                Parent::Place(parent) => Some(&trace[parent].span),
                _ => None,
            };
            rows.push(Row {
                subject: Subject::Span(place),
                depth: placed.depth + usize::from(missing.is_some()),
                offset: span.start.since(start),
                duration: until.since(span.start),
                own: own(trace, place, until),
                orphan: matches!(placed.parent, Parent::Missing(_)),
                cycle: matches!(placed.parent, Parent::Ring(_)),
                skew: around.is_some_and(|around| span.start < around.start),
                outlives: around
                    .and_then(|around| around.end)
                    .is_some_and(|around| until > around),
                in_progress: span.in_progress(),
                duplicate: placed.duplicate,
                critical: critical[place],
            });
        }
        Self {
            start,
            duration: end.since(start),
            rows,
        }
    }

    /// Round offsets for the ruler, at most `most` of them beside 0: steps of 1, 2 or 5.
    pub fn ticks(&self, most: i64) -> Vec<i64> {
        let mut step = 1_i64;
        for factor in [2, 5, 10].into_iter().cycle() {
            if self.duration / step <= most.max(1) {
                break;
            }
            // 1, 2, 5, 10, 20, 50 …
            let decade = 10_i64.pow(step.ilog10());
            step = decade.saturating_mul(factor);
        }
        (0..=self.duration / step).map(|tick| tick * step).collect()
    }
}

fn missing_row(trace: &Trace, first: usize, id: SpanId, start: Time) -> Row {
    let orphans = trace
        .roots_from(first)
        .take_while(|root| trace[*root].parent == Parent::Missing(id));
    let (from, until) = orphans.fold(
        (Time::from_micros(i64::MAX), start),
        |(from, until), root| {
            let span = &trace[root].span;
            (from.min(span.start), until.max(span.last()))
        },
    );
    Row {
        subject: Subject::Missing(id),
        depth: 0,
        offset: from.since(start),
        duration: until.since(from),
        own: 0,
        orphan: false,
        cycle: false,
        skew: false,
        outlives: false,
        in_progress: false,
        duplicate: false,
        critical: false,
    }
}

/// The microseconds of a span that nothing directly inside it covers.
fn own(trace: &Trace, place: usize, until: Time) -> i64 {
    let span = &trace[place].span;
    let mut covered = 0;
    // Children come by their start, so one sweep is enough.
    let mut reached = span.start;
    for child in trace.children(place) {
        let child = &trace[child].span;
        let from = child.start.max(reached);
        let to = child.last().min(until);
        covered += to.since(from).max(0);
        reached = reached.max(to);
    }
    until.since(span.start) - covered
}

/// Marks what the end waited for: walking back from the end, the child that ended last.
fn critical(trace: &Trace) -> Vec<bool> {
    let mut marks = vec![false; trace.len()];
    let Some(entry) = trace.entry() else {
        return marks;
    };
    let mut waiting = vec![entry];
    while let Some(place) = waiting.pop() {
        marks[place] = true;
        let mut until = trace[place].span.last();
        let mut children: Vec<usize> = trace.children(place).collect();
        children.sort_by_key(|child| std::cmp::Reverse((trace[*child].span.last(), *child)));
        for child in children {
            let span = &trace[child].span;
            if span.last() <= until && !span.in_progress() {
                waiting.push(child);
                until = span.start;
            }
        }
    }
    marks
}
