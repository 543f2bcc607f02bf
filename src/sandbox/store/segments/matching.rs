//! How many traces match, of all that there are: for those who wait until they do.

use super::super::{Fault, Store, Tenant};
use super::groups::Filter;
use super::index::TenantTraces;
use crate::trace::graph::Window;
use crate::trace::summary::Summary;
use crate::trace::{Time, TraceId};

/// Traces that are named of those that there are.
const NAMED: usize = 5;

/// What was counted.
#[derive(Debug, Default)]
pub struct Matching {
    /// Traces that match.
    pub matching: usize,
    /// Traces that there are.
    pub traces: usize,
    /// The newest of those that match, or of all when none does.
    pub newest: Vec<(Tenant, Summary)>,
}

impl Store {
    /// Counts the traces that match a filter, of every account and region.
    pub fn matching_traces(&self, filter: &str) -> Result<Matching, Fault> {
        self.sync_segments()?;
        let tenants: Vec<Tenant> = {
            let index = self.segments.index();
            index.tenants().map(|(tenant, _)| tenant.clone()).collect()
        };
        let mut counted = Matching::default();
        let mut newest: Vec<(Time, TraceId, Tenant, bool)> = Vec::new();
        for tenant in &tenants {
            let filter = self.filter(tenant, filter)?;
            if let Some(filter) = &filter {
                self.judge(tenant, Window::ALWAYS, filter)?;
            }
            let index = self.segments.index();
            let Some(traces) = index.tenant(tenant) else {
                continue;
            };
            let matching = matching(traces, filter.as_ref());
            counted.traces += traces.traces.len();
            counted.matching += matching.len();
            let all = traces.by_start.iter().rev().take(NAMED);
            let matching = matching.iter().rev().take(NAMED);
            newest.extend(all.map(|(start, id)| (*start, *id, tenant.clone(), false)));
            newest.extend(matching.map(|(start, id)| (*start, *id, tenant.clone(), true)));
        }
        let is_any = counted.matching > 0;
        newest.retain(|(.., matches)| *matches == is_any);
        newest.sort_by_key(|(start, id, ..)| std::cmp::Reverse((*start, *id)));
        newest.truncate(NAMED);
        for (_, id, tenant, _) in newest {
            let read = self.traces(&tenant, &[id])?;
            let summaries = read.iter().map(|stored| Summary::of(&stored.trace));
            counted
                .newest
                .extend(summaries.map(|summary| (tenant.clone(), summary)));
        }
        Ok(counted)
    }
}

/// The traces that match, by their start.
fn matching(traces: &TenantTraces, filter: Option<&Filter>) -> Vec<(Time, TraceId)> {
    let matches = |id: TraceId| {
        filter.is_none_or(|filter| {
            let revision = traces.traces.get(&id).map_or(0, |trace| trace.places.len());
            traces.verdicts.of(filter, id, revision) == Some(true)
        })
    };
    let by_start = traces.by_start.iter().copied();
    by_start.filter(|(_, id)| matches(*id)).collect()
}
