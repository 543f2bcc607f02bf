//! The four pipelines of the server: where each goes, what became of what it was given.

use std::sync::{Arc, OnceLock};

use tokio_util::sync::CancellationToken;

use crate::telemetry::tracing;
use crate::telemetry::tracing::{PipelineTotals, Tracing};
use crate::telemetry::{LogShipper, LogShipping, Undelivered};

pub use crate::telemetry::Notice;

/// Takes what whoever runs the server should know.
pub type Say = Arc<dyn Fn(Notice) + Send + Sync>;

/// The names of the four, as they are shown.
pub const NAMES: [&str; 4] = ["X-Ray", "OpenTelemetry", "CloudWatch Logs", "Rollbar"];

/// What the server emits through; bound and not begun.
#[derive(Debug)]
pub struct Pipelines {
    /// Traces, to X-Ray and by OpenTelemetry.
    pub tracing: Tracing,
    /// Log lines.
    pub logs: Option<LogShipping>,
    ended: Arc<OnceLock<Vec<PipelineTotals>>>,
}

/// What became of what one pipeline was given: `given = sent + dropped + rejected + waiting`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counts {
    /// The pipeline.
    pub name: &'static str,
    /// Whether it is on.
    pub is_on: bool,
    /// What it was given.
    pub given: u64,
    /// What the other end took.
    pub sent: u64,
    /// What waits, or is under way.
    pub waiting: u64,
    /// What was dropped here, by reason.
    pub dropped: Vec<(&'static str, u64)>,
    /// What the other end, or its rules, did not take, by reason.
    pub rejected: Vec<(&'static str, u64)>,
}

/// Looks at the counts, at any time.
#[derive(Debug, Clone)]
pub struct Watch {
    traces: Arc<OnceLock<Vec<PipelineTotals>>>,
    logs: Option<LogShipper>,
}

impl Pipelines {
    /// These pipelines.
    pub fn new(tracing: Tracing, logs: Option<LogShipping>) -> Self {
        Self {
            tracing,
            logs,
            ended: Arc::default(),
        }
    }

    /// Looks at the counts, also when the pipelines have ended.
    pub fn watch(&self) -> Watch {
        Watch {
            traces: Arc::clone(&self.ended),
            logs: self.logs.as_ref().map(LogShipping::shipper),
        }
    }

    /// Sends until cancelled, and then what waits, each within its own deadline. One that fails
    /// says so and leaves the others alone.
    pub(super) async fn serve(self, cancel: CancellationToken, say: Say) {
        let Self {
            tracing,
            logs,
            ended,
        } = self;
        let named = |name: &'static str| {
            let say = Arc::clone(&say);
            move |notice: Notice| {
                say(match notice {
                    Notice::Info(text) => Notice::Info(format!("{name}: {text}")),
                    Notice::Warning(text) => Notice::Warning(format!("{name}: {text}")),
                });
            }
        };
        let tell = Arc::clone(&say);
        let tracing = tokio::spawn(tracing.serve(cancel.clone(), move |notice| tell(notice)));
        let logs = logs.map(|logs| {
            let (cancel, say) = (cancel.clone(), named("CloudWatch Logs"));
            tokio::spawn(async move {
                if let Err(error) = Box::pin(logs.serve(cancel, &say)).await {
                    say(Notice::Warning(told(&error)));
                }
            })
        });
        if let Ok(totals) = tracing.await {
            drop(ended.set(totals));
        }
        if let Some(logs) = logs {
            drop(logs.await);
        }
    }
}

/// An error on one line, with the first thing to do.
fn told(error: &crate::error::Error) -> String {
    let mut text = error.message().to_owned();
    if let Some(cause) = error.reason() {
        text.push_str(&format!(": {cause}"));
    }
    if let Some(fix) = error.fixes().first() {
        text.push_str(&format!("; fix: {fix}"));
    }
    text
}

impl Watch {
    /// The counts of the four, in the order of [`NAMES`].
    pub fn counts(&self) -> [Counts; 4] {
        let [xray, opentelemetry] = self.traces();
        let rollbar = Counts {
            name: NAMES[3],
            is_on: false,
            given: 0,
            sent: 0,
            waiting: 0,
            dropped: Vec::new(),
            rejected: Vec::new(),
        };
        [xray, opentelemetry, self.logs(), rollbar]
    }

    fn traces(&self) -> [Counts; 2] {
        let ended = self.traces.get();
        [NAMES[0], NAMES[1]].map(|name| {
            let known = ended.and_then(|all| all.iter().find(|one| one.name == name));
            let totals = known.map(|one| one.totals).unwrap_or_default();
            let by_reason = |is_dropped: bool| {
                tracing::Undelivered::ALL
                    .into_iter()
                    .filter(move |reason| reason.is_dropped() == is_dropped)
                    .map(|reason| (reason.words(), totals.undelivered(reason)))
                    .filter(|(_, number)| *number > 0)
                    .collect()
            };
            Counts {
                name,
                is_on: known.is_some(),
                given: totals.given,
                sent: totals.sent,
                waiting: totals.waiting,
                dropped: by_reason(true),
                rejected: by_reason(false),
            }
        })
    }

    fn logs(&self) -> Counts {
        let totals = self.logs.as_ref().map(LogShipper::totals);
        let is_on = totals.is_some();
        let totals = totals.unwrap_or_default();
        let by_reason = |is_dropped: bool| {
            Undelivered::ALL
                .into_iter()
                .filter(move |reason| reason.is_dropped() == is_dropped)
                .map(|reason| (reason.words(), totals.undelivered(reason)))
                .filter(|(_, number)| *number > 0)
                .collect()
        };
        Counts {
            name: NAMES[2],
            is_on,
            given: totals.given,
            sent: totals.sent,
            waiting: totals.waiting,
            dropped: by_reason(true),
            rejected: by_reason(false),
        }
    }
}

impl Counts {
    /// The sum of numbers by reason.
    pub fn sum(by_reason: &[(&'static str, u64)]) -> u64 {
        by_reason.iter().map(|(_, number)| number).sum()
    }
}
