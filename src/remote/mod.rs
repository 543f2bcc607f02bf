//! Our clients: the only room that names an SDK client.
//!
//! Clients are built once, on first use, and passed by reference. What comes back is made of
//! the words of `xray` and `logs`; what goes wrong is an [`Error`](crate::error::Error) that
//! says how to mend it. What to do with either is not decided here.

mod access_denied;
mod body;
mod calls;
mod connect;
mod dispatch;
mod explain;
mod facts;
mod honeycomb;
mod http;
mod log_events;
mod log_shipping;
mod logs;
mod retry;
mod role;
mod rollbar;
mod secrets;
mod segments;
mod service_error;
mod sign_in;
mod signer;
mod traces;
mod transport;
mod xray;

pub use calls::{CallCounts, Calls};
pub use connect::{Clients, Route, connect, connect_by};
pub use facts::Facts;
pub use honeycomb::{
    Accepted, Auth, EventsOfTrace, HoneycombClient, HoneycombFailure, Named, SpanRequest,
    SpanValue, TraceEvent,
};
pub use http::{HttpClient, HttpFailure};
pub use log_events::{
    EventPage, EventSearch, LOG_GROUP_CLASS, LiveEnd, LiveTail, LiveUpdate, NO_LOG_GROUP,
    QueryAnswer, QueryRow, QueryStatus, StreamPage,
};
pub use log_shipping::{NotShipped, RejectedEvents, Setback};
pub use logs::LogsClient;
pub use rollbar::{NotTaken, Occurrence, Refusal, RollbarClient};
pub use segments::{Forwarded, Reply, Undelivered, Unprocessed};
pub use signer::Signer;
pub use traces::{Fetched, FetchedTrace, FoundTraces, Progress, ServiceGraph, Unread};
pub use transport::LocalService;
pub use xray::{Tags, XrayClient};
