//! The worker of X-Ray's segments: writes their documents, sends them, and keeps the books.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::datagrams::Datagrams;
use super::document::Writer;
use super::record::SegmentRecord;
use crate::error::Kind;
use crate::remote::XrayClient;
use crate::telemetry::log_shipper::Notice;
use crate::telemetry::tracing::books::Books;
use crate::telemetry::tracing::counts::Undelivered;
use crate::telemetry::tracing::otlp::Pauses;
use crate::xray::daemon_address::HostPort;

/// How many segments may wait.
const QUEUE: usize = 4096;

/// How many documents go into one call, as in AWS's daemon.
const BATCH: usize = 50;

/// How long a segment waits for others to go with it, over the API.
const DELAY: Duration = Duration::from_secs(1);

/// How long a segment waits for others, to a daemon: each goes on its own there, but to wake up
/// costs more than to send.
const GATHER: Duration = Duration::from_millis(2);

/// How long one call may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// How long calls are tried again, all in all.
const LONGEST: Duration = Duration::from_secs(30);

/// Where documents go.
#[derive(Debug)]
enum Way {
    Daemon(Datagrams),
    Api(Box<XrayClient>),
}

/// The pipeline.
#[derive(Debug)]
pub(in crate::telemetry::tracing) struct SegmentPipeline {
    books: Arc<Books<Box<SegmentRecord>>>,
    writer: Writer,
    way: Way,
    pauses: Pauses,
    is_well: bool,
}

impl SegmentPipeline {
    pub(in crate::telemetry::tracing) fn to_daemon(address: HostPort, writer: Writer) -> Self {
        Self::new(Way::Daemon(Datagrams::new(address)), writer)
    }

    pub(in crate::telemetry::tracing) fn to_api(client: XrayClient, writer: Writer) -> Self {
        Self::new(Way::Api(Box::new(client)), writer)
    }

    fn new(way: Way, writer: Writer) -> Self {
        let books = Books::new(QUEUE, BATCH);
        Self {
            books: Arc::new(match way {
                Way::Daemon(_) => books.eager(),
                Way::Api(_) => books,
            }),
            writer,
            way,
            pauses: Pauses::default(),
            is_well: true,
        }
    }

    /// Where finished segments are put.
    pub(in crate::telemetry::tracing) fn books(&self) -> Arc<Books<Box<SegmentRecord>>> {
        Arc::clone(&self.books)
    }

    /// Sends until told to stop, and then until nothing waits.
    pub(in crate::telemetry::tracing) async fn run(
        mut self,
        cancel: CancellationToken,
        say: &(dyn Fn(Notice) + Send + Sync),
    ) {
        let books = self.books();
        loop {
            let is_stopping = cancel.is_cancelled();
            let segments = books.take();
            if !segments.is_empty() {
                self.send(&segments, &cancel, say).await;
                if is_stopping || books.has_batch() {
                    continue;
                }
            } else if is_stopping {
                return;
            }
            match self.way {
                Way::Api(_) => tokio::select! {
                    () = books.batch() => {}
                    () = tokio::time::sleep(DELAY) => {}
                    () = cancel.cancelled() => {}
                },
                Way::Daemon(_) => tokio::select! {
                    () = books.batch() => tokio::select! {
                        () = tokio::time::sleep(GATHER) => {}
                        () = cancel.cancelled() => {}
                    },
                    () = cancel.cancelled() => {}
                },
            }
        }
    }

    async fn send(
        &mut self,
        segments: &[Box<SegmentRecord>],
        cancel: &CancellationToken,
        say: &(dyn Fn(Notice) + Send + Sync),
    ) {
        let documents = segments.iter().map(|one| self.writer.documents(one));
        let documents: Vec<Vec<String>> = documents.collect();
        let client = match &mut self.way {
            Way::Daemon(datagrams) => {
                for documents in &documents {
                    if datagrams.send(documents, say).await {
                        self.books.sent(1);
                    } else {
                        self.books.undelivered(Undelivered::GaveUp, 1);
                    }
                }
                return;
            }
            Way::Api(client) => client.clone(),
        };
        let until = Instant::now() + LONGEST;
        let flat: Vec<&str> = documents.iter().flatten().map(String::as_str).collect();
        let mut refused: Vec<String> = Vec::new();
        for chunk in flat.chunks(BATCH) {
            match self.call(&client, chunk, until, cancel, say).await {
                Ok(ids) => refused.extend(ids),
                Err(reason) => {
                    self.books.undelivered(reason, segments.len());
                    return;
                }
            }
        }
        // A segment is there when all of its documents are.
        let lost = documents
            .iter()
            .filter(|documents| {
                documents
                    .iter()
                    .any(|document| refused.iter().any(|id| document.starts_with(id)))
            })
            .count();
        self.books.undelivered(Undelivered::PartlyRefused, lost);
        self.books.sent(segments.len() - lost);
    }

    /// Makes one call, several times if need be; returns how the refused documents begin.
    async fn call(
        &mut self,
        client: &XrayClient,
        documents: &[&str],
        until: Instant,
        cancel: &CancellationToken,
        say: &(dyn Fn(Notice) + Send + Sync),
    ) -> Result<Vec<String>, Undelivered> {
        let mut failures = 0;
        loop {
            let error = match client.put_trace_segments(documents, PATIENCE).await {
                Ok(unprocessed) => {
                    if !self.is_well {
                        self.is_well = true;
                        say(Notice::Info("segments reach X-Ray again".to_owned()));
                    }
                    if let Some(first) = unprocessed.first() {
                        say(Notice::Warning(format!(
                            "X-Ray could not process {} of {} documents: {}: {}",
                            unprocessed.len(),
                            documents.len(),
                            first.code,
                            first.message
                        )));
                    }
                    let ids = unprocessed.into_iter().filter_map(|each| each.id);
                    return Ok(ids.map(|id| format!("{{\"id\":\"{id}\"")).collect());
                }
                Err(error) => error,
            };
            let is_denied = matches!(error.error.kind(), Kind::Permission | Kind::Configuration);
            if self.is_well {
                self.is_well = false;
                let cause = error.error.reason().map(|cause| format!(": {cause}"));
                // What would be done about a command is not what is done here: what may pass is
                // tried again.
                let fix = error.error.fixes().first();
                let fix = fix.filter(|_| is_denied || error.is_final);
                let fix = fix.map(|fix| format!("; {fix}"));
                say(Notice::Warning(format!(
                    "segments do not reach X-Ray: {}{}{}",
                    error.error.message(),
                    cause.unwrap_or_default(),
                    fix.unwrap_or_default()
                )));
            }
            if is_denied {
                return Err(Undelivered::Unauthorised);
            }
            if error.is_final {
                return Err(Undelivered::Refused);
            }
            failures += 1;
            let wake = Instant::now() + self.pauses.after(failures);
            if wake > until {
                return Err(Undelivered::GaveUp);
            }
            tokio::select! {
                () = tokio::time::sleep_until(wake) => {}
                () = cancel.cancelled() => tokio::time::sleep(self.pauses.first).await,
            }
        }
    }
}
