//! Makes a plan come true, and waits until it shows.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use futures::future::join_all;
use serde::Serialize;
use tokio::sync::Semaphore;
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

use super::desired::Desired;
use super::plan::{Action, Choices, Plan, Step, converge};
use super::resource::{Resource, ResourceKind};
use crate::error::{Error, Kind, Result};
use crate::remote::Clients;

/// `CreateLogGroup` allows ten calls a second; four at a time stay well below.
const AT_ONCE: usize = 4;

/// How long AWS may take to show what it accepted; five seconds were measured for log groups.
const PATIENCE: Duration = Duration::from_secs(20);

/// How a step ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ending {
    /// It was not there and is now.
    Created,
    /// It was equal already, and somebody else made it.
    Adopted,
    /// It differed and is equal now.
    Updated,
    /// It was deleted and created again.
    Replaced,
    /// It was equal already.
    Unchanged,
    /// It is gone.
    Deleted,
    /// It was not there.
    Absent,
    /// It could not be done.
    Failed,
    /// Another step failed, or the user stopped, before its turn.
    NotTried,
}

impl Ending {
    /// The ending in words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Adopted => "adopted",
            Self::Updated => "updated",
            Self::Replaced => "replaced",
            Self::Unchanged => "unchanged",
            Self::Deleted => "deleted",
            Self::Absent => "absent",
            Self::Failed => "failed",
            Self::NotTried => "not tried",
        }
    }
}

/// What became of one resource.
#[derive(Debug, Clone, Serialize)]
pub struct Outcome {
    /// The kind of resource.
    pub kind: ResourceKind,
    /// Its name.
    pub name: String,
    /// How it ended.
    pub outcome: Ending,
}

/// What became of a plan.
#[derive(Debug)]
pub struct Applied {
    /// Every resource, in the order of the plan.
    pub outcomes: Vec<Outcome>,
    /// What went wrong first.
    pub failure: Option<Error>,
}

/// Carries a plan out, a few steps at a time; after a failure, or when cancelled, no further
/// step begins.
pub async fn apply(plan: Plan, clients: &Clients, cancel: &CancellationToken) -> Applied {
    let run = Run {
        clients,
        cancel,
        turns: Semaphore::new(AT_ONCE),
        failed: AtomicBool::new(false),
        failure: Mutex::new(None),
    };
    let (groups, rules, log_groups) = futures::join!(
        run.all(plan.groups),
        run.all(plan.rules),
        run.all(plan.log_groups)
    );
    let failure = run
        .failure
        .into_inner()
        .unwrap_or_else(PoisonError::into_inner);
    Applied {
        outcomes: [groups, rules, log_groups].concat(),
        failure: failure.or_else(|| {
            cancel.is_cancelled().then(|| {
                Error::new(Kind::Interrupted, "stopped before everything was done")
                    .fix("run it again: it goes on where it stopped")
            })
        }),
    }
}

struct Run<'a> {
    clients: &'a Clients,
    cancel: &'a CancellationToken,
    turns: Semaphore,
    failed: AtomicBool,
    failure: Mutex<Option<Error>>,
}

impl Run<'_> {
    async fn all<R: Resource>(&self, steps: Vec<Step<R>>) -> Vec<Outcome> {
        join_all(steps.into_iter().map(|step| async {
            let name = step.name.clone();
            Outcome {
                kind: R::KIND,
                outcome: Box::pin(self.one(step)).await,
                name,
            }
        }))
        .await
    }

    async fn one<R: Resource>(&self, step: Step<R>) -> Ending {
        match step.action {
            Action::Adopt => return Ending::Adopted,
            Action::Keep => return Ending::Unchanged,
            Action::Absent => return Ending::Absent,
            Action::Refuse { .. } => return Ending::NotTried,
            _ => {}
        }
        let Ok(_turn) = self.turns.acquire().await else {
            return Ending::NotTried;
        };
        if self.failed.load(Ordering::SeqCst) || self.cancel.is_cancelled() {
            return Ending::NotTried;
        }
        match self.carry_out(step).await {
            Ok(ending) => ending,
            Err(error) => {
                self.failed.store(true, Ordering::SeqCst);
                self.failure
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .get_or_insert(error);
                Ending::Failed
            }
        }
    }

    async fn carry_out<R: Resource>(&self, step: Step<R>) -> Result<Ending> {
        match step.action {
            Action::Create { to } => R::create(self.clients, &to).await.map(|()| Ending::Created),
            Action::Update {
                from, to, fields, ..
            } => R::update(self.clients, &to, &from, &fields)
                .await
                .map(|()| Ending::Updated),
            Action::Replace { from, to, .. } => {
                R::delete(self.clients, &from).await?;
                R::create(self.clients, &to)
                    .await
                    .map(|()| Ending::Replaced)
            }
            Action::Delete { from } => R::delete(self.clients, &from)
                .await
                .map(|()| Ending::Deleted),
            Action::Adopt | Action::Keep | Action::Absent | Action::Refuse { .. } => {
                Ok(Ending::Unchanged)
            }
        }
    }
}

/// Observes until live equals desired, for AWS shows a change some time after it accepted it.
pub async fn settle(clients: &Clients, desired: &Desired) -> Result<()> {
    let deadline = Instant::now() + PATIENCE;
    let mut pause = Duration::from_millis(100);
    loop {
        let plan = converge(clients, desired, Choices::default()).await?;
        if plan.is_empty() {
            return Ok(());
        }
        if Instant::now() >= deadline {
            let open: Vec<String> = plan
                .steps()
                .iter()
                .filter(|step| step.action.writes())
                .map(|step| format!("{} {}", step.kind.words(), step.name))
                .collect();
            return Err(Error::unreachable(format!(
                "AWS accepted the changes but does not show all of them after {} s",
                PATIENCE.as_secs()
            ))
            .code("not-visible-yet")
            .tried(open.join(", "))
            .fix("run it again in a minute; if they stay, somebody else is changing them"));
        }
        sleep(pause).await;
        pause = (pause * 2).min(Duration::from_secs(2));
    }
}
