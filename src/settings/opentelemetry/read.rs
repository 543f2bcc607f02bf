//! Reads the variables: what is made, who it is that makes it, and which of it is kept.

use std::time::Duration;

use super::otlp;
use super::{
    Batches, HttpNames, OpenTelemetry, Propagators, RootSampler, SandboxOtlp, SpanLimits,
    SpanSampler,
};
use crate::settings::pairs::pairs;
use crate::settings::{Origin, Setting, Settings};

/// What is read, and what has to be said about it.
pub(super) struct Reader<'a> {
    settings: &'a Settings,
    pub(super) warnings: Vec<String>,
}

impl Settings {
    /// What OpenTelemetry's variables say, and what has to be said about them: one sentence each.
    ///
    /// With the sandbox, spans go there, whatever the endpoint's variables say.
    pub fn opentelemetry(&self, sandbox: Option<&SandboxOtlp>) -> (OpenTelemetry, Vec<String>) {
        let mut reader = Reader {
            settings: self,
            warnings: Vec::new(),
        };
        let is_disabled = reader.is_true("OTEL_SDK_DISABLED");
        let exporters = reader.exporters();
        let (service_name, resource) = reader.service();
        let off = if is_disabled {
            Some("OTEL_SDK_DISABLED is true".to_owned())
        } else {
            exporters
                .is_none()
                .then(|| "OTEL_TRACES_EXPORTER is none".to_owned())
        };
        let exporters = exporters.unwrap_or_default();
        let place = if exporters.otlp {
            otlp::read(&mut reader, sandbox, exporters.is_explicit)
        } else {
            Err("OTEL_TRACES_EXPORTER does not name otlp".to_owned())
        };
        let (otlp, otlp_off) = match place {
            Ok(place) => (Some(place), String::new()),
            Err(why) => (None, why),
        };
        let read = OpenTelemetry {
            off,
            otlp,
            otlp_off,
            console: exporters.console,
            service_name,
            resource,
            sampler: reader.sampler(),
            propagators: reader.propagators(),
            http_names: reader.http_names(),
            batches: reader.batches(),
            limits: reader.limits(),
        };
        (read, reader.warnings)
    }
}

/// Which exporters are named.
#[derive(Debug, Clone, Copy, Default)]
struct Exporters {
    otlp: bool,
    console: bool,
    is_explicit: bool,
}

impl Reader<'_> {
    pub(super) fn text(&self, name: &str) -> Option<&Setting<String>> {
        self.settings.variable(name)
    }

    /// The first of these that is set.
    pub(super) fn first(&self, names: &[&'static str]) -> Option<(&'static str, &Setting<String>)> {
        names
            .iter()
            .find_map(|name| Some((*name, self.settings.variable(name)?)))
    }

    pub(super) fn warn(&mut self, text: String) {
        self.warnings.push(text);
    }

    fn choice(&self, name: &str) -> Option<String> {
        Some(self.text(name)?.value.trim().to_ascii_lowercase())
    }

    fn is_true(&mut self, name: &str) -> bool {
        match self.choice(name).as_deref() {
            Some("true") => true,
            None | Some("false") => false,
            Some(other) => {
                let text = format!("{name} is \"{other}\", and only true counts as true");
                self.warn(text);
                false
            }
        }
    }

    /// A whole number from `smallest` on.
    pub(super) fn number(&mut self, name: &'static str, smallest: u64) -> Option<u64> {
        let text = self.text(name)?.value.trim().to_owned();
        let number = text.parse().ok().filter(|number| *number >= smallest);
        if number.is_none() {
            self.warn(format!(
                "{name} is \"{text}\", which is not a whole number from {smallest} on; the default is used"
            ));
        }
        number
    }

    /// None where nothing is to be exported.
    fn exporters(&mut self) -> Option<Exporters> {
        let Some(list) = self.choice("OTEL_TRACES_EXPORTER") else {
            return Some(Exporters {
                otlp: true,
                ..Exporters::default()
            });
        };
        let mut exporters = Exporters {
            is_explicit: true,
            ..Exporters::default()
        };
        let names: Vec<&str> = items(&list).collect();
        for name in &names {
            match *name {
                "otlp" => exporters.otlp = true,
                "console" | "logging" => exporters.console = true,
                "none" if names.len() > 1 => self.warn(format!(
                    "OTEL_TRACES_EXPORTER is \"{list}\"; none stands alone or not at all, and the others are used"
                )),
                "none" => return None,
                other => self.warn(format!(
                    "OTEL_TRACES_EXPORTER names {other}, which is not spoken here; otlp and console are"
                )),
            }
        }
        Some(exporters)
    }

    /// The service's name, and the rest of the resource.
    fn service(&mut self) -> (Setting<String>, Vec<(String, String)>) {
        let mut resource = Vec::new();
        let mut named = None;
        if let Some(setting) = self.text("OTEL_RESOURCE_ATTRIBUTES").cloned() {
            let (known, wrong) = pairs(&setting.value);
            for pair in wrong {
                self.warn(format!(
                    "OTEL_RESOURCE_ATTRIBUTES: \"{pair}\" is not of the form key=value, and left out"
                ));
            }
            for (key, value) in known {
                if key == "service.name" {
                    named = Some(Setting::new(value, setting.origin.clone()));
                } else {
                    resource.push((key, value));
                }
            }
        }
        let own = self.text("OTEL_SERVICE_NAME").cloned();
        let name = own
            .or(named.filter(|name| !name.value.is_empty()))
            .or_else(|| self.text("HONEYCOMB_SERVICE_NAME").cloned())
            .unwrap_or_else(|| Setting::new("backend-flask".to_owned(), Origin::Default));
        (name, resource)
    }

    fn sampler(&mut self) -> SpanSampler {
        let usual = SpanSampler::default();
        let Some(name) = self.choice("OTEL_TRACES_SAMPLER") else {
            return usual;
        };
        let (parent_based, root) = match name.strip_prefix("parentbased_") {
            Some(root) => (true, root),
            None => (false, name.as_str()),
        };
        let root = match root {
            "always_on" => RootSampler::On,
            "always_off" => RootSampler::Off,
            "traceidratio" => RootSampler::Ratio(self.ratio(&name)),
            "xray" => {
                self.warn("OTEL_TRACES_SAMPLER is xray: X-Ray's rules decide what X-Ray gets and nothing else; parentbased_always_on is used".to_owned());
                return usual;
            }
            _ => {
                self.warn(format!(
                    "OTEL_TRACES_SAMPLER is \"{name}\", which is not known here; parentbased_always_on is used"
                ));
                return usual;
            }
        };
        SpanSampler { parent_based, root }
    }

    fn ratio(&mut self, sampler: &str) -> f64 {
        let text = self.text("OTEL_TRACES_SAMPLER_ARG");
        let text = text.map(|one| one.value.trim().to_owned());
        let ratio = text
            .as_ref()
            .and_then(|text| text.parse().ok())
            .filter(|ratio| (0.0..=1.0).contains(ratio));
        if let Some(ratio) = ratio {
            return ratio;
        }
        let found = text.map_or("not set".to_owned(), |text| format!("\"{text}\""));
        self.warn(format!(
            "OTEL_TRACES_SAMPLER is {sampler} and OTEL_TRACES_SAMPLER_ARG is {found}; it takes a share from 0 to 1, and 1 is used"
        ));
        1.0
    }

    fn propagators(&mut self) -> Propagators {
        let Some(list) = self.choice("OTEL_PROPAGATORS") else {
            return Propagators::default();
        };
        let mut chosen = Propagators {
            trace_context: false,
            baggage: false,
            xray: false,
        };
        for name in items(&list) {
            match name {
                "tracecontext" => chosen.trace_context = true,
                "baggage" => chosen.baggage = true,
                "xray" => chosen.xray = true,
                "none" => {}
                other => self.warn(format!(
                    "OTEL_PROPAGATORS names {other}, which is not spoken here; tracecontext, baggage and xray are"
                )),
            }
        }
        chosen
    }

    fn http_names(&mut self) -> HttpNames {
        let Some(list) = self.choice("OTEL_SEMCONV_STABILITY_OPT_IN") else {
            return HttpNames::Both;
        };
        let mut names = HttpNames::Both;
        // Other areas have values of their own, which mean nothing here.
        for item in items(&list) {
            match item {
                "http/dup" => return HttpNames::Both,
                "http" => names = HttpNames::Stable,
                "http/old" => names = HttpNames::Old,
                other if other.starts_with("http") => self.warn(format!(
                    "OTEL_SEMCONV_STABILITY_OPT_IN has \"{other}\"; http (new names), http/old (old names) and http/dup (both) are known"
                )),
                _ => {}
            }
        }
        names
    }

    fn batches(&mut self) -> Batches {
        let usual = Batches::default();
        let size = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
        let queue = self
            .number("OTEL_BSP_MAX_QUEUE_SIZE", 1)
            .map_or(usual.queue, size);
        let most = self
            .number("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", 1)
            .map_or(usual.most.min(queue), size);
        if most > queue {
            self.warn(format!(
                "OTEL_BSP_MAX_EXPORT_BATCH_SIZE is {most}, more than the queue holds; {queue} is used"
            ));
        }
        Batches {
            queue,
            most: most.min(queue),
            delay: self
                .number("OTEL_BSP_SCHEDULE_DELAY", 0)
                // A delay of nothing would keep a processor busy.
                .map_or(usual.delay, |number| Duration::from_millis(number.max(10))),
            patience: self
                .number("OTEL_BSP_EXPORT_TIMEOUT", 1)
                .map_or(usual.patience, Duration::from_millis),
        }
    }

    fn limits(&mut self) -> SpanLimits {
        let usual = SpanLimits::default();
        let small = |number: u64| u32::try_from(number).unwrap_or(u32::MAX);
        let attributes = self
            .number("OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT", 0)
            .or_else(|| self.number("OTEL_ATTRIBUTE_COUNT_LIMIT", 0));
        let value_length = self
            .number("OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT", 0)
            .or_else(|| self.number("OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT", 0));
        SpanLimits {
            attributes: attributes.map_or(usual.attributes, small),
            events: self
                .number("OTEL_SPAN_EVENT_COUNT_LIMIT", 0)
                .map_or(usual.events, small),
            links: self
                .number("OTEL_SPAN_LINK_COUNT_LIMIT", 0)
                .map_or(usual.links, small),
            value_length: value_length.map(|number| usize::try_from(number).unwrap_or(usize::MAX)),
        }
    }
}

/// The items of a list with commas.
fn items(list: &str) -> impl Iterator<Item = &str> {
    list.split(',')
        .map(str::trim)
        .filter(|item| !item.is_empty())
}
