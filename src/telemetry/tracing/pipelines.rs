//! The pipelines as the settings want them: queues, workers, and what the banner says.

use std::sync::{Arc, Mutex};

use opentelemetry_sdk::Resource;
use tokio_util::sync::CancellationToken;

use super::books::{Account, Books};
use super::console;
use super::otlp::{EncodedSpan, OtlpPipeline, Pauses};
use super::recorder::Recorder;
use super::sampler::Sampler as SpanSampler;
use super::settings::{Console, TracingSettings, XraySettings, XrayTransport};
use super::tracer::{Core, XrayCore};
use super::xray::{Oracle, Poller, SegmentPipeline, Writer};
use super::{PipelineState, PipelineStatus, resource};
use crate::error::Result;
use crate::remote::HttpClient;
use crate::settings::Otlp;
use crate::telemetry::log_shipper::Notice;
use crate::xray::sampling::client::Sampler;
use crate::xray::sampling::local::LocalSampler;
use crate::xray::sampling::report::ClientId;

/// The pipelines' names.
const SPANS: &str = "traces (OTLP)";
const CONSOLE: &str = "traces (console)";
pub(super) const XRAY: &str = "X-Ray";

/// What sends.
#[derive(Debug)]
pub(super) struct Pipelines {
    pub(super) states: Vec<PipelineState>,
    pub(super) poller: Option<Poller>,
    /// Whether rules have been fetched already.
    pub(super) has_rules: bool,
    spans: Vec<OtlpPipeline>,
    segments: Option<SegmentPipeline>,
    console: Option<(Arc<Books<EncodedSpan>>, Console)>,
    resource: Resource,
}

impl Pipelines {
    /// Sends until told to stop, and then until nothing waits.
    pub(super) async fn run(
        self,
        cancel: &CancellationToken,
        say: &(dyn Fn(Notice) + Send + Sync),
    ) {
        let spans = self
            .spans
            .into_iter()
            .map(|pipeline| pipeline.run(cancel.clone(), say));
        let segments = async {
            if let Some(segments) = self.segments {
                segments.run(cancel.clone(), say).await;
            }
        };
        let printing = async {
            if let Some((books, console)) = self.console {
                console::run(books, console, self.resource, cancel.clone()).await;
            }
        };
        let polling = async {
            match self.poller {
                Some(poller) => poller.run(self.has_rules, cancel.clone(), say).await,
                None => cancel.cancelled().await,
            }
        };
        tokio::join!(
            futures::future::join_all(spans),
            Box::pin(segments),
            printing,
            Box::pin(polling)
        );
    }
}

/// Sets the pipelines up, and what puts spans and segments into them.
pub(super) fn build(settings: &TracingSettings, http: &HttpClient) -> Result<(Core, Pipelines)> {
    let opentelemetry = &settings.opentelemetry;
    let resource = resource::of(settings);
    let mut pipelines = Pipelines {
        states: Vec::new(),
        poller: None,
        has_rules: false,
        spans: Vec::new(),
        segments: None,
        console: None,
        resource: resource.clone(),
    };
    let mut queues: Vec<(&'static str, Arc<dyn Account>)> = Vec::new();
    let mut recorder = Recorder {
        sampler: SpanSampler::of(opentelemetry, false),
        limits: opentelemetry.limits,
        all: None,
        xray: None,
        console: None,
    };
    let state = match (&opentelemetry.off, &opentelemetry.otlp) {
        (Some(why), _) => PipelineStatus::Off { why: why.clone() },
        (None, None) => PipelineStatus::Off {
            why: opentelemetry.otlp_off.clone(),
        },
        (None, Some(place)) => {
            let http = match &place.certificate {
                None => http.clone(),
                Some(path) => HttpClient::network(Some(path))?,
            };
            let pipeline = OtlpPipeline::new(
                "spans",
                place,
                opentelemetry.batches,
                Pauses::default(),
                None,
                http,
                &resource,
            )?;
            queues.push((SPANS, pipeline.books()));
            recorder.all = Some(pipeline.books());
            pipelines.spans.push(pipeline);
            PipelineStatus::On {
                to: format!(
                    "{} as {}",
                    place.url.value, opentelemetry.service_name.value
                ),
            }
        }
    };
    pipelines.states.push(PipelineState { name: SPANS, state });
    if let Some(console) = settings.console.clone()
        && opentelemetry.console
        && opentelemetry.off.is_none()
    {
        let books = Arc::new(Books::new(console::QUEUE, 1));
        queues.push((CONSOLE, Arc::<Books<EncodedSpan>>::clone(&books)));
        recorder.console = Some(Arc::clone(&books));
        pipelines.console = Some((books, console));
        let to = "stdout".to_owned();
        pipelines.states.push(PipelineState {
            name: CONSOLE,
            state: PipelineStatus::On { to },
        });
    }
    let has_exporter = !queues.is_empty();
    let (xray, xray_spans) = xray(settings, http, &resource, &mut pipelines)?;
    if let Some(books) = xray_spans {
        queues.push((XRAY, Arc::<Books<EncodedSpan>>::clone(&books)));
        recorder.xray = Some(books);
    }
    let is_on = has_exporter || recorder.xray.is_some();
    recorder.sampler = SpanSampler::of(opentelemetry, is_on);
    let core = Core {
        recorder,
        http_names: opentelemetry.http_names,
        propagators: opentelemetry.propagators,
        xray,
        queues,
    };
    Ok((core, pipelines))
}

type Spans = Option<Arc<Books<EncodedSpan>>>;

fn xray(
    settings: &TracingSettings,
    http: &HttpClient,
    resource: &Resource,
    pipelines: &mut Pipelines,
) -> Result<(Option<XrayCore>, Spans)> {
    let XraySettings {
        off,
        name,
        dynamic_naming,
        transport,
    } = &settings.xray;
    if let Some(why) = off {
        let state = PipelineStatus::Off { why: why.clone() };
        pipelines.states.push(PipelineState { name: XRAY, state });
        return Ok((None, None));
    }
    let writer = Writer {
        service_version: settings.service_version.clone(),
        working_directory: std::env::current_dir()
            .map(|path| path.display().to_string())
            .unwrap_or_default(),
    };
    let mut spans = None;
    let (place, oracle) = match transport {
        XrayTransport::Daemon(address) => {
            pipelines.segments = Some(SegmentPipeline::to_daemon(address.udp.clone(), writer));
            let oracle = Oracle::Daemon(http.clone(), address.tcp.clone());
            (format!("the daemon at {address}"), oracle)
        }
        XrayTransport::Api(client) => {
            pipelines.segments = Some(SegmentPipeline::to_api(client.clone(), writer));
            (client.endpoint(), Oracle::Api(Box::new(client.clone())))
        }
        XrayTransport::Otlp {
            url,
            signer,
            http,
            api,
        } => {
            let pipeline = OtlpPipeline::new(
                "spans for X-Ray",
                &Otlp::new(url.clone()),
                settings.opentelemetry.batches,
                Pauses::default(),
                Some(signer.clone()),
                http.clone(),
                resource,
            )?;
            spans = Some(pipeline.books());
            pipelines.spans.push(pipeline);
            (
                format!("{url}, as spans"),
                Oracle::Api(Box::new(api.clone())),
            )
        }
    };
    let client_id = ClientId::new(std::array::from_fn(|_| fastrand::u8(..)));
    let sampler = Arc::new(Mutex::new(Sampler::new(client_id, LocalSampler::default())));
    pipelines.poller = Some(Poller {
        oracle,
        sampler: Arc::clone(&sampler),
    });
    let named = match dynamic_naming {
        None => name.clone(),
        Some(wanted) => format!("{name}, or after its host where that fits {wanted}"),
    };
    pipelines.states.push(PipelineState {
        name: XRAY,
        state: PipelineStatus::On {
            to: format!("{place} as {named}"),
        },
    });
    let core = XrayCore {
        name: name.clone(),
        dynamic_naming: dynamic_naming.clone(),
        sampler,
        segments: pipelines.segments.as_ref().map(SegmentPipeline::books),
    };
    Ok((Some(core), spans))
}
