//! Several groups' lines as one, in the order of time.

use std::collections::VecDeque;

use super::group_reader::{Group, GroupReader};
use crate::error::{Error, Result};
use crate::logs::event::LogEvent;

/// Lines of several groups on their way.
#[derive(Debug)]
pub struct Merged {
    sources: Vec<Source>,
}

/// A group that cannot be read any further.
#[derive(Debug)]
pub struct Trouble {
    /// The group.
    pub group: Group,
    /// Why.
    pub error: Error,
}

#[derive(Debug)]
struct Source {
    reader: GroupReader,
    waiting: VecDeque<LogEvent>,
}

impl Merged {
    pub(super) fn new(readers: impl IntoIterator<Item = GroupReader>) -> Self {
        let sources = readers.into_iter().map(|reader| Source {
            reader,
            waiting: VecDeque::new(),
        });
        Self {
            sources: sources.collect(),
        }
    }

    /// The next lines; none are there at the end. A group that fails is read no further, and the
    /// others go on.
    ///
    /// May be dropped while it waits: nothing is lost.
    pub async fn next(&mut self) -> Result<Option<Vec<LogEvent>>, Trouble> {
        let mut at = 0;
        while at < self.sources.len() {
            let source = &mut self.sources[at];
            if !source.waiting.is_empty() {
                at += 1;
                continue;
            }
            match source.reader.pages.recv().await {
                Some(Ok(events)) => source.waiting.extend(events),
                Some(Err(error)) => {
                    let group = self.sources.remove(at).reader.group;
                    return Err(Trouble { group, error });
                }
                None => drop(self.sources.remove(at)),
            }
        }
        if let [only] = &mut self.sources[..] {
            return Ok(Some(std::mem::take(&mut only.waiting).into()));
        }
        Ok((!self.sources.is_empty()).then(|| self.in_order()))
    }

    /// Everything up to where some group has no more to compare with.
    fn in_order(&mut self) -> Vec<LogEvent> {
        let mut events = Vec::new();
        loop {
            let first = self
                .sources
                .iter_mut()
                .filter_map(|source| Some((source.waiting.front()?.timestamp, source)))
                // Of those that are equal the one that was named first.
                .min_by_key(|(timestamp, _)| *timestamp);
            let Some((_, source)) = first else {
                return events;
            };
            events.extend(source.waiting.pop_front());
            if source.waiting.is_empty() {
                return events;
            }
        }
    }
}
