//! Sockets that listen, and the loops that serve them.
//!
//! UDP without a loss that nobody counts, HTTP whose connections cannot hold up a stop, and TLS
//! within them. What is received, what is answered and what is said about it stays with those who
//! listen.

pub mod http;
mod kernel;
pub mod tunnel;
pub mod udp;

pub use kernel::{inode, lost};
