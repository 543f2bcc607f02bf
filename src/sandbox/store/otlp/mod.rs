//! What is kept of OTLP over HTTP.

/// The tables.
pub(super) const SCHEMA: &str = "";

/// Their names, children before parents.
pub(super) const TABLES: &[&str] = &[];
