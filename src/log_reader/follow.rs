//! Follows groups: round after round of searches, each reaching back a little, for lines come
//! late; and between them what Live Tail tells.
//!
//! A round that was read to its end settles everything up to the moment it began, by the
//! service's clock. The next one begins some seconds before that, and every minute one reaches
//! back some minutes: AWS shows a line whose time is past only after up to five of them. Where
//! lines are seen to come later than that, rounds reach back further.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc::UnboundedReceiver;
use tokio::time::{Instant, sleep_until};

use super::group_reader::{self, Group, Selection};
use super::live::Live;
use super::rhythm::{Reach, Rhythm};
use super::seen::Seen;
use super::{Merged, Notice, Patience, Sink, Trouble};
use crate::error::Result;
use crate::logs::event::LogEvent;
use crate::logs::glob::Glob;
use crate::remote::{Clients, LiveUpdate, NO_LOG_GROUP};

/// What is followed.
#[derive(Debug)]
pub struct Following {
    /// The groups that are there.
    pub groups: Vec<Group>,
    /// Names with wildcards, of which new groups are taken up.
    pub globs: Vec<Glob>,
    /// Which lines.
    pub selection: Arc<Selection>,
    /// The first millisecond.
    pub since: i64,
    /// Whether to use Live Tail.
    pub live: bool,
    /// After how long without a line to end.
    pub idle_exit: Option<Duration>,
}

/// Why following ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// No line came for as long as was asked for.
    Idle,
    /// Nobody reads any more.
    Unread,
}

/// A group, and how far it is known.
#[derive(Debug)]
struct Followed {
    group: Group,
    /// Everything up to this millisecond is known, but for what comes late.
    settled: i64,
    is_gone: bool,
}

/// Following, under way.
#[derive(Debug)]
pub struct Follow<'a> {
    clients: &'a Clients,
    groups: Vec<Followed>,
    following: Following,
    rhythm: Rhythm,
    patience: Patience,
    notices: UnboundedReceiver<Notice>,
    seen: Seen,
    reach: Reach,
    live: Live,
    last_line: Instant,
}

impl<'a> Follow<'a> {
    /// Gets ready.
    pub fn new(clients: &'a Clients, following: Following, rhythm: Rhythm) -> Self {
        let (patience, notices) = Patience::new(None);
        let groups = following.groups.iter().cloned();
        let since = following.since;
        Self {
            clients,
            groups: groups.map(|group| Followed::new(group, since)).collect(),
            live: Live::new(following.live),
            following,
            rhythm,
            patience,
            notices,
            seen: Seen::default(),
            reach: Reach::new(rhythm),
            last_line: Instant::now(),
        }
    }

    /// Goes on until nobody reads any more, or nothing comes any more; may be dropped at any
    /// point.
    pub async fn run(mut self, sink: &mut dyn Sink) -> Result<Ended> {
        let mut sweep_at = Instant::now() + self.rhythm.sweep;
        let mut look_at = Instant::now() + self.rhythm.look;
        loop {
            let begun = Instant::now();
            self.listen(sink).await?;
            let is_sweep = begun >= sweep_at;
            if !self.round(is_sweep, sink).await? {
                return Ok(Ended::Unread);
            }
            if is_sweep {
                // A round that takes long must not be all that is done.
                sweep_at = Instant::now() + self.rhythm.sweep.max(begun.elapsed() * 20);
            }
            if begun >= look_at {
                self.look(sink).await?;
                look_at = Instant::now() + self.rhythm.look;
            }
            if !self.until(begun + self.pause(), sink).await? {
                return Ok(Ended::Unread);
            }
            let idle = self.last_line.elapsed();
            if self.following.idle_exit.is_some_and(|most| idle >= most) {
                return Ok(Ended::Idle);
            }
        }
    }

    /// From the beginning of one round to that of the next.
    fn pause(&self) -> Duration {
        let rhythm = &self.rhythm;
        let base = if self.live.is_on() {
            rhythm.live_round
        } else {
            rhythm.round
        };
        let queried = self
            .groups
            .iter()
            .any(|followed| !followed.group.is_searchable());
        let base = if queried {
            base.max(rhythm.query_round)
        } else {
            base
        };
        // About four searches a second is what an account has.
        let groups = u32::try_from(self.groups.len()).unwrap_or(u32::MAX);
        base.max(rhythm.round * groups / 4)
    }

    /// Begins a Live Tail session where one is wanted and none is on.
    async fn listen(&mut self, sink: &mut dyn Sink) -> Result<()> {
        let groups: Vec<&Group> = self
            .groups
            .iter()
            .filter(|followed| !followed.is_gone)
            .map(|followed| &followed.group)
            .collect();
        let selection = &self.following.selection;
        if let Some(notice) = self
            .live
            .begin(&self.clients.logs, &groups, selection)
            .await?
        {
            sink.notice(&notice);
        }
        Ok(())
    }

    /// Searches every group once; false when nobody reads any more.
    async fn round(&mut self, is_sweep: bool, sink: &mut dyn Sink) -> Result<bool> {
        let now = self.clients.calls.now().as_millisecond();
        self.seen.begin_round();
        let back = self.reach.back(is_sweep);
        let (since, horizon) = (self.following.since, self.seen.horizon());
        let readers = self.groups.iter().filter(|followed| !followed.is_gone);
        let readers: Vec<_> = readers
            .map(|followed| {
                let start = if followed.settled == since {
                    since
                } else {
                    (followed.settled - back).max(since)
                };
                group_reader::read(
                    self.clients.logs.clone(),
                    followed.group.clone(),
                    Arc::clone(&self.following.selection),
                    (start.max(horizon), None),
                    self.patience.clone(),
                )
            })
            .collect();
        let mut merged = Merged::new(readers);
        self.reach.read = 0;
        loop {
            let batch = tokio::select! {
                biased;
                Some(notice) = self.notices.recv() => {
                    sink.notice(&notice);
                    continue;
                }
                batch = merged.next() => batch,
            };
            match batch {
                Ok(Some(events)) => {
                    if !self.take(events, now, sink)? {
                        return Ok(false);
                    }
                }
                Ok(None) => break,
                Err(trouble) => self.lose(trouble, sink)?,
            }
        }
        for followed in self.groups.iter_mut().filter(|followed| !followed.is_gone) {
            followed.settled = followed.settled.max(now);
        }
        let settled = self.groups.iter().filter(|followed| !followed.is_gone);
        if let Some(settled) = settled.map(|followed| followed.settled).min() {
            self.seen.forget_before(settled - self.reach.back(true));
        }
        Ok(true)
    }

    /// Shows what is new of lines that a search found; false when nobody reads any more.
    fn take(&mut self, mut events: Vec<LogEvent>, now: i64, sink: &mut dyn Sink) -> Result<bool> {
        if let Some(last) = events.last() {
            // While what is old is read, less need be remembered.
            let known = last.timestamp.min(now);
            self.seen.forget_before(known - self.reach.back(true));
        }
        self.reach.read += events.len();
        events.retain(|event| self.seen.is_new(event));
        self.show(&events, sink)
    }

    fn show(&mut self, events: &[LogEvent], sink: &mut dyn Sink) -> Result<bool> {
        if self.seen.overflowed() {
            sink.notice(&Notice::TooMany);
        }
        if events.is_empty() {
            return Ok(true);
        }
        self.last_line = Instant::now();
        self.reach.learn(events, self.following.since);
        sink.lines(events)
    }

    /// Waits until it is time, and shows what Live Tail tells meanwhile; false when nobody reads
    /// any more.
    async fn until(&mut self, time: Instant, sink: &mut dyn Sink) -> Result<bool> {
        loop {
            let update = tokio::select! {
                biased;
                Some(notice) = self.notices.recv() => {
                    sink.notice(&notice);
                    continue;
                }
                update = self.live.next() => update,
                () = sleep_until(time) => return Ok(true),
            };
            match update {
                Ok(LiveUpdate { events, is_sampled }) => {
                    if !self.take_live(events, sink)? {
                        return Ok(false);
                    }
                    if is_sampled {
                        if self.live.tell_sampled() {
                            sink.notice(&Notice::Sampled);
                        }
                        return Ok(true);
                    }
                    if self.idle_for_long() {
                        return Ok(true);
                    }
                }
                Err(notice) => {
                    sink.notice(&notice);
                    // The next round fills the gap, and goes before the next session's lines.
                    return Ok(true);
                }
            }
        }
    }

    fn idle_for_long(&self) -> bool {
        let idle = self.last_line.elapsed();
        self.following.idle_exit.is_some_and(|most| idle >= most)
    }

    fn take_live(&mut self, mut events: Vec<LogEvent>, sink: &mut dyn Sink) -> Result<bool> {
        let selection = Arc::clone(&self.following.selection);
        events.retain(|event| selection.wants(event) && self.seen.is_new_live(event));
        events.sort_by_key(|event| event.timestamp);
        for followed in self.groups.iter_mut().filter(|followed| followed.is_gone) {
            let group = &followed.group.name;
            if events.iter().any(|event| event.group == *group) {
                followed.is_gone = false;
                sink.notice(&Notice::GroupBack {
                    group: group.to_string(),
                });
            }
        }
        self.show(&events, sink)
    }

    /// Looks for groups that are new, and for those that were gone.
    async fn look(&mut self, sink: &mut dyn Sink) -> Result<()> {
        for at in 0..self.groups.len() {
            if !self.groups[at].is_gone {
                continue;
            }
            let name = Arc::clone(&self.groups[at].group.name);
            let logs = &self.clients.logs;
            let found = self
                .patience
                .until_answered(|| logs.log_group(&name))
                .await?;
            if let Some(found) = found {
                self.groups[at].group = Group::from(&found);
                self.groups[at].is_gone = false;
                self.live.restart();
                sink.notice(&Notice::GroupBack {
                    group: name.to_string(),
                });
            }
        }
        for at in 0..self.following.globs.len() {
            let glob = &self.following.globs[at];
            let prefix = Some(glob.prefix()).filter(|prefix| !prefix.is_empty());
            let logs = &self.clients.logs;
            let there = self
                .patience
                .until_answered(|| logs.log_groups(prefix))
                .await?;
            for found in there.iter().filter(|found| glob.matches(&found.name)) {
                let known = |followed: &Followed| *followed.group.name == *found.name;
                if self.groups.iter().any(known) {
                    continue;
                }
                sink.notice(&Notice::GroupFound {
                    group: found.name.clone(),
                });
                let group = Group::from(found);
                self.groups.push(Followed::new(group, self.following.since));
                self.live.restart();
            }
        }
        while let Ok(notice) = self.notices.try_recv() {
            sink.notice(&notice);
        }
        Ok(())
    }

    /// A group that is gone may come back; anything else is the end.
    fn lose(&mut self, trouble: Trouble, sink: &mut dyn Sink) -> Result<()> {
        if trouble.error.known_as() != Some(NO_LOG_GROUP) {
            return Err(trouble.error);
        }
        let lost = |followed: &&mut Followed| followed.group.name == trouble.group.name;
        if let Some(followed) = self.groups.iter_mut().find(lost) {
            followed.is_gone = true;
            sink.notice(&Notice::GroupGone {
                group: trouble.group.name.to_string(),
            });
        }
        Ok(())
    }
}

impl Followed {
    fn new(group: Group, since: i64) -> Self {
        Self {
            group,
            settled: since,
            is_gone: false,
        }
    }
}
