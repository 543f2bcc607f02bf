//! Which traces OpenTelemetry records, as the settings say it.
//!
//! <https://opentelemetry.io/docs/specs/otel/trace/sdk/#sampling>

use opentelemetry::trace::{SpanContext, SpanKind, TraceId};
use opentelemetry_sdk::trace::{Sampler as RatioSampler, SamplingDecision, ShouldSample as _};

use crate::settings::{OpenTelemetry, RootSampler};

/// The sampler.
#[derive(Debug)]
pub(super) struct Sampler {
    root: Root,
    is_parent_based: bool,
}

#[derive(Debug)]
enum Root {
    On,
    Off,
    /// The SDK's, so that services with different SDKs take the same traces.
    Ratio(RatioSampler),
}

impl Sampler {
    /// As the settings say; it takes nothing where spans would go nowhere.
    pub(super) fn of(settings: &OpenTelemetry, has_exporter: bool) -> Self {
        let root = match settings.sampler.root {
            _ if !has_exporter => Root::Off,
            RootSampler::On => Root::On,
            RootSampler::Off => Root::Off,
            RootSampler::Ratio(ratio) => Root::Ratio(RatioSampler::TraceIdRatioBased(ratio)),
        };
        Self {
            root,
            is_parent_based: has_exporter && settings.sampler.parent_based,
        }
    }

    /// Whether it takes a span of this trace.
    pub(super) fn takes(&self, parent: Option<&SpanContext>, trace: TraceId) -> bool {
        if let Some(parent) = parent.filter(|_| self.is_parent_based) {
            return parent.is_sampled();
        }
        match &self.root {
            Root::On => true,
            Root::Off => false,
            Root::Ratio(ratio) => {
                let result = ratio.should_sample(None, trace, "", &SpanKind::Internal, &[], &[]);
                result.decision == SamplingDecision::RecordAndSample
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use opentelemetry::trace::{SpanId, TraceFlags, TraceState};

    use super::*;
    use crate::settings::SpanSampler;

    fn sampler(parent_based: bool, root: RootSampler) -> Sampler {
        let settings = OpenTelemetry {
            sampler: SpanSampler { parent_based, root },
            ..OpenTelemetry::default()
        };
        Sampler::of(&settings, true)
    }

    fn parent(is_sampled: bool) -> SpanContext {
        let flags = TraceFlags::default().with_sampled(is_sampled);
        let (trace, span) = (TraceId::from(7_u128), SpanId::from(9_u64));
        SpanContext::new(trace, span, flags, true, TraceState::NONE)
    }

    #[test]
    fn a_parent_decides_only_where_it_is_asked() {
        let trace = TraceId::from(7_u128);
        for root in [RootSampler::On, RootSampler::Off] {
            let is_on = matches!(root, RootSampler::On);
            let based = sampler(true, root);
            let free = sampler(false, root);
            assert_eq!(based.takes(None, trace), is_on);
            for is_sampled in [true, false] {
                let parent = parent(is_sampled);
                assert_eq!(based.takes(Some(&parent), trace), is_sampled);
                assert_eq!(free.takes(Some(&parent), trace), is_on);
            }
        }
    }

    #[test]
    fn a_ratio_looks_at_the_last_digits_of_the_trace() {
        let half = sampler(true, RootSampler::Ratio(0.5));
        assert!(half.takes(None, TraceId::from(0x7fff_ffff_ffff_ffff_u128)));
        assert!(!half.takes(None, TraceId::from(0x8000_0000_0000_0000_u128)));
        assert!(half.takes(None, TraceId::from(u128::MAX << 64)));
    }

    #[test]
    fn without_an_exporter_nothing_is_taken() {
        let settings = OpenTelemetry::default();
        let nothing = Sampler::of(&settings, false);
        assert!(!nothing.takes(Some(&parent(true)), TraceId::from(7_u128)));
    }
}
