//! The demo backend: the traced Cruddur API.
//!
//! ```text
//! request ─ tracer begins ─ route answers ─ CORS ─ log line ─ tracer finishes ─ response
//!               │                 └ fails, panics → Rollbar        │
//!               └──────────── X-Ray, OpenTelemetry ────────────────┘
//! ```
//!
//! The routes, shapes and statuses are those of the bootcamp's Flask app in its second week; see
//! the README for what differs. What is emitted goes to `telemetry`, which never waits and never
//! fails; where that sends it, and what is said on the screen, is decided by `cli`.

mod access_log;
mod answer;
mod cors;
mod debug;
mod failure;
mod health;
mod json;
mod listen;
mod page;
mod pipelines;
mod query;
mod reply;
mod report;
mod request;
mod route;
mod routes;
mod target;

use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use jiff::tz::TimeZone;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::error::{Error, Result};
use crate::remote::HttpClient;
use crate::sockets::http;
use crate::telemetry::LogShipping;
use crate::telemetry::rollbar::{Reporter, Reporting};
use crate::telemetry::tracing::RequestTracer;
use access_log::AccessLog;
use cors::Cors;
use listen::ReadyFile;

pub use access_log::{LogFormat, ShowLine};
pub use pipelines::{Counts, Notice, Pipelines, Say, Watch};
pub use report::About;

/// How to serve.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The address or name to listen on.
    pub host: String,
    /// The port to listen on; 0 picks a free one.
    pub port: u16,
    /// Written when requests can come.
    pub ready_file: Option<PathBuf>,
    /// The handle of the signed-in user.
    pub user_handle: String,
    /// The origins whose pages may read the answers.
    pub origins: Vec<String>,
    /// How lines are shipped.
    pub log_format: LogFormat,
    /// What is said about this service where it reports errors.
    pub about: About,
    /// How long requests in flight may take when the server stops.
    pub drain: Duration,
}

/// A server that listens.
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
    app: Arc<App>,
    pipelines: Pipelines,
    ready_file: Option<PathBuf>,
    drain: Duration,
}

/// What every request can use.
pub(crate) struct App {
    tracer: RequestTracer,
    log: AccessLog,
    http: HttpClient,
    cors: Cors,
    user_handle: String,
    about: About,
    /// Where failures are reported, if they are.
    reporter: Option<Reporter>,
    zone: TimeZone,
    totals: pipelines::Watch,
}

impl Server {
    /// Opens the port; connections wait until [`Self::serve`]. `http` asks other services on
    /// behalf of requests; `show` is given each log line as text.
    pub fn bind(
        settings: Settings,
        pipelines: Pipelines,
        http: HttpClient,
        show: Option<ShowLine>,
    ) -> Result<Self> {
        let (listener, address) = listen::listen(&settings.host, settings.port)?;
        if let Some(path) = &settings.ready_file {
            // One that an earlier server left would announce this one too early.
            drop(std::fs::remove_file(path));
        }
        let zone = TimeZone::system();
        let app = App {
            tracer: pipelines.tracing.tracer(),
            log: AccessLog {
                shipper: pipelines.logs.as_ref().map(LogShipping::shipper),
                show,
                format: settings.log_format,
                zone: zone.clone(),
            },
            http,
            cors: Cors::new(&settings.origins),
            user_handle: settings.user_handle,
            about: settings.about,
            reporter: pipelines.errors.as_ref().map(Reporting::reporter),
            zone,
            totals: pipelines.watch(),
        };
        Ok(Self {
            listener,
            address,
            app: Arc::new(app),
            pipelines,
            ready_file: settings.ready_file,
            drain: settings.drain,
        })
    }

    /// The URL for clients on this machine.
    pub fn url(&self) -> String {
        let address = SocketAddr::new(listen::reachable(self.address.ip()), self.address.port());
        format!("http://{address}")
    }

    /// Looks at the counts of the pipelines, also when they have ended.
    pub fn watch(&self) -> Watch {
        self.app.totals.clone()
    }

    /// Answers requests until cancelled; then finishes those in flight within a deadline, and lets
    /// every pipeline send what it has within its own.
    pub async fn serve(self, cancel: CancellationToken, say: Say) -> Result<()> {
        let url = self.url();
        let Self {
            listener,
            address,
            app,
            pipelines,
            ready_file,
            drain,
        } = self;
        failure::keep_panics();
        let listener = tokio::net::TcpListener::from_std(listener)
            .map_err(|error| Error::unexpected("the server cannot listen").source(error))?;
        app.log.greet();
        let router = {
            let app = Arc::clone(&app);
            Router::new().fallback(move |request: Request| {
                let app = Arc::clone(&app);
                request::answer(app, request)
            })
        };
        let _ready = ready_file
            .map(|path| ReadyFile::write(path, &url, address))
            .transpose()?;
        let flush = CancellationToken::new();
        let emitting = tokio::spawn(pipelines.serve(flush.clone(), Arc::clone(&say)));
        let connections = TaskTracker::new();
        let deadline = CancellationToken::new();
        let _ends_with_us = (deadline.clone().drop_guard(), flush.clone().drop_guard());
        let complaints = Arc::clone(&say);
        connections.spawn(http::serve(
            listener,
            router,
            connections.clone(),
            move |text: &str| complaints(pipelines::Notice::Warning(text.to_owned())),
            cancel.clone(),
            deadline.clone(),
        ));
        cancel.cancelled().await;
        connections.close();
        if tokio::time::timeout(drain, connections.wait())
            .await
            .is_err()
        {
            let cut = connections.len();
            say(pipelines::Notice::Warning(format!(
                "cut {cut} requests that had not ended after {} s",
                drain.as_secs()
            )));
            deadline.cancel();
            connections.wait().await;
        }
        flush.cancel();
        // A pipeline that panicked has lost what it had; the counts say so.
        drop(emitting.await);
        Ok(())
    }
}

impl std::fmt::Debug for Server {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Server({})", self.address)
    }
}
