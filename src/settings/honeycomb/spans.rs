//! Where an exporter sends spans, by OpenTelemetry's variables, and of which service they are.
//!
//! <https://opentelemetry.io/docs/specs/otel/protocol/exporter/#endpoint-urls-for-otlphttp>

use super::headers::{DATASET, TEAM};
use crate::error::Result;
use crate::settings::address;
use crate::settings::origin::{Origin, Setting};
use crate::settings::resolve::Settings;
use crate::settings::secret::Secret;

const PATH: &str = "/v1/traces";

/// Where spans go, as the variables say.
#[derive(Debug, Clone)]
pub struct SpansTarget {
    /// The whole URL, and the variable that it was made of.
    pub url: Setting<String>,
    /// What is odd about it: one sentence each.
    pub oddities: Vec<String>,
}

impl Settings {
    /// Where an exporter would send spans, if a variable says.
    pub fn spans_target(&self) -> Result<Option<SpansTarget>> {
        let mut oddities = Vec::new();
        let trimmed = |setting: &Setting<String>| setting.clone().map(|url| url.trim().to_owned());
        let url = if let Some(own) = self.variable("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT") {
            let own = trimmed(own);
            if !own.value.trim_end_matches('/').ends_with(PATH) {
                oddities.push(format!(
                    "{} is used exactly as it stands, and has no {PATH}: an endpoint of one signal needs the whole path",
                    own.origin
                ));
            }
            own
        } else if let Some(base) = self.variable("OTEL_EXPORTER_OTLP_ENDPOINT") {
            let base = trimmed(base);
            if base.value.trim_end_matches('/').ends_with(PATH) {
                oddities.push(format!(
                    "{} ends in {PATH} already; exporters append it once more, so write the base alone",
                    base.origin
                ));
                base
            } else {
                base.map(|base| format!("{}{PATH}", base.trim_end_matches('/')))
            }
        } else {
            return Ok(None);
        };
        address::check(&url, "endpoint", "endpoint-invalid")?;
        if url.value.contains(":4317") {
            oddities.push(format!(
                "{} names port 4317, which speaks gRPC; OTLP over HTTP has port 4318",
                url.origin
            ));
        }
        Ok(Some(SpansTarget { url, oddities }))
    }

    /// What the exporters' variables say that a test span cannot show: one sentence each.
    pub fn exporter_oddities(&self) -> Vec<String> {
        let mut said = Vec::new();
        let protocol = [
            "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL",
            "OTEL_EXPORTER_OTLP_PROTOCOL",
        ]
        .into_iter()
        .find_map(|name| self.variable(name));
        if let Some(protocol) = protocol
            && !protocol.value.trim().eq_ignore_ascii_case("http/protobuf")
        {
            said.push(format!(
                "{}={} is what your exporter speaks; this span goes as http/protobuf",
                protocol.origin,
                protocol.value.trim()
            ));
        }
        let is_off = |name: &str, value: &str| {
            let set = self.variable(name)?;
            set.value
                .trim()
                .eq_ignore_ascii_case(value)
                .then(|| format!("{}={value}: your application sends no spans", set.origin))
        };
        said.extend(is_off("OTEL_SDK_DISABLED", "true"));
        said.extend(is_off("OTEL_TRACES_EXPORTER", "none"));
        said.extend(is_off("OTEL_TRACES_SAMPLER", "always_off"));
        said
    }

    /// The headers that an exporter adds to spans, but for the key's.
    pub fn spans_headers(&self) -> Vec<(String, Secret)> {
        let Some((_, headers)) = self.otlp_headers().next() else {
            return Vec::new();
        };
        headers
            .entries
            .into_iter()
            .filter(|(name, _)| name != TEAM)
            .map(|(name, value)| (name, Secret::new(value)))
            .collect()
    }

    /// The dataset that Classic's spans are sent to: the header's, else `HONEYCOMB_DATASET`.
    pub fn honeycomb_dataset(&self) -> Option<Setting<String>> {
        let of_headers = self.otlp_headers().next().and_then(|(setting, headers)| {
            let name = headers.get(DATASET)?.trim().to_owned();
            (!name.is_empty()).then(|| Setting::new(name, setting.origin.clone()))
        });
        of_headers.or_else(|| self.variable("HONEYCOMB_DATASET").cloned())
    }

    /// The name of the service, as OpenTelemetry's variables say it.
    pub fn otel_service_name(&self) -> Option<Setting<String>> {
        if let Some(name) = self.variable("OTEL_SERVICE_NAME") {
            return Some(name.clone());
        }
        let attributes = self.variable("OTEL_RESOURCE_ATTRIBUTES")?;
        let headers = super::Headers::read(&attributes.value);
        let name = headers.get("service.name")?.trim().to_owned();
        (!name.is_empty()).then(|| Setting::new(name, attributes.origin.clone()))
    }

    /// Where this program's spans go when no variable says so.
    pub fn spans_fallback(base: &Setting<String>) -> Setting<String> {
        let origin: Origin = base.origin.clone();
        Setting::new(
            format!("{}{PATH}", base.value.trim_end_matches('/')),
            origin,
        )
    }
}
