//! The services on this machine: a store, and one file per protocol.

pub mod api;
pub mod store;
