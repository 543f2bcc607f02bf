//! A drop-in for AWS's X-Ray daemon: UDP in, batches out, and a way to X-Ray for samplers.
//!
//! ```text
//! UDP → reader → queue → batches → uploads ──→ X-Ray
//!                                    │  ↑
//!                                    └→ spool     a batch that does not arrive waits on disk
//! TCP → gateway ─────────────────────────→ X-Ray  two paths for samplers; /healthz and /metrics
//! ```
//!
//! Every document that was received ends in exactly one place: sent, rejected, spooled or dropped;
//! `counters` keeps the books, and the last line of a run shows them. What a document says is not
//! looked at: it is carried byte for byte. Reading flags and files stays with `cli`, calling AWS
//! with `remote`.

mod batches;
mod counters;
mod endpoint;
mod files;
mod gateway;
mod health;
mod listen;
mod log;
mod metrics;
mod notify;
mod queue;
mod reader;
mod resend;
mod server;
mod settings;
mod spool;
mod telemetry;
mod upload;

pub use counters::{Counters, Totals};
pub use health::{Health, Verdict};
pub use log::Log;
pub use server::Daemon;
pub use settings::{Settings, SpoolSettings};
