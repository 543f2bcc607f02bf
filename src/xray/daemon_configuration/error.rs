//! Why a configuration is refused.

use super::SMALLEST_BUFFER;
use crate::xray::daemon_address::AddressError;

/// A configuration that the daemon does not start with.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConfigurationError {
    /// The text is no YAML.
    #[error("not readable as YAML: {message}")]
    Yaml {
        /// What the parser says, with line and column.
        message: String,
    },
    /// The file is no list of keys with values.
    #[error("the file is {found}; it must be keys with values, such as \"Version: 2\"")]
    NotAMapping {
        /// What it is instead.
        found: &'static str,
    },
    /// The version is missing.
    #[error("Version is missing; add the line \"Version: 2\"")]
    NoVersion,
    /// The version is not known.
    #[error("Version is {found}; only 1 and 2 are known")]
    Version {
        /// What stands there.
        found: String,
    },
    /// A key that the daemon does not have.
    #[error("{key} is not a key of the daemon{}", meant(*nearest))]
    UnknownKey {
        /// The key, with the key that it stands under.
        key: String,
        /// What was probably meant.
        nearest: Option<&'static str>,
    },
    /// A key of daemons before version 2.
    #[error("{key} is a key of an older daemon; it is called {now} now")]
    Renamed {
        /// The key.
        key: String,
        /// What it is called now.
        now: &'static str,
    },
    /// A key of daemons before version 2 that nothing took the place of.
    #[error("{key} is a key of an older daemon; it has no use any more, take it out")]
    Gone {
        /// The key.
        key: String,
    },
    /// A value of another kind than the key takes.
    #[error("{key} is {found}; it must be {expected}")]
    Value {
        /// The key.
        key: &'static str,
        /// What stands there, as JSON.
        found: String,
        /// What belongs there.
        expected: String,
    },
    /// An address that cannot be read.
    #[error("{key}: {error}")]
    Address {
        /// The key.
        key: &'static str,
        /// What is wrong with it.
        error: AddressError,
    },
    /// Less memory than the daemon can work with.
    #[error(
        "{megabytes} MB are too few for buffers; give at least {SMALLEST_BUFFER}, or 0 for 1 % of the machine's memory"
    )]
    BufferTooSmall {
        /// What stands there.
        megabytes: u32,
    },
    /// TLS without verification.
    #[error(
        "NoVerifySSL: true is not supported, since anyone on the way could take the place of X-Ray; take it out, and give a private endpoint a certificate that the system trusts"
    )]
    NoVerification,
}

fn meant(nearest: Option<&str>) -> String {
    nearest.map_or_else(String::new, |nearest| format!("; did you mean {nearest}?"))
}
