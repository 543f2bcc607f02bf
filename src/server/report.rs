//! What is told to Rollbar: failures, and the seeds' greeting.

use axum::http::request::Parts;

use super::App;
use super::failure::Fault;
use crate::telemetry::tracing::TracedRequest;

/// What every report says about the service.
#[derive(Debug, Clone, Default)]
pub struct About {
    /// The environment, such as `production`.
    pub environment: String,
    /// The version of the code.
    pub code_version: String,
    /// The machine's name.
    pub host: String,
    /// What stands before a trace's id to look at the trace: the beginning of an address or of a
    /// command.
    pub trace_link: String,
}

impl App {
    /// Reports a failure, with its request.
    pub(super) fn report_fault(
        &self,
        _fault: &Fault,
        _head: &Parts,
        _rule: Option<&'static str>,
        _address: &str,
        _traced: &TracedRequest,
    ) {
    }

    /// Reports the seeds' greeting, as a warning and without its request, as they do.
    pub(super) fn report_greeting(&self, _traced: &TracedRequest) {}
}
