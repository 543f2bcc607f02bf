//! Live Tail while it can be had.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::{Group, Notice, Selection};
use crate::error::{Kind, Result};
use crate::remote::{LOG_GROUP_CLASS, LiveEnd, LiveTail, LiveUpdate, LogsClient};

/// The most groups of one session.
/// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_StartLiveTail.html>
const MOST_GROUPS: usize = 10;

/// The first wait before another session is tried for.
const FIRST: Duration = Duration::from_secs(1);

/// The longest wait.
const LONGEST: Duration = Duration::from_mins(1);

/// A session, or when to try for one.
#[derive(Debug)]
pub(super) struct Live {
    state: State,
    wait: Duration,
    /// What was said last of why there is none.
    told: Option<String>,
    was_on: bool,
    told_sampled: bool,
}

#[derive(Debug)]
enum State {
    /// Not wanted, or not to be had here.
    Off,
    /// None is on; to be tried for from then on.
    From(Instant),
    On(Box<LiveTail>),
}

impl Live {
    pub(super) fn new(wanted: bool) -> Self {
        Self {
            state: if wanted {
                State::From(Instant::now())
            } else {
                State::Off
            },
            wait: FIRST,
            told: None,
            was_on: false,
            told_sampled: false,
        }
    }

    pub(super) fn is_on(&self) -> bool {
        matches!(self.state, State::On(_))
    }

    /// Ends the session, for the groups are no longer the same.
    pub(super) fn restart(&mut self) {
        if !matches!(self.state, State::Off) {
            self.state = State::From(Instant::now());
        }
    }

    /// Whether it is still to be said that lines were left out.
    pub(super) fn tell_sampled(&mut self) -> bool {
        !std::mem::replace(&mut self.told_sampled, true)
    }

    /// Begins a session if it is time to; gives what there is to say about it.
    pub(super) async fn begin(
        &mut self,
        client: &LogsClient,
        groups: &[&Group],
        selection: &Arc<Selection>,
    ) -> Result<Option<Notice>> {
        match self.state {
            State::From(time) if Instant::now() >= time && !groups.is_empty() => {}
            _ => return Ok(None),
        }
        if let Some(reason) = cannot(groups) {
            self.state = State::Off;
            return Ok(Some(Notice::NoLiveTail { reason }));
        }
        let named = groups
            .iter()
            .map(|group| (group.arn.clone(), Arc::clone(&group.name)))
            .collect();
        // A prefix is allowed for one group only; lines are looked at again anyhow.
        let prefix = selection.stream_prefix().filter(|_| groups.len() == 1);
        let begun = client.start_live_tail(named, prefix.as_deref(), &selection.pattern);
        match begun.await {
            Ok(session) => {
                self.state = State::On(Box::new(session));
                self.wait = FIRST;
                self.told = None;
                Ok((!std::mem::replace(&mut self.was_on, true)).then_some(Notice::LiveTail))
            }
            Err(error) if matches!(error.kind(), Kind::Configuration) => Err(error),
            Err(error) => {
                // What is too much now may be had later; what is not allowed will not.
                let later = error.kind() == Kind::Unreachable || error.known_as() == Some("quota");
                self.state = if later {
                    State::From(Instant::now() + self.wait)
                } else {
                    State::Off
                };
                self.wait = (self.wait * 2).min(LONGEST);
                // What the service says of its classes is more than we can.
                let said = error.reason();
                let said = said.filter(|_| error.known_as() == Some(LOG_GROUP_CLASS));
                let said = said.unwrap_or_else(|| error.message());
                let reason = said.trim_end_matches('.').to_owned();
                if self.told.as_ref() == Some(&reason) {
                    return Ok(None);
                }
                self.told = Some(reason.clone());
                Ok(Some(Notice::NoLiveTail { reason }))
            }
        }
    }

    /// What the session tells next; never anything while none is on.
    pub(super) async fn next(&mut self) -> Result<LiveUpdate, Notice> {
        let State::On(session) = &mut self.state else {
            return std::future::pending().await;
        };
        let end = match session.next().await {
            Ok(update) => return Ok(update),
            Err(end) => end,
        };
        self.state = State::From(Instant::now());
        Err(match end {
            LiveEnd::TimedOut => Notice::LiveTailTimedOut,
            LiveEnd::Cut(reason) => Notice::LiveTailCut { reason },
        })
    }
}

/// Why these groups cannot be one session.
fn cannot(groups: &[&Group]) -> Option<String> {
    if groups.len() > MOST_GROUPS {
        return Some(format!(
            "it takes {MOST_GROUPS} groups, and these are {}",
            groups.len()
        ));
    }
    let other = groups.iter().find(|group| !group.is_searchable())?;
    Some(format!(
        "log group {} is of class {}",
        other.name,
        other.class.as_deref().unwrap_or_default()
    ))
}
