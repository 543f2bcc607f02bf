//! What was called: a bounded record for tests and for people who wonder.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, PoisonError};

use serde::Serialize;

const KEPT: usize = 10_000;

/// One call of an AWS operation.
#[derive(Debug, Clone, Serialize)]
pub(in crate::sandbox) struct Call {
    /// The service, or `unknown`.
    pub(super) service: &'static str,
    /// The operation's name, or what was asked for when there is no such operation.
    pub(super) operation: String,
    /// Whether the operation changes something.
    pub(super) writes: bool,
    /// The HTTP status; absent when the connection was cut.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) status: Option<u16>,
    /// The exception, if it was refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) error: Option<&'static str>,
    /// The fault switch that acted on it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) fault: Option<String>,
}

/// The calls so far.
#[derive(Debug, Default)]
pub(in crate::sandbox) struct Calls(Mutex<Record>);

#[derive(Debug, Default)]
struct Record {
    latest: VecDeque<Call>,
    totals: Totals,
}

#[derive(Debug, Default, Clone, Serialize)]
struct Totals {
    calls: u64,
    writes: u64,
    unknown_operations: u64,
    operations: BTreeMap<String, u64>,
}

/// The record as it is shown.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    totals: Totals,
    calls: Vec<Call>,
}

impl Calls {
    /// Notes a call.
    pub(super) fn note(&self, call: Call) {
        let mut record = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Record { latest, totals } = &mut *record;
        totals.calls += 1;
        totals.writes += u64::from(call.writes);
        if call.error == Some("UnknownOperationException") {
            totals.unknown_operations += 1;
        } else {
            // What callers invent is not counted by name: that would grow without bound.
            *totals
                .operations
                .entry(format!("{}:{}", call.service, call.operation))
                .or_default() += 1;
        }
        if latest.len() == KEPT {
            latest.pop_front();
        }
        latest.push_back(call);
    }

    /// All there is to know, oldest call first.
    pub(super) fn report(&self) -> Report {
        let record = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Report {
            totals: record.totals.clone(),
            calls: record.latest.iter().cloned().collect(),
        }
    }

    /// Forgets everything.
    pub(super) fn clear(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Record::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_latest_calls_are_kept_and_all_are_counted() {
        let calls = Calls::default();
        for number in 0..=KEPT {
            calls.note(Call {
                service: "xray",
                operation: number.to_string(),
                writes: number % 2 == 0,
                status: Some(404),
                error: Some("UnknownOperationException"),
                fault: None,
            });
        }
        let report = calls.report();
        assert_eq!(report.calls.len(), KEPT);
        assert_eq!(report.calls[0].operation, "1");
        assert_eq!(report.totals.calls, 10_001);
        assert_eq!(report.totals.unknown_operations, 10_001);
        assert!(report.totals.operations.is_empty());
    }
}
