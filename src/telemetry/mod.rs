//! What an application emits through: bounded, counted, and never in the application's way.
//!
//! A handle takes what is emitted without waiting and without failing; a worker sends it in the
//! background and is stopped with a deadline. What cannot be delivered is counted with its reason.
//! What is emitted, and how it looks on a screen, is not decided here; the calls are `remote`'s.

mod json_object;
mod log_layer;
mod log_line;
mod log_shipper;
mod query_secrets;
pub mod rollbar;
pub mod tracing;

pub use json_object::Object as JsonObject;
pub use log_layer::LogLayer;
pub use log_line::{LogFields, LogLine, TraceContext};
pub use log_shipper::{
    GiveUp, LogShipper, LogShipping, NewGroup, Notice, Pauses, Settings, Totals, Undelivered,
};
pub use query_secrets::mask_query;
