//! cruddur-obs: from nothing to proven observability on AWS X-Ray, CloudWatch Logs, Honeycomb
//! and Rollbar.
//!
//! This page is the map of the house. Imports point one way:
//! `cli → provision, log_reader, sandbox, daemon, server → telemetry → remote → trace, xray, logs → error`; `tests/it/house.rs`
//! enforces it.
//!
//! | room | what it is for |
//! |---|---|
//! | [`cli`] | the tree of `--help`: one file per command, arguments in, a view out |
//! | [`provision`] | desired state, plan, apply: one file per kind of resource |
//! | [`log_reader`] | log groups read whole, in order, and on and on |
//! | [`sandbox`] | the services on this machine: a store, and one file per protocol |
//! | [`daemon`] | UDP in, batches out, a way to X-Ray for samplers |
//! | [`telemetry`] | what an application emits through: bounded, counted, never in its way |
//! | [`server`] | the demo backend: the traced Cruddur API |
//! | [`remote`] | our clients; the only room that names an SDK client |
//! | [`settings`] | the only reader of flags' values, environment, `.env` and profile |
//! | [`view`] | what commands show: serialisable structs with their text forms |
//! | [`output`] | streams, formats, tables, progress, the shape of an error |
//! | [`time_window`] | which stretch of time is looked at: what people type, and how it is shown |
//! | [`sockets`] | sockets that listen, and the loops that serve them |
//! | [`trace`] | the one model of a trace: document, span, tree, timeline, summary, graph |
//! | [`xray`], [`logs`], [`honeycomb`], [`rollbar`] | the services' words, pure: no network, no clock, no environment |
//! | `json`, `percent`, `pieces`, `caret` | reading JSON one level at a time; percent escapes; memory for what is queued; showing a place in a text |
//! | [`error`] | what failed, why, what to do; exit codes |

mod caret;
pub mod cli;
pub mod daemon;
pub mod error;
pub mod honeycomb;
mod json;
pub mod log_reader;
pub mod logs;
pub mod output;
mod percent;
mod pieces;
pub mod provision;
pub mod remote;
pub mod rollbar;
pub mod sandbox;
pub mod server;
pub mod settings;
pub mod sockets;
pub mod telemetry;
pub mod time_window;
pub mod trace;
pub mod view;
pub mod xray;
