//! Which traces OpenTelemetry records, as the settings say it.

use opentelemetry_sdk::trace::Sampler;

use crate::settings::{OpenTelemetry, RootSampler};

/// The sampler; it takes nothing where spans would go nowhere.
pub(super) fn of(settings: &OpenTelemetry, has_exporter: bool) -> Sampler {
    if !has_exporter {
        return Sampler::AlwaysOff;
    }
    let root = match settings.sampler.root {
        RootSampler::On => Sampler::AlwaysOn,
        RootSampler::Off => Sampler::AlwaysOff,
        RootSampler::Ratio(ratio) => Sampler::TraceIdRatioBased(ratio),
    };
    if settings.sampler.parent_based {
        Sampler::ParentBased(Box::new(root))
    } else {
        root
    }
}
