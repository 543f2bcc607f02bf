//! X-Ray's words, pure: no network, no clock, no environment.

pub mod cost;
pub mod filter_expression;
pub mod group;
pub mod names;
pub mod pattern;
pub mod sampling_rule;
