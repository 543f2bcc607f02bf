//! The service graph of a window, from what traces add to it.

use super::super::{Fault, GroupKey, Store, Tenant};
use super::groups::Filter;
use super::index::TenantTraces;
use super::reading::Asked;
use crate::trace::TraceId;
use crate::trace::graph::{Accumulator, Contribution, Graph, Names, Window};

/// Traces that are read at once to ask a filter about them.
const AT_ONCE: usize = 4096;

/// An answer, and what to know about it.
#[derive(Debug)]
pub struct GroupAnswer<T> {
    /// The answer.
    pub answer: T,
    /// Whether the group had another filter when some of the traces came.
    pub contains_old_group_versions: bool,
}

/// The traces of a window, of a group or all.
#[derive(Debug)]
pub struct Selection<'a> {
    traces: &'a TenantTraces,
    window: Window,
    filter: Option<&'a Filter>,
}

impl<'a> Selection<'a> {
    /// What the selected traces add to the graph.
    pub fn contributions(&self) -> impl Iterator<Item = &'a Contribution> + '_ {
        let Self {
            traces,
            window,
            filter,
        } = *self;
        traces
            .during(window.start, window.end)
            .filter(move |(id, trace)| {
                filter.is_none_or(|filter| {
                    traces.verdicts.of(filter, *id, trace.places.len()) == Some(true)
                })
            })
            .filter_map(|(_, trace)| trace.contribution.as_ref())
    }

    /// What any trace adds, selected or not.
    pub fn contribution(&self, id: TraceId) -> Option<&'a Contribution> {
        self.traces.traces.get(&id)?.contribution.as_ref()
    }

    /// What the numbers in contributions stand for.
    pub fn names(&self) -> &'a Names {
        &self.traces.names
    }
}

impl Store {
    /// The service graph of what happened in a window, of a group's traces or of all.
    pub fn service_graph(
        &self,
        tenant: &Tenant,
        window: Window,
        group: Option<&GroupKey>,
    ) -> Result<GroupAnswer<Graph>, Fault> {
        let elsewhere = self.select(tenant, window, group, |selection| {
            let mut accumulator = Accumulator::new(window);
            for contribution in selection.contributions() {
                accumulator.add_links(contribution);
            }
            let mut wanted = accumulator.wanted();
            wanted.retain(|id| selection.contribution(*id).is_none());
            wanted
        })?;
        if !elsewhere.answer.is_empty() {
            self.settle(tenant, &|id, _| elsewhere.answer.contains(&id))?;
        }
        self.select(tenant, window, group, |selection| {
            let mut accumulator = Accumulator::new(window);
            for contribution in selection.contributions() {
                accumulator.add(contribution);
            }
            for id in accumulator.wanted() {
                if let Some(contribution) = selection.contribution(id) {
                    accumulator.resolve(contribution);
                }
            }
            accumulator.finish(selection.names())
        })
    }

    /// Lets `work` look at the traces of a window, of a group or all.
    pub fn select<T>(
        &self,
        tenant: &Tenant,
        window: Window,
        group: Option<&GroupKey>,
        work: impl FnOnce(&Selection<'_>) -> T,
    ) -> Result<GroupAnswer<T>, Fault> {
        let (filter, changed_at) = match group {
            Some(key) => self.group_filter(tenant, key)?,
            None => (None, None),
        };
        self.sync_segments()?;
        self.settle(tenant, &|_, trace| window.overlaps(trace.start, trace.end))?;
        if let Some(filter) = &filter {
            self.judge(tenant, window, filter)?;
        }
        let index = self.segments.index();
        let nothing = TenantTraces::default();
        let traces = index.tenant(tenant).unwrap_or(&nothing);
        let is_older = |changed_at: i64| {
            let mut during = traces.during(window.start, window.end);
            during.any(|(_, trace)| trace.received_at < changed_at)
        };
        Ok(GroupAnswer {
            contains_old_group_versions: changed_at.is_some_and(is_older),
            answer: work(&Selection {
                traces,
                window,
                filter: filter.as_ref(),
            }),
        })
    }

    /// Asks a filter about the traces of a window that it was not asked about before.
    pub(super) fn judge(
        &self,
        tenant: &Tenant,
        window: Window,
        filter: &Filter,
    ) -> Result<(), Fault> {
        let mut asked: Vec<Asked> = {
            let mut index = self.segments.index();
            let Some(traces) = index.tenant_mut(tenant) else {
                return Ok(());
            };
            traces.verdicts.keep_for(filter);
            traces
                .during(window.start, window.end)
                .filter(|(id, trace)| {
                    traces
                        .verdicts
                        .of(filter, *id, trace.places.len())
                        .is_none()
                })
                .map(|(id, trace)| (id, trace.places.clone()))
                .collect()
        };
        while !asked.is_empty() {
            let now = asked.split_off(asked.len().saturating_sub(AT_ONCE));
            let read = self.read_on_all_cores(&now)?;
            let mut index = self.segments.index();
            if let Some(traces) = index.tenant_mut(tenant) {
                for one in &read {
                    traces.verdicts.judge(&one.trace, one.revision);
                }
            }
        }
        Ok(())
    }
}
