//! A query while events go by.

use std::collections::HashMap;

use super::super::event::HoneycombEvent;
use super::group::Group;
use super::outcome::{Asked, Outcome};
use super::specification::Query;
use super::window::Span;
use super::{aliases, encoding};

/// With more groups than this a query is given up, as it would fill the memory.
const MOST_GROUPS: usize = 200_000;

/// A query that is being answered.
#[derive(Debug)]
pub(in super::super) struct Running<'q> {
    query: &'q Query,
    asked: Asked,
    span: Span,
    by_value: HashMap<Vec<u8>, usize>,
    groups: Vec<Group>,
    total: Option<Group>,
    key: Vec<u8>,
    /// There were too many groups.
    overrun: bool,
}

impl<'q> Running<'q> {
    /// Begins; `now` is in milliseconds since 1970.
    pub(in super::super) fn new(query: &'q Query, asked: Asked, now: i64) -> Self {
        let total = asked
            .total
            .then(|| Group::new(Vec::new(), &query.calculations));
        Self {
            query,
            asked,
            span: query.time.span(now),
            by_value: HashMap::new(),
            groups: Vec::new(),
            total,
            key: Vec::new(),
            overrun: false,
        }
    }

    /// The window, in nanoseconds since 1970; the second is not within it.
    pub(in super::super) fn window(&self) -> (i64, i64) {
        (self.span.start, self.span.end)
    }

    /// Adds an event, if it is one that the query is about.
    pub(in super::super) fn take(&mut self, event: &HoneycombEvent<'_>) {
        if self.overrun || !self.span.contains(event.time) || !self.passes(event) {
            return;
        }
        self.key.clear();
        for column in &self.query.breakdowns {
            encoding::write(aliases::find(event, column).as_ref(), &mut self.key);
        }
        let at = match self.by_value.get(&self.key) {
            Some(at) => *at,
            None if self.groups.len() == MOST_GROUPS => {
                self.overrun = true;
                return;
            }
            None => {
                let values = self
                    .query
                    .breakdowns
                    .iter()
                    .map(|column| aliases::find(event, column).map(|value| value.owned()))
                    .collect();
                self.groups
                    .push(Group::new(values, &self.query.calculations));
                self.by_value
                    .insert(self.key.clone(), self.groups.len() - 1);
                self.groups.len() - 1
            }
        };
        let wants_steps = self.asked.series
            || self
                .query
                .calculations
                .iter()
                .any(|calculation| calculation.op.is_rate());
        let step = wants_steps.then(|| self.span.step_of(event.time));
        let calculations = &self.query.calculations;
        if let Some(group) = self.groups.get_mut(at) {
            group.take(calculations, event, step);
        }
        if let Some(total) = &mut self.total {
            total.take(calculations, event, step);
        }
    }

    fn passes(&self, event: &HoneycombEvent<'_>) -> bool {
        let filters = &self.query.filters;
        if self.query.any_filter && !filters.is_empty() {
            filters.iter().any(|filter| filter.passes(event))
        } else {
            filters.iter().all(|filter| filter.passes(event))
        }
    }

    /// Sorts, cuts and writes the answer.
    pub(in super::super) fn finish(mut self) -> Outcome {
        if self.overrun {
            return Outcome::Failed(format!(
                "The query has more than {MOST_GROUPS} groups; the sandbox gives up on those"
            ));
        }
        // Calculations over nothing still have an answer, a count of 0.
        if self.groups.is_empty() && self.query.breakdowns.is_empty() {
            self.groups
                .push(Group::new(Vec::new(), &self.query.calculations));
        }
        super::outcome::write(
            self.query,
            self.asked,
            self.span,
            self.groups,
            self.total.as_ref(),
        )
    }
}
