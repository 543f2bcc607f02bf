//! CloudWatch Logs' words, pure: no network, no clock, no environment.

pub mod filter_pattern;
pub mod log_group;
pub mod names;
pub mod retention;
