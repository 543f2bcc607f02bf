//! Where the AWS services are called: custom endpoint URLs.

use super::address;
use super::candidates::{Candidates, Places};
use super::flags::Flags;
use super::origin::Setting;
use super::profiles::{Profiles, Sections};
use crate::error::Result;

/// The AWS services that this program calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Service {
    Xray,
    Logs,
    Sts,
}

impl Service {
    /// The variable of this service alone.
    fn variable(self) -> &'static str {
        match self {
            Self::Xray => "AWS_ENDPOINT_URL_XRAY",
            Self::Logs => "AWS_ENDPOINT_URL_CLOUDWATCH_LOGS",
            Self::Sts => "AWS_ENDPOINT_URL_STS",
        }
    }

    /// The service's name in a `[services]` section.
    fn key(self) -> &'static str {
        match self {
            Self::Xray => "xray",
            Self::Logs => "cloudwatch_logs",
            Self::Sts => "sts",
        }
    }
}

/// What every place says about the endpoints.
pub(super) struct Endpoints {
    pub(super) xray: Candidates,
    pub(super) logs: Candidates,
    pub(super) sts: Candidates,
    /// What says that configured endpoints do not count.
    pub(super) ignored: Option<Setting<String>>,
}

impl Endpoints {
    pub(super) fn resolve(
        flags: &Flags,
        places: Places<'_>,
        profiles: &Profiles,
        profile: &str,
    ) -> Self {
        let section = profiles.profile(profile);
        let ignored = ignored(places, section.as_ref(), profile);
        let of = |service: Service| {
            let candidates =
                Candidates::default().flag("--endpoint-url", flags.endpoint_url.as_ref());
            if ignored.is_some() {
                return candidates;
            }
            let mut candidates =
                candidates.variables(&[service.variable(), "AWS_ENDPOINT_URL"], places);
            if let Some(section) = &section {
                let of_the_service = section
                    .filled("services")
                    .and_then(|services| profiles.services(services.value))
                    .and_then(|services| services.nested(service.key(), "endpoint_url"));
                for found in [of_the_service, section.get("endpoint_url")]
                    .into_iter()
                    .flatten()
                {
                    candidates.push(found.value, found.origin(profile));
                }
            }
            candidates
        };
        Self {
            xray: of(Service::Xray),
            logs: of(Service::Logs),
            sts: of(Service::Sts),
            ignored,
        }
    }

    /// Refuses what cannot be called.
    pub(super) fn check(&self) -> Result<()> {
        for candidates in [&self.xray, &self.logs, &self.sts] {
            if let Some(setting) = candidates.effective() {
                address::check(setting, "endpoint_url", "endpoint-invalid")?;
            }
        }
        Ok(())
    }

    /// Whether neither X-Ray nor Logs is called where AWS has it.
    pub(super) fn are_custom(&self) -> bool {
        self.xray.effective().is_some() && self.logs.effective().is_some()
    }

    /// Whether both X-Ray and Logs are called on this machine.
    pub(super) fn are_loopback(&self) -> bool {
        [&self.xray, &self.logs].into_iter().all(|candidates| {
            candidates
                .effective()
                .is_some_and(|setting| address::is_loopback(&setting.value))
        })
    }
}

fn ignored(
    places: Places<'_>,
    section: Option<&Sections<'_>>,
    profile: &str,
) -> Option<Setting<String>> {
    let mut candidates =
        Candidates::default().variables(&["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"], places);
    if let Some(found) = section.and_then(|section| section.get("ignore_configured_endpoint_urls"))
    {
        candidates.push(found.value, found.origin(profile));
    }
    candidates
        .effective()
        .filter(|setting| setting.value.trim().eq_ignore_ascii_case("true"))
        .cloned()
}
