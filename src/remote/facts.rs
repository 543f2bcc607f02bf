//! What an error message wants to know of the connection.

use super::calls::Calls;
use super::secrets::Secrets;
use super::transport::is_loopback;
use crate::settings::{AwsAccess, Credentials, Origin, ProfileKind, Setting};

/// Known before the first call; cheap enough to clone into every client.
#[derive(Debug, Clone)]
pub struct Facts {
    /// The region of every call.
    pub region: String,
    /// Where the region came from.
    pub region_origin: String,
    /// The X-Ray endpoint with its origin, where one was given.
    pub xray_endpoint: Option<(String, String)>,
    /// The CloudWatch Logs endpoint with its origin, where one was given.
    pub logs_endpoint: Option<(String, String)>,
    /// Where the credentials came from.
    pub credentials_origin: String,
    /// The profile that the credentials come from, and how it gets them.
    pub profile: Option<(String, ProfileKind)>,
    /// The program that the profile gets them from, and its place.
    pub process: Option<String>,
    /// The `.env` file that the keys stand in.
    pub dot_env: Option<String>,
    /// The proxy variables that are set, with their values as they may be shown.
    pub proxies: Vec<(String, String)>,
    /// How often a call is tried.
    pub max_attempts: u32,
    /// How many seconds a call may take.
    pub timeout: u32,
    /// What must not be shown.
    pub(super) secrets: Secrets,
    /// What has been called so far.
    pub(super) calls: Calls,
}

impl Facts {
    pub(super) fn of(access: &AwsAccess, secrets: Secrets, calls: Calls) -> Self {
        let endpoint = |setting: &Option<Setting<String>>| {
            setting
                .as_ref()
                .map(|setting| (setting.value.clone(), setting.origin.to_string()))
        };
        let (credentials_origin, profile) = match &access.credentials {
            Credentials::Static { access_key_id, .. } => (access_key_id.origin.to_string(), None),
            Credentials::Profile { name, kind, .. } => (
                format!("profile '{}'", name.value),
                Some((name.value.clone(), *kind)),
            ),
            Credentials::Chain { source } => (format!("this machine: {}", source.value), None),
        };
        let dot_env = match &access.credentials {
            Credentials::Static { access_key_id, .. } => match &access_key_id.origin {
                Origin::DotEnv { path, .. } => Some(path.clone()),
                _ => None,
            },
            _ => None,
        };
        let process = match &access.credentials {
            Credentials::Profile { process, .. } => process.clone(),
            _ => None,
        };
        Self {
            region: access.region.value.clone(),
            region_origin: access.region.origin.to_string(),
            xray_endpoint: endpoint(&access.endpoint_xray),
            logs_endpoint: endpoint(&access.endpoint_logs),
            credentials_origin,
            profile,
            process,
            dot_env,
            proxies: access
                .proxies
                .iter()
                .map(|setting| (setting.origin.to_string(), setting.value.clone()))
                .collect(),
            max_attempts: access.limits.max_attempts.value,
            timeout: access.limits.timeout.value,
            secrets,
            calls,
        }
    }

    fn endpoint_for(&self, action: &str) -> Option<&(String, String)> {
        if action.starts_with("logs:") {
            self.logs_endpoint.as_ref()
        } else {
            self.xray_endpoint.as_ref()
        }
    }

    /// The URL that an action goes to.
    pub(super) fn endpoint_of(&self, action: &str) -> String {
        if let Some((url, _)) = self.endpoint_for(action) {
            return url.clone();
        }
        let service = action.split(':').next().unwrap_or_default();
        let domain = match self.region.split('-').next() {
            Some("cn") => "amazonaws.com.cn",
            Some("eusc") => "amazonaws.eu",
            _ if self.region.starts_with("us-iso-") => "c2s.ic.gov",
            _ => "amazonaws.com",
        };
        format!("https://{service}.{}.{domain}", self.region)
    }

    /// The action, its destination and where that was set.
    pub(super) fn where_to(&self, action: &str) -> String {
        match self.endpoint_for(action) {
            Some((_, origin)) => format!("{action}, endpoint from {origin}"),
            None => format!(
                "{action}, region {} from {}",
                self.region, self.region_origin
            ),
        }
    }

    /// The proxy that stands between here and an endpoint, unless `NO_PROXY` excepts it.
    pub(super) fn proxy_to(&self, endpoint: &str) -> Option<String> {
        if is_loopback(endpoint) {
            return None;
        }
        let of_the_scheme = if endpoint.starts_with("http://") {
            "HTTP_PROXY"
        } else {
            "HTTPS_PROXY"
        };
        [of_the_scheme, "ALL_PROXY"].into_iter().find_map(|wanted| {
            let (name, url) = self
                .proxies
                .iter()
                .find(|(name, _)| name.eq_ignore_ascii_case(wanted))?;
            Some(format!("{name} is set: {url}"))
        })
    }

    /// Which credentials were used.
    pub(super) fn key_from(&self) -> String {
        match self.secrets.access_key() {
            Some(key) => format!("{key} from {}", self.credentials_origin),
            None => format!("credentials from {}", self.credentials_origin),
        }
    }
}

/// A command of the AWS CLI for a profile.
pub(super) fn for_profile(command: &str, profile: &str) -> String {
    if profile == "default" {
        command.to_owned()
    } else {
        format!("{command} --profile {profile}")
    }
}
