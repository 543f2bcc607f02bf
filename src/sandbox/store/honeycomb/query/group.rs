//! A group: events that have the same values in the breakdowns.

use std::collections::BTreeMap;

use super::super::event::{FieldValue, HoneycombEvent};
use super::calculation::{Calculation, Op, Sums, most_at_once};

/// A group and what it came to so far.
#[derive(Debug, Clone)]
pub(super) struct Group {
    /// The values of the breakdowns; absent where an event has no such field.
    pub(super) values: Vec<Option<FieldValue<'static>>>,
    /// One for each calculation.
    pub(super) sums: Vec<Sums>,
    /// The same by the beginnings of steps of time.
    pub(super) steps: BTreeMap<i64, Vec<Sums>>,
}

/// All sums at zero.
pub(super) fn zero(calculations: &[Calculation]) -> Vec<Sums> {
    calculations
        .iter()
        .map(|calculation| Sums::new(calculation.op))
        .collect()
}

impl Group {
    pub(super) fn new(
        values: Vec<Option<FieldValue<'static>>>,
        calculations: &[Calculation],
    ) -> Self {
        Self {
            values,
            sums: zero(calculations),
            steps: BTreeMap::new(),
        }
    }

    /// Adds an event; to a step too, if steps are wanted.
    pub(super) fn take(
        &mut self,
        calculations: &[Calculation],
        event: &HoneycombEvent<'_>,
        step: Option<i64>,
    ) {
        for (sums, calculation) in self.sums.iter_mut().zip(calculations) {
            sums.take(calculation, event);
        }
        let Some(step) = step else {
            return;
        };
        let steps = self.steps.entry(step).or_insert_with(|| zero(calculations));
        for (sums, calculation) in steps.iter_mut().zip(calculations) {
            sums.take(calculation, event);
        }
    }

    /// Adds what another group came to.
    pub(super) fn merge(&mut self, other: Self) {
        for (sums, more) in self.sums.iter_mut().zip(other.sums) {
            sums.merge(more);
        }
        for (step, more) in other.steps {
            match self.steps.entry(step) {
                std::collections::btree_map::Entry::Vacant(free) => {
                    free.insert(more);
                }
                std::collections::btree_map::Entry::Occupied(mut taken) => {
                    for (sums, more) in taken.get_mut().iter_mut().zip(more) {
                        sums.merge(more);
                    }
                }
            }
        }
    }

    /// What a calculation came to, where that is a number.
    pub(super) fn number(&self, at: usize, calculation: &Calculation) -> Option<f64> {
        if calculation.op.is_rate() {
            // Honeycomb does not say what a rate comes to over all steps; this is from the first to the last.
            let mut steps = self
                .steps
                .values()
                .filter_map(|sums| sums.get(at)?.number(calculation.op));
            let first = steps.next()?;
            return Some(steps.next_back()? - first);
        }
        self.sums.get(at)?.number(calculation.op)
    }

    /// What a calculation came to in a step of time that ends at `end`.
    pub(super) fn number_in(
        &self,
        at: usize,
        calculation: &Calculation,
        step: i64,
        end: i64,
    ) -> Option<f64> {
        let own = |step: &Vec<Sums>| step.get(at)?.number(calculation.op);
        if calculation.op.is_rate() {
            let now = own(self.steps.get(&step)?)?;
            let (_, before) = self.steps.range(..step).next_back()?;
            return Some(now - own(before)?);
        }
        if calculation.op == Op::Concurrency {
            let Some(Sums::Spans(spans)) = self.sums.get(at) else {
                return None;
            };
            let within: Vec<(i64, i64, u32)> = spans
                .iter()
                .filter(|(first, last, _)| *first < end && *last >= step)
                .map(|(first, last, weight)| ((*first).max(step), (*last).min(end), *weight))
                .collect();
            return Some(most_at_once(&within));
        }
        own(self.steps.get(&step)?)
    }
}
