//! Log events on their way: the shipper in this process with CloudWatch Logs on a bad day, and the
//! command between a pipe and a socket.

mod backoff;
mod command;
mod faults;
mod layer;
mod pipe;
mod queue;
mod refusals;
mod service;
