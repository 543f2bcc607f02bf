//! What Honeycomb says of a key, and of a span.

pub mod sent;
#[cfg(test)]
mod tests;
pub mod whoami;
