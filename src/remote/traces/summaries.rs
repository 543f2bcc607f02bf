//! Which traces there are.

use std::collections::HashSet;

use jiff::SignedDuration;

use super::super::explain::explain;
use super::super::service_error::hollow;
use super::super::xray::XrayClient;
use super::summary::summary;
use super::{Progress, count, of_slice, sdk_time};
use crate::error::Result;
use crate::time_window::Window;
use crate::trace::TraceId;
use crate::trace::summary::Summary;

/// The longest window that is searched in one go.
///
/// AWS documents none; clients report "Time range cannot be longer than 24 hours".
const LONGEST_SEARCH: SignedDuration = SignedDuration::from_hours(24);

/// What a search found.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct FoundTraces {
    /// The traces, the newest first.
    pub summaries: Vec<Summary>,
    /// How many traces X-Ray looked at, matching or not.
    pub scanned: u64,
    /// Whether the window was searched to its end; not so where the limit was reached before.
    pub whole_window: bool,
    /// How many summaries have no id that can be read.
    pub unread: usize,
}

impl XrayClient {
    /// The newest traces of a window that match a filter, at most `limit`.
    ///
    /// X-Ray goes from the newest to the oldest, some 2,000 traces a page, and so a page may hold
    /// nothing and still not be the last.
    pub async fn trace_summaries(
        &self,
        window: Window,
        filter: Option<&str>,
        limit: usize,
        progress: &dyn Fn(Progress),
    ) -> Result<FoundTraces> {
        let slices = window.slices(LONGEST_SEARCH);
        let of = slices.len();
        let mut search = Search {
            found: FoundTraces::default(),
            seen: HashSet::new(),
            limit,
        };
        let mut whole_window = true;
        for (done, slice) in slices.into_iter().rev().enumerate() {
            let say = |scanned| progress(Progress { done, of, scanned });
            let searched = Box::pin(self.search_slice(slice, filter, &mut search, &say)).await;
            let to_its_end = searched.map_err(|error| of_slice(error, slice, done + 1, of))?;
            if search.is_full() {
                whole_window = to_its_end && done + 1 == of;
                break;
            }
        }
        let mut found = search.found;
        found
            .summaries
            .sort_by_key(|summary| std::cmp::Reverse((summary.start, summary.id)));
        found.whole_window = whole_window && found.summaries.len() <= limit;
        found.summaries.truncate(limit);
        Ok(found)
    }

    /// Searches until the slice ends or there is enough; tells whether it came to the end.
    async fn search_slice(
        &self,
        slice: Window,
        filter: Option<&str>,
        search: &mut Search,
        say: &dyn Fn(u64),
    ) -> Result<bool> {
        const ACTION: &str = "xray:GetTraceSummaries";
        let mut token = None;
        loop {
            say(search.found.scanned);
            let page = self
                .client
                .get_trace_summaries()
                .start_time(sdk_time(slice.start))
                .end_time(sdk_time(slice.end))
                .set_filter_expression(filter.map(str::to_owned))
                .set_next_token(token.clone())
                .send()
                .await
                .map_err(|error| explain(&self.facts, ACTION, &error))?;
            let next = page
                .next_token()
                .filter(|next| !next.is_empty())
                .map(str::to_owned);
            if page.trace_summaries.is_none() && next.is_none() {
                return Err(hollow(&self.facts, ACTION, "TraceSummaries"));
            }
            search.found.scanned += count(page.traces_processed_count());
            for found in page.trace_summaries() {
                match summary(found) {
                    None => search.found.unread += 1,
                    Some(summary) if search.seen.insert(summary.id) => {
                        search.found.summaries.push(summary);
                    }
                    Some(_) => {}
                }
            }
            // The same token again would lead to the same page for ever.
            if next.is_none() || next == token {
                return Ok(true);
            }
            if search.is_full() {
                return Ok(false);
            }
            token = next;
        }
    }
}

/// A search under way.
struct Search {
    found: FoundTraces,
    seen: HashSet<TraceId>,
    limit: usize,
}

impl Search {
    fn is_full(&self) -> bool {
        self.found.summaries.len() >= self.limit
    }
}
