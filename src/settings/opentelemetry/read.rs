//! Reads the variables.

use super::{OpenTelemetry, SandboxOtlp};
use crate::settings::Settings;

impl Settings {
    /// What OpenTelemetry's variables say, and what has to be said about them: one sentence each.
    ///
    /// With the sandbox, spans go there, whatever the endpoint's variables say.
    pub fn opentelemetry(&self, sandbox: Option<&SandboxOtlp>) -> (OpenTelemetry, Vec<String>) {
        let _ = sandbox;
        (OpenTelemetry::default(), Vec::new())
    }
}
