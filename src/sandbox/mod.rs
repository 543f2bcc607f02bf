//! The services on this machine: a store, and one file per protocol.
//!
//! What speaks X-Ray, CloudWatch Logs, STS, OTLP, Honeycomb and Rollbar when there is no account: the same router answers on
//! a socket ([`Sandbox`]) and inside the process of a command ([`in_process`]). Judged by the
//! official clients, so nothing here uses an AWS SDK's types or shares one with `remote`.
//! Reading flags, choosing a directory and printing for people stay out: they are `cli`'s.

pub mod api;
mod authority;
mod bundle;
mod claim;
mod client_environment;
mod daemon_port;
mod datagrams;
mod disk;
mod local;
mod log;
mod matching;
mod server;
mod side_port;
pub mod store;
#[cfg(test)]
mod tests;

pub use api::fault_switch::FaultSwitch;
pub use authority::HOSTS;
pub use bundle::write_bundle;
pub use claim::{Running, running};
pub use client_environment::{HONEYCOMB_KEY, ROLLBAR_TOKEN, client_environment, https_environment};
pub use local::{LocalService, in_process};
pub use log::Log;
pub use matching::matching;
pub use server::{Options, Sandbox};
pub use side_port::SidePort;
pub use store::{Location, Retention, Store};
