//! Reading one stream, in either direction.

use super::super::log_groups::invalid_token;
use super::super::{Fault, Store, Tenant};
use super::event_key::EventKey;
use super::selection::{FoundEvent, Search};
use super::streams::{self, Stream};
use super::{MOST_EVENTS, arrival};
use crate::logs::filter_pattern::FilterPattern;

/// Which part of a stream is read.
#[derive(Debug, Clone, Default)]
pub struct GetLogEvents {
    /// The first moment that is wanted, in milliseconds since 1970.
    pub start: Option<i64>,
    /// The first moment that is not wanted any more.
    pub end: Option<i64>,
    /// Without a token: from the oldest event on; else the newest page.
    pub from_head: bool,
    /// At most so many events.
    pub limit: Option<usize>,
    /// A token of another page.
    pub token: Option<String>,
}

/// A page of a stream.
#[derive(Debug)]
pub struct LogEventPage {
    /// The events, the oldest first.
    pub events: Vec<FoundEvent>,
    /// Asks for what is newer; the token that was given when there is nothing newer yet.
    pub forward_token: String,
    /// Asks for what is older; the token that was given when there is nothing older.
    pub backward_token: String,
}

/// Where to go on, as a token says it.
#[derive(Debug, Clone, Copy)]
enum Cursor {
    /// After this event.
    Forward(EventKey),
    /// Before this event.
    Backward(EventKey),
}

impl Cursor {
    fn parse(token: &str) -> Option<Self> {
        let token = token.strip_suffix("/s")?;
        if let Some(digits) = token.strip_prefix("f/") {
            EventKey::parse(digits).map(Self::Forward)
        } else {
            let digits = token.strip_prefix("b/")?;
            EventKey::parse(digits).map(Self::Backward)
        }
    }

    fn token(self) -> String {
        match self {
            Self::Forward(key) => format!("f/{}/s", key.digits()),
            Self::Backward(key) => format!("b/{}/s", key.digits()),
        }
    }
}

impl Store {
    /// Reads a page of a stream.
    pub fn get_log_events(
        &self,
        tenant: &Tenant,
        group: &str,
        stream: &str,
        wanted: &GetLogEvents,
    ) -> Result<LogEventPage, Fault> {
        let cursor = match &wanted.token {
            Some(token) => Some(Cursor::parse(token).ok_or_else(invalid_token)?),
            None => None,
        };
        let (group, id) =
            self.reading(|connection| streams::find(connection, tenant, group, stream))?;
        let start = EventKey::at(wanted.start.unwrap_or(0));
        let mut span = start..EventKey::at(wanted.end.unwrap_or(i64::MAX));
        if let Some(days) = group.retention_in_days {
            let limit = arrival::expiry(self.clock.now(), days);
            span.start = span.start.max(EventKey::at(limit));
        }
        match cursor {
            Some(Cursor::Forward(key)) => span.start = span.start.max(key.next()),
            Some(Cursor::Backward(key)) => span.end = span.end.min(key),
            None => {}
        }
        let search = Search {
            span,
            descending: match cursor {
                Some(cursor) => matches!(cursor, Cursor::Backward(_)),
                None => !wanted.from_head,
            },
            limit: wanted.limit.unwrap_or(MOST_EVENTS).min(self.page_limit),
            pattern: &FilterPattern::everything(),
            deadline: None,
        };
        let streams = [Stream {
            id,
            name: stream.into(),
        }];
        let mut events = self.select_log_events(&streams, &search)?.events;
        if search.descending {
            events.reverse();
        }
        let (forward, backward) = match (events.first(), events.last(), cursor) {
            (Some(first), Some(last), _) => (last.key, first.key),
            // Nothing lies between the two, so that neither leaves out what stands at the edge.
            (_, _, Some(Cursor::Forward(key))) => (key, key.next()),
            (_, _, Some(Cursor::Backward(key))) => (key.previous(), key),
            (_, _, None) => (start, start),
        };
        Ok(LogEventPage {
            events,
            forward_token: Cursor::Forward(forward).token(),
            backward_token: Cursor::Backward(backward).token(),
        })
    }
}
