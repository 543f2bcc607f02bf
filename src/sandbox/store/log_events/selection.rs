//! A page of events: the first in their order, as many as fit.

use std::collections::BTreeMap;
use std::ops::{ControlFlow, Range};
use std::sync::Arc;
use std::time::Instant;

use memchr::memmem::Finder;

use super::super::{Fault, Store};
use super::batch::RowText;
use super::event_key::EventKey;
use super::index::Row;
use super::streams::Stream;
use super::{EVENT_OVERHEAD, MOST_BYTES};
use crate::logs::filter_pattern::FilterPattern;

/// An event that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundEvent {
    /// Where it stands in the order of events; its digits are its id.
    pub key: EventKey,
    /// The stream's name.
    pub stream: Arc<str>,
    /// When it happened, in milliseconds since 1970.
    pub timestamp: i64,
    /// When it came, in milliseconds since 1970.
    pub ingested_at: i64,
    /// What it says.
    pub message: String,
}

/// What is looked for, and in which direction.
#[derive(Debug)]
pub(super) struct Search<'a> {
    /// From the first, up to but without the second.
    pub(super) span: Range<EventKey>,
    /// The newest first.
    pub(super) descending: bool,
    /// At most so many events.
    pub(super) limit: usize,
    pub(super) pattern: &'a FilterPattern,
    /// When to stop, if something has been gained by then.
    pub(super) deadline: Option<Instant>,
}

/// What was found.
#[derive(Debug)]
pub(super) struct Selected {
    /// In the order that was asked for.
    pub(super) events: Vec<FoundEvent>,
    /// What is left to be looked at.
    pub(super) rest: Option<Range<EventKey>>,
}

impl Store {
    /// Looks through the rows of some streams.
    pub(super) fn select_log_events(
        &self,
        streams: &[Stream],
        search: &Search<'_>,
    ) -> Result<Selected, Fault> {
        self.sync_log_events()?;
        let rows = self.rows_within(streams, &search.span, search.descending);
        let required = search.pattern.required_text();
        let finder = required.map(|text| Finder::new(text.as_bytes()));
        let mut sweep = Sweep {
            search,
            names: streams.iter().map(|one| (one.id, &one.name)).collect(),
            kept: BTreeMap::new(),
            bytes: 0,
            bound: None,
            left: None,
        };
        self.visit_log_rows(
            &mut sweep,
            &rows,
            finder.as_ref(),
            Sweep::is_wanted,
            |sweep, row, text| {
                sweep.take(row, text, finder.as_ref());
                ControlFlow::Continue(())
            },
        )?;
        Ok(sweep.finish())
    }

    /// The rows that may have events of a span, in the order in which to look at them.
    pub(super) fn rows_within(
        &self,
        streams: &[Stream],
        span: &Range<EventKey>,
        descending: bool,
    ) -> Vec<Row> {
        let mut rows: Vec<Row> = {
            let index = self.log_events.index();
            let all = streams.iter().flat_map(|stream| index.rows(stream.id));
            all.filter(|row| last_key(row) >= span.start && first_key(row) < span.end)
                .copied()
                .collect()
        };
        // A stable sort makes use of what is sorted already, and a stream's rows are, nearly.
        if descending {
            rows.reverse();
            rows.sort_by_key(|row| std::cmp::Reverse(last_key(row)));
        } else {
            rows.sort_by_key(first_key);
        }
        rows
    }
}

fn first_key(row: &Row) -> EventKey {
    EventKey::new(row.first, row.id, 0)
}

fn last_key(row: &Row) -> EventKey {
    EventKey::new(row.last, row.id, usize::from(u16::MAX))
}

/// A search under way.
struct Sweep<'a> {
    search: &'a Search<'a>,
    names: std::collections::HashMap<i64, &'a Arc<str>>,
    kept: BTreeMap<EventKey, FoundEvent>,
    bytes: usize,
    /// This one and those beyond it do not fit the page.
    bound: Option<EventKey>,
    /// What was not looked at because the time was up.
    left: Option<Range<EventKey>>,
}

impl Sweep<'_> {
    /// Whether a row, and those after it, can still matter.
    fn is_wanted(&mut self, row: &Row) -> ControlFlow<()> {
        let Search {
            span, descending, ..
        } = self.search;
        let nearest = if *descending {
            last_key(row)
        } else {
            first_key(row)
        };
        if self.is_beyond(nearest) {
            return ControlFlow::Break(());
        }
        if self
            .search
            .deadline
            .is_some_and(|deadline| Instant::now() >= deadline)
        {
            // Nothing that is yet to be looked at lies before this row.
            let left = if *descending {
                span.start..nearest.next()
            } else {
                nearest..span.end
            };
            if left != *span && nearest >= span.start && nearest < span.end {
                self.left = Some(left);
                return ControlFlow::Break(());
            }
        }
        ControlFlow::Continue(())
    }

    fn is_beyond(&self, key: EventKey) -> bool {
        self.bound.is_some_and(|bound| {
            if self.search.descending {
                key <= bound
            } else {
                key >= bound
            }
        })
    }

    /// Takes what matches from a row.
    fn take(&mut self, row: &Row, text: &RowText, required: Option<&Finder<'_>>) {
        let span = &self.search.span;
        let within = |key: EventKey| key >= span.start && key < span.end;
        let (earliest, latest) = (span.start.timestamp(), span.end.timestamp());
        let mut index = text.partition(0, |entry| entry.timestamp < earliest);
        let end = text.partition(index, |entry| entry.timestamp <= latest);
        let pattern = self.search.pattern;
        while index < end {
            if let Some(required) = required {
                // On to the next line that has the text at all.
                let Some(entry) = text.entry(index) else {
                    break;
                };
                let rest = text.body.as_bytes().get(entry.offset..).unwrap_or_default();
                let Some(place) = required.find(rest) else {
                    break;
                };
                let place = entry.offset + place;
                index = text.partition(index + 1, |entry| entry.offset <= place) - 1;
                if index >= end {
                    break;
                }
            }
            let Some(entry) = text.entry(index) else {
                break;
            };
            let key = EventKey::new(entry.timestamp, row.id, index);
            index += 1;
            if !within(key) {
                continue;
            }
            if self.is_beyond(key) {
                if self.search.descending {
                    continue;
                }
                break;
            }
            if let Some(message) = text.message(entry)
                && pattern.matches(message)
            {
                self.keep(key, row, message);
            }
        }
    }

    fn keep(&mut self, key: EventKey, row: &Row, message: &str) {
        let Some(stream) = self.names.get(&row.stream) else {
            return;
        };
        self.bytes += message.len() + EVENT_OVERHEAD;
        let event = FoundEvent {
            key,
            stream: Arc::clone(stream),
            timestamp: key.timestamp(),
            ingested_at: row.ingested_at,
            message: message.to_owned(),
        };
        self.kept.insert(key, event);
        while self.kept.len() > self.search.limit || self.bytes > MOST_BYTES {
            let farthest = if self.search.descending {
                self.kept.pop_first()
            } else {
                self.kept.pop_last()
            };
            let Some((key, event)) = farthest else { break };
            self.bytes -= event.message.len() + EVENT_OVERHEAD;
            self.bound = Some(key);
        }
    }

    fn finish(mut self) -> Selected {
        let Search {
            span, descending, ..
        } = self.search;
        if let Some(left) = &self.left {
            // What may still be overtaken by something that was not looked at is for later.
            self.kept.retain(|key, _| !left.contains(key));
        }
        let rest = match (self.bound, self.left) {
            // What did not fit is for the next page, and so is all beyond it.
            (Some(bound), left) if *descending => {
                let end = bound.next();
                Some(span.start..left.map_or(end, |left| left.end.max(end)))
            }
            (Some(bound), left) => Some(left.map_or(bound, |left| left.start.min(bound))..span.end),
            (None, left) => left,
        };
        let mut events: Vec<FoundEvent> = self.kept.into_values().collect();
        if *descending {
            events.reverse();
        }
        Selected { events, rest }
    }
}
