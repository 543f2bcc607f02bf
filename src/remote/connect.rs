//! Builds the clients, once, from settings that are known to be usable.

use std::path::Path;
use std::time::Duration;

use aws_config::profile::ProfileFileCredentialsProvider;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, ConfigLoader, Region, SdkConfig};
use aws_runtime::env_config::file::{EnvConfigFileKind, EnvConfigFiles};
use aws_sdk_xray::config::Credentials as Keys;
use aws_smithy_runtime_api::client::http::SharedHttpClient;

use super::calls::Calls;
use super::logs::LogsClient;
use super::retry;
use super::transport::{self, LocalService};
use super::xray::XrayClient;
use crate::error::Result;
use crate::settings::{AwsAccess, Credentials, mask};

/// The host that in-process requests are addressed to; no socket is opened for it.
const IN_PROCESS: &str = "http://sandbox.localhost";

/// The clients of one run.
#[derive(Debug, Clone)]
pub struct Clients {
    /// AWS X-Ray.
    pub xray: XrayClient,
    /// CloudWatch Logs.
    pub logs: LogsClient,
    /// What has been called so far.
    pub calls: Calls,
    /// Where the calls go.
    pub facts: Facts,
}

/// What an error message wants to know of the connection.
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
    /// The access key, masked, where it is a static one.
    pub access_key: Option<String>,
    /// Where the credentials came from.
    pub credentials_origin: String,
    /// The profile that the credentials come from.
    pub profile: Option<String>,
}

impl Facts {
    fn of(access: &AwsAccess) -> Self {
        let endpoint = |setting: &Option<crate::settings::Setting<String>>| {
            setting
                .as_ref()
                .map(|setting| (setting.value.clone(), setting.origin.to_string()))
        };
        let (access_key, credentials_origin, profile) = match &access.credentials {
            Credentials::Static { access_key_id, .. } => (
                Some(mask(&access_key_id.value)),
                access_key_id.origin.to_string(),
                None,
            ),
            Credentials::Profile { name, .. } => (
                None,
                format!("profile '{}'", name.value),
                Some(name.value.clone()),
            ),
            Credentials::Chain { .. } => (None, "the role of this machine".to_owned(), None),
        };
        Self {
            region: access.region.value.clone(),
            region_origin: access.region.origin.to_string(),
            xray_endpoint: endpoint(&access.endpoint_xray),
            logs_endpoint: endpoint(&access.endpoint_logs),
            access_key,
            credentials_origin,
            profile,
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
            url.clone()
        } else {
            let service = action.split(':').next().unwrap_or_default();
            format!("https://{service}.{}.amazonaws.com", self.region)
        }
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

    /// Which credentials were used.
    pub(super) fn key_from(&self) -> String {
        match &self.access_key {
            Some(key) => format!("{key} from {}", self.credentials_origin),
            None => format!("credentials of {}", self.credentials_origin),
        }
    }
}

/// Builds the clients; `local` answers in place of a network where the sandbox is in process.
pub async fn connect(
    access: &AwsAccess,
    ca_bundle: Option<&Path>,
    local: Option<LocalService>,
) -> Result<Clients> {
    let calls = Calls::default();
    let facts = Facts::of(access);
    let endpoint = |given: &Option<(String, String)>| match (given, &local) {
        (_, Some(_)) => Some(IN_PROCESS.to_owned()),
        (Some((url, _)), None) => Some(url.clone()),
        (None, None) => None,
    };
    let xray_endpoint = endpoint(&facts.xray_endpoint);
    let logs_endpoint = endpoint(&facts.logs_endpoint);
    let transport_to = |endpoint: &Option<String>| match &local {
        Some(service) => Ok(transport::local(service.clone())),
        None => transport::network(endpoint.as_deref(), ca_bundle),
    };
    let xray_transport = transport_to(&xray_endpoint)?;
    let logs_transport = if logs_endpoint == xray_endpoint {
        xray_transport.clone()
    } else {
        transport_to(&logs_endpoint)?
    };
    // Credential providers call endpoints of their own (SSO, STS), over TLS; with keys at hand
    // none is called, and the certificates need not be read.
    let providers = match &access.credentials {
        Credentials::Static { .. } => xray_transport.clone(),
        Credentials::Profile { .. } | Credentials::Chain { .. } => transport_to(&None)?,
    };
    let sdk = configuration(access, providers).await;

    let mut xray = aws_sdk_xray::config::Builder::from(&sdk)
        .http_client(xray_transport)
        .retry_classifier(retry::Classifier)
        .interceptor(calls.clone());
    xray.set_endpoint_url(xray_endpoint);
    let mut logs = aws_sdk_cloudwatchlogs::config::Builder::from(&sdk)
        .http_client(logs_transport)
        .retry_classifier(retry::Classifier)
        .interceptor(calls.clone());
    logs.set_endpoint_url(logs_endpoint);

    Ok(Clients {
        xray: XrayClient::new(aws_sdk_xray::Client::from_conf(xray.build()), facts.clone()),
        logs: LogsClient::new(
            aws_sdk_cloudwatchlogs::Client::from_conf(logs.build()),
            facts.clone(),
        ),
        calls,
        facts,
    })
}

fn timeouts() -> TimeoutConfig {
    TimeoutConfig::builder()
        .connect_timeout(Duration::from_secs(5))
        .operation_attempt_timeout(Duration::from_secs(10))
        .operation_timeout(Duration::from_mins(1))
        .build()
}

/// AWS's own resolution for all that the settings leave open.
async fn configuration(access: &AwsAccess, transport: SharedHttpClient) -> SdkConfig {
    let mut loader: ConfigLoader = aws_config::defaults(BehaviorVersion::latest())
        .region(Region::new(access.region.value.clone()))
        .http_client(transport)
        .retry_config(retry::configuration())
        .timeout_config(timeouts());
    loader = loader.profile_files(profile_files(access));
    match &access.credentials {
        Credentials::Static { .. } => {
            if let Some(keys) = static_keys(&access.credentials) {
                loader = loader.credentials_provider(keys);
            }
        }
        // The profile was chosen over keys that stand in the environment: name its provider.
        Credentials::Profile { name, .. } => {
            let provider = ProfileFileCredentialsProvider::builder()
                .profile_name(name.value.clone())
                .profile_files(profile_files(access))
                .build();
            loader = loader
                .profile_name(name.value.clone())
                .credentials_provider(provider);
        }
        Credentials::Chain { .. } => {}
    }
    loader.load().await
}

/// The files that the settings found, and no others: none for the sandbox.
fn profile_files(access: &AwsAccess) -> EnvConfigFiles {
    // The SDK wants at least one; this one says nothing.
    let mut files = EnvConfigFiles::builder().with_contents(EnvConfigFileKind::Config, "");
    if !access.sandbox {
        let given = [
            (EnvConfigFileKind::Config, &access.config_file),
            (EnvConfigFileKind::Credentials, &access.credentials_file),
        ];
        for (kind, path) in given {
            if let Some(path) = path.as_ref().filter(|path| path.exists()) {
                files = files.with_file(kind, path);
            }
        }
    }
    files.build()
}

fn static_keys(credentials: &Credentials) -> Option<Keys> {
    match credentials {
        Credentials::Static {
            access_key_id,
            secret_access_key,
            session_token,
        } => Some(Keys::new(
            access_key_id.value.clone(),
            secret_access_key.expose(),
            session_token
                .as_ref()
                .map(|token| token.expose().to_owned()),
            None,
            "cruddur-obs settings",
        )),
        Credentials::Profile { .. } | Credentials::Chain { .. } => None,
    }
}
