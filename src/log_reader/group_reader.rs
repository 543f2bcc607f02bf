//! One group's lines of a stretch of time, page after page, in a task of its own.
//!
//! The next page is asked for while the one before is being shown.

use std::fmt;
use std::sync::Arc;

use tokio::sync::mpsc::{Receiver, channel};
use tokio_util::task::AbortOnDropHandle;

use super::by_query::{self, Stretch};
use super::{Notice, Patience};
use crate::error::Result;
use crate::logs::event::LogEvent;
use crate::logs::glob::Glob;
use crate::logs::log_group::LogGroup;
use crate::logs::names::LogGroupClass;
use crate::remote::{EventSearch, LOG_GROUP_CLASS, LogsClient};

/// A group that is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Its name.
    pub name: Arc<str>,
    /// Its ARN without the trailing `:*`.
    pub arn: String,
    /// Its class, where the service tells.
    pub class: Option<String>,
}

impl Group {
    /// Whether it can be searched line by line; other classes can only be queried.
    pub fn is_searchable(&self) -> bool {
        let standard = LogGroupClass::Standard.as_str();
        self.class.as_deref().is_none_or(|class| class == standard)
    }
}

impl From<&LogGroup> for Group {
    fn from(group: &LogGroup) -> Self {
        Self {
            name: Arc::from(&*group.name),
            arn: group.arn.clone(),
            class: group.class.clone(),
        }
    }
}

/// Which lines are wanted.
pub struct Selection {
    /// The filter pattern that the service is given; empty for every line.
    pub pattern: String,
    /// Only lines of these streams.
    pub streams: Option<Glob>,
    /// Whether a line's text is wanted: what the pattern cannot say, and what it can once more.
    pub wanted: Box<dyn Fn(&str) -> bool + Send + Sync>,
}

impl Selection {
    /// Whether a line is wanted.
    pub fn wants(&self, event: &LogEvent) -> bool {
        self.streams
            .as_ref()
            .is_none_or(|streams| streams.matches(&event.stream))
            && (self.wanted)(&event.message)
    }

    /// What every wanted stream's name begins with; none where any will do.
    pub(super) fn stream_prefix(&self) -> Option<String> {
        let prefix = self.streams.as_ref()?.prefix();
        (!prefix.is_empty()).then(|| prefix.to_owned())
    }
}

impl fmt::Debug for Selection {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Selection")
            .field("pattern", &self.pattern)
            .field("streams", &self.streams)
            .finish_non_exhaustive()
    }
}

/// Lines on their way from one group.
#[derive(Debug)]
pub(super) struct GroupReader {
    pub(super) group: Group,
    pub(super) pages: Receiver<Result<Vec<LogEvent>>>,
    /// Ends with the reader.
    _task: AbortOnDropHandle<()>,
}

/// Begins to read.
pub(super) fn read(
    client: LogsClient,
    group: Group,
    selection: Arc<Selection>,
    (start, end): (i64, Option<i64>),
    patience: Patience,
) -> GroupReader {
    let (sender, pages) = channel(1);
    let of = group.clone();
    let reading = async move {
        let searchable = group.is_searchable();
        let read = async |searchable: bool| -> Result<()> {
            if searchable {
                let search = search(&group, &selection, start, end);
                by_search(&client, &search, &selection, &patience, &sender).await
            } else {
                let stretch = Stretch { start, end };
                by_query::read(&client, &group, &selection, stretch, &patience, &sender).await
            }
        };
        let result = match read(searchable).await {
            // An old server does not tell the class, and finds out by refusing.
            Err(error) if searchable && error.known_as() == Some(LOG_GROUP_CLASS) => {
                patience.say(Notice::ByQuery {
                    group: group.name.to_string(),
                    class: group
                        .class
                        .clone()
                        .unwrap_or_else(|| "another class".to_owned()),
                });
                read(false).await
            }
            result => result,
        };
        if let Err(error) = result {
            // Who has stopped listening does not want to know.
            drop(sender.send(Err(error)).await);
        }
    };
    GroupReader {
        group: of,
        pages,
        _task: AbortOnDropHandle::new(tokio::spawn(reading)),
    }
}

fn search(group: &Group, selection: &Selection, start: i64, end: Option<i64>) -> EventSearch {
    let literal = selection.streams.as_ref().filter(|glob| glob.is_literal());
    EventSearch {
        group: Arc::clone(&group.name),
        stream_prefix: match literal {
            Some(_) => None,
            None => selection.stream_prefix(),
        },
        streams: literal
            .map(|glob| glob.as_str().to_owned())
            .into_iter()
            .collect(),
        start: start.max(0),
        end,
        pattern: selection.pattern.clone(),
    }
}

async fn by_search(
    client: &LogsClient,
    search: &EventSearch,
    selection: &Selection,
    patience: &Patience,
    sender: &tokio::sync::mpsc::Sender<Result<Vec<LogEvent>>>,
) -> Result<()> {
    let mut token: Option<String> = None;
    loop {
        let page = patience
            .until_answered(|| client.filter_log_events(search, token.as_deref()))
            .await?;
        let mut events = page.events;
        events.retain(|event| selection.wants(event));
        // AWS sorts; some servers sort streams by themselves only.
        events.sort_by_key(|event| event.timestamp);
        // An empty page is told too: whoever waits sees that it goes on.
        if sender.send(Ok(events)).await.is_err() {
            return Ok(());
        }
        match page.next {
            None => return Ok(()),
            // Some servers give the last token for ever.
            Some(next) if token.as_ref() == Some(&next) => return Ok(()),
            next => token = next,
        }
    }
}
