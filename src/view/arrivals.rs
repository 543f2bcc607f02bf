//! What has arrived in a sandbox.

use serde::{Deserialize, Serialize};

use super::plain::plain;
use crate::output::{MISSING, Page, Table, View};

/// How many traces match of all that came.
#[derive(Debug, Serialize, Deserialize)]
pub struct ArrivalsView {
    /// Traces that match.
    pub matching: usize,
    /// Traces that there are.
    pub traces: usize,
    /// The newest that match, or the newest of all when none does.
    pub newest: Vec<Arrival>,
}

/// One trace.
#[derive(Debug, Serialize, Deserialize)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "they are the states that a trace may be in at once"
)]
pub struct Arrival {
    trace_id: String,
    account: String,
    region: String,
    service: Option<String>,
    method: Option<String>,
    url: Option<String>,
    status: Option<i64>,
    fault: bool,
    error: bool,
    throttle: bool,
    in_progress: bool,
}

impl ArrivalsView {
    /// How many there are of those that are wanted.
    pub fn sentence(&self, wanted: usize) -> String {
        let verb = if self.matching == 1 {
            "matches"
        } else {
            "match"
        };
        format!("{} of {wanted} wanted traces {verb}", self.matching)
    }
}

impl Arrival {
    fn state(&self) -> &'static str {
        if self.fault {
            "fault"
        } else if self.throttle {
            "throttle"
        } else if self.error {
            "error"
        } else if self.in_progress {
            "in progress"
        } else {
            "ok"
        }
    }

    fn request(&self) -> String {
        let status = self.status.map(|status| status.to_string());
        let parts = [self.method.clone(), self.url.clone(), status];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        if parts.is_empty() {
            MISSING.to_owned()
        } else {
            plain(&parts.join(" ")).into()
        }
    }
}

impl View for ArrivalsView {
    fn text(&self, page: &Page) -> String {
        if self.newest.is_empty() {
            return String::new();
        }
        let mut table = Table::new(page, &["trace", "service", "state", "request", "region"]);
        for trace in &self.newest {
            let service = trace.service.as_deref().map_or(MISSING.into(), plain);
            table.row([
                page.style.accent(&trace.trace_id),
                service.into(),
                trace.state().to_owned(),
                trace.request(),
                trace.region.clone(),
            ]);
        }
        table.text()
    }
}
