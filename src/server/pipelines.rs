//! The four pipelines of the server: where each goes, what became of what it was given.

use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use crate::telemetry::rollbar::{ErrorTotals, Reporter, Reporting};
use crate::telemetry::tracing::{self, PipelineStatus, RequestTracer, Tracing};
use crate::telemetry::{LogShipper, LogShipping, Undelivered};

pub use crate::telemetry::Notice;

/// Takes what whoever runs the server should know.
pub type Say = Arc<dyn Fn(Notice) + Send + Sync>;

/// The names of those that are not traces.
const LOGS: &str = "CloudWatch Logs";
const ROLLBAR: &str = "Rollbar";

/// What the server emits through; bound and not begun.
#[derive(Debug)]
pub struct Pipelines {
    /// Traces, to X-Ray and by OpenTelemetry.
    pub tracing: Tracing,
    /// Log lines.
    pub logs: Option<LogShipping>,
    /// Failures.
    pub errors: Option<Reporting>,
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
    tracer: RequestTracer,
    /// The pipelines of traces, and whether they are on.
    traces: Vec<(&'static str, bool)>,
    logs: Option<LogShipper>,
    errors: Option<Reporter>,
}

impl Pipelines {
    /// Looks at the counts, also when the pipelines have ended.
    pub fn watch(&self) -> Watch {
        Watch {
            tracer: self.tracing.tracer(),
            traces: {
                let states = self.tracing.pipelines().iter();
                let is_on = |state: &PipelineStatus| matches!(state, PipelineStatus::On { .. });
                states.map(|one| (one.name, is_on(&one.state))).collect()
            },
            logs: self.logs.as_ref().map(LogShipping::shipper),
            errors: self.errors.as_ref().map(Reporting::reporter),
        }
    }

    /// Sends until cancelled, and then what waits, each within its own deadline. One that fails
    /// says so and leaves the others alone.
    pub(super) async fn serve(self, cancel: CancellationToken, say: Say) {
        let Self {
            tracing,
            logs,
            errors,
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
            let (cancel, say) = (cancel.clone(), named(LOGS));
            tokio::spawn(async move {
                if let Err(error) = Box::pin(logs.serve(cancel, &say)).await {
                    say(Notice::Warning(told(&error)));
                }
            })
        });
        let errors = errors.map(|errors| {
            let (cancel, say) = (cancel.clone(), named(ROLLBAR));
            tokio::spawn(errors.serve(cancel, say))
        });
        drop(tracing.await);
        if let Some(logs) = logs {
            drop(logs.await);
        }
        if let Some(errors) = errors {
            drop(errors.await);
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
    /// The counts of every pipeline.
    pub fn counts(&self) -> Vec<Counts> {
        let totals = self.tracer.totals();
        let traces = self.traces.iter().map(|(name, is_on)| {
            let known = totals.iter().find(|one| one.name == *name);
            of_traces(
                name,
                *is_on,
                known.map(|one| one.totals).unwrap_or_default(),
            )
        });
        traces.chain([self.logs(), self.rollbar()]).collect()
    }

    fn rollbar(&self) -> Counts {
        let totals = self.errors.as_ref().map(Reporter::totals);
        let is_on = totals.is_some();
        let ErrorTotals {
            given,
            sent,
            queue_full,
            over_rate,
            not_in_time,
            token_refused,
            item_refused,
            waiting,
        } = totals.unwrap_or_default();
        let some = |all: &[(&'static str, u64)]| {
            let all = all.iter().copied();
            all.filter(|(_, number)| *number > 0).collect()
        };
        Counts {
            name: ROLLBAR,
            is_on,
            given,
            sent,
            waiting,
            dropped: some(&[
                ("queue full", queue_full),
                ("over 60 a minute", over_rate),
                ("not in time", not_in_time),
            ]),
            rejected: some(&[("token refused", token_refused), ("refused", item_refused)]),
        }
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
            name: LOGS,
            is_on,
            given: totals.given,
            sent: totals.sent,
            waiting: totals.waiting,
            dropped: by_reason(true),
            rejected: by_reason(false),
        }
    }
}

fn of_traces(name: &'static str, is_on: bool, totals: tracing::Totals) -> Counts {
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
        is_on,
        given: totals.given,
        sent: totals.sent,
        waiting: totals.waiting,
        dropped: by_reason(true),
        rejected: by_reason(false),
    }
}
