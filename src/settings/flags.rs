//! The global flags, as values.

/// What the command line says; `None` where a flag was not given.
#[derive(Debug, Clone, Default)]
pub struct Flags {
    /// `--region`.
    pub region: Option<String>,
    /// `--profile`.
    pub profile: Option<String>,
    /// `--endpoint-url`.
    pub endpoint_url: Option<String>,
    /// `--sandbox[=URL]`: the outer level says whether the flag is there, the inner one its value.
    pub sandbox: Option<Option<String>>,
    /// `--max-attempts`.
    pub max_attempts: Option<u32>,
    /// `--timeout`, in seconds.
    pub timeout: Option<u32>,
}
