//! What `cruddur-obs config` prints.

use serde::Serialize;

use super::candidates::Candidates;
use super::keys;
use super::origin::{Origin, Setting};
use super::profiles::AwsFile;
use super::resolve::Settings;
use super::sandbox::Sandbox;
use super::secret::mask;
use super::{address, honeycomb, limits, region};

/// A setting as it is shown: nothing in it is secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// The setting's name.
    pub name: &'static str,
    /// The effective value, masked where it is secret.
    pub value: Option<String>,
    /// Where the value came from.
    pub origin: Option<String>,
    /// What would count if this value were not there, the strongest first.
    pub shadows: Vec<Shadow>,
    /// What else is worth knowing.
    pub note: Option<String>,
}

/// A value that does not count, because a stronger place says something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Shadow {
    /// The value, masked where it is secret.
    pub value: String,
    /// Where it stands.
    pub origin: String,
}

impl Shadow {
    fn of(setting: &Setting<String>, shown: impl Fn(&str) -> String) -> Self {
        Self {
            value: shown(&setting.value),
            origin: setting.origin.to_string(),
        }
    }
}

impl Entry {
    fn new(name: &'static str) -> Self {
        Self {
            name,
            value: None,
            origin: None,
            shadows: Vec::new(),
            note: None,
        }
    }

    fn of(name: &'static str, setting: Option<(String, &Origin)>) -> Self {
        let (value, origin) = setting.unzip();
        Self {
            value,
            origin: origin.map(ToString::to_string),
            ..Self::new(name)
        }
    }

    /// An entry of what all places say; `shown` makes a value fit to be seen.
    fn of_candidates(
        name: &'static str,
        candidates: &Candidates,
        shown: impl Fn(&str) -> String,
    ) -> Self {
        let effective = candidates.effective();
        let blank: Vec<String> = candidates.blank().map(ToString::to_string).collect();
        Self {
            shadows: candidates
                .shadowed()
                .filter(|setting| setting.origin != Origin::Default)
                .map(|setting| Shadow::of(setting, &shown))
                .collect(),
            note: (!blank.is_empty()).then(|| format!("empty: {}", blank.join(", "))),
            ..Self::of(
                name,
                effective.map(|setting| (shown(&setting.value), &setting.origin)),
            )
        }
    }

    fn secret(name: &'static str, candidates: &Candidates) -> Self {
        let harm = candidates
            .effective()
            .and_then(|setting| keys::harm(&setting.value));
        Self::of_candidates(name, candidates, mask).noted(harm)
    }

    fn noted(mut self, note: Option<&str>) -> Self {
        if let Some(note) = note {
            self.note = Some(match self.note {
                Some(before) => format!("{before}; {note}"),
                None => note.to_owned(),
            });
        }
        self
    }

    /// Puts what the sandbox uses in the place of the value, which becomes the first shadow.
    fn replaced(
        mut self,
        value: Option<String>,
        candidates: &Candidates,
        shown: impl Fn(&str) -> String,
    ) -> Self {
        if let Some(setting) = candidates.effective() {
            self.shadows.insert(0, Shadow::of(setting, shown));
        }
        self.value = value;
        self.origin = Some(Origin::Sandbox.to_string());
        self
    }
}

impl Settings {
    /// Every setting with its origin and what it shadows, in a fixed order.
    pub fn entries(&self) -> Vec<Entry> {
        let mut entries = vec![self.sandbox_entry(), self.data_directory_entry()];
        entries.push(Entry {
            value: self.dot_env().map(str::to_owned),
            origin: self.dot_env().map(|_| "nearest upwards".to_owned()),
            ..Entry::new("dot_env")
        });
        entries.push(self.profile_entry());
        entries.push(self.region_entry());
        for (name, candidates) in [
            ("endpoint_xray", &self.endpoints.xray),
            ("endpoint_logs", &self.endpoints.logs),
            ("endpoint_sts", &self.endpoints.sts),
        ] {
            entries.push(self.endpoint_entry(name, candidates));
        }
        for (name, candidates) in [
            ("access_key_id", &self.access_key_id),
            ("secret_access_key", &self.secret_access_key),
            ("session_token", &self.session_token),
        ] {
            let unused = self.why_unused(candidates);
            entries.push(Entry::secret(name, candidates).noted(unused.as_deref()));
        }
        entries.push(file_entry("config_file", &self.profiles.config));
        entries.push(file_entry("credentials_file", &self.profiles.credentials));
        entries.push(Entry::secret("honeycomb_api_key", &self.honeycomb_api_key));
        entries.extend(self.exporter_entries());
        entries.push(Entry::secret(
            "rollbar_access_token",
            &self.rollbar_access_token,
        ));
        entries.push(Entry::of_candidates(
            "ca_bundle",
            &self.ca_bundle,
            str::to_owned,
        ));
        entries.push(self.proxy_entry());
        for (name, candidates) in [
            ("max_attempts", &self.max_attempts),
            ("timeout", &self.timeout),
        ] {
            entries.push(Entry::of_candidates(name, candidates, limits::shown));
        }
        entries
    }

    /// Where Honeycomb is, and what OpenTelemetry's exporters of spans read, where it is set.
    fn exporter_entries(&self) -> Vec<Entry> {
        let endpoint = |name, variable| self.service_entry(name, variable, address::shown);
        let headers =
            |name, variable| self.service_entry(name, variable, honeycomb::headers::masked);
        [
            endpoint("honeycomb_api_endpoint", "HONEYCOMB_API_ENDPOINT"),
            endpoint("otlp_endpoint", "OTEL_EXPORTER_OTLP_ENDPOINT"),
            endpoint("otlp_traces_endpoint", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"),
            headers("otlp_headers", "OTEL_EXPORTER_OTLP_HEADERS"),
            headers("otlp_traces_headers", "OTEL_EXPORTER_OTLP_TRACES_HEADERS"),
            self.service_entry("otel_service_name", "OTEL_SERVICE_NAME", str::to_owned),
        ]
        .into_iter()
        .filter(|entry| entry.value.is_some() || entry.note.is_some())
        .collect()
    }

    fn service_entry(
        &self,
        name: &'static str,
        variable: &str,
        shown: impl Fn(&str) -> String,
    ) -> Entry {
        match self.services.of(variable) {
            Some(candidates) => Entry::of_candidates(name, candidates, shown),
            None => Entry::new(name),
        }
    }

    fn sandbox_entry(&self) -> Entry {
        match &self.sandbox {
            None => Entry {
                value: Some("off".to_owned()),
                origin: Some(Origin::Default.to_string()),
                ..Entry::new("sandbox")
            },
            Some(Setting { value, origin }) => {
                let value = match value {
                    Sandbox::InProcess => "on".to_owned(),
                    Sandbox::At(url) => url.clone(),
                };
                let note = "takes the place of AWS, Honeycomb and Rollbar";
                Entry::of("sandbox", Some((value, origin))).noted(Some(note))
            }
        }
    }

    fn data_directory_entry(&self) -> Entry {
        let setting = self.data_directory().ok();
        let shown = setting.map(|setting| (self.data_directory_shown.clone(), &setting.origin));
        Entry::of("data_directory", shown)
    }

    fn profile_entry(&self) -> Entry {
        let name = self.profile().value;
        let absent = self.profiles.profile(&name).is_none();
        Entry::of_candidates("profile", &self.profile, str::to_owned)
            .noted(absent.then_some("neither AWS file has it"))
    }

    fn region_entry(&self) -> Entry {
        let entry = Entry::of_candidates("region", &self.region, region::shown);
        if self.sandbox.is_some() && entry.value.is_none() {
            let fallback = self.region().map(|setting| setting.value);
            return entry.replaced(fallback, &self.region, region::shown);
        }
        entry
    }

    fn endpoint_entry(&self, name: &'static str, candidates: &Candidates) -> Entry {
        let entry = Entry::of_candidates(name, candidates, address::shown);
        if let Some(sandbox) = &self.sandbox {
            let url = match &sandbox.value {
                Sandbox::InProcess => None,
                Sandbox::At(url) => Some(url.clone()),
            };
            return entry.replaced(url, candidates, address::shown);
        }
        let ignored = self.endpoints.ignored.as_ref();
        let note =
            ignored.map(|setting| format!("configured endpoints are ignored: {}", setting.origin));
        entry.noted(note.as_deref())
    }

    /// Why a key that is there does not count.
    fn why_unused(&self, key: &Candidates) -> Option<String> {
        let key = key.effective()?;
        if self.sandbox.is_some() {
            return Some("not used: the sandbox takes any keys".to_owned());
        }
        let profile = self.profile().origin;
        let beaten = match profile {
            Origin::Flag(_) => true,
            Origin::Environment(_) => matches!(key.origin, Origin::DotEnv { .. }),
            _ => false,
        };
        beaten.then(|| format!("not used: {profile} goes before it"))
    }

    fn proxy_entry(&self) -> Entry {
        let first = self.proxies.first();
        Entry {
            shadows: Vec::new(),
            note: (self.proxies.len() > 1).then(|| {
                let others: Vec<String> = self.proxies[1..]
                    .iter()
                    .map(|setting| setting.origin.holding(&setting.value))
                    .collect();
                format!("also {}", others.join(", "))
            }),
            ..Entry::of(
                "proxy",
                first.map(|setting| (setting.value.clone(), &setting.origin)),
            )
        }
    }
}

fn file_entry(name: &'static str, file: &AwsFile) -> Entry {
    let origin = file.path.as_ref().map(|(_, origin)| origin);
    let shown = origin.map(|origin| (file.shown.clone(), origin));
    let note = if file.is_broken() {
        Some("cannot be read")
    } else {
        (!file.exists).then_some("does not exist")
    };
    Entry::of(name, shown).noted(note)
}
