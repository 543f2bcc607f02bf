//! A batch to CloudWatch Logs, and what is done when it is not taken.

use std::collections::VecDeque;
use std::time::Duration;

use indicatif::HumanCount;
use tokio::time::Instant;

use super::books::Books;
use super::counts::Undelivered;
use super::settings::Settings;
use super::worker::Notice;
use crate::error::{Error, Result};
use crate::logs::batch::{EncodedEvent, Rejection, Window, plan};
use crate::remote::{LogsClient, NotShipped, RejectedEvents, Setback};

/// So many refused events in a row, without one taken between, and it is not the events.
const HOPELESS: u32 = 20;

/// How shipping went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shipped {
    /// Every event has found its place.
    Settled,
    /// The end has come, and nothing is taken.
    GaveUp,
}

/// What became of one batch.
enum Verdict {
    Taken(RejectedEvents),
    /// As it is, it is not taken; parts of it may be.
    Refused(NotShipped),
    GaveUp,
}

/// Ships one batch after the other.
pub(super) struct Delivery<'a, S> {
    settings: &'a Settings,
    client: LogsClient,
    books: &'a Books,
    say: &'a S,
    /// Attempts that failed since the last that did not.
    failures: u32,
    /// Pauses since then, or since there was reason to try at once.
    pauses: u32,
    /// When something was last taken.
    progress: Instant,
    /// Whether the credentials were renewed since then.
    renewed: bool,
    /// Events that were refused one by one since then.
    refused: u32,
    /// Drops for want of room that have been told.
    told_drops: u64,
    /// The retention that a group which was made here still lacks.
    retention: Option<i32>,
}

impl<'a, S: Fn(Notice)> Delivery<'a, S> {
    pub(super) fn new(
        settings: &'a Settings,
        client: LogsClient,
        books: &'a Books,
        say: &'a S,
    ) -> Self {
        Self {
            settings,
            client,
            books,
            say,
            failures: 0,
            pauses: 0,
            progress: Instant::now(),
            renewed: false,
            refused: 0,
            told_drops: 0,
            retention: None,
        }
    }

    /// Ships events that are under way; fails when nothing more can be shipped.
    pub(super) async fn ship(&mut self, events: Vec<EncodedEvent>) -> Result<Shipped> {
        let mut batches = VecDeque::from(self.planned(events));
        while let Some(batch) = batches.pop_front() {
            self.tell_drops();
            match self.deliver(&batch).await? {
                Verdict::Taken(rejected) => self.taken(batch.len(), rejected),
                Verdict::Refused(refusal) => {
                    for part in self.parts(batch, &refusal).into_iter().rev() {
                        batches.push_front(part);
                    }
                }
                Verdict::GaveUp => return Ok(Shipped::GaveUp),
            }
        }
        Ok(Shipped::Settled)
    }

    /// Sorts and splits events; those that would not be taken are counted.
    fn planned(&self, events: Vec<EncodedEvent>) -> Vec<Vec<EncodedEvent>> {
        let now = jiff::Timestamp::now().as_millisecond();
        let plan = plan(events, Window::at(now, self.settings.retention_days));
        for reason in Rejection::ALL {
            let rejected = plan.rejected.iter();
            let count = rejected.filter(|(_, why)| *why == reason).count();
            self.reject(reason, count, "not sent");
        }
        plan.batches
    }

    fn reject(&self, reason: Rejection, count: usize, how: &str) {
        if count > 0 {
            self.books.undelivered(reason.into(), count);
            self.warn(format!("{} {how}: {}", events(count), reason.words()));
        }
    }

    fn taken(&mut self, count: usize, rejected: RejectedEvents) {
        for (reason, number) in [
            (Rejection::TooOld, rejected.too_old),
            (Rejection::Expired, rejected.expired),
            (Rejection::TooNew, rejected.too_new),
        ] {
            self.reject(reason, number, "rejected by CloudWatch Logs");
        }
        self.books.sent(count - rejected.count());
        if self.failures > 0 {
            let failures = u64::from(self.failures);
            let attempts = if failures == 1 { "attempt" } else { "attempts" };
            (self.say)(Notice::Info(format!(
                "CloudWatch Logs answers again after {} failed {attempts}",
                HumanCount(failures)
            )));
        }
        self.progress = Instant::now();
        (self.failures, self.pauses, self.refused) = (0, 0, 0);
        self.renewed = false;
    }

    /// The parts of a batch that was refused: first what the rules say now, for time has passed,
    /// then its halves. One event alone is refused for good.
    fn parts(&mut self, batch: Vec<EncodedEvent>, refusal: &NotShipped) -> Vec<Vec<EncodedEvent>> {
        let all = batch.len();
        if all == 1 || self.refused >= HOPELESS {
            self.refused += 1;
            self.books.undelivered(Undelivered::Refused, all);
            let bytes = batch.iter().map(|event| event.bytes() as u64).sum();
            self.warn(format!(
                "{} of {} bytes refused: {}",
                events(all),
                HumanCount(bytes),
                told(&refusal.error)
            ));
            return Vec::new();
        }
        let mut parts = self.planned(batch);
        if let [whole] = parts.as_mut_slice()
            && whole.len() == all
        {
            let half = whole.split_off(all / 2);
            parts.push(half);
        }
        parts
    }

    /// Sends a batch until it is taken, refused or given up.
    async fn deliver(&mut self, batch: &[EncodedEvent]) -> Result<Verdict> {
        let mut last_attempts = 0;
        loop {
            let refusal = match self.attempt(batch).await {
                Ok(rejected) => return Ok(Verdict::Taken(rejected)),
                Err(refusal) => refusal,
            };
            match refusal.setback {
                Setback::Invalid | Setback::TooLarge => return Ok(Verdict::Refused(refusal)),
                Setback::Denied if !self.renewed => {
                    self.renewed = true;
                    self.client = self.client.with_fresh_credentials();
                    continue;
                }
                Setback::Denied | Setback::Final => return Err(refusal.error),
                Setback::Later | Setback::NotFound => {}
            }
            self.failures = self.failures.saturating_add(1);
            // The first of a row is news; the others are the same news.
            if self.failures == 1 {
                self.warn(format!(
                    "{} could not be sent: {}; they wait and are sent again",
                    events(batch.len()),
                    told(&refusal.error)
                ));
            }
            last_attempts += u32::from(self.books.close().is_near());
            if !self.pause(last_attempts).await {
                return Ok(Verdict::GaveUp);
            }
            self.tell_drops();
        }
    }

    /// One attempt; what is not there is made, and the batch sent again at once.
    async fn attempt(&mut self, batch: &[EncodedEvent]) -> Result<RejectedEvents, NotShipped> {
        self.set_retention().await?;
        match self.put(batch).await {
            Err(refusal) if refusal.setback == Setback::NotFound => {
                self.make().await?;
                self.put(batch).await
            }
            answer => answer,
        }
    }

    async fn put(&self, batch: &[EncodedEvent]) -> Result<RejectedEvents, NotShipped> {
        let Settings {
            group,
            stream,
            patience,
            ..
        } = self.settings;
        self.client
            .put_log_events(group, stream, batch, *patience)
            .await
    }

    /// Creates the stream, and the group where that is allowed.
    async fn make(&mut self) -> Result<(), NotShipped> {
        match self.make_stream().await {
            Err(refusal) if refusal.setback == Setback::NotFound => {}
            made => return made,
        }
        let Settings {
            group,
            patience,
            create_group,
            ..
        } = self.settings;
        let Some(new) = create_group else {
            return Err(NotShipped {
                error: Error::usage(format!("the log group {group} does not exist"))
                    .code("no-log-group"),
                setback: Setback::Final,
            });
        };
        self.client
            .create_shipped_group(group, &new.tags, *patience)
            .await?;
        (self.say)(Notice::Info(format!("created the log group {group}")));
        self.retention = new.retention_days;
        self.set_retention().await?;
        self.make_stream().await
    }

    async fn make_stream(&self) -> Result<(), NotShipped> {
        let Settings {
            group,
            stream,
            patience,
            ..
        } = self.settings;
        self.client
            .create_log_stream(group, stream, *patience)
            .await
    }

    /// A group that was made here gets its retention, sooner or later. Where that is not allowed
    /// the events go on: they matter more.
    async fn set_retention(&mut self) -> Result<(), NotShipped> {
        let Some(days) = self.retention else {
            return Ok(());
        };
        let Settings {
            group, patience, ..
        } = self.settings;
        let set = self
            .client
            .set_shipped_retention(group, days, *patience)
            .await;
        match set {
            Err(refusal) if refusal.setback == Setback::Later => return Err(refusal),
            Err(refusal) => self.warn(format!(
                "the log group {group} keeps events for ever: {}",
                told(&refusal.error)
            )),
            Ok(()) => {}
        }
        self.retention = None;
        Ok(())
    }

    /// Waits before the next attempt; false when there is to be none. The end of what comes, or a
    /// stop, is reason to try at once.
    async fn pause(&mut self, last_attempts: u32) -> bool {
        self.pauses = self.pauses.saturating_add(1);
        let pause = self.settings.pauses.after(self.pauses);
        let close = self.books.close();
        let mut left = Duration::MAX;
        // The deadline of a stop is kept elsewhere.
        if let Some(since) = close.complete.filter(|_| !close.stopping) {
            let give_up = self.settings.give_up;
            let end = since.max(self.progress) + give_up.after;
            left = end.saturating_duration_since(Instant::now());
            if last_attempts >= give_up.attempts || left.is_zero() {
                return false;
            }
        }
        let over = Instant::now() + pause.min(left);
        loop {
            tokio::select! {
                () = tokio::time::sleep_until(over) => return true,
                () = self.books.news() => {}
            }
            let now = self.books.close();
            if now.stopping != close.stopping || now.is_near() != close.is_near() {
                self.pauses = 0;
                return true;
            }
        }
    }

    fn tell_drops(&mut self) {
        let drops = self.books.totals().undelivered(Undelivered::QueueFull);
        if drops > self.told_drops {
            self.told_drops = drops;
            self.warn(format!(
                "the queue is full: {} dropped so far, the oldest first",
                HumanCount(drops)
            ));
        }
    }

    fn warn(&self, text: String) {
        (self.say)(Notice::Warning(text));
    }
}

/// `1 log event`, `1,000 log events`.
fn events(count: usize) -> String {
    match count {
        1 => "1 log event".to_owned(),
        _ => format!("{} log events", HumanCount(count as u64)),
    }
}

/// An error on one line; what to do about it is done.
fn told(error: &Error) -> String {
    match error.reason() {
        Some(reason) => format!("{} ({})", error.message(), reason.replace('\n', " ")),
        None => error.message().to_owned(),
    }
}
