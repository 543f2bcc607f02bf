//! Traces of requests: one id, OpenTelemetry's spans and X-Ray's segments.
//!
//! ```text
//! RequestTracer::begin ─ TracedRequest ─ finish
//!        │                    ├─ spans ────→ queue → OTLP, console
//!   header, rules             └─ segment ──→ queue → UDP, PutTraceSegments
//! ```
//!
//! The trace's id, the server span's and the segment's are the same bits. Whether X-Ray records a
//! request is decided by its header and its sampling rules, whether OpenTelemetry does by its own
//! sampler; neither changes the other's mind. A request is never kept waiting: what cannot be
//! queued is counted.
//!
//! At any moment, for each pipeline, `given = sent + dropped + rejected + waiting`.

mod attributes;
mod books;
mod console;
mod counts;
mod failure;
mod ids;
mod incoming;
mod otlp;
mod outgoing;
mod parts;
mod pipelines;
mod recorder;
mod request;
mod resource;
mod sampler;
mod settings;
mod span;
mod spans;
mod traced;
mod tracer;
mod xray;

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

pub use counts::{Totals, Undelivered};
pub use outgoing::OutgoingCall;
pub use parts::SegmentPart;
pub use request::{Failure, Frame, IncomingRequest};
pub use settings::{Console, TracingSettings, XraySettings, XrayTransport};
pub use spans::InternalSpan;
pub use traced::TracedRequest;
pub use tracer::RequestTracer;

use super::log_shipper::Notice;
use crate::error::Result;
use crate::remote::HttpClient;
use pipelines::Pipelines;
use tracer::Core;

/// What one pipeline does, for the banner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PipelineState {
    /// Its name.
    pub name: &'static str,
    /// Where it sends, or why it does not.
    pub state: PipelineStatus,
}

/// Whether a pipeline is on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PipelineStatus {
    /// It sends to this place.
    On {
        /// The place in words.
        to: String,
    },
    /// It does not send.
    Off {
        /// Why.
        why: String,
    },
}

/// What became of what one pipeline was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PipelineTotals {
    /// Its name.
    pub name: &'static str,
    /// The figures.
    pub totals: Totals,
}

/// Tracing that has not begun to send; what is traced waits.
#[derive(Debug)]
pub struct Tracing {
    core: Arc<Core>,
    pipelines: Pipelines,
    drain: Duration,
}

impl Tracing {
    /// Sets everything up; nothing is called before [`Self::serve`].
    ///
    /// Fails only for what was said on purpose and cannot work.
    pub fn bind(settings: &TracingSettings, http: &HttpClient) -> Result<Self> {
        let (core, pipelines) = pipelines::build(settings, http)?;
        Ok(Self {
            core: Arc::new(core),
            pipelines,
            drain: settings.drain,
        })
    }

    /// Where requests are traced.
    pub fn tracer(&self) -> RequestTracer {
        RequestTracer(Arc::clone(&self.core))
    }

    /// What each pipeline does.
    pub fn pipelines(&self) -> &[PipelineState] {
        &self.pipelines.states
    }

    /// Asks X-Ray for its sampling rules, so that the first request is decided by them; takes no
    /// longer than `patience`, and goes on without them.
    pub async fn first_rules(&mut self, patience: Duration) {
        if let Some(poller) = &self.pipelines.poller {
            let fetched = tokio::time::timeout(patience, poller.fetch_rules()).await;
            self.pipelines.has_rules = matches!(fetched, Ok(Ok(())));
        }
    }

    /// Sends until cancelled; then what waits is sent within the time that the settings allow, and
    /// dropped after it. Returns what became of everything.
    pub async fn serve(
        self,
        cancel: CancellationToken,
        say: impl Fn(Notice) + Send + Sync,
    ) -> Vec<PipelineTotals> {
        let tracer = self.tracer();
        let deadline = async {
            cancel.cancelled().await;
            tokio::time::sleep(self.drain).await;
        };
        tokio::select! {
            () = self.pipelines.run(&cancel, &say) => {}
            () = deadline => {}
        }
        tracer.end();
        tracer.totals()
    }
}

#[cfg(test)]
mod tests;
