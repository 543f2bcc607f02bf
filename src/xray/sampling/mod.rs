//! Which requests are recorded: the rules, and the arithmetic of both ends.
//!
//! The client's end decides request by request and reports what it did; the server's end
//! shares reservoirs between clients and remembers what they reported. Time and chance come in
//! as values; how rules are edited and what a request body looks like stays out.
//!
//! <https://docs.aws.amazon.com/xray/latest/devguide/xray-api-sampling.html>

pub mod boost;
pub mod client;
pub mod local;
pub mod matcher;
pub mod quota;
pub mod report;
mod reservoir;
pub mod statistics;

#[cfg(test)]
mod tests;
