//! X-Ray's words, pure: no network, no clock, no environment.
//!
//! What a trace means is not here but in `trace`; who sends and receives these words is not
//! here either. Time and chance come in as values.

pub mod cost;
pub mod daemon_address;
pub mod daemon_configuration;
pub mod datagram;
pub mod filter_expression;
pub mod group;
pub mod names;
pub mod pattern;
pub mod sampling;
pub mod sampling_rule;
pub mod telemetry;
pub mod trace_header;
