//! The pre-flight: what a client of AWS needs, checked before anything calls the network.

use std::path::PathBuf;

use jiff::Timestamp;

use super::candidates::Candidates;
use super::credentials::{self, Credentials};
use super::environment::Environment;
use super::limits::Limits;
use super::origin::{Origin, Setting};
use super::profiles::AwsFile;
use super::region;
use super::resolve::Settings;
use super::sandbox::Sandbox;
use crate::error::{Error, Result};

/// How to reach AWS, or what takes its place.
#[derive(Debug, Clone)]
pub struct AwsAccess {
    /// The region.
    pub region: Setting<String>,
    /// The base URL of X-Ray, where it is not AWS's own.
    pub endpoint_xray: Option<Setting<String>>,
    /// The base URL of CloudWatch Logs, where it is not AWS's own.
    pub endpoint_logs: Option<Setting<String>>,
    /// The base URL of STS, where it is not AWS's own.
    pub endpoint_sts: Option<Setting<String>>,
    /// Where the credentials come from.
    pub credentials: Credentials,
    /// The AWS configuration file, where it exists.
    pub config_file: Option<PathBuf>,
    /// The AWS credentials file, where it exists.
    pub credentials_file: Option<PathBuf>,
    /// The proxy variables that are set, each with its value as it may be shown.
    pub proxies: Vec<Setting<String>>,
    /// How long and how often each call is tried.
    pub limits: Limits,
    /// Whether the sandbox takes AWS's place; without endpoints it is the one in this process.
    pub sandbox: bool,
}

impl Settings {
    /// Checks region, credentials and endpoints as far as this machine can tell.
    ///
    /// Every error is of the kind `Configuration` and names what was looked at and the fix.
    pub fn aws(&self, environment: &Environment, now: Timestamp) -> Result<AwsAccess> {
        if let Some(sandbox) = &self.sandbox {
            return self.sandbox_access(sandbox);
        }
        self.refuse_blank_flags()?;
        self.profiles.check()?;
        self.endpoints.check()?;
        let limits = self.limits()?;
        // An emulator on this machine wants some region and some keys, no matter which.
        let loopback = self.endpoints.are_loopback();
        let credentials = match credentials::find(self, environment, now) {
            Err(error) if loopback && is_absence(&error) => {
                Ok(Credentials::dummy(Origin::Loopback))
            }
            found => found,
        };
        let region = match region::required(self, self.endpoints.are_custom()) {
            Err(error) if error.known_as() == Some("no-region") && loopback => {
                Ok(Setting::new(region::FALLBACK.to_owned(), Origin::Loopback))
            }
            named => named,
        };
        let (region, credentials) = match (region, credentials) {
            (Ok(region), Ok(credentials)) => (region, credentials),
            // The profile that is not there would have named the region.
            (Err(_), Err(error)) if error.known_as() == Some("profile-not-found") => {
                return Err(error);
            }
            (Err(region), Err(credentials)) => return Err(both(&region, &credentials)),
            (Err(error), Ok(_)) => return Err(self.profile_not_found().unwrap_or(error)),
            (Ok(_), Err(error)) => return Err(error),
        };
        Ok(AwsAccess {
            region,
            endpoint_xray: base_url(&self.endpoints.xray),
            endpoint_logs: base_url(&self.endpoints.logs),
            endpoint_sts: base_url(&self.endpoints.sts),
            credentials,
            config_file: existing(&self.profiles.config),
            credentials_file: existing(&self.profiles.credentials),
            proxies: self.proxies.clone(),
            limits,
            sandbox: false,
        })
    }

    fn sandbox_access(&self, sandbox: &Setting<Sandbox>) -> Result<AwsAccess> {
        let endpoint = match &sandbox.value {
            Sandbox::InProcess => None,
            Sandbox::At(url) => Some(Setting::new(url.clone(), sandbox.origin.clone())),
        };
        let fallback = || Setting::new(region::FALLBACK.to_owned(), Origin::Sandbox);
        Ok(AwsAccess {
            region: self.region().unwrap_or_else(fallback),
            endpoint_xray: endpoint.clone(),
            endpoint_logs: endpoint.clone(),
            endpoint_sts: endpoint,
            credentials: Credentials::dummy(Origin::Sandbox),
            config_file: None,
            credentials_file: None,
            proxies: Vec::new(),
            limits: self.limits()?,
            sandbox: true,
        })
    }

    /// Refuses `--profile ""` and its like; an empty region has its own error.
    fn refuse_blank_flags(&self) -> Result<()> {
        let flag = self
            .profile
            .blank_flag()
            .or_else(|| self.endpoints.xray.blank_flag());
        flag.map_or(Ok(()), |flag| {
            Err(Error::configuration(format!("{flag} is empty"))
                .code("flag-empty")
                .cause("the shell variable behind it is probably not set")
                .fix(format!("leave {flag} out, or give it a value")))
        })
    }

    /// The error for a profile that somebody named and that no file has.
    pub(super) fn profile_not_found(&self) -> Option<Error> {
        let Setting {
            value: name,
            origin,
        } = self.profile();
        // Only the command line can insist on a default profile.
        let taken_for_granted = name == "default" && !matches!(origin, Origin::Flag(_));
        if taken_for_granted || self.profiles.profile(&name).is_some() {
            return None;
        }
        let place = match self.profiles.absent_files() {
            None => format!(" in {}", self.profiles.shown()),
            Some(_) => String::new(),
        };
        let error = Error::configuration(format!("profile '{name}' not found{place}"))
            .code("profile-not-found")
            .tried(format!("the name comes from {origin}"));
        Some(self.profiles.not_found(&name, &origin, error))
    }
}

/// Whether the error says that there is nothing, rather than that something is broken.
fn is_absence(error: &Error) -> bool {
    matches!(error.known_as(), Some("no-credentials" | "keys-empty"))
}

/// One error for two problems, so that the second is not met only after the first is mended.
fn both(region: &Error, credentials: &Error) -> Error {
    let mut error = Error::configuration(format!(
        "{}, and {}",
        region.message(),
        credentials.message()
    ))
    .code("region-and-credentials");
    let mut lines: Vec<&String> = Vec::new();
    for line in region.attempts().iter().chain(credentials.attempts()) {
        if !lines.contains(&line) {
            lines.push(line);
            error = error.tried(line);
        }
    }
    let causes: Vec<&str> = [region.reason(), credentials.reason()]
        .into_iter()
        .flatten()
        .collect();
    if !causes.is_empty() {
        error = error.cause(causes.join("; "));
    }
    for fix in region.fixes().iter().chain(credentials.fixes()) {
        error = error.fix(fix);
    }
    error
}

fn base_url(candidates: &Candidates) -> Option<Setting<String>> {
    let setting = candidates.effective()?.clone();
    Some(setting.map(|url| url.trim_end_matches('/').to_owned()))
}

fn existing(file: &AwsFile) -> Option<PathBuf> {
    let (path, _) = file.path.as_ref()?;
    file.exists.then(|| path.clone())
}
