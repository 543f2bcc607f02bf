//! From documents in any order to one tree.
//!
//! A complete document takes the place of one in progress, and the last complete one that of
//! those before it. Nothing else is ever left out: a span whose parent is not there stands under
//! the missing parent's id, a ring of parents is cut and marked, and so is an id that stands for
//! two spans.

use std::collections::HashMap;
use std::ops::Index;

use super::document::Document;
use super::id::{SpanId, TraceId};
use super::span::{self, Kind, Span};
use super::time::Time;

/// Why a span stands where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Parent {
    /// It has no parent: it began the trace.
    None,
    /// The span at this place of the trace.
    Place(usize),
    /// A span that never came.
    Missing(SpanId),
    /// A span further in: the ring of parents was cut here.
    Ring(SpanId),
}

/// A span at its place in the tree.
#[derive(Debug, Clone, PartialEq)]
pub struct Placed {
    /// The span.
    pub span: Span,
    /// Whose it is.
    pub parent: Parent,
    /// How many spans it is inside of.
    pub depth: usize,
    /// Whether another span of the trace has the same id.
    pub duplicate: bool,
    /// The place after the last span inside it.
    end: usize,
}

/// A trace: its spans as a tree, each before what is inside it, siblings by their start.
#[derive(Debug, Clone, PartialEq)]
pub struct Trace {
    id: TraceId,
    spans: Vec<Placed>,
}

/// The spans as they come, with the place of everyone's parent.
struct Loose {
    span: Option<Span>,
    parent: Parent,
    duplicate: bool,
    children: Vec<usize>,
}

impl Trace {
    /// The traces that some documents make, in the order of their ids.
    pub fn all(documents: &[Document]) -> Vec<Self> {
        let mut spans: HashMap<TraceId, Vec<Span>> = HashMap::new();
        for (index, document) in documents.iter().enumerate() {
            spans
                .entry(document.trace_id())
                .or_default()
                .extend(span::read(document, index));
        }
        let mut traces: Vec<Self> = spans
            .into_iter()
            .map(|(id, spans)| Self::assemble(id, spans))
            .collect();
        traces.sort_by_key(Self::id);
        traces
    }

    /// Builds the tree of one trace.
    ///
    /// The spans of one document come together and in the document's order; documents may come
    /// in any.
    pub fn assemble(id: TraceId, spans: Vec<Span>) -> Self {
        let mut loose = hang(keep_last(spans));
        cut_rings(&mut loose);
        let mut roots: Vec<usize> = Vec::new();
        for place in 0..loose.len() {
            match loose[place].parent {
                Parent::Place(parent) => loose[parent].children.push(place),
                _ => roots.push(place),
            }
        }
        let orders: Vec<_> = loose.iter().map(order).collect();
        for one in &mut loose {
            one.children.sort_by_key(|place| orders[*place]);
        }
        roots.sort_by_key(|place| orders[*place]);
        gather_orphans(&mut roots, &loose);
        Self {
            id,
            spans: lay_out(loose, &roots),
        }
    }

    /// The trace's id.
    pub fn id(&self) -> TraceId {
        self.id
    }

    /// How many spans there are.
    pub fn len(&self) -> usize {
        self.spans.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.spans.is_empty()
    }

    /// The spans, each before what is inside it.
    pub fn iter(&self) -> std::slice::Iter<'_, Placed> {
        self.spans.iter()
    }

    /// The places of the spans that have no parent here, by their start.
    pub fn roots(&self) -> impl Iterator<Item = usize> + '_ {
        self.roots_from(0)
    }

    /// The same, from a root on.
    pub(super) fn roots_from(&self, root: usize) -> impl Iterator<Item = usize> + '_ {
        Siblings {
            trace: self,
            next: root,
            end: self.len(),
        }
    }

    /// The places of what is directly inside a span.
    pub fn children(&self, place: usize) -> impl Iterator<Item = usize> + '_ {
        Siblings {
            trace: self,
            next: place + 1,
            end: self.spans[place].end,
        }
    }

    /// The places of everything inside a span.
    pub fn inside(&self, place: usize) -> std::ops::Range<usize> {
        place + 1..self.spans[place].end
    }

    /// When the first span began.
    pub fn start(&self) -> Option<Time> {
        self.iter().map(|placed| placed.span.start).min()
    }

    /// When the last span ended.
    pub fn end(&self) -> Option<Time> {
        self.iter().map(|placed| placed.span.last()).max()
    }

    /// The place of the segment that began the trace; failing that, of the first there is.
    pub fn entry(&self) -> Option<usize> {
        let segment = |place: &usize| self[*place].span.kind == Kind::Segment;
        self.roots()
            .find(|place| segment(place) && self[*place].parent == Parent::None)
            .or_else(|| self.roots().find(segment))
            .or_else(|| self.roots().next())
    }

    /// The segment that a span is a part of: itself, or the nearest one around it.
    ///
    /// A subsegment whose segment never came is part of the outermost subsegment there is.
    pub fn segment_of(&self, place: usize) -> usize {
        let mut place = place;
        while self[place].span.kind == Kind::Subsegment {
            match self[place].parent {
                Parent::Place(parent) => place = parent,
                _ => break,
            }
        }
        place
    }
}

impl Index<usize> for Trace {
    type Output = Placed;

    fn index(&self, place: usize) -> &Placed {
        &self.spans[place]
    }
}

impl<'a> IntoIterator for &'a Trace {
    type Item = &'a Placed;
    type IntoIter = std::slice::Iter<'a, Placed>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

struct Siblings<'a> {
    trace: &'a Trace,
    next: usize,
    end: usize,
}

impl Iterator for Siblings<'_> {
    type Item = usize;

    fn next(&mut self) -> Option<usize> {
        let place = self.next;
        if place >= self.end {
            return None;
        }
        self.next = self.trace.spans[place].end;
        Some(place)
    }
}

/// Of the documents that tell of one span, keeps the last complete one, or else the last.
///
/// Two spans with one id in one document are both kept.
fn keep_last(mut spans: Vec<Span>) -> Vec<Span> {
    let mut kept: HashMap<(SpanId, Kind), (bool, usize)> = HashMap::with_capacity(spans.len());
    for span in &spans {
        let rank = (!span.in_progress(), span.document);
        let best = kept.entry((span.id, span.kind)).or_insert(rank);
        *best = rank.max(*best);
    }
    spans.retain(|span| kept[&(span.id, span.kind)].1 == span.document);
    spans
}

/// Finds everyone's parent.
fn hang(spans: Vec<Span>) -> Vec<Loose> {
    let mut by_id: HashMap<SpanId, usize> = HashMap::with_capacity(spans.len());
    let mut duplicates = Vec::new();
    for (place, span) in spans.iter().enumerate() {
        let first = *by_id.entry(span.id).or_insert(place);
        if first != place {
            duplicates.extend([first, place]);
            if (spans[first].kind, span.kind) == (Kind::Subsegment, Kind::Segment) {
                by_id.insert(span.id, place);
            }
        }
    }
    let parents: Vec<Parent> = spans
        .iter()
        .map(|span| match span.parent_id {
            None => Parent::None,
            Some(id) => by_id
                .get(&id)
                .map_or(Parent::Missing(id), |place| Parent::Place(*place)),
        })
        .collect();
    let mut loose: Vec<Loose> = spans
        .into_iter()
        .zip(parents)
        .map(|(span, parent)| Loose {
            span: Some(span),
            parent,
            duplicate: false,
            children: Vec::new(),
        })
        .collect();
    for place in duplicates {
        loose[place].duplicate = true;
    }
    loose
}

/// Cuts every ring of parents at the span that began first.
fn cut_rings(loose: &mut [Loose]) {
    // 0: not looked at; any other number: looked at on that walk.
    let mut walks = vec![0; loose.len()];
    for (walk, start) in (1..).zip(0..loose.len()) {
        let mut place = start;
        while walks[place] == 0 {
            walks[place] = walk;
            let Parent::Place(parent) = loose[place].parent else {
                break;
            };
            if walks[parent] == walk {
                cut(loose, parent);
            }
            place = parent;
        }
    }
}

fn cut(loose: &mut [Loose], start: usize) {
    let mut ring = vec![start];
    let mut place = start;
    while let Parent::Place(parent) = loose[place].parent {
        if parent == start {
            break;
        }
        ring.push(parent);
        place = parent;
    }
    if let Some(first) = ring.into_iter().min_by_key(|place| order(&loose[*place]))
        && let Some(parent) = loose[first].span.as_ref().and_then(|span| span.parent_id)
    {
        loose[first].parent = Parent::Ring(parent);
    }
}

/// The order among siblings, which does not depend on the order of arrival.
fn order(loose: &Loose) -> (Time, Kind, SpanId, usize) {
    loose.span.as_ref().map_or(
        (Time::default(), Kind::Segment, SpanId::new(0), 0),
        |span| (span.start, span.kind, span.id, span.text.start),
    )
}

/// Brings those that miss the same parent together, at the first one's place.
fn gather_orphans(roots: &mut Vec<usize>, loose: &[Loose]) {
    let mut first_of: HashMap<SpanId, usize> = HashMap::new();
    let mut ranked: Vec<(usize, usize)> = Vec::with_capacity(roots.len());
    for (rank, place) in roots.iter().enumerate() {
        let rank = match loose[*place].parent {
            Parent::Missing(id) => *first_of.entry(id).or_insert(rank),
            _ => rank,
        };
        ranked.push((rank, *place));
    }
    ranked.sort_by_key(|(rank, _)| *rank);
    *roots = ranked.into_iter().map(|(_, place)| place).collect();
}

/// Puts the spans in the order of the tree.
fn lay_out(mut loose: Vec<Loose>, roots: &[usize]) -> Vec<Placed> {
    enum Step {
        Enter(usize, Parent, usize),
        Leave(usize),
    }
    let mut spans: Vec<Placed> = Vec::with_capacity(loose.len());
    let mut steps: Vec<Step> = roots
        .iter()
        .rev()
        .map(|place| Step::Enter(*place, loose[*place].parent, 0))
        .collect();
    while let Some(step) = steps.pop() {
        match step {
            Step::Leave(place) => spans[place].end = spans.len(),
            Step::Enter(from, parent, depth) => {
                let Some(span) = loose[from].span.take() else {
                    continue;
                };
                let place = spans.len();
                spans.push(Placed {
                    span,
                    parent,
                    depth,
                    duplicate: loose[from].duplicate,
                    end: place + 1,
                });
                steps.push(Step::Leave(place));
                let children = std::mem::take(&mut loose[from].children);
                steps.extend(
                    children
                        .into_iter()
                        .rev()
                        .map(|child| Step::Enter(child, Parent::Place(place), depth + 1)),
                );
            }
        }
    }
    spans
}
