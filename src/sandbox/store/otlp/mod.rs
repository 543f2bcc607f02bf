//! What is kept of OTLP over HTTP.

use std::ops::ControlFlow;

use super::{Fault, Store};
use crate::trace::graph::Window;

/// The tables.
pub(super) const SCHEMA: &str = "";

/// Their names, children before parents.
pub(super) const TABLES: &[&str] = &[];

/// What a request carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signal {
    /// Spans.
    Traces,
    /// Log records.
    Logs,
    /// Data points.
    Metrics,
}

/// A request that was kept.
#[derive(Debug, Clone, Copy)]
pub struct OtlpPayload<'a> {
    /// What it carries.
    pub signal: Signal,
    /// The request in protobuf.
    pub body: &'a [u8],
    /// The dataset that the sender named.
    pub dataset: Option<&'a str>,
    /// When it came, in milliseconds.
    pub received_at_ms: i64,
}

impl Store {
    /// Shows the requests of an environment.
    pub fn otlp_payloads(
        &self,
        _environment: &str,
        _signal: Option<Signal>,
        _window: Window,
        _visit: &mut dyn FnMut(OtlpPayload<'_>) -> ControlFlow<()>,
    ) -> Result<(), Fault> {
        Ok(())
    }

    /// Shows the requests of an environment that came after the one with this id.
    pub(super) fn otlp_payloads_after(
        &self,
        _environment: &str,
        after: i64,
        _visit: &mut dyn FnMut(OtlpPayload<'_>),
    ) -> Result<i64, Fault> {
        Ok(after)
    }
}
