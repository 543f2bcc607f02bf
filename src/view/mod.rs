//! What commands show: serialisable structs with their text forms.
//!
//! Field names are a public contract; numbers stay numbers, and times are RFC 3339 in UTC.
//! How things got to be as they are stays out.

pub mod arrivals;
pub mod config;
pub mod demo;
mod drawing;
pub mod fetched;
pub mod graph;
pub mod groups;
mod health;
pub mod honeycomb;
pub mod log_counts;
pub mod log_groups;
pub mod log_lines;
pub mod log_query;
pub mod plain;
pub mod plan;
pub mod policy;
mod quantity;
pub mod reported;
pub mod request;
pub mod rules;
pub mod sampling;
pub mod served;
pub mod shipped;
pub mod trace;
pub mod traces;
pub mod variables;
