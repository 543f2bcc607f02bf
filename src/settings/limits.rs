//! How long and how often a call is tried.

use std::time::Duration;

use super::candidates::Candidates;
use super::origin::Setting;
use super::resolve::Settings;
use crate::error::{Error, Result};

/// A number with a range: what it is called, and what it may be.
pub(super) struct Limit {
    pub(super) flag: &'static str,
    pub(super) variable: &'static str,
    /// The key in an AWS profile.
    pub(super) key: &'static str,
    pub(super) least: u32,
    pub(super) most: u32,
    pub(super) usual: u32,
}

/// Eight attempts ride out a long spell of throttling; the SDK's own three do not.
pub(super) const MAX_ATTEMPTS: Limit = Limit {
    flag: "--max-attempts",
    variable: "AWS_MAX_ATTEMPTS",
    key: "max_attempts",
    least: 1,
    most: 100,
    usual: 8,
};

/// Seconds for one call, all its attempts and waits included.
pub(super) const TIMEOUT: Limit = Limit {
    flag: "--timeout",
    variable: "CRUDDUR_OBS_TIMEOUT",
    key: "",
    least: 1,
    most: 3600,
    usual: 60,
};

/// The limits of every call.
#[derive(Debug, Clone)]
pub struct Limits {
    /// How often a call is tried.
    pub max_attempts: Setting<u32>,
    /// How many seconds a call may take, all its attempts and waits included.
    pub timeout: Setting<u32>,
}

impl Settings {
    /// The limits, checked.
    pub fn limits(&self) -> Result<Limits> {
        Ok(Limits {
            max_attempts: MAX_ATTEMPTS.read(&self.max_attempts)?,
            timeout: TIMEOUT.read(&self.timeout)?,
        })
    }
}

impl Settings {
    /// How long one call may take: what was said, else `usual`.
    pub fn timeout_or(&self, usual: Duration) -> Result<Duration> {
        let timeout = TIMEOUT.read(&self.timeout)?;
        Ok(match timeout.origin {
            super::Origin::Default => usual,
            _ => Duration::from_secs(u64::from(timeout.value)),
        })
    }
}

impl Limit {
    fn read(&self, candidates: &Candidates) -> Result<Setting<u32>> {
        let setting = candidates
            .effective()
            .cloned()
            .unwrap_or_else(|| Setting::new(self.usual.to_string(), super::Origin::Default));
        match setting.value.trim().parse() {
            Ok(number) if (self.least..=self.most).contains(&number) => Ok(setting.map(|_| number)),
            _ => Err(Error::configuration(format!(
                "{} is not a number from {} to {}",
                setting.origin, self.least, self.most
            ))
            .code("number-invalid")
            .tried(setting.origin.holding(&shown(&setting.value)))
            .fix(setting.origin.rewritten(self.key, &self.usual.to_string()))),
        }
    }
}

/// A short value as it is; a longer one is no number and may be a key in the wrong place.
pub(super) fn shown(value: &str) -> String {
    if value.chars().count() <= 8 {
        value.to_owned()
    } else {
        super::secret::mask(value)
    }
}
