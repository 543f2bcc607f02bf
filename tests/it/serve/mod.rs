//! `serve` between a client and the four services that it tells everything.

mod answers;
mod backend;
mod captures;
mod differences;
mod ending;
mod faults;
mod flat;
mod pipelines;
mod segments;
mod sinks;
