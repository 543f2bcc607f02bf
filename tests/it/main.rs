//! Everything that crosses a process or a socket: one binary, one world.

mod world;

mod arrivals;
mod config;
mod conformance;
mod daemon;
mod demo;
mod desired;
mod errors;
mod faults;
mod help;
mod honeycomb;
mod house;
mod https;
mod iam_policy;
mod kill;
mod log_events;
mod logs;
mod otlp;
mod rollbar;
mod sandbox;
mod secrets;
mod serve;
mod setup;
mod ship;
mod teardown;
mod tracing;
mod xray;
