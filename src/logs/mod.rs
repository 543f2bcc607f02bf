//! CloudWatch Logs' words, pure: no network, no clock, no environment.

pub mod batch;
mod decimal;
pub mod event;
pub mod filter_pattern;
pub mod glob;
pub mod insights;
pub mod line_filter;
pub mod log_group;
pub mod names;
pub mod retention;
