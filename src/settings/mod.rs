//! The only reader of flags' values, environment, `.env` and AWS profile.
//!
//! Every value remembers where it came from. Nothing here calls a network.

mod environment;
mod secret;

pub use environment::Environment;
pub use secret::{Secret, mask};
