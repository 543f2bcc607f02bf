//! The demo's own sandbox, and settings that lead nowhere else.

use std::time::{Duration, Instant};

use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::super::context::Context;
use super::super::sandbox::{self, health};
use super::backends::Backends;
use crate::error::Result;
use crate::sandbox::{Log, Options, Sandbox, SidePort, client_environment};
use crate::settings::{Environment, Flags, Settings};

/// The sandbox's port, unless it is taken.
const PORT: u16 = 4000;

/// The pause between two looks.
const PAUSE: Duration = Duration::from_millis(50);

/// A sandbox that serves in this process.
pub(super) struct World {
    url: String,
    daemon: String,
    region: String,
    serving: JoinHandle<Result<()>>,
    stop: CancellationToken,
}

impl World {
    pub(super) fn start(context: &Context<'_>) -> Result<Self> {
        let region = sandbox::region(context);
        let options = Options {
            port: PORT,
            daemon_port: SidePort::Exactly(0),
            default_region: region.clone(),
            log: Log::to(std::io::sink()),
            ..Options::default()
        };
        let sandbox = match Sandbox::bind(options.clone()) {
            Err(error) if error.known_as() == Some("port-taken") => {
                Sandbox::bind(Options { port: 0, ..options })?
            }
            bound => bound?,
        };
        let url = sandbox.url();
        let daemon = sandbox.daemon_address().map(|address| address.to_string());
        let stop = CancellationToken::new();
        let serving = tokio::spawn(sandbox.serve(stop.clone()));
        Ok(Self {
            url,
            daemon: daemon.unwrap_or_default(),
            region,
            serving,
            stop,
        })
    }

    /// Where it answers.
    pub(super) fn url(&self) -> &str {
        &self.url
    }

    /// A context whose every service is this sandbox: of the environment only what is needed to
    /// find files is left.
    pub(super) fn context<'a>(&self, context: &Context<'a>) -> Result<Context<'a>> {
        let mut variables: Vec<(String, String)> =
            client_environment(&self.url, Some(&self.daemon), &self.region)
                .into_iter()
                // The sandbox's own address says it all; an endpoint beside it would be a second word.
                .filter(|(name, _)| *name != "AWS_ENDPOINT_URL")
                .map(|(name, value)| (name.to_owned(), value))
                .collect();
        // Nobody wants to wait five seconds for a demonstration.
        variables.push(("OTEL_BSP_SCHEDULE_DELAY".to_owned(), "200".to_owned()));
        let environment = Environment::of(
            variables,
            context.environment.working_directory().to_owned(),
            None,
        );
        let flags = Flags {
            sandbox: Some(Some(self.url.clone())),
            ..Flags::default()
        };
        let settings = Settings::resolve(&flags, &environment)?;
        Ok(Context::beside(context, settings, environment))
    }

    /// Waits until all that the backends sent is there; a sentence when it is not in time.
    pub(super) async fn arrived(
        &self,
        backends: &Backends,
        patience: Duration,
    ) -> Result<Option<String>> {
        let deadline = Instant::now() + patience;
        loop {
            let waiting = backends.waiting();
            let sent = backends.segments();
            let stored = health(&self.url).await?["datagrams"]["stored"]
                .as_u64()
                .unwrap_or_default();
            if waiting == 0 && stored >= sent {
                return Ok(None);
            }
            if Instant::now() >= deadline {
                return Ok(Some(format!(
                    "not everything has arrived within {} s: {waiting} records wait, {stored} of {sent} segments are there",
                    patience.as_secs()
                )));
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    pub(super) async fn stop(self) {
        self.stop.cancel();
        drop(self.serving.await);
    }
}
