//! What is kept of Honeycomb.

/// The tables.
pub(super) const SCHEMA: &str = "";

/// Their names, children before parents.
pub(super) const TABLES: &[&str] = &[];
