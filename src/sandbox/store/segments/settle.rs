//! Finding out what new traces add to the service graph.
//!
//! A document that comes is only filed. Reading it costs more than that, so it is done once for
//! many, before an answer that needs it, or beforehand when nobody is asking.

use std::sync::PoisonError;

use super::super::{Fault, Store, Tenant};
use super::index::{TenantTraces, TraceEntry};
use super::reading::{Asked, StoredTrace};
use crate::trace::TraceId;
use crate::trace::graph::Contribution;

/// Documents or spans that are read at once: a few megabytes.
const AT_ONCE: usize = 8192;

impl Store {
    /// Settles everybody's traces that have been quiet; tells whether there were any.
    ///
    /// Whoever answers requests calls this now and then, so that answers need not wait for it.
    pub fn settle_segments(&self) -> Result<bool, Fault> {
        self.sync_segments()?;
        let tenants: Vec<Tenant> = {
            let index = self.segments.index();
            index
                .tenants()
                .filter(|(_, traces)| !traces.unsettled.is_empty())
                .map(|(tenant, _)| tenant.clone())
                .collect()
        };
        for tenant in &tenants {
            self.settle(tenant, &|_, _| true)?;
        }
        Ok(!tenants.is_empty())
    }

    /// Settles those traces of a tenant that are wanted.
    pub(super) fn settle(
        &self,
        tenant: &Tenant,
        is_wanted: &dyn Fn(TraceId, &TraceEntry) -> bool,
    ) -> Result<(), Fault> {
        loop {
            let settling = self.segments.settling.lock();
            let _settling = settling.unwrap_or_else(PoisonError::into_inner);
            let asked: Vec<Asked> = {
                let mut index = self.segments.index();
                let Some(traces) = index.tenant_mut(tenant) else {
                    return Ok(());
                };
                take_unsettled(traces, is_wanted)
            };
            if asked.is_empty() {
                return Ok(());
            }
            let revisions: Vec<(TraceId, usize)> = asked
                .iter()
                .map(|(id, places)| (*id, places.len()))
                .collect();
            let read = self.read_on_all_cores(&asked);
            let mut index = self.segments.index();
            let Some(traces) = index.tenant_mut(tenant) else {
                return Ok(());
            };
            match read {
                Ok(read) => install(traces, &read, &revisions),
                Err(fault) => {
                    traces.unsettled.extend(asked.iter().map(|(id, _)| *id));
                    return Err(fault);
                }
            }
        }
    }
}

/// Takes some of those that are to be settled off the list.
fn take_unsettled(
    traces: &mut TenantTraces,
    is_wanted: &dyn Fn(TraceId, &TraceEntry) -> bool,
) -> Vec<Asked> {
    let mut asked: Vec<Asked> = Vec::new();
    let mut later = Vec::new();
    let mut weight = 0;
    while weight < AT_ONCE
        && let Some(id) = traces.unsettled.pop()
    {
        let Some(entry) = traces.traces.get(&id) else {
            continue;
        };
        if entry.contribution.is_some() {
            continue;
        }
        if is_wanted(id, entry) {
            weight += entry.weight();
            asked.push((id, entry.places.clone()));
        } else {
            later.push(id);
        }
    }
    traces.unsettled.append(&mut later);
    asked
}

fn install(traces: &mut TenantTraces, read: &[StoredTrace], revisions: &[(TraceId, usize)]) {
    for one in read {
        let contribution = Contribution::of(&one.trace, &mut traces.names);
        let id = one.trace.id();
        let Some(entry) = traces.traces.get_mut(&id) else {
            continue;
        };
        entry.contribution = Some(contribution);
        traces.verdicts.judge(&one.trace, one.revision);
    }
    // What came while they were being read is not in what was read: once more.
    for (id, revision) in revisions {
        if let Some(entry) = traces.traces.get_mut(id)
            && entry.places.len() != *revision
            && entry.contribution.take().is_some()
        {
            traces.unsettled.push(*id);
        }
    }
}
