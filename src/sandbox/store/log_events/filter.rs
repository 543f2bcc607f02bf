//! Searching the streams of a group.

use std::time::Instant;

use super::super::log_groups::invalid_token;
use super::super::{Fault, LogGroupClass, Store, Tenant, paging};
use super::event_key::EventKey;
use super::selection::{FoundEvent, Search};
use super::{LogStreams, MOST_EVENTS, arrival, streams};
use crate::logs::filter_pattern::FilterPattern;

/// The first moment from which AWS searches backwards: the beginning of 2024.
const BACKWARDS_SINCE: i64 = 1_704_067_200_000;

/// What is searched, and how.
#[derive(Debug)]
pub struct LogEventFilter<'a> {
    /// Which streams.
    pub streams: LogStreams,
    /// The first moment that is wanted, in milliseconds since 1970.
    pub start: Option<i64>,
    /// The last moment that is wanted.
    pub end: Option<i64>,
    /// The newest first.
    pub descending: bool,
    /// Which messages.
    pub pattern: &'a FilterPattern,
    /// At most so many events on the page.
    pub limit: Option<usize>,
    /// The token of the page before.
    pub token: Option<&'a str>,
}

/// A page of a search.
#[derive(Debug)]
pub struct FilteredPage {
    /// What was found, in order; maybe nothing although there is more to look at.
    pub events: Vec<FoundEvent>,
    /// Asks for the next page; absent when everything was looked at.
    pub next_token: Option<String>,
}

impl Store {
    /// Searches streams of a group for a page of events, for about a second.
    pub fn filter_log_events(
        &self,
        tenant: &Tenant,
        group: &str,
        filter: &LogEventFilter<'_>,
    ) -> Result<FilteredPage, Fault> {
        let deadline = Instant::now() + self.search_patience;
        let (found, streams) =
            self.reading(|connection| streams::select(connection, tenant, group, &filter.streams))?;
        refuse_class(group, found.class)?;
        if filter.descending && filter.start.is_none_or(|start| start < BACKWARDS_SINCE) {
            return Err(Fault::invalid_parameter(
                "startFromHead can be false only with a startTime of 2024-01-01T00:00:00Z (1704067200000) or later.",
            ));
        }
        let query = query(tenant, group, filter);
        let start = filter.start.unwrap_or(0);
        let mut span = EventKey::at(start)..end_of(filter.end);
        if let Some(token) = filter.token {
            let key = paging::read(&query, token)
                .and_then(|digits| EventKey::parse(&digits))
                .ok_or_else(invalid_token)?;
            if filter.descending {
                span.end = span.end.min(key);
            } else {
                span.start = span.start.max(key);
            }
        }
        if let Some(days) = found.retention_in_days {
            let limit = arrival::expiry(self.clock.now(), days);
            span.start = span.start.max(EventKey::at(limit));
        }
        let search = Search {
            span,
            descending: filter.descending,
            limit: filter.limit.unwrap_or(MOST_EVENTS).min(self.page_limit),
            pattern: filter.pattern,
            deadline: Some(deadline),
        };
        let selected = self.select_log_events(&streams, &search)?;
        let next_token = selected.rest.map(|rest| {
            let key = if filter.descending {
                rest.end
            } else {
                rest.start
            };
            paging::mint(&query, &key.digits())
        });
        Ok(FilteredPage {
            events: selected.events,
            next_token,
        })
    }
}

/// After every event of this time; the end of time where there is none.
pub(super) fn end_of(time: Option<i64>) -> EventKey {
    EventKey::at(time.unwrap_or(i64::MAX).saturating_add(1))
}

/// Groups of the cheaper classes cannot be searched so,
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CloudWatch_Logs_Log_Classes.html>.
fn refuse_class(group: &str, class: LogGroupClass) -> Result<(), Fault> {
    match class {
        LogGroupClass::Standard | LogGroupClass::Essentials => Ok(()),
        LogGroupClass::InfrequentAccess | LogGroupClass::Delivery => Err(Fault::new(
            "InvalidOperationException",
            format!(
                "FilterLogEvents is not supported for the log group {group}, which is of the class {}.",
                class.as_str()
            ),
        )),
    }
}

/// Says everything that a page depends on but its size.
fn query(tenant: &Tenant, group: &str, filter: &LogEventFilter<'_>) -> String {
    let LogEventFilter {
        streams,
        start,
        end,
        descending,
        pattern,
        ..
    } = filter;
    format!(
        "{} {streams:?} {start:?} {end:?} {descending} {pattern}",
        super::super::log_groups::arn(tenant, group)
    )
}
