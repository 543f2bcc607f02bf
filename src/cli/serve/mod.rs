//! `serve`: the traced Cruddur backend.

mod beside;
mod errors;
mod lines;
mod traces;

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use super::context::Context;
use crate::error::{Error, Result};
use crate::output::Console;
use crate::remote::HttpClient;
use crate::server::{self, LogFormat, Notice, Pipelines, Server, ShowLine, Watch};
use crate::settings::Sandbox;
use crate::telemetry::tracing::PipelineStatus;
use crate::view::served::{PipelineCounts, PipelineLine, Reason, ServedView};

/// The port of the seeds' backend.
const PORT: u16 = 4567;

/// The signed-in user of the seeds' backend.
const USER: &str = "andrewbrown";

/// How long requests in flight may take at a stop; the pipelines come after, and container
/// runtimes kill after ten seconds.
const DRAIN: Duration = Duration::from_secs(4);

/// Run the Cruddur backend, traced: X-Ray, OpenTelemetry, CloudWatch Logs and Rollbar
///
/// The API of the bootcamp's Flask app, with all its telemetry and one id for a request in all four tools.
/// Each pipeline is on when it is configured, and says why when it is off; none of them stops or slows the
/// app. With --sandbox everything goes to the sandbox; if none is running, one runs in this process.
/// SIGTERM and Ctrl-C finish requests, send what waits, and print what became of everything.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "GET /health answers with the counts of the pipelines, and is not traced.\n\
                  To see something happen: /api/activities/home, /rollbar/test, /debug/error,\n\
                  /debug/error?kind=panic, /debug/slow?ms=800, /debug/outbound?url=http://…"
)]
pub(super) struct Args {
    /// The address to listen on
    #[arg(long, default_value = "127.0.0.1")]
    host: String,
    /// The port to listen on; 0 picks a free one
    #[arg(long, default_value_t = PORT)]
    port: u16,
    /// Write the URL and process id here, as JSON, when requests can come
    #[arg(long, value_name = "PATH")]
    ready_file: Option<PathBuf>,
    /// How X-Ray gets segments: from a daemon on UDP, by its API, by its OTLP endpoint, or not at all
    #[arg(long, value_name = "WAY", value_enum, default_value_t)]
    xray: traces::Way,
    /// Log lines as JSON with the ids of their trace, or as bare text
    #[arg(long, value_name = "FORM", value_enum, default_value_t)]
    log_format: FormArgument,
    /// The log group [default: the first of aws/json/logs.json]
    #[arg(long, value_name = "NAME")]
    log_group: Option<String>,
    /// Print finished spans to stdout too, as JSON
    #[arg(long)]
    console_spans: bool,
    /// The handle of the signed-in user
    #[arg(long, value_name = "HANDLE", default_value = USER)]
    user: String,
}

#[derive(Debug, Clone, Copy, Default, clap::ValueEnum)]
enum FormArgument {
    #[default]
    Json,
    Text,
}

pub(super) async fn run(context: &Context<'_>, args: Args) -> Result<ExitCode> {
    let output = context.output;
    let beside = beside::start(context)?;
    let served = serve(context, args).await;
    // It goes last, for what the pipelines send at their end goes there.
    if let Some(beside) = beside {
        beside.stop().await;
    }
    let watch = served?;
    let view = counted(&watch);
    output.status("stopped");
    output.status(view.table().trim_end());
    output.emit(&view)?;
    Ok(ExitCode::SUCCESS)
}

/// How a backend is to be.
#[derive(Debug, Clone)]
pub(super) struct Plan {
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) ready_file: Option<PathBuf>,
    pub(super) xray: traces::Way,
    pub(super) log_format: LogFormat,
    pub(super) log_group: Option<String>,
    pub(super) user: String,
    /// What it is called in all tools, in place of what the variables say.
    pub(super) name: Option<String>,
    /// How long log lines wait for others, in place of what is usual.
    pub(super) flush: Option<Duration>,
}

impl Default for Plan {
    fn default() -> Self {
        Self {
            host: "127.0.0.1".to_owned(),
            port: PORT,
            ready_file: None,
            xray: traces::Way::default(),
            log_format: LogFormat::Json,
            log_group: None,
            user: USER.to_owned(),
            name: None,
            flush: None,
        }
    }
}

/// A backend that listens and does not answer yet.
pub(super) struct Built {
    pub(super) server: Server,
    states: Vec<PipelineLine>,
    warnings: Vec<String>,
}

/// Makes a backend with its four pipelines; `spans` and `show` are given finished spans and log
/// lines.
pub(super) async fn build(
    context: &Context<'_>,
    plan: Plan,
    spans: Option<Console>,
    show: Option<ShowLine>,
) -> Result<Built> {
    let http = client(context)?;
    let name = plan.name.as_deref();
    let traces = traces::bind(context, plan.xray, &http, spans, name).await?;
    let logs = lines::bind(context, plan.log_group, plan.flush).await;
    let errors = errors::bind(context, &http)?;
    let settings = server::Settings {
        host: plan.host,
        port: plan.port,
        ready_file: plan.ready_file,
        user_handle: plan.user,
        origins: ["FRONTEND_URL", "BACKEND_URL"]
            .into_iter()
            .filter_map(|name| context.settings.variable(name))
            .map(|origin| origin.value.trim_end_matches('/').to_owned())
            .collect(),
        log_format: plan.log_format,
        about: errors.about,
        drain: DRAIN,
    };
    let states = traces
        .tracing
        .pipelines()
        .iter()
        .map(|pipeline| PipelineLine {
            name: pipeline.name,
            state: match &pipeline.state {
                PipelineStatus::On { to } => Ok(to.clone()),
                PipelineStatus::Off { why } => Err(why.clone()),
            },
        })
        .chain([logs.state, errors.state])
        .collect();
    let pipelines = Pipelines {
        tracing: traces.tracing,
        logs: logs.shipping,
        errors: errors.reporting,
    };
    Ok(Built {
        server: Server::bind(settings, pipelines, http, show)?,
        states,
        warnings: [traces.warnings, logs.warnings].concat(),
    })
}

async fn serve(context: &Context<'_>, args: Args) -> Result<Watch> {
    let output = context.output;
    let unusable =
        |error| Error::unexpected("a thread for stderr could not be started").source(error);
    let (console, writer) = Console::stderr().map_err(unusable)?;
    let spans = args
        .console_spans
        .then(Console::stdout)
        .transpose()
        .map_err(unusable)?;
    let (spans, spans_writer) = spans.unzip();
    let plan = Plan {
        host: args.host,
        port: args.port,
        ready_file: args
            .ready_file
            .map(|path| context.environment.working_directory().join(path)),
        xray: args.xray,
        log_format: match args.log_format {
            FormArgument::Json => LogFormat::Json,
            FormArgument::Text => LogFormat::Text,
        },
        log_group: args.log_group,
        user: args.user,
        name: None,
        flush: None,
    };
    let Built {
        server,
        states,
        warnings,
    } = build(context, plan, spans, show(&console, output.is_quiet())).await?;
    let style = output.status_style();
    output.status(&format!("{} {}", style.accent("serving"), server.url()));
    for state in &states {
        output.status(&state.text(style));
    }
    for warning in &warnings {
        output.warning(warning);
    }
    output.next(&format!("curl {}/api/activities/home", server.url()));
    let watch = server.watch();
    let (is_quiet, told) = (output.is_quiet(), console.clone());
    let warning = style.caution("warning:");
    let say = Arc::new(move |notice| match notice {
        Notice::Info(text) if !is_quiet => told.put(text),
        Notice::Info(_) => {}
        Notice::Warning(text) => told.put(format!("{warning} {text}")),
    });
    let outcome = Box::pin(server.serve(context.stop.clone(), say)).await;
    drop(console);
    for writer in [Some(writer), spans_writer].into_iter().flatten() {
        writer.finish();
    }
    outcome.map(|()| watch)
}

/// Shows log lines on stderr, unless that is to be quiet.
fn show(console: &Console, is_quiet: bool) -> Option<ShowLine> {
    let console = console.clone();
    (!is_quiet).then(|| -> ShowLine { Arc::new(move |line| console.put(line)) })
}

/// The client for what is not AWS. A bundle of certificates that cannot be read must not keep the
/// app from starting.
fn client(context: &Context<'_>) -> Result<HttpClient> {
    let bundle = context.settings.ca_bundle().map(|setting| setting.value);
    HttpClient::network(bundle.as_deref()).or_else(|error| {
        let cause = error.reason().unwrap_or_default();
        let text = format!("{}: {cause}; going on without it", error.message());
        context.output.warning(&text);
        HttpClient::network(None)
    })
}

/// Where the sandbox answers, if it stands in.
fn sandbox_url(context: &Context<'_>) -> Result<Option<String>> {
    context
        .settings
        .sandbox()
        .map(|_| context.sandbox_url())
        .transpose()
        .map(Option::flatten)
}

/// The words that lead another command to the same sandbox.
fn trace_command(context: &Context<'_>) -> String {
    match context.settings.sandbox().map(|setting| &setting.value) {
        Some(Sandbox::At(url)) => format!("cruddur-obs --sandbox={url} xray trace "),
        _ => "cruddur-obs --sandbox xray trace ".to_owned(),
    }
}

fn counted(watch: &Watch) -> ServedView {
    let reasons = |by_reason: Vec<(&'static str, u64)>| -> Vec<Reason> {
        let named = by_reason.into_iter();
        named
            .map(|(reason, count)| Reason { reason, count })
            .collect()
    };
    let pipelines = watch.counts().into_iter().map(|counts| PipelineCounts {
        name: counts.name,
        on: counts.is_on,
        given: counts.given,
        sent: counts.sent,
        dropped: reasons(counts.dropped),
        rejected: reasons(counts.rejected),
        waiting: counts.waiting,
    });
    ServedView {
        pipelines: pipelines.collect(),
    }
}
