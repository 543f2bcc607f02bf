//! CloudWatch Logs Insights: text in, a [`Query`] or a helpful [`QueryError`] out; events in, one
//! by one, [`Results`] out.
//!
//! The language is that of <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax.html>:
//! `fields`, `filter`, `parse`, `stats`, `sort`, `dedup`, `limit` and `display`. Other commands are
//! refused by name. Where the pages are silent, this is what happens here:
//!
//! - What is missing equals nothing and is ordered before or after nothing; `!=`, `not in` and
//!   `not like` are the plain opposites, so that a missing field satisfies them.
//! - Two values that look like numbers are compared as numbers, others as texts.
//! - What has no number as its result is missing: a division by zero, the root of -1, an
//!   overflow, arithmetic with a text.
//! - Computed numbers are shown with at most four digits behind the point; fields as they are
//!   written; `true` and `false` as 1 and 0.
//! - What `parse` extracts is shown behind the other fields.
//! - Groups of `stats` come in the order of their keys unless they are sorted.
//! - Only messages that are one JSON object have fields of their own.
//!
//! Memory is bounded: no more rows are kept than the query can show, and the figures of `stats`
//! are estimates where exact ones would grow without end.
//!
//! Which events there are, and running a query as a job, stay out.

mod aggregate;
mod command;
mod distinct;
mod error;
mod execution;
mod expression;
mod extraction;
mod function;
mod groups;
mod parser;
mod percentiles;
mod period;
mod reader;
mod record;
mod sorting;
#[cfg(test)]
mod tests;
mod value;

use std::sync::Arc;

pub use error::QueryError;
pub use execution::{Execution, Results};
pub use record::Event;

use command::Command;

/// The longest query that is read, in characters.
pub const MAX_CHARACTERS: usize = 10_000;

/// The deepest nesting of parentheses that is read.
pub const MAX_DEPTH: usize = 64;

/// The rows of a result where the query has no `limit`.
pub const DEFAULT_LIMIT: usize = 10_000;

/// The highest `limit`.
pub const MAX_LIMIT: usize = 100_000;

/// The most `stats` commands in a query.
pub const MAX_STATS: usize = 2;

/// The most groups that a `stats` or `dedup` keeps.
pub const MAX_GROUPS: usize = 100_000;

/// A query that was read.
#[derive(Debug, Clone)]
pub struct Query {
    text: String,
    commands: Arc<[Command]>,
}

impl Query {
    /// Reads a query.
    pub fn parse(text: &str) -> Result<Self, QueryError> {
        Ok(Self {
            text: text.to_owned(),
            commands: parser::parse(text)?.into(),
        })
    }

    /// The text as it was written.
    pub fn text(&self) -> &str {
        &self.text
    }
}
