//! A session: an update a second until somebody ends it.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::ops::ControlFlow;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use axum::body::Bytes;
use futures::Stream;
use serde_json::json;
use tokio::time::{Instant, MissedTickBehavior};
use tokio_util::sync::CancellationToken;

use super::super::super::event_stream;
use super::Watch;
use super::update::Update;
use crate::sandbox::Log;
use crate::sandbox::store::{Fault, Store};

/// Updates that wait for a slow reader; the oldest go when there are more.
const MOST_UPDATES: usize = 10;

/// Events in the updates that wait for a slow reader.
const MOST_EVENTS: usize = 5_000;

/// A session under way.
pub(super) struct Session {
    pub(super) store: Store,
    pub(super) log: Log,
    pub(super) watch: Watch,
    pub(super) sender: Sender,
    pub(super) pause: Duration,
    pub(super) lifetime: Duration,
    pub(super) stop: CancellationToken,
}

impl Session {
    /// Sends until the reader is gone, the time is over or the server stops.
    pub(super) async fn run(mut self) {
        self.sender
            .send(event_stream::event("initial-response", "{}"));
        self.sender
            .send(event_stream::event("sessionStart", &self.opening()));
        let begun = Instant::now();
        let mut ticks = tokio::time::interval_at(begun + self.pause, self.pause);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let over = tokio::time::sleep_until(begun + self.lifetime);
        tokio::pin!(over);
        loop {
            tokio::select! {
                biased;
                () = self.sender.closed() => return,
                () = self.stop.cancelled() => return,
                () = &mut over => {
                    let message = json!({"message": "The Live Tail session has timed out."});
                    let name = "SessionTimeoutException";
                    self.sender.send(event_stream::exception(name, &message.to_string()));
                    return;
                }
                _ = ticks.tick() => {}
            }
            match self.update().await {
                Ok((events, payload)) => {
                    let frame = event_stream::event("sessionUpdate", &payload);
                    self.sender.update(events, frame);
                }
                Err(fault) => {
                    self.log
                        .line(&format!("a Live Tail session failed: {fault}"));
                    let message = json!({ "message": fault.message });
                    let name = "SessionStreamingException";
                    self.sender
                        .send(event_stream::exception(name, &message.to_string()));
                    return;
                }
            }
        }
    }

    fn opening(&self) -> String {
        let random = || format!("{:032x}", fastrand::u128(..));
        let request = &self.watch.request;
        let mut opening = json!({
            "requestId": random(),
            "sessionId": random(),
            "logGroupIdentifiers": request.identifiers,
            "logEventFilterPattern": self.watch.pattern.text(),
        });
        if let Some(names) = &request.names {
            opening["logStreamNames"] = json!(names);
        }
        if let Some(prefixes) = &request.prefixes {
            opening["logStreamNamePrefixes"] = json!(prefixes);
        }
        opening.to_string()
    }

    /// What has come since the last one.
    async fn update(&mut self) -> Result<(usize, String), Fault> {
        let store = self.store.clone();
        let tenant = self.watch.tenant.clone();
        let groups = self.watch.groups.clone();
        let pattern = self.watch.pattern.clone();
        let position = self.watch.position;
        let looked = tokio::task::spawn_blocking(move || {
            let mut update = Update::default();
            let position = store.log_events_since(&tenant, &groups, position, |event| {
                if pattern.matches(event.message) {
                    update.add(&tenant.account, event);
                }
                ControlFlow::Continue(())
            })?;
            Ok::<_, Fault>((position, update.finish()))
        });
        let (position, update) = looked
            .await
            .map_err(|_| Fault::internal("The sandbox failed; its log says more."))??;
        self.watch.position = position;
        Ok(update)
    }
}

/// What waits to be read.
#[derive(Debug, Default)]
struct Queue {
    /// Frames that everybody gets.
    frames: VecDeque<Bytes>,
    /// Updates, and how many events they have.
    updates: VecDeque<(usize, Bytes)>,
    /// Frames after the updates.
    last: VecDeque<Bytes>,
    is_ended: bool,
    reader: Option<Waker>,
}

/// The end of a session that writes; the stream ends with it.
#[derive(Debug)]
pub(super) struct Sender {
    queue: Arc<Mutex<Queue>>,
    closed: CancellationToken,
}

/// The end of a session that is read.
#[derive(Debug)]
pub(super) struct Receiver {
    queue: Arc<Mutex<Queue>>,
    closed: CancellationToken,
}

/// The two ends of a session.
pub(super) fn channel() -> (Sender, Receiver) {
    let queue = Arc::<Mutex<Queue>>::default();
    let closed = CancellationToken::new();
    let sender = Sender {
        queue: Arc::clone(&queue),
        closed: closed.clone(),
    };
    (sender, Receiver { queue, closed })
}

fn lock(queue: &Mutex<Queue>) -> MutexGuard<'_, Queue> {
    queue.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Sender {
    /// Sends a frame that is not to be lost.
    fn send(&self, frame: Bytes) {
        let mut queue = lock(&self.queue);
        if queue.updates.is_empty() {
            queue.frames.push_back(frame);
        } else {
            queue.last.push_back(frame);
        }
        queue.wake();
    }

    /// Sends an update; of those that nobody has read yet the oldest go when there are too many.
    fn update(&self, events: usize, frame: Bytes) {
        let mut queue = lock(&self.queue);
        queue.updates.push_back((events, frame));
        let mut waiting: usize = queue.updates.iter().map(|(events, _)| events).sum();
        while queue.updates.len() > MOST_UPDATES || waiting > MOST_EVENTS {
            let Some((events, _)) = queue.updates.pop_front() else {
                break;
            };
            waiting -= events;
        }
        queue.wake();
    }

    /// Waits until nobody reads any more.
    async fn closed(&self) {
        self.closed.cancelled().await;
    }
}

impl Drop for Sender {
    fn drop(&mut self) {
        let mut queue = lock(&self.queue);
        queue.is_ended = true;
        queue.wake();
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.closed.cancel();
    }
}

impl Queue {
    fn wake(&mut self) {
        if let Some(reader) = self.reader.take() {
            reader.wake();
        }
    }

    fn pop(&mut self) -> Option<Bytes> {
        self.frames
            .pop_front()
            .or_else(|| self.updates.pop_front().map(|(_, frame)| frame))
            .or_else(|| self.last.pop_front())
    }
}

impl Stream for Receiver {
    type Item = Result<Bytes, Infallible>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let mut queue = lock(&self.queue);
        if let Some(frame) = queue.pop() {
            return Poll::Ready(Some(Ok(frame)));
        }
        if queue.is_ended {
            return Poll::Ready(None);
        }
        queue.reader = Some(context.waker().clone());
        Poll::Pending
    }
}

#[cfg(test)]
mod tests {
    use futures::StreamExt as _;

    use super::*;

    #[tokio::test]
    async fn a_slow_reader_loses_the_oldest_updates_and_nothing_else() {
        let (sender, receiver) = channel();
        sender.send(Bytes::from_static(b"start"));
        for number in 0..15 {
            sender.update(1, Bytes::from(format!("{number}")));
        }
        sender.update(4_995, Bytes::from_static(b"large"));
        sender.send(Bytes::from_static(b"over"));
        drop(sender);
        let read: Vec<String> = receiver
            .map(|frame| String::from_utf8_lossy(&frame.unwrap()).into_owned())
            .collect()
            .await;
        assert_eq!(
            read,
            ["start", "10", "11", "12", "13", "14", "large", "over"]
        );
    }

    #[tokio::test]
    async fn a_session_ends_when_nobody_reads_it() {
        let (sender, receiver) = channel();
        drop(receiver);
        sender.closed().await;
    }
}
