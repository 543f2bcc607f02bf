//! X-Ray's words, pure: no network, no clock, no environment.

pub mod filter_expression;
