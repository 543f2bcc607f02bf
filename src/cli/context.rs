//! What every command is given: settings, output, clients on first use, and the wish to stop.

use std::sync::OnceLock;

use tokio::sync::OnceCell;
use tokio_util::sync::CancellationToken;

use crate::error::{Error, Kind, Result};
use crate::output::Output;
use crate::remote::{self, Clients, HttpClient, LocalService};
use crate::sandbox::{self, Location, Store};
use crate::settings::{Environment, Origin, Sandbox, Setting, Settings};

/// Built once, passed by reference.
pub(super) struct Context<'a> {
    pub(super) settings: Settings,
    pub(super) environment: Environment,
    pub(super) output: &'a Output,
    /// Cancelled when the user, or the system, wants the process to stop.
    pub(super) stop: CancellationToken,
    clients: OnceCell<Clients>,
    way: OnceLock<Way>,
    http: OnceLock<HttpClient>,
}

/// How services are reached.
#[derive(Clone)]
enum Way {
    /// Where they are.
    Network,
    /// A sandbox that listens at this URL.
    Server(String),
    /// A sandbox in this process.
    InProcess(LocalService),
}

/// The host that requests in this process are addressed to; no socket is opened for it.
const IN_PROCESS: &str = "http://sandbox.localhost";

impl<'a> Context<'a> {
    pub(super) fn new(settings: Settings, environment: Environment, output: &'a Output) -> Self {
        Self {
            settings,
            environment,
            output,
            stop: CancellationToken::new(),
            clients: OnceCell::new(),
            way: OnceLock::new(),
            http: OnceLock::new(),
        }
    }

    /// One with settings and an environment of its own, for the same output and the same wish to stop.
    pub(super) fn beside(other: &Self, settings: Settings, environment: Environment) -> Self {
        Self {
            stop: other.stop.clone(),
            ..Self::new(settings, environment, other.output)
        }
    }

    /// Cancels `stop` at the first signal, and ends the process at the second.
    pub(super) fn watch_signals(&self) {
        let stop = self.stop.clone();
        // Lives as long as the runtime; nothing waits for it.
        drop(tokio::spawn(async move {
            stop_signal().await;
            stop.cancel();
            stop_signal().await;
            end_now();
        }));
    }

    /// The clients, connected when first asked for; settings that cannot work are refused here,
    /// before any request.
    pub(super) async fn clients(&self) -> Result<&Clients> {
        self.clients.get_or_try_init(|| self.connect()).await
    }

    async fn connect(&self) -> Result<Clients> {
        let mut access = self
            .settings
            .aws(&self.environment, jiff::Timestamp::now())?;
        let ca_bundle = self.settings.ca_bundle().map(|setting| setting.value);
        let mut local = None;
        if let Some(Sandbox::InProcess) = self.settings.sandbox().map(|setting| &setting.value) {
            match self.way()? {
                Way::Network => {}
                Way::Server(url) => {
                    let endpoint = Some(Setting::new(url, Origin::Sandbox));
                    access.endpoint_xray.clone_from(&endpoint);
                    access.endpoint_logs.clone_from(&endpoint);
                    access.endpoint_sts = endpoint;
                }
                Way::InProcess(service) => local = Some(service),
            }
        }
        remote::connect(&access, ca_bundle.as_deref(), local).await
    }

    /// How services are reached; a sandbox in this process is opened once, for all of them.
    fn way(&self) -> Result<Way> {
        if let Some(way) = self.way.get() {
            return Ok(way.clone());
        }
        let way = match self.settings.sandbox().map(|setting| &setting.value) {
            None => Way::Network,
            Some(Sandbox::At(url)) => Way::Server(url.clone()),
            Some(Sandbox::InProcess) => {
                let directory = &self.settings.data_directory()?.value;
                // A server that holds the store must be asked: what it knows in memory must stay true.
                if let Some(sandbox::Running { url, .. }) = sandbox::running(directory) {
                    Way::Server(url)
                } else {
                    let store = Store::open(&Location::Directory(directory.clone()))?;
                    let region = self.settings.region();
                    let region = region.map_or_else(|| "us-east-1".to_owned(), |one| one.value);
                    Way::InProcess(sandbox::in_process(store, region))
                }
            }
        };
        Ok(self.way.get_or_init(|| way).clone())
    }

    /// The client for services that are not AWS; with the sandbox in this process, a way into it.
    pub(super) fn http(&self) -> Result<&HttpClient> {
        if let Some(client) = self.http.get() {
            return Ok(client);
        }
        let client = match self.way()? {
            Way::InProcess(service) => HttpClient::local(service),
            Way::Network | Way::Server(_) => {
                let ca_bundle = self.settings.ca_bundle().map(|setting| setting.value);
                HttpClient::network(ca_bundle.as_deref())?
            }
        };
        Ok(self.http.get_or_init(|| client))
    }

    /// Where the sandbox answers, if it stands in for the services: a base URL for [`Self::http`].
    pub(super) fn sandbox_url(&self) -> Result<Option<String>> {
        Ok(match self.way()? {
            Way::Network => None,
            Way::Server(url) => Some(url),
            Way::InProcess(_) => Some(IN_PROCESS.to_owned()),
        })
    }

    /// An address as people are told it: one in this process leads nowhere else.
    pub(super) fn shown(url: &str) -> String {
        match url.strip_prefix(IN_PROCESS) {
            Some(path) => format!("{path} of the sandbox in this process"),
            None => url.to_owned(),
        }
    }

    /// Runs something that may be dropped at any point; a stop ends it at once.
    pub(super) async fn until_stopped<T>(
        &self,
        work: impl Future<Output = Result<T>>,
    ) -> Result<T> {
        tokio::select! {
            biased;
            () = self.stop.cancelled() => Err(Error::new(Kind::Interrupted, "stopped")),
            result = work => result,
        }
    }

    /// The command line that goes on with what this one began: the same sandbox, if any.
    pub(super) fn command(&self, rest: &str) -> String {
        match self.settings.sandbox() {
            None => format!("cruddur-obs {rest}"),
            Some(setting) => match &setting.value {
                Sandbox::InProcess => format!("cruddur-obs --sandbox {rest}"),
                Sandbox::At(url) => format!("cruddur-obs --sandbox={url} {rest}"),
            },
        }
    }
}

#[cfg(unix)]
async fn stop_signal() {
    use tokio::signal::unix::{SignalKind, signal};
    let (Ok(mut interrupt), Ok(mut terminate)) = (
        signal(SignalKind::interrupt()),
        signal(SignalKind::terminate()),
    ) else {
        return std::future::pending().await;
    };
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
}

#[cfg(not(unix))]
async fn stop_signal() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}

#[expect(
    clippy::exit,
    reason = "the second signal must end the process whatever it is doing"
)]
fn end_now() {
    std::process::exit(i32::from(Kind::Interrupted.exit_code()));
}
