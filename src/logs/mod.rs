//! CloudWatch Logs' words, pure: no network, no clock, no environment.

mod decimal;
pub mod filter_pattern;
pub mod insights;
pub mod log_group;
pub mod names;
pub mod retention;
