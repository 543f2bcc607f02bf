//! Variables of Honeycomb, OpenTelemetry, Rollbar and X-Ray's SDKs: each with its origin.
//!
//! What the values mean is decided where they are used; here is only which names are read, from
//! the environment first and then from `.env`. An empty variable says nothing, as OpenTelemetry
//! has it (<https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/>).

use std::collections::HashMap;

use super::candidates::{Candidates, Places};
use super::origin::Setting;
use super::resolve::Settings;

/// The names that are read.
pub(super) const NAMES: [&str; 47] = [
    "AWS_XRAY_CONTEXT_MISSING",
    "AWS_XRAY_DAEMON_ADDRESS",
    "AWS_XRAY_SDK_ENABLED",
    "AWS_XRAY_TRACING_NAME",
    "AWS_XRAY_URL",
    "BACKEND_URL",
    "FRONTEND_URL",
    "HONEYCOMB_API_ENDPOINT",
    "HONEYCOMB_API_KEY",
    "HONEYCOMB_DATASET",
    "HONEYCOMB_SERVICE_NAME",
    "OTEL_ATTRIBUTE_COUNT_LIMIT",
    "OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT",
    "OTEL_BSP_EXPORT_TIMEOUT",
    "OTEL_BSP_MAX_EXPORT_BATCH_SIZE",
    "OTEL_BSP_MAX_QUEUE_SIZE",
    "OTEL_BSP_SCHEDULE_DELAY",
    "OTEL_EXPORTER_OTLP_CERTIFICATE",
    "OTEL_EXPORTER_OTLP_COMPRESSION",
    "OTEL_EXPORTER_OTLP_ENDPOINT",
    "OTEL_EXPORTER_OTLP_HEADERS",
    "OTEL_EXPORTER_OTLP_INSECURE",
    "OTEL_EXPORTER_OTLP_PROTOCOL",
    "OTEL_EXPORTER_OTLP_TIMEOUT",
    "OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE",
    "OTEL_EXPORTER_OTLP_TRACES_COMPRESSION",
    "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
    "OTEL_EXPORTER_OTLP_TRACES_HEADERS",
    "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL",
    "OTEL_EXPORTER_OTLP_TRACES_TIMEOUT",
    "OTEL_PROPAGATORS",
    "OTEL_RESOURCE_ATTRIBUTES",
    "OTEL_SDK_DISABLED",
    "OTEL_SEMCONV_STABILITY_OPT_IN",
    "OTEL_SERVICE_NAME",
    "OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT",
    "OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT",
    "OTEL_SPAN_EVENT_COUNT_LIMIT",
    "OTEL_SPAN_LINK_COUNT_LIMIT",
    "OTEL_TRACES_EXPORTER",
    "OTEL_TRACES_SAMPLER",
    "OTEL_TRACES_SAMPLER_ARG",
    "ROLLBAR_ACCESS_TOKEN",
    "ROLLBAR_CODE_VERSION",
    "ROLLBAR_ENDPOINT",
    "ROLLBAR_ENVIRONMENT",
    "ROLLBAR_READ_TOKEN",
];

/// What the places say about each name.
pub(super) struct Services(HashMap<&'static str, Candidates>);

impl Services {
    pub(super) fn resolve(places: Places<'_>) -> Self {
        let of = |name: &'static str| (name, Candidates::default().variables(&[name], places));
        Self(NAMES.into_iter().map(of).collect())
    }

    pub(super) fn of(&self, name: &str) -> Option<&Candidates> {
        debug_assert!(
            self.0.contains_key(name),
            "{name} is not among the names that are read"
        );
        self.0.get(name)
    }
}

impl Settings {
    /// The value of one of the services' variables that is not blank, and where it stands.
    pub fn variable(&self, name: &str) -> Option<&Setting<String>> {
        self.services.of(name)?.effective()
    }

    /// Where a variable is set to a blank string, if nothing else is said about it.
    pub fn blank_variable(&self, name: &str) -> Option<String> {
        let candidates = self.services.of(name)?;
        if candidates.effective().is_some() {
            return None;
        }
        candidates.blank().next().map(ToString::to_string)
    }
}
