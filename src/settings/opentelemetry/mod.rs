//! How spans are made and where they go, as OpenTelemetry's variables say it.
//!
//! The general rules: an empty variable is an unset one, names of choices have no case, a number
//! that cannot be read is a warning and the default. What is not spoken here is said, and not
//! passed over in silence.
//!
//! <https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/>
//! <https://opentelemetry.io/docs/specs/otel/protocol/exporter/>

mod otlp;
mod read;

use std::path::PathBuf;
use std::time::Duration;

use super::origin::{Origin, Setting};
use super::secret::Secret;

/// What OpenTelemetry's variables say about traces.
#[derive(Debug, Clone)]
pub struct OpenTelemetry {
    /// Why no spans are exported at all, if so.
    pub off: Option<String>,
    /// Where spans go over the wire.
    pub otlp: Option<Otlp>,
    /// Why they do not, where `otlp` is none.
    pub otlp_off: String,
    /// Whether spans are printed too.
    pub console: bool,
    /// The service's name: the dataset in Honeycomb.
    pub service_name: Setting<String>,
    /// Further attributes of the resource.
    pub resource: Vec<(String, String)>,
    /// Which traces are recorded.
    pub sampler: SpanSampler,
    /// Which headers are read and written.
    pub propagators: Propagators,
    /// Which names HTTP attributes have.
    pub http_names: HttpNames,
    /// How spans are put together.
    pub batches: Batches,
    /// How large a span may become.
    pub limits: SpanLimits,
}

/// A place that takes spans by OTLP over HTTP.
#[derive(Debug, Clone)]
pub struct Otlp {
    /// The whole URL, path and all.
    pub url: Setting<String>,
    /// Headers, with lower-case names.
    pub headers: Vec<(String, Secret)>,
    /// Whether bodies are compressed.
    pub gzip: bool,
    /// How long one export may take, with all its attempts.
    pub timeout: Duration,
    /// A file of certificates to trust besides the system's.
    pub certificate: Option<PathBuf>,
}

/// The sandbox, where it stands in.
#[derive(Debug, Clone)]
pub struct SandboxOtlp {
    /// Its base URL.
    pub url: String,
    /// A Honeycomb key that it lets in.
    pub key: String,
}

/// Which traces are recorded.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SpanSampler {
    /// Whether what a caller decided is kept to.
    pub parent_based: bool,
    /// What is decided where nobody did.
    pub root: RootSampler,
}

/// What is decided about a trace that begins here.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum RootSampler {
    /// It is recorded.
    On,
    /// It is not.
    Off,
    /// This share of all is, from 0 to 1.
    Ratio(f64),
}

/// Which headers are read and written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Propagators {
    /// `traceparent` and `tracestate`.
    pub trace_context: bool,
    /// `baggage`, which is passed on as it came.
    pub baggage: bool,
    /// `X-Amzn-Trace-Id`, whose decision then binds OpenTelemetry's sampler as well.
    pub xray: bool,
}

/// Which names HTTP attributes have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HttpNames {
    /// Those that the seeds' pictures and queries rest on, such as `http.status_code`.
    Old,
    /// Those of today, such as `http.response.status_code`.
    Stable,
    /// Both.
    Both,
}

/// How spans are put together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Batches {
    /// How many spans may wait.
    pub queue: usize,
    /// How many go into one request at most.
    pub most: usize,
    /// How long a span waits for others.
    pub delay: Duration,
    /// How long an export may take altogether.
    pub patience: Duration,
}

/// How large a span may become.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SpanLimits {
    /// Attributes of one span.
    pub attributes: u32,
    /// Events of one span.
    pub events: u32,
    /// Links of one span.
    pub links: u32,
    /// Characters of a text; more are cut off.
    pub value_length: Option<usize>,
}

impl Default for SpanSampler {
    fn default() -> Self {
        Self {
            parent_based: true,
            root: RootSampler::On,
        }
    }
}

impl Default for Propagators {
    fn default() -> Self {
        Self {
            trace_context: true,
            baggage: true,
            xray: false,
        }
    }
}

impl Default for Batches {
    fn default() -> Self {
        Self {
            // The specification's 2,048 are gone in a tenth of a second of load.
            queue: 8192,
            most: 512,
            delay: Duration::from_secs(5),
            patience: Duration::from_secs(30),
        }
    }
}

impl Default for SpanLimits {
    fn default() -> Self {
        Self {
            attributes: 128,
            events: 128,
            links: 128,
            value_length: None,
        }
    }
}

impl Default for OpenTelemetry {
    /// What holds where nobody says anything: spans are made, and sent nowhere.
    fn default() -> Self {
        Self {
            off: None,
            otlp: None,
            otlp_off: "no endpoint is set".to_owned(),
            console: false,
            service_name: Setting::new("backend-flask".to_owned(), Origin::Default),
            resource: Vec::new(),
            sampler: SpanSampler::default(),
            propagators: Propagators::default(),
            http_names: HttpNames::Both,
            batches: Batches::default(),
            limits: SpanLimits::default(),
        }
    }
}

impl Otlp {
    /// A place with nothing but an address.
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: Setting::new(url.into(), Origin::Default),
            headers: Vec::new(),
            gzip: false,
            timeout: Duration::from_secs(10),
            certificate: None,
        }
    }
}
