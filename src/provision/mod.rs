//! Desired state, plan, apply: one file per kind of resource.
//!
//! Desired state is data (`aws/json/`); what is there is observed; a plan is the difference, a
//! value that is printed and then applied, the very same one. Nothing here prints, and nothing
//! but [`apply`] writes. Only what the desired state names is ever read, changed or deleted.

pub mod apply;
mod change;
pub mod desired;
mod group;
mod lint;
mod log_group;
mod observe;
pub mod permissions;
pub mod plan;
mod resource;
mod sampling_rule;
#[cfg(test)]
mod tests;

pub use change::{FieldChange, MARKER_KEY, MARKER_VALUE};
pub use resource::ResourceKind;
