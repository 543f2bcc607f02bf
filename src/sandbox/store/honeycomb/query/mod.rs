//! The query engine: events in, groups and series out. Pure: no database, no clock.
//!
//! [`Query::read`] checks what was written; a [`Running`] query takes events one by one, so that none
//! of them is held; [`Running::finish`] sorts, cuts and writes the answer.

mod aliases;
mod calculation;
mod clauses;
mod encoding;
mod filter;
mod group;
mod heatmap;
mod invalid;
mod outcome;
mod running;
mod specification;
#[cfg(test)]
mod tests;
mod window;

pub(super) use heatmap::number as json_number;
pub use invalid::InvalidMember;
pub use outcome::{Asked, Outcome};
pub(super) use running::Running;
pub use specification::Query;
