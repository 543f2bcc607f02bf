//! Counts the calls that leave, so that a command can say what it did and what it met.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::FinalizerInterceptorContextRef;
use aws_smithy_runtime_api::client::orchestrator::Metadata;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;
use serde::Serialize;

use super::retry::{ABORTED, THROTTLED, error_code};

/// The counters of one run; cheap to clone, shared by every client.
#[derive(Debug, Clone, Default)]
pub struct Calls(Arc<Counters>);

#[derive(Debug, Default)]
struct Counters {
    read: AtomicU32,
    write: AtomicU32,
    throttled: AtomicU32,
    conflicted: AtomicU32,
    /// Seconds that the service's clock is ahead of ours.
    ahead: AtomicI64,
}

/// How many requests were sent, retries included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct CallCounts {
    /// Requests that only read.
    pub read: u32,
    /// Requests that may change something.
    pub write: u32,
    /// Answers that asked us to slow down; each was tried again.
    pub throttled: u32,
    /// Answers that named a conflicting operation; each was tried again.
    pub conflicted: u32,
}

impl Calls {
    /// The figures so far.
    pub fn counts(&self) -> CallCounts {
        CallCounts {
            read: self.0.read.load(Ordering::Relaxed),
            write: self.0.write.load(Ordering::Relaxed),
            throttled: self.0.throttled.load(Ordering::Relaxed),
            conflicted: self.0.conflicted.load(Ordering::Relaxed),
        }
    }

    /// The present moment by the clock of the service that answered last; by ours where the two
    /// agree, or nothing was answered yet.
    pub fn now(&self) -> jiff::Timestamp {
        let now = jiff::Timestamp::now();
        now.checked_add(self.clock_ahead()).unwrap_or(now)
    }

    /// How far the clock of the service that answered last is ahead of ours; zero where it is not
    /// worth a word.
    pub fn clock_ahead(&self) -> jiff::SignedDuration {
        jiff::SignedDuration::from_secs(self.0.ahead.load(Ordering::Relaxed))
    }

    fn compare_clocks(&self, date: &str) {
        let Ok(theirs) = jiff::fmt::rfc2822::parse(date) else {
            return;
        };
        let ahead = theirs.timestamp().as_second() - jiff::Timestamp::now().as_second();
        let ahead = if ahead.abs() > NEGLIGIBLE { ahead } else { 0 };
        self.0.ahead.store(ahead, Ordering::Relaxed);
    }
}

/// Seconds by which clocks seem to differ when answers take a while: their dates have no fraction.
const NEGLIGIBLE: i64 = 3;

impl Intercept for Calls {
    fn name(&self) -> &'static str {
        "Calls"
    }

    fn read_after_attempt(
        &self,
        context: &FinalizerInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        configuration: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let operation = configuration.load::<Metadata>().map_or("", Metadata::name);
        let counter = if only_reads(operation) {
            &self.0.read
        } else {
            &self.0.write
        };
        counter.fetch_add(1, Ordering::Relaxed);
        if let Some(response) = context.response() {
            if let Some(date) = response.headers().get("date") {
                self.compare_clocks(date);
            }
            let code = error_code(response);
            if response.status().as_u16() == 429
                || code
                    .as_deref()
                    .is_some_and(|code| THROTTLED.contains(&code))
            {
                self.0.throttled.fetch_add(1, Ordering::Relaxed);
            } else if code.as_deref() == Some(ABORTED) {
                self.0.conflicted.fetch_add(1, Ordering::Relaxed);
            }
        }
        Ok(())
    }
}

/// Whether an operation changes nothing, by the verb it begins with.
fn only_reads(operation: &str) -> bool {
    [
        "Get",
        "List",
        "Describe",
        "BatchGet",
        "Filter",
        "Test",
        "StartLiveTail",
        "StartQuery",
    ]
    .iter()
    .any(|verb| operation.starts_with(verb))
}
