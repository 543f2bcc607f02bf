//! The demo's two backends: the Cruddur API, and one that it asks for messages.

use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::super::context::Context;
use super::super::serve::{self, Plan};
use crate::error::Result;
use crate::server::Watch;

/// The port of the seeds' backend, unless it is taken.
const PORT: u16 = 4567;

/// The name of the second backend in all tools.
const MESSAGES: &str = "messages";

/// How long log lines wait for others: a demonstration has no time.
const FLUSH: Duration = Duration::from_millis(200);

/// Two backends that serve in this process.
pub(super) struct Backends {
    main: Running,
    messages: Running,
    stop: CancellationToken,
}

struct Running {
    url: String,
    watch: Watch,
    serving: JoinHandle<Result<()>>,
}

impl Backends {
    pub(super) async fn start(inner: &Context<'_>) -> Result<Self> {
        let stop = CancellationToken::new();
        let plan = Plan {
            port: PORT,
            flush: Some(FLUSH),
            ..Plan::default()
        };
        let main = match start(inner, plan.clone(), &stop).await {
            Err(error) if error.known_as() == Some("port-taken") => {
                start(
                    inner,
                    Plan {
                        port: 0,
                        ..plan.clone()
                    },
                    &stop,
                )
                .await?
            }
            started => started?,
        };
        let messages = Plan {
            port: 0,
            name: Some(MESSAGES.to_owned()),
            ..plan
        };
        let messages = start(inner, messages, &stop).await?;
        Ok(Self {
            main,
            messages,
            stop,
        })
    }

    /// Where the Cruddur API answers.
    pub(super) fn main(&self) -> &str {
        &self.main.url
    }

    /// Where the other one does.
    pub(super) fn messages(&self) -> &str {
        &self.messages.url
    }

    /// How many records wait to be sent.
    pub(super) fn waiting(&self) -> u64 {
        self.counts(|counts| counts.waiting)
    }

    /// How many segments were sent.
    pub(super) fn segments(&self) -> u64 {
        self.counts(|counts| {
            if counts.name == "X-Ray" {
                counts.sent
            } else {
                0
            }
        })
    }

    fn counts(&self, of: impl Fn(&crate::server::Counts) -> u64) -> u64 {
        let all = [&self.main.watch, &self.messages.watch];
        all.into_iter()
            .flat_map(Watch::counts)
            .map(|counts| of(&counts))
            .sum()
    }

    pub(super) async fn stop(self) {
        self.stop.cancel();
        drop(self.main.serving.await);
        drop(self.messages.serving.await);
    }
}

async fn start(inner: &Context<'_>, plan: Plan, stop: &CancellationToken) -> Result<Running> {
    let built = serve::build(inner, plan, None, None).await?;
    Ok(Running {
        url: built.server.url(),
        watch: built.server.watch(),
        serving: tokio::spawn(built.server.serve(stop.clone(), Arc::new(|_| ()))),
    })
}
