//! X-Ray's words, pure: no network, no clock, no environment.

pub mod filter_expression;
pub mod group;
pub mod sampling_rule;
