//! The only reader of flags' values, environment, `.env` and AWS profile.
//!
//! [`Settings::resolve`] takes everything in, in the order flags, environment, `.env`, profile,
//! default; every value remembers where it came from, and [`Settings::entries`] shows it.
//! [`Settings::aws`] is the pre-flight: what can be known to fail at AWS is refused here, with its
//! fix. Nothing here calls a network, changes the process's environment or builds a client; what
//! a service answers is the business of `remote`.

mod access;
mod address;
mod candidates;
mod chain;
mod credentials;
mod dot_env;
mod endpoint;
mod entries;
mod environment;
mod flags;
mod honeycomb;
mod keys;
mod limits;
mod login;
mod opentelemetry;
mod origin;
mod pairs;
mod profile_credentials;
mod profile_file;
mod profiles;
mod region;
mod resolve;
mod sandbox;
mod secret;
mod services;
mod single_sign_on;
mod spelling;
#[cfg(test)]
mod tests;

pub use access::AwsAccess;
pub use chain::ChainSource;
pub use credentials::Credentials;
pub use entries::{Entry, Shadow};
pub use environment::Environment;
pub use flags::Flags;
pub use honeycomb::{HoneycombKey, KeyReader, SpansTarget};
pub use limits::Limits;
pub use opentelemetry::{
    Batches, HttpNames, OpenTelemetry, Otlp, Propagators, RootSampler, SandboxOtlp, SpanLimits,
    SpanSampler,
};
pub use origin::{Origin, Setting};
pub use profile_credentials::ProfileKind;
pub use resolve::Settings;
pub use sandbox::Sandbox;
pub use secret::{Secret, mask};
