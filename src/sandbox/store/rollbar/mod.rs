//! What is kept of Rollbar.

/// The tables.
pub(super) const SCHEMA: &str = "";

/// Their names, children before parents.
pub(super) const TABLES: &[&str] = &[];
